// Messages made out of other messages: responses (RFC 3261 §8.2.6), ACK of a refusal (§17.1.1.3), CANCEL (§9.1).
import { type HeaderField, Headers, type SipRequest, type SipResponse } from './message.ts'

/** Via, From, To, Call-ID and CSeq of the request; Record-Route where a dialog may come of it. */
export function responseTo(
  request: SipRequest,
  status: number,
  options: {
    readonly reason?: string
    /** Added to To where it has none. */
    readonly toTag?: string
    readonly headers?: Iterable<HeaderField>
    readonly body?: Uint8Array
  } = {},
): SipResponse {
  const headers = new Headers()
  const formsDialog = status > 100 && status < 300
  for (const { name, value } of request.headers) {
    switch (name.length < 2 ? name.toLowerCase() : name) {
      case 'Via':
      case 'From':
      case 'Call-ID':
      case 'CSeq':
      case 'v':
      case 'f':
      case 'i':
        headers.append(name, value)
        break
      case 'To':
      case 't':
        headers.append(name, withTag(value, status > 100 ? options.toTag : undefined))
        break
      case 'Record-Route':
        if (formsDialog) headers.append(name, value)
        break
      case 'Timestamp':
        if (status === 100) headers.append(name, value)
        break
      default:
        copyOddSpelling(headers, name, value, formsDialog, status > 100 ? options.toTag : undefined)
    }
  }
  for (const { name, value } of options.headers ?? []) headers.append(name, value)
  return { kind: 'response', status, reason: options.reason ?? reasonOf(status), headers, body: options.body ?? none }
}

/** Same branch, so that it finds the transaction at the other side. */
export function ackFor(invite: SipRequest, response: SipResponse): SipRequest {
  const ack = sameTransaction(invite, 'ACK')
  const to = response.headers.get('To')
  if (to !== undefined) ack.headers.set('To', to)
  return ack
}

export function cancelFor(invite: SipRequest, headers: Iterable<HeaderField> = []): SipRequest {
  const cancel = sameTransaction(invite, 'CANCEL')
  for (const { name, value } of headers) cancel.headers.append(name, value)
  return cancel
}

/** A From or To value with a tag, unless it has one. */
export function withTag(address: string, tag: string | undefined): string {
  if (tag === undefined) return address
  const params = address.slice(address.lastIndexOf('>') + 1)
  return /;\s*tag\s*=/i.test(params) ? address : `${address};tag=${tag}`
}

/** The phrase of RFC 3261 §21 and later RFCs. */
export function reasonOf(status: number): string {
  return reasons[status] ?? reasons[Math.floor(status / 100) * 100] ?? 'Unknown'
}

function sameTransaction(invite: SipRequest, method: string): SipRequest {
  const headers = new Headers()
  const via = invite.headers.get('Via')
  if (via !== undefined) headers.append('Via', via)
  for (const route of invite.headers.all('Route')) headers.append('Route', route)
  headers.append('Max-Forwards', '70')
  for (const name of ['From', 'To', 'Call-ID']) headers.append(name, invite.headers.get(name) ?? '')
  const number = invite.headers.get('CSeq')?.split(/\s+/)[0] ?? '0'
  headers.append('CSeq', `${number} ${method}`)
  return { kind: 'request', method, uri: invite.uri, headers, body: none }
}

/** Header names in an unusual case: rare, and still to be answered. */
function copyOddSpelling(
  headers: Headers,
  name: string,
  value: string,
  dialog: boolean,
  tag: string | undefined,
): void {
  const lower = name.toLowerCase()
  if (lower === 'to') headers.append(name, withTag(value, tag))
  else if (lower === 'record-route' ? dialog : ['via', 'from', 'call-id', 'cseq'].includes(lower)) {
    headers.append(name, value)
  }
}

const none: Uint8Array = new Uint8Array(0)

const reasons: Record<number, string> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  199: 'Early Dialog Terminated',
  200: 'OK',
  202: 'Accepted',
  204: 'No Notification',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  305: 'Use Proxy',
  380: 'Alternative Service',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  412: 'Conditional Request Failed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  421: 'Extension Required',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  485: 'Ambiguous',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  493: 'Undecipherable',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
}
