// What stands in header fields, RFC 3261 §20 and §25: read on demand, written back.
import { type Headers } from './message.ts'
import { parseHostPort, parseUri, type Uri } from './uri.ts'

/** Names in lower case; values without their quotes; '' for a parameter without a value. */
export type Params = ReadonlyMap<string, string>

export interface NameAddr {
  readonly displayName?: string
  /** As written between the brackets. */
  readonly uri: string
  readonly params: Params
}

export interface Via {
  /** UDP, TCP, TLS, … in upper case. */
  readonly transport: string
  readonly host: string
  readonly port?: number
  readonly params: Params
}

export interface CSeq {
  /** Below 2³¹ (RFC 3261 §8.1.1.5). */
  readonly number: number
  readonly method: string
}

/** Splits at commas outside quotes and angle brackets. */
export function splitList(text: string): string[] {
  if (!text.includes(',')) return text === '' ? [] : [text]
  const parts: string[] = []
  let from = 0
  let at = 0
  while (at < text.length) {
    const c = text.charCodeAt(at)
    if (c === quote) {
      const end = quotedEnd(text, at)
      at = end < 0 ? text.length : end
    } else if (c === open) {
      const close = text.indexOf('>', at)
      at = close < 0 ? text.length : close + 1
    } else {
      if (c === comma) {
        parts.push(text.slice(from, at).trim())
        from = at + 1
      }
      at++
    }
  }
  parts.push(text.slice(from).trim())
  return parts.filter((part) => part !== '')
}

/** All values of a list header, over all its rows. */
export function listOf(headers: Headers, name: string): string[] {
  return headers.all(name).flatMap(splitList)
}

/** `;name=value;…` — undefined where it is malformed. Begins at a semicolon or is empty. */
export function parseParams(text: string): Params | undefined {
  const params = new Map<string, string>()
  let at = skipSpace(text, 0)
  while (at < text.length) {
    if (text.charCodeAt(at) !== semicolon) return undefined
    const nameFrom = skipSpace(text, at + 1)
    at = nameFrom
    while (at < text.length && isToken(text.charCodeAt(at))) at++
    if (at === nameFrom) return undefined
    const name = text.slice(nameFrom, at).toLowerCase()
    at = skipSpace(text, at)
    let value = ''
    if (text.charCodeAt(at) === equals) {
      at = skipSpace(text, at + 1)
      if (text.charCodeAt(at) === quote) {
        const end = quotedEnd(text, at)
        if (end < 0) return undefined
        value = unquote(text.slice(at, end))
        at = end
      } else {
        const from = at
        while (at < text.length && text.charCodeAt(at) !== semicolon && !isSpace(text.charCodeAt(at))) {
          const c = text.charCodeAt(at)
          if (c === comma || c === quote || c === open || c === close) return undefined
          at++
        }
        if (at === from) return undefined
        value = text.slice(from, at)
      }
      at = skipSpace(text, at)
    }
    if (!params.has(name)) params.set(name, value)
  }
  return params
}

/** A value with its parameters, such as those of Event, Subscription-State or Refer-Sub. */
export function parseValue(text: string): { readonly value: string; readonly params: Params } | undefined {
  const end = text.indexOf(';')
  const params = parseParams(end < 0 ? '' : text.slice(end))
  return params && { value: (end < 0 ? text : text.slice(0, end)).trim(), params }
}

export function writeParams(params: Params): string {
  let text = ''
  for (const [name, value] of params) {
    text +=
      value === ''
        ? `;${name}`
        : /^[\w\-.!%*+`'~:[\]/@]+$/.test(value)
          ? `;${name}=${value}`
          : `;${name}=${quoted(value)}`
  }
  return text
}

/** name-addr or addr-spec with its header parameters (RFC 3261 §20.10): parameters after a bare URI are the header's. */
export function parseNameAddr(text: string): NameAddr | undefined {
  let at = skipSpace(text, 0)
  let displayName: string | undefined
  if (text.charCodeAt(at) === quote) {
    const end = quotedEnd(text, at)
    if (end < 0) return undefined
    displayName = unquote(text.slice(at, end))
    at = skipSpace(text, end)
    if (text.charCodeAt(at) !== open) return undefined
  }
  const bracket = text.indexOf('<', at)
  if (bracket < 0) {
    const end = text.indexOf(';', at)
    const uri = (end < 0 ? text.slice(at) : text.slice(at, end)).trim()
    // A bare URI with a question mark or a comma must stand in brackets.
    if (uri === '' || /[?,\s]/.test(uri)) return undefined
    const params = end < 0 ? none : parseParams(text.slice(end))
    return params && { uri, params }
  }
  if (displayName === undefined && bracket > at) {
    displayName = text.slice(at, bracket).trim()
    if (/[";,:@]/.test(displayName)) return undefined
  }
  const end = text.indexOf('>', bracket)
  if (end < 0) return undefined
  const uri = text.slice(bracket + 1, end)
  if (uri === '' || /[\s<"]/.test(uri)) return undefined
  const params = end + 1 === text.length ? none : parseParams(text.slice(end + 1))
  if (!params) return undefined
  return displayName === undefined || displayName === '' ? { uri, params } : { displayName, uri, params }
}

export function writeNameAddr({ displayName, uri, params }: NameAddr): string {
  const name = displayName === undefined ? '' : `${quoted(displayName)} `
  return `${name}<${uri}>${writeParams(params)}`
}

export function parseVia(text: string): Via | undefined {
  const space = text.indexOf(' ', 8)
  // As nearly everybody writes it; spaces may stand around each slash.
  let protocol = text.startsWith('SIP/2.0/') && space > 8 ? text.slice(8, space) : ''
  let from = space
  if (!tokenPattern.test(protocol)) {
    const match = /^SIP\s*\/\s*2\.0\s*\/\s*([\w\-.!%*+`'~]+)\s+/i.exec(text)
    if (!match) return undefined
    protocol = match[1] as string
    from = match[0].length
  }
  const end = text.indexOf(';', from)
  const where = parseHostPort(text.slice(from, end < 0 ? text.length : end).trim())
  const params = end < 0 ? none : parseParams(text.slice(end))
  if (!where || !params) return undefined
  const transport = protocol.toUpperCase()
  return where.port === undefined
    ? { transport, host: where.host, params }
    : { transport, host: where.host, port: where.port, params }
}

export function writeVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${via.host}${via.port === undefined ? '' : `:${via.port}`}${writeParams(via.params)}`
}

export function parseCSeq(text: string): CSeq | undefined {
  const match = /^(\d{1,10})\s+([\w\-.!%*+`'~]+)$/.exec(text)
  if (!match) return undefined
  const number = Number(match[1])
  return number < 2 ** 31 ? { number, method: match[2] as string } : undefined
}

/** A whole number of the header grammar, or undefined; above `most` it is `most` where the RFC says so and undefined otherwise. */
export function parseNumber(text: string | undefined, most: number = 2 ** 32 - 1): number | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text)) return undefined
  const number = Number(text)
  return number <= most ? number : undefined
}

export function topVia(headers: Headers): Via | undefined {
  return headers.read('Via', parseFirstVia)
}

function parseFirstVia(row: string): Via | undefined {
  const [first] = splitList(row)
  return first === undefined ? undefined : parseVia(first)
}

export function cseqOf(headers: Headers): CSeq | undefined {
  return headers.read('CSeq', parseCSeq)
}

export function fromOf(headers: Headers): NameAddr | undefined {
  return headers.read('From', parseNameAddr)
}

export function toOf(headers: Headers): NameAddr | undefined {
  return headers.read('To', parseNameAddr)
}

/** All contacts; '*' is an element of its own. Undefined where one is malformed. */
export function contactsOf(headers: Headers): readonly ('*' | NameAddr)[] | undefined {
  if (headers.count('Contact') < 2) return headers.has('Contact') ? headers.read('Contact', parseContacts) : []
  return parseContacts(headers.all('Contact').join(', '))
}

function parseContacts(row: string): ('*' | NameAddr)[] | undefined {
  const contacts: ('*' | NameAddr)[] = []
  for (const text of splitList(row)) {
    const contact = text === '*' ? text : parseNameAddr(text)
    if (contact === undefined) return undefined
    contacts.push(contact)
  }
  return contacts
}

/** The option tags of Require, Supported, … in lower case. */
export function optionsOf(headers: Headers, name: string): string[] {
  return listOf(headers, name).map((tag) => tag.toLowerCase())
}

export function uriOf(address: NameAddr | undefined): Uri | undefined {
  return address && parseUri(address.uri)
}

/** A challenge or credentials: `Digest name=value, …` (RFC 3261 §25.1). */
export interface Auth {
  /** In lower case: digest, basic, bearer. */
  readonly scheme: string
  readonly params: Params
}

export function parseAuth(text: string): Auth | undefined {
  const match = /^([\w\-.!%*+`'~]+)(?:\s+|$)/.exec(text)
  if (!match) return undefined
  const params = new Map<string, string>()
  for (const part of splitList(text.slice(match[0].length))) {
    const at = part.indexOf('=')
    if (at < 1) return undefined
    const name = part.slice(0, at).trim().toLowerCase()
    const value = part.slice(at + 1).trim()
    if (value.startsWith('"') && (value.length < 2 || !value.endsWith('"'))) return undefined
    if (!params.has(name)) params.set(name, value.startsWith('"') ? unquote(value) : value)
  }
  return { scheme: (match[1] as string).toLowerCase(), params }
}

/** As a quoted string. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

function unquote(text: string): string {
  const inner = text.slice(1, -1)
  return inner.includes('\\') ? inner.replace(/\\(.)/gs, '$1') : inner
}

/** The place after the quoted string that begins at `at`; -1 where it never ends. */
function quotedEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === backslash) i++
    else if (c === quote) return i + 1
  }
  return -1
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  return at
}

function isSpace(c: number): boolean {
  return c === 32 || c === 9
}

function isToken(c: number): boolean {
  return c < 128 ? tokens[c] === 1 : false
}

const tokens = new Uint8Array(128)
for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~") tokens[c.charCodeAt(0)] = 1
const tokenPattern = /^[\w\-.!%*+`'~]+$/
const quote = 34
const comma = 44
const semicolon = 59
const open = 60
const equals = 61
const close = 62
const backslash = 92
const none: Params = new Map()
