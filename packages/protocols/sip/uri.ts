// SIP and SIPS URIs, RFC 3261 §19.1, and just enough of tel (RFC 3966) and others to carry them.

export interface SipUri {
  readonly scheme: 'sip' | 'sips'
  /** As written, with its escapes; absent in sip:example.com. */
  readonly user?: string
  /** A host name in lower case, an IPv4 address, or an IPv6 address in brackets. */
  readonly host: string
  readonly port?: number
  /** Names in lower case; '' for a parameter without a value. */
  readonly params: ReadonlyMap<string, string>
  /** What stands after '?', as written. */
  readonly headers?: string
}

export interface OtherUri {
  readonly scheme: string
  /** What stands after the colon, as written. */
  readonly rest: string
}

export type Uri = SipUri | OtherUri

export function isSip(uri: Uri | undefined): uri is SipUri {
  return uri !== undefined && (uri.scheme === 'sip' || uri.scheme === 'sips')
}

/** Undefined where the text is no URI of its scheme. */
export function parseUri(text: string): Uri | undefined {
  const colon = text.indexOf(':')
  if (colon < 1) return undefined
  const scheme = text.slice(0, colon).toLowerCase()
  if (scheme !== 'sip' && scheme !== 'sips') {
    if (!/^[a-z][a-z\d+.-]*$/.test(scheme) || /[\s<>"]/.test(text)) return undefined
    return { scheme, rest: text.slice(colon + 1) }
  }
  // The user part may hold ; and ? (RFC 3261 §25.1), so the @ is looked for first, in all that can precede the host.
  const at = text.indexOf('@', colon)
  let user: string | undefined
  let from = colon + 1
  if (at >= 0) {
    user = text.slice(from, at)
    if (!userPattern.test(user)) return undefined
    from = at + 1
  }
  const question = text.indexOf('?', from)
  const end = question < 0 ? text.length : question
  const semicolon = text.indexOf(';', from)
  const hostEnd = semicolon < 0 || semicolon > end ? end : semicolon
  const where = parseHostPort(text.slice(from, hostEnd))
  if (!where) return undefined
  let params: ReadonlyMap<string, string> = noParams
  if (hostEnd < end) {
    const read = parseUriParams(text.slice(hostEnd + 1, end))
    if (!read) return undefined
    params = read
  }
  const headers = question < 0 ? undefined : text.slice(question + 1)
  if (headers !== undefined && !headersPattern.test(headers)) return undefined
  const uri: { -readonly [K in keyof SipUri]: SipUri[K] } = { scheme, host: where.host, params }
  if (user !== undefined) uri.user = user
  if (where.port !== undefined) uri.port = where.port
  if (headers !== undefined) uri.headers = headers
  return uri
}

/** host or host:port; names in lower case, IPv6 in brackets. */
export function parseHostPort(text: string): { readonly host: string; readonly port?: number } | undefined {
  const colon = text.startsWith('[') ? text.indexOf(':', text.indexOf(']')) : text.indexOf(':')
  if (colon < 0) return isHost(text) ? { host: plainHost(text) } : undefined
  const host = text.slice(0, colon).trimEnd()
  const port = portIn(text.slice(colon + 1).trim())
  return port !== undefined && isHost(host) ? { host: plainHost(host), port } : undefined
}

/** Whether the text is a host name, an IPv4 address, or an IPv6 reference in brackets. */
export function isHost(text: string): boolean {
  if (text.startsWith('[')) return text.endsWith(']') && isIPv6(twoColons(text.slice(1, -1)))
  if (text.length > 255 || !isLetterOrDigit(text.charCodeAt(0))) return false
  for (let at = 1; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (!isLetterOrDigit(c) && c !== 45 && c !== 46 && c !== 95) return false
  }
  const last = text.charCodeAt(text.length - 1)
  return last !== 45 && last !== 95
}

function plainHost(host: string): string {
  return host.startsWith('[') ? twoColons(host.toLowerCase()) : host.toLowerCase()
}

function portIn(digits: string): number | undefined {
  if (digits === '' || digits.length > 5) return undefined
  let port = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return undefined
    port = port * 10 + digit
  }
  return port > 65_535 ? undefined : port
}

function isLetterOrDigit(c: number): boolean {
  return (c > 47 && c < 58) || (c > 64 && c < 91) || (c > 96 && c < 123)
}

/** RFC 3261's grammar puts three colons before an IPv4 tail; RFC 5118 §4.10 wants them read as two. */
function twoColons(text: string): string {
  return text.includes(':::') ? text.replace(/:::(?=\d+\.)/, '::') : text
}

/** RFC 4291 §2.2, with at most one `::` and an IPv4 tail allowed. */
export function isIPv6(text: string): boolean {
  if (!/^[\da-f:.]{2,45}$/i.test(text)) return false
  // The grammar of RFC 3261 had a third colon before an IPv4 tail (RFC 5118 §4.10).
  const halves = text.replace(/:::(?=\d+\.\d+\.\d+\.\d+$)/, '::').split('::')
  if (halves.length > 2) return false
  let groups = 0
  for (const [index, half] of halves.entries()) {
    if (half === '') continue
    const parts = half.split(':')
    for (const [place, part] of parts.entries()) {
      const last = index === halves.length - 1 && place === parts.length - 1
      if (last && part.includes('.')) {
        if (!isIPv4(part)) return false
        groups += 2
      } else if (/^[\da-f]{1,4}$/i.test(part)) groups++
      else return false
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8
}

export function isIPv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}

export function writeUri(uri: Uri): string {
  if (!isSip(uri)) return `${uri.scheme}:${uri.rest}`
  let text = `${uri.scheme}:`
  if (uri.user !== undefined) text += `${uri.user}@`
  text += uri.host
  if (uri.port !== undefined) text += `:${uri.port}`
  for (const [name, value] of uri.params) text += value === '' ? `;${name}` : `;${name}=${value}`
  return uri.headers === undefined ? text : `${text}?${uri.headers}`
}

/** RFC 3261 §19.1.4. */
export function sameUri(a: Uri, b: Uri): boolean {
  if (!isSip(a) || !isSip(b)) return writeUri(a) === writeUri(b)
  if (a.scheme !== b.scheme || a.host !== b.host || a.port !== b.port) return false
  if (unescapeUser(a.user) !== unescapeUser(b.user)) return false
  for (const name of ['user', 'ttl', 'method', 'maddr', 'transport']) {
    if (a.params.get(name)?.toLowerCase() !== b.params.get(name)?.toLowerCase()) return false
  }
  for (const [name, value] of a.params) {
    const other = b.params.get(name)
    if (other !== undefined && other.toLowerCase() !== value.toLowerCase()) return false
  }
  return headerSet(a.headers) === headerSet(b.headers)
}

/** The user part for people: escapes resolved, the password dropped. */
export function userOf(uri: Uri | undefined): string | undefined {
  if (!uri) return undefined
  if (isSip(uri)) return uri.user === undefined ? undefined : unescapeUser(uri.user.split(':')[0])
  return uri.scheme === 'tel' ? uri.rest.split(';')[0] : undefined
}

/** A text made fit for the user part (RFC 3261 §25.1). */
export function escapeUser(text: string): string {
  let escaped = ''
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte)
    escaped +=
      /[\w\-.!~*'()&=+$,;?/]/.test(character) && byte < 128
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return escaped
}

function unescapeUser(user: string | undefined): string | undefined {
  if (user === undefined || !user.includes('%')) return user
  try {
    return decodeURIComponent(user)
  } catch {
    return user
  }
}

function headerSet(headers: string | undefined): string {
  return (headers ?? '').toLowerCase().split('&').sort().join('&')
}

function parseUriParams(text: string): Map<string, string> | undefined {
  const params = new Map<string, string>()
  for (const each of text.split(';')) {
    if (!paramPattern.test(each)) return undefined
    const equals = each.indexOf('=')
    const name = (equals < 0 ? each : each.slice(0, equals)).toLowerCase()
    if (!params.has(name)) params.set(name, equals < 0 ? '' : each.slice(equals + 1))
  }
  return params
}

const noParams: ReadonlyMap<string, string> = new Map()
/** unreserved, user-unreserved, password's : and escapes. # is not of the grammar and is met in the field (a number sign dialled). */
const userPattern = /^(?:[\w\-.!~*'()&=+$,;?/:#\u0080-\uffff]|%[\da-f]{2})+$/i
const paramPattern = /^(?:[\w\-.!~*'()[\]/:&+$]|%[\da-f]{2})+(?:=(?:[\w\-.!~*'()[\]/:&+$"@,]|%[\da-f]{2})*)?$/i
const headersPattern = /^(?:[\w\-.!~*'()[\]/?:+$=&,;@]|%[\da-f]{2})+$/i
