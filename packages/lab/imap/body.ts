// What is in a message, as IMAP gives it out: the parts by their numbers, the headers, the structure (RFC 3501 §6.4.5, §7.4.2).

export interface Part {
  /** 1.2; empty: the message itself. */
  readonly number: string
  readonly header: Buffer
  readonly body: Buffer
  readonly type: string
  readonly subtype: string
  readonly parameters: readonly (readonly [string, string])[]
  readonly parts: readonly Part[]
}

export function partsOf(bytes: Uint8Array): Part {
  return partAt(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), '', 0)
}

/** What `BODY[section]` names; undefined: there is no such part. */
export function sectionOf(root: Part, whole: Uint8Array, section: string): Buffer | undefined {
  if (section === '') return Buffer.from(whole.buffer, whole.byteOffset, whole.length)
  const [, path = '', , word = ''] = /^((?:\d+\.?)*)((HEADER|TEXT|MIME).*)?$/i.exec(section) ?? []
  const number = path.replace(/\.$/, '')
  const part = number === '' ? root : find(root, number)
  if (!part) return undefined
  const fields = /^HEADER\.FIELDS(\.NOT)? \(([^)]*)\)$/i.exec(section.slice(path.length))
  if (fields) return fieldsOf(part.header, (fields[2] ?? '').split(/\s+/), fields[1] !== undefined)
  if (/^(HEADER|MIME)$/i.test(word)) return part.header
  return part.body
}

export function headerOf({ header }: Pick<Part, 'header'>, name: string): string | undefined {
  const found = unfolded(header).find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  return found?.slice(name.length + 1).trim()
}

/** `BODYSTRUCTURE`, with what the extended form adds: parameters of multiparts and dispositions. */
export function structureOf(part: Part): string {
  const { type, subtype, body, parts } = part
  const disposition = dispositionOf(part)
  if (parts.length > 0)
    return `(${parts.map(structureOf).join('')} ${quoted(subtype)} ${listText(part.parameters)} ${disposition} NIL NIL)`
  const encoding = headerOf(part, 'content-transfer-encoding') ?? '7bit'
  const basic = [
    quoted(type),
    quoted(subtype),
    listText(part.parameters),
    stringOf(headerOf(part, 'content-id')),
    stringOf(headerOf(part, 'content-description')),
    quoted(encoding),
    String(body.length),
    ...(type.toUpperCase() === 'TEXT' ? [String(body.toString('latin1').split('\r\n').length - 1)] : []),
  ]
  return `(${basic.join(' ')} NIL ${disposition} NIL NIL)`
}

export function envelopeOf(root: Part): string {
  const text = (name: string): string => stringOf(headerOf(root, name))
  const people = (name: string): string => {
    const given = headerOf(root, name)
    const [, shown, box, host] = /^\s*(?:(.*?)\s*<)?([^<>@\s]+)@([^<>@\s]+)>?\s*$/.exec(given ?? '') ?? []
    if (box === undefined) return 'NIL'
    const name_ = shown === undefined || shown === '' ? 'NIL' : quoted(shown.replace(/^"|"$/g, ''))
    return `((${name_} NIL ${quoted(box)} ${quoted(host ?? '')}))`
  }
  const from = people('from')
  return `(${text('date')} ${text('subject')} ${from} ${from} ${from} ${people('to')} NIL NIL ${text('in-reply-to')} ${text('message-id')})`
}

export function quoted(text: string): string {
  return `"${text.replace(/[\r\n]/g, ' ').replace(/["\\]/g, '\\$&')}"`
}

function partAt(bytes: Buffer, number: string, depth: number): Part {
  const empty = bytes.indexOf('\r\n\r\n')
  const end = bytes.subarray(0, 2).toString('latin1') === '\r\n' ? 2 : empty < 0 ? bytes.length : empty + 4
  const header = bytes.subarray(0, end)
  const body = bytes.subarray(end)
  const given = headerOf({ header }, 'content-type') ?? 'text/plain; charset=us-ascii'
  const [, type = 'text', subtype = 'plain'] = /^([\w.+-]+)\/([\w.+-]+)/.exec(given) ?? []
  const parameters = parametersIn(given)
  const boundary = parameters.find(([name]) => name.toLowerCase() === 'boundary')?.[1]
  const parts =
    type.toLowerCase() === 'multipart' && boundary !== undefined && depth < mostDeep
      ? between(body, boundary).map((each, at) =>
          partAt(each, `${number === '' ? '' : `${number}.`}${at + 1}`, depth + 1),
        )
      : []
  return { number, header, body, type, subtype, parameters, parts }
}

function between(body: Buffer, boundary: string): Buffer[] {
  const found: Buffer[] = []
  const mark = Buffer.from(`--${boundary}`, 'latin1')
  let from = -1
  for (let at = body.indexOf(mark); at >= 0 && found.length < mostParts; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== 0x0a) continue
    if (from >= 0) found.push(body.subarray(from, Math.max(from, at - 2)))
    if (body.subarray(at + mark.length, at + mark.length + 2).toString('latin1') === '--') return found
    from = body.indexOf('\r\n', at) + 2
    if (from === 1) return found
  }
  if (from >= 0) found.push(body.subarray(from))
  return found
}

function find(root: Part, number: string): Part | undefined {
  // A message without parts is its own first part.
  if (number === '1' && root.parts.length === 0 && root.number === '') return root
  let part: Part | undefined = root
  for (const step of number.split('.')) part = part?.parts[Number(step) - 1]
  return part
}

function fieldsOf(header: Buffer, names: readonly string[], isNot: boolean): Buffer {
  const wanted = new Set(names.map((name) => name.replace(/"/g, '').toLowerCase()))
  const lines = header
    .toString('latin1')
    .replace(/\r\n\r\n$/, '\r\n')
    .split(/\r\n(?![ \t])/)
  const kept = lines.filter((line) => line !== '' && wanted.has(line.split(':', 1)[0]?.toLowerCase() ?? '') !== isNot)
  return Buffer.from(`${kept.map((line) => `${line}\r\n`).join('')}\r\n`, 'latin1')
}

function unfolded(header: Buffer): string[] {
  return header
    .toString('latin1')
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
}

function parametersIn(value: string): (readonly [string, string])[] {
  return [...value.matchAll(/;\s*([\w*.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/g)].map(
    ([, name = '', inQuotes, plain = '']) => [name, inQuotes ?? plain] as const,
  )
}

function dispositionOf(part: Part): string {
  const given = headerOf(part, 'content-disposition')
  const [word] = /^[\w-]+/.exec(given ?? '') ?? []
  return given === undefined || word === undefined ? 'NIL' : `(${quoted(word)} ${listText(parametersIn(given))})`
}

function listText(parameters: readonly (readonly [string, string])[]): string {
  if (parameters.length === 0) return 'NIL'
  return `(${parameters.map(([name, value]) => `${quoted(name)} ${quoted(value)}`).join(' ')})`
}

function stringOf(text: string | undefined): string {
  return text === undefined ? 'NIL' : quoted(text)
}

/** So deep it is looked; what is deeper is a part without parts. */
const mostDeep = 30
const mostParts = 200
