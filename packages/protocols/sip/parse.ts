// Bytes to messages, RFC 3261 §7: one datagram, or one message that a stream codec has cut out.
import { Headers, knownKey, type SipMessage } from './message.ts'

/** What could not be read as a message, with whatever headers were found, so that a 400 can be sent. */
export interface Malformed {
  readonly kind: 'malformed'
  readonly reason: string
  /** The method where the first line was a request's. */
  readonly method?: string
  /** What a request is to be answered by: 400, 505 or 513. Absent where the first line was a response's. */
  readonly answer?: number
  readonly headers: Headers
}

export interface Bounds {
  /** Header fields of one message. */
  readonly fields: number
  /** Characters of all header fields together. */
  readonly headerLength: number
}

export const defaultBounds: Bounds = { fields: 256, headerLength: 65_536 }

/** Reads one datagram. What follows the body that Content-Length tells of is dropped (RFC 3261 §18.3). Never throws. */
export function parseMessage(bytes: Uint8Array, bounds: Bounds = defaultBounds): SipMessage | Malformed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head = headLength(buffer)
  const textEnd = head?.text ?? buffer.length
  if (textEnd > bounds.headerLength)
    return { kind: 'malformed', reason: 'the header is too long', headers: new Headers() }
  const text = buffer.toString('utf8', 0, textEnd)
  let from = 0
  // A keep-alive or a stray line end may precede the message (RFC 3261 §7.5).
  while (text.charCodeAt(from) === cr || text.charCodeAt(from) === lf) from++
  const firstEnd = lineEnd(text, from)
  const first = readStartLine(text.slice(from, trimCr(text, firstEnd, from)))
  const headers = new Headers()
  const problem = readFields(text, firstEnd + 1, headers, bounds.fields)
  if (first.kind === 'malformed') return { ...first, headers }
  const malformed = (reason: string): Malformed =>
    first.kind === 'request'
      ? { kind: 'malformed', reason, answer: 400, method: first.method, headers }
      : { kind: 'malformed', reason, headers }
  if (problem !== undefined) return malformed(problem)
  if (head === undefined) return malformed('the header has no end')
  const length = contentLength(headers)
  if (typeof length === 'string') return malformed(length)
  const rest = bytes.subarray(head.whole)
  if (length !== undefined && length > rest.length) return malformed('the body is shorter than Content-Length')
  const body = length === undefined ? rest : rest.subarray(0, length)
  return { ...first, headers, body }
}

/** Where the header ends: its text without the empty line, and the place where the body begins. */
export function headLength(buffer: Buffer, from = 0): { readonly text: number; readonly whole: number } | undefined {
  const usual = buffer.indexOf('\r\n\r\n', from, 'latin1')
  // Not beyond what is found: a stream may hold many messages more.
  const bare = (usual < 0 ? buffer : buffer.subarray(0, usual)).indexOf('\n\n', from, 'latin1')
  if (bare >= 0) return { text: bare, whole: bare + 2 }
  return usual < 0 ? undefined : { text: usual, whole: usual + 4 }
}

/** Content-Length as a number; undefined where there is none; a sentence where it is wrong. */
export function contentLength(headers: Headers): number | undefined | string {
  const given = headers.get('Content-Length')
  if (given === undefined) return undefined
  if (!/^\d{1,10}$/.test(given)) return 'Content-Length is no number'
  if (
    headers.count('Content-Length') > 1 &&
    headers.all('Content-Length').some((other) => Number(other) !== Number(given))
  ) {
    return 'Content-Length is told twice'
  }
  return Number(given)
}

type StartLine =
  | { kind: 'request'; method: string; uri: string }
  | { kind: 'response'; status: number; reason: string }
  | Omit<Malformed, 'headers'>

function readStartLine(line: string): StartLine {
  if (line.startsWith('SIP/')) {
    const match = /^SIP\/2\.0 (\d{3})(?: (.*))?$/s.exec(line)
    if (!match) return { kind: 'malformed', reason: 'the status line is malformed' }
    const status = Number(match[1])
    return status >= 100 && status <= 699
      ? { kind: 'response', status, reason: match[2] ?? '' }
      : { kind: 'malformed', reason: 'the status is out of range' }
  }
  const space = line.indexOf(' ')
  const method = space < 0 ? '' : line.slice(0, space)
  if (!tokenPattern.test(method)) return { kind: 'malformed', reason: 'the method is malformed', answer: 400 }
  const last = line.lastIndexOf(' ')
  const version = line.slice(last + 1)
  if (last > space && /^SIP\/2\.0$/i.test(version)) return { kind: 'request', method, uri: line.slice(space + 1, last) }
  return last > space && /^SIP\/\d+\.\d+$/i.test(version)
    ? { kind: 'malformed', reason: 'the version is not supported', answer: 505, method }
    : { kind: 'malformed', reason: 'the request line is malformed', answer: 400, method }
}

/** Reads fields up to the end of the text; the reason why not, where it cannot go on. */
function readFields(text: string, start: number, headers: Headers, most: number): string | undefined {
  let problem: string | undefined
  let at = start
  while (at < text.length) {
    let end = lineEnd(text, at)
    const lineStart = at
    let value: string | undefined
    const colon = text.indexOf(':', at)
    at = end + 1
    if (colon < 0 || colon >= end) {
      problem ??= 'a header field has no colon'
      // Its continuation lines go with it.
      while (at < text.length && isSpace(text.charCodeAt(at))) at = lineEnd(text, at) + 1
      continue
    }
    let nameEnd = colon
    while (nameEnd > lineStart && isSpace(text.charCodeAt(nameEnd - 1))) nameEnd--
    let from = colon + 1
    while (from < end && isSpace(text.charCodeAt(from))) from++
    let to = trimCr(text, end, from)
    while (to > from && isSpace(text.charCodeAt(to - 1))) to--
    value = text.slice(from, to)
    if (at < text.length && isSpace(text.charCodeAt(at))) {
      const lines = [value]
      while (at < text.length && isSpace(text.charCodeAt(at))) {
        end = lineEnd(text, at)
        lines.push(text.slice(at, trimCr(text, end, at)).trim())
        at = end + 1
      }
      value = lines.join(' ').trim()
    }
    const name = text.slice(lineStart, nameEnd)
    const known = knownKey(name)
    if (known === undefined && !tokenPattern.test(name)) {
      problem ??= 'a header field’s name is malformed'
      continue
    }
    if (headers.size >= most) return 'there are too many header fields'
    headers.append(name, value, known)
  }
  return problem
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function trimCr(text: string, end: number, from: number): number {
  return end > from && text.charCodeAt(end - 1) === cr ? end - 1 : end
}

function isSpace(c: number): boolean {
  return c === 32 || c === 9
}

const tokenPattern = /^[\w\-.!%*+`'~]+$/
const cr = 13
const lf = 10
