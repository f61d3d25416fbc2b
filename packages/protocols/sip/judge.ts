// What becomes of a message that was received: taken, refused or dropped. RFC 3261 §8.1.3, §8.2, §16.3, §16.7; RFC 4475.
// Left out: authentication, merged requests, and Date, Expires, Warning: what is optional and wrong is ignored (§16.3).
import type { Field } from './agent-types.ts'
import {
  contactsOf,
  cseqOf,
  fromOf,
  listOf,
  optionsOf,
  parseVia,
  splitList,
  toOf,
  topVia,
  type Via,
} from './header-values.ts'
import { type Headers, headerKey, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import type { Malformed } from './parse.ts'
import { isSip, parseUri } from './uri.ts'

/** What the element that received the message can do. */
export interface Supports {
  /** Case matters (RFC 3261 §7.1). */
  readonly methods: readonly string[]
  /** Of the Request-URI, in lower case. */
  readonly schemes: readonly string[]
  /** Option tags, in lower case. */
  readonly extensions: readonly string[]
  /** type/subtype in lower case, or type/* or all: whoever reads the body looks to it. */
  readonly contentTypes: readonly string[]
  /** The element passes messages on: methods, bodies and Require are then for whom it passes them to. */
  readonly proxy?: boolean
}

/** `reason` is a sentence for a log, and fit for a reason phrase (§21.4.1). */
export type Verdict =
  | { readonly is: 'accept' }
  | { readonly is: 'reject'; readonly status: number; readonly reason: string; readonly headers?: readonly Field[] }
  | { readonly is: 'discard'; readonly reason: string }

/** Never rejects what cannot be answered: a response, an ACK, or a request that does not say by Via where it is from. */
export function judge(message: SipMessage | Malformed, supports: Supports): Verdict {
  if (message.kind === 'response') return judgeResponse(message, supports)
  const verdict = message.kind === 'malformed' ? judgeMalformed(message) : judgeRequest(message, supports)
  if (verdict.is === 'reject' && (message.method === 'ACK' || !message.headers.has('Via')))
    return discard(verdict.reason)
  return verdict
}

function judgeMalformed({ reason, answer }: Malformed): Verdict {
  return answer === undefined ? discard(reason) : reject(answer, reason)
}

function judgeResponse({ headers }: SipResponse, { proxy }: Supports): Verdict {
  const problem = problemOfAll(headers)
  if (problem !== undefined) return discard(problem)
  if (proxy !== true) {
    // Another element's response (§8.1.3.3).
    return headers.count('Via') > 1 || splitList(headers.get('Via') ?? '').length > 1
      ? discard('the response has more than one Via')
      : accept
  }
  const next = secondVia(headers)
  if (next === 'malformed') return discard('the second Via is malformed')
  const to = next?.params.get('received') ?? next?.host
  return to === '255.255.255.255' ? discard('the response would go to everybody') : accept
}

function judgeRequest(request: SipRequest, supports: Supports): Verdict {
  const { method, headers } = request
  const problem = problemOfAll(headers) ?? problemOfContacts(request) ?? problemOfMaxForwards(headers)
  if (problem !== undefined) return reject(400, problem)
  const uri = parseUri(request.uri)
  if (!uri) return reject(400, 'the Request-URI is malformed')
  if (isSip(uri) && uri.headers !== undefined) return reject(400, 'the Request-URI has header fields')
  const known = supports.methods.includes(method)
  // Of an unknown method nobody can say what its CSeq should be; 501 outlives the extension (RFC 4475 §3.1.2.18).
  if (cseqOf(headers)?.method !== method)
    return known ? reject(400, 'CSeq is of another method') : reject(501, 'the method is unknown')
  if (!supports.schemes.includes(uri.scheme)) return reject(416, 'the URI scheme is not supported')
  return supports.proxy === true ? judgeToPassOn(headers, supports) : judgeToServe(request, known, supports)
}

/** A proxy's part, §16.3. */
function judgeToPassOn(headers: Headers, supports: Supports): Verdict {
  if (Number(headers.get('Max-Forwards') ?? 70) === 0) return reject(483, 'too many hops')
  return judgeOptions(headers, 'Proxy-Require', supports) ?? accept
}

/** A user agent server's part, §8.2, in its order. */
function judgeToServe(request: SipRequest, known: boolean, supports: Supports): Verdict {
  const { method, headers } = request
  if (!known) {
    const status = registered.includes(method) ? 405 : 501
    return reject(status, 'the method is not supported', [['Allow', supports.methods.join(', ')]])
  }
  // An address of record is a SIP URI (§10.2).
  if (method === 'REGISTER' && !isSip(parseUri(toOf(headers)?.uri ?? ''))) return reject(400, 'To is no SIP address')
  // Require does not count in them (§8.2.2.3).
  const options = method === 'ACK' || method === 'CANCEL' ? undefined : judgeOptions(headers, 'Require', supports)
  return options ?? judgeBody(request, supports)
}

function judgeOptions(
  headers: Headers,
  name: 'Require' | 'Proxy-Require',
  { extensions }: Supports,
): Verdict | undefined {
  if (!headers.has(name)) return undefined
  const unsupported = listOf(headers, name).filter((option) => !extensions.includes(option.toLowerCase()))
  if (unsupported.length === 0) return undefined
  return reject(420, 'an extension is not supported', [['Unsupported', unsupported.join(', ')]])
}

function judgeBody({ method, headers, body }: SipRequest, { contentTypes }: Supports): Verdict {
  const disposition = headers.get('Content-Disposition')
  if (body.length > 0 && (disposition === undefined || !/handling\s*=\s*optional/i.test(disposition))) {
    const encoded = headers.has('Content-Encoding')
    if (encoded && optionsOf(headers, 'Content-Encoding').some((encoding) => encoding !== 'identity'))
      return reject(415, 'the encoding is not supported', [['Accept-Encoding', 'identity']])
    // What comes without a type is left to whoever reads it.
    const type = headers.get('Content-Type')
    if (type !== undefined && !contentTypes.some((each) => covers(each, mediaTypeOf(type))))
      return reject(415, 'the type of the body is not supported', [['Accept', contentTypes.join(', ')]])
  }
  // An answer must be a type that the caller takes (§21.4.7); no Accept means SDP, an empty one means no body at all.
  if (method === 'INVITE' && headers.has('Accept')) {
    const ranges = listOf(headers, 'Accept').map(mediaTypeOf)
    if (!contentTypes.some((type) => ranges.some((range) => covers(range, type) || covers(type, range))))
      return reject(406, 'no body that we can make is accepted')
  }
  return accept
}

/** What every message must have, once and well-formed (§8.1.1, §20.1). */
function problemOfAll(headers: Headers): string | undefined {
  const twice = headers.repeated(single)
  if (twice !== undefined) return `${twice} is there twice`
  if (!topVia(headers)) return headers.has('Via') ? 'Via is malformed' : 'Via is missing'
  if (!wellFormed(fromOf(headers)?.uri)) return headers.has('From') ? 'From is malformed' : 'From is missing'
  if (!wellFormed(toOf(headers)?.uri)) return headers.has('To') ? 'To is malformed' : 'To is missing'
  if (!headers.get('Call-ID')) return 'Call-ID is missing'
  if (!cseqOf(headers)) return headers.has('CSeq') ? 'CSeq is malformed' : 'CSeq is missing'
  return undefined
}

function problemOfContacts({ method, headers }: SipRequest): string | undefined {
  if (!headers.has('Contact')) return undefined
  const contacts = contactsOf(headers)
  if (!contacts) return 'Contact is malformed'
  if (contacts.includes('*')) {
    return method === 'REGISTER' && contacts.length === 1 ? undefined : 'Contact has a * that may not stand there'
  }
  return contacts.every((contact) => contact === '*' || wellFormed(contact.uri)) ? undefined : 'Contact is malformed'
}

function problemOfMaxForwards(headers: Headers): string | undefined {
  // RFC 2543 did not have it.
  const given = headers.get('Max-Forwards')
  if (given === undefined) return undefined
  return /^\d{1,10}$/.test(given) && Number(given) <= 255 ? undefined : 'Max-Forwards is no number up to 255'
}

function secondVia(headers: Headers): Via | 'malformed' | undefined {
  const second = listOf(headers, 'Via')[1]
  return second === undefined ? undefined : (parseVia(second) ?? 'malformed')
}

function wellFormed(uri: string | undefined): boolean {
  return uri !== undefined && parseUri(uri) !== undefined
}

function mediaTypeOf(text: string): string {
  const end = text.indexOf(';')
  const type = (end < 0 ? text : text.slice(0, end)).toLowerCase()
  return type.includes(' ') || type.includes('\t') ? type.replace(/[ \t]/g, '') : type
}

function covers(range: string, type: string): boolean {
  return range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)))
}

function reject(status: number, reason: string, headers?: readonly Field[]): Verdict {
  return headers ? { is: 'reject', status, reason, headers } : { is: 'reject', status, reason }
}

function discard(reason: string): Verdict {
  return { is: 'discard', reason }
}

const accept: Verdict = { is: 'accept' }

/** Fields of which a second would be believed by one element and overlooked by another. */
const single: ReadonlySet<string> = new Set(
  [
    'From',
    'To',
    'Call-ID',
    'CSeq',
    'Max-Forwards',
    'Content-Type',
    'Event',
    'Expires',
    'Refer-To',
    'Replaces',
    'Session-Expires',
  ].map(headerKey),
)

/** Methods of RFCs: who does not support one knows what it is (405); any other is unknown (501). */
const registered = [
  'ACK',
  'BYE',
  'CANCEL',
  'INFO',
  'INVITE',
  'MESSAGE',
  'NOTIFY',
  'OPTIONS',
  'PRACK',
  'PUBLISH',
  'REFER',
  'REGISTER',
  'SUBSCRIBE',
  'UPDATE',
]
