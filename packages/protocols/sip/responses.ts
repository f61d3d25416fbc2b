// Responses as every user agent makes them (RFC 3261 §8.2.6), and what text a message bears.
import type { Field } from './agent-types.ts'
import { toOf } from './header-values.ts'
import { Headers, type SipRequest, type SipResponse } from './message.ts'

/** A response with what every response copies (§8.2.6.2). */
export function responseTo(
  request: SipRequest,
  status: number,
  tag: string,
  extra: readonly Field[] = [],
  body?: string,
): SipResponse {
  const headers = new Headers()
  for (const via of request.headers.all('Via')) headers.append('Via', via)
  if (status > 100 && status < 300)
    for (const route of request.headers.all('Record-Route')) headers.append('Record-Route', route)
  headers.append('From', request.headers.get('From') ?? '')
  const to = request.headers.get('To') ?? ''
  headers.append('To', status === 100 || toOf(request.headers)?.params.has('tag') ? to : `${to};tag=${tag}`)
  headers.append('Call-ID', request.headers.get('Call-ID') ?? '')
  headers.append('CSeq', request.headers.get('CSeq') ?? '')
  for (const [name, value] of extra) headers.append(name, value)
  if (body !== undefined && !headers.has('Content-Type')) headers.append('Content-Type', 'application/sdp')
  return {
    kind: 'response',
    status,
    reason: reasons[status] ?? '',
    headers,
    body: body === undefined ? empty : new TextEncoder().encode(body),
  }
}

/** What INVITEs and their answers bear. */
export interface Description {
  readonly contentType: string
  /** Further fields of what bears one. */
  readonly fields: readonly Field[]
}

export const sdp: Description = { contentType: 'application/sdp', fields: [] }

/** The description that a message bears; undefined where it has none. */
export function textOf(
  { headers, body }: SipRequest | SipResponse,
  { contentType }: Description = sdp,
): string | undefined {
  if (body.length === 0) return undefined
  const type = headers.get('Content-Type')
  const isOther = type !== undefined && type.split(';')[0]?.trim().toLowerCase() !== contentType
  return isOther ? undefined : new TextDecoder().decode(body)
}

/** The fields of a message with that body. */
export function fieldsOf({ contentType, fields }: Description, body: string | undefined): readonly Field[] {
  return body === undefined ? [] : [['Content-Type', contentType], ...fields]
}

/** Option tags that we say we know (RFC 3261 §20.37). */
export const supportedOptions = 'timer, replaces, join, norefersub, 100rel, resource-priority'

const empty = new Uint8Array(0)

/** The reason phrases of RFC 3261 §21 and later. */
export const reasons: Record<number, string> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  417: 'Unknown Resource-Priority',
  420: 'Bad Extension',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
}
