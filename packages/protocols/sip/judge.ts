// Whether a message may be worked on: what RFC 3261 makes mandatory, and what to answer where it is missing (see RFC 4475).
import type { Field } from './agent-types.ts'
import {
  contactsOf,
  listOf,
  optionsOf,
  parseCSeq,
  parseNameAddr,
  parseNumber,
  parseVia,
  splitList,
} from './header-values.ts'
import type { Headers, SipMessage, SipRequest } from './message.ts'
import type { Malformed } from './parse.ts'
import { isSip, parseUri } from './uri.ts'

export interface Supports {
  /** Option tags that may stand in Require. */
  readonly extensions: readonly string[]
  /** Bodies of INVITE that are understood. */
  readonly contentTypes: readonly string[]
}

export type Verdict =
  | { readonly is: 'accept' }
  | { readonly is: 'reject'; readonly status: number; readonly reason: string; readonly headers?: readonly Field[] }
  /** Nobody can be told: a response, or an ACK. */
  | { readonly is: 'discard'; readonly reason: string }

export function judge(message: SipMessage | Malformed, supports: Supports): Verdict {
  if (message.kind === 'malformed') {
    if (message.method === undefined && !/version|request line/.test(message.reason))
      return { is: 'discard', reason: message.reason }
    return { is: 'reject', status: /version/.test(message.reason) ? 505 : 400, reason: message.reason }
  }
  const wrong = wrongInHeaders(message.headers)
  if (message.kind === 'response') {
    if (wrong !== undefined) return { is: 'discard', reason: wrong }
    // A user agent's own response has one Via, its own (§8.1.3.3).
    if (listOf(message.headers, 'Via').length > 1) return { is: 'discard', reason: 'the response went another way' }
    return accept
  }
  if (wrong !== undefined) return { is: 'reject', status: 400, reason: wrong }
  return judgeRequest(message, supports)
}

function judgeRequest(request: SipRequest, supports: Supports): Verdict {
  const { headers, method } = request
  if (parseCSeq(headers.get('CSeq') ?? '')?.method !== method) return bad('CSeq names another method')
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(request.uri)?.[1]?.toLowerCase()
  if (scheme === undefined || /[\s<>"]/.test(request.uri)) return bad('the Request-URI is malformed')
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel')
    return { is: 'reject', status: 416, reason: `the scheme ${scheme} is not known` }
  const uri = parseUri(request.uri)
  if (uri === undefined) return bad('the Request-URI is malformed')
  if (isSip(uri) && uri.headers !== undefined) return bad('the Request-URI bears headers')
  const maxForwards = headers.get('Max-Forwards')
  if (maxForwards !== undefined && parseNumber(maxForwards, 255) === undefined)
    return bad('Max-Forwards is out of range')
  if (contactsOf(headers) === undefined) return bad('a Contact is malformed')
  const unsupported = [...optionsOf(headers, 'Require'), ...optionsOf(headers, 'Proxy-Require')].filter(
    (tag) => !supports.extensions.includes(tag),
  )
  if (unsupported.length > 0 && method !== 'ACK' && method !== 'CANCEL') {
    return {
      is: 'reject',
      status: 420,
      reason: 'an extension is required that is not known',
      headers: [['Unsupported', unsupported.join(', ')]],
    }
  }
  const type = headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (method === 'INVITE' && request.body.length > 0 && type !== undefined && !supports.contentTypes.includes(type)) {
    return {
      is: 'reject',
      status: 415,
      reason: `${type} is not understood`,
      headers: [['Accept', supports.contentTypes.join(', ')]],
    }
  }
  return accept
}

/** What is wrong with the headers that every message must have, once each (§8.1.1). */
function wrongInHeaders(headers: Headers): string | undefined {
  for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
    const count = headers.count(name)
    if (count !== 1) return count === 0 ? `there is no ${name}` : `there are ${count} of ${name}`
  }
  if (headers.count('Max-Forwards') > 1) return 'there are several Max-Forwards'
  if (parseCSeq(headers.get('CSeq') ?? '') === undefined) return 'CSeq is malformed or out of range'
  if (!/^\S+$/.test(headers.get('Call-ID') ?? '')) return 'Call-ID is malformed'
  for (const name of ['From', 'To'])
    if (parseNameAddr(headers.get(name) ?? '') === undefined) return `${name} is malformed`
  const vias = headers.all('Via')
  if (vias.length === 0) return 'there is no Via'
  for (const row of vias) for (const via of splitList(row)) if (parseVia(via) === undefined) return 'a Via is malformed'
  return undefined
}

function bad(reason: string): Verdict {
  return { is: 'reject', status: 400, reason }
}

const accept: Verdict = { is: 'accept' }
