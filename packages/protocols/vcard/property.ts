// One line of a vCard as its name, parameters and value (RFC 6350 §3.3; RFC 2426; vCard 2.1), bytes as Latin-1 characters.
export interface Property {
  /** In capitals, without its group. */
  readonly name: string
  /** Words of TYPE, and of vCard 2.1’s bare parameters, in capitals. */
  readonly types: readonly string[]
  /** By their names in capitals; of several with one name the last. */
  readonly parameters: Readonly<Record<string, string>>
  /** As it stands there: neither decoded nor without its escapes. */
  readonly raw: string
}

/** Undefined: it is no such line. */
export function readProperty(line: string): Property | undefined {
  const colon = endOfHead(line)
  if (colon < 1) return undefined
  const semicolon = line.indexOf(';')
  // Most lines are of this kind, and there may be a million.
  const isBare = semicolon < 0 || semicolon > colon
  const named = line.slice(0, isBare ? colon : semicolon)
  const name = named.slice(named.lastIndexOf('.') + 1).toUpperCase()
  if (!/^[A-Z0-9-]{1,64}$/.test(name)) return undefined
  if (isBare) return { name, types: none, parameters: noParameters, raw: line.slice(colon + 1) }
  const rest = splitHead(line.slice(semicolon + 1, colon))
  const types: string[] = []
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>
  for (const each of rest.slice(0, mostParameters)) {
    const equals = each.indexOf('=')
    const key = equals < 0 ? '' : each.slice(0, equals).trim().toUpperCase()
    const value = unquoted(each.slice(equals + 1).trim())
    if (key === '' && encodings.has(value.toUpperCase())) parameters['ENCODING'] = value.toUpperCase()
    else if (key === '' || key === 'TYPE') types.push(...value.toUpperCase().split(',').map(unquoted))
    else parameters[key] = value
  }
  return { name, types, parameters, raw: line.slice(colon + 1) }
}

/** The first colon that is not inside quotes. */
function endOfHead(line: string): number {
  const first = line.indexOf(':')
  const quote = line.indexOf('"')
  if (quote < 0 || quote > first) return first
  let isQuoted = false
  for (let n = 0; n < Math.min(line.length, longestHead); n++) {
    const char = line[n]
    if (char === '"') isQuoted = !isQuoted
    else if (char === ':' && !isQuoted) return n
  }
  return -1
}

function splitHead(head: string): string[] {
  if (!head.includes('"')) return head.split(';')
  return head.match(/(?:[^;"]|"[^"]*"?)+/g) ?? []
}

function unquoted(text: string): string {
  return text.includes('"') ? text.replaceAll('"', '') : text
}

const none: readonly string[] = []
const noParameters: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>)

const encodings = new Set(['QUOTED-PRINTABLE', 'BASE64', '8BIT', '7BIT', 'B'])
const mostParameters = 64
const longestHead = 8192
