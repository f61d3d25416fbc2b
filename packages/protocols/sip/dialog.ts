// A dialog as data, RFC 3261 §12: tags, sequence numbers, route set, remote target.
import { cseqOf, fromOf, listOf, type NameAddr, parseNameAddr, toOf } from './header-values.ts'
import type { Hop } from './hop.ts'
import { type HeaderField, Headers, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import { withTag } from './replies.ts'
import { isIPv4, isIPv6, isSip, parseUri } from './uri.ts'

export interface Dialog {
  state: 'early' | 'confirmed'
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** From of what we send, with its tag. */
  readonly local: string
  /** To of what we send, with its tag. */
  readonly remote: string
  /** The last number that we used; 0 before any. */
  localSequence: number
  /** The last number that the peer used; -1 before any. */
  remoteSequence: number
  /** Where requests are addressed to: the peer's last Contact. */
  target: string
  /** Route values of what we send, first hop first. */
  routes: readonly string[]
  /** The way that its first message went or came. */
  hop: Hop
}

/** The dialog that a response to our INVITE or SUBSCRIBE makes (§12.1.2); undefined where it lacks what a dialog needs. */
export function dialogOfResponse(request: SipRequest, response: SipResponse, hop: Hop): Dialog | undefined {
  const remote = response.headers.get('To')
  const local = request.headers.get('From')
  const localTag = fromOf(request.headers)?.params.get('tag')
  const remoteTag = toOf(response.headers)?.params.get('tag')
  const callId = request.headers.get('Call-ID')
  const target = contactOf(response.headers)
  if (remote === undefined || local === undefined || localTag === undefined || callId === undefined) return undefined
  // A peer of RFC 2543 has no tag; a 2xx without Contact is answered where the INVITE went.
  return {
    state: response.status < 200 ? 'early' : 'confirmed',
    callId,
    localTag,
    remoteTag: remoteTag ?? '',
    local,
    remote,
    localSequence: cseqOf(request.headers)?.number ?? 0,
    remoteSequence: -1,
    target: target ?? request.uri,
    routes: listOf(response.headers, 'Record-Route').reverse(),
    hop,
  }
}

/** The dialog that a received INVITE or SUBSCRIBE makes (§12.1.1); undefined where it has no Contact to answer to. */
export function dialogOfRequest(request: SipRequest, localTag: string, hop: Hop): Dialog | undefined {
  const to = request.headers.get('To')
  const from = request.headers.get('From')
  const callId = request.headers.get('Call-ID')
  const target = contactOf(request.headers)
  if (to === undefined || from === undefined || callId === undefined || target === undefined) return undefined
  return {
    state: 'early',
    callId,
    localTag,
    remoteTag: fromOf(request.headers)?.params.get('tag') ?? '',
    local: withTag(to, localTag),
    remote: from,
    localSequence: 0,
    remoteSequence: cseqOf(request.headers)?.number ?? -1,
    target,
    routes: listOf(request.headers, 'Record-Route'),
    hop,
  }
}

/** A request within the dialog (§12.2.1.1), with loose or strict routing. ACK repeats the INVITE's `sequence`. */
export function requestWithin(
  dialog: Dialog,
  method: string,
  options: {
    readonly sequence?: number
    readonly headers?: Iterable<HeaderField>
    readonly body?: Uint8Array
  } = {},
): SipRequest {
  const sequence = options.sequence ?? ++dialog.localSequence
  const headers = new Headers()
  let uri = dialog.target
  let routes = dialog.routes
  const [first] = routes
  if (first !== undefined && !isLoose(first)) {
    // A strict router wants to be the Request-URI, and the target to be last.
    uri = parseNameAddr(first)?.uri ?? dialog.target
    routes = [...routes.slice(1), `<${dialog.target}>`]
  }
  for (const route of routes) headers.append('Route', route)
  headers.append('Max-Forwards', '70')
  headers.append('From', dialog.local)
  headers.append('To', dialog.remote)
  headers.append('Call-ID', dialog.callId)
  headers.append('CSeq', `${sequence} ${method}`)
  for (const { name, value } of options.headers ?? []) headers.append(name, value)
  return { kind: 'request', method, uri, headers, body: options.body ?? new Uint8Array(0) }
}

/** Whether a request of the peer is in order; a lower number than the last is answered 500 (§12.2.2). Notes the number. */
export function takesSequence(dialog: Dialog, request: SipRequest): boolean {
  const number = cseqOf(request.headers)?.number
  if (number === undefined || number <= dialog.remoteSequence) return false
  dialog.remoteSequence = number
  return true
}

/** After an INVITE, UPDATE or its 2xx the peer may be elsewhere (§12.2). */
export function refreshTarget(dialog: Dialog, message: SipMessage): void {
  const target = contactOf(message.headers)
  if (target !== undefined) dialog.target = target
}

/** Where a request of the dialog goes first. A name is not looked up: the way that brought the dialog leads there. */
export function hopOfDialog(dialog: Dialog): Hop {
  const [route] = dialog.routes
  const next = route === undefined ? dialog.target : (parseNameAddr(route)?.uri ?? dialog.target)
  const uri = parseUri(next)
  if (!isSip(uri)) return dialog.hop
  const host = uri.params.get('maddr') ?? uri.host
  const address = host.startsWith('[') ? host.slice(1, -1) : host
  if (!isIPv4(address) && !isIPv6(address)) return dialog.hop
  const named = uri.params.get('transport')?.toLowerCase()
  const secure = uri.scheme === 'sips' || named === 'tls'
  const transport = secure ? 'tls' : named === 'tcp' ? 'tcp' : named === 'udp' ? 'udp' : dialog.hop.transport
  const port = uri.port ?? (transport === 'tls' ? 5061 : 5060)
  const known = dialog.hop
  // The same peer over the same transport: its open connection serves, whatever port that has at the far side.
  if (known.flow !== undefined && known.transport === transport && known.address === address) return known
  if (known.address === address && known.port === port && known.transport === transport) return known
  return { transport, address, port }
}

/** A key of the dialogs that a message can belong to. */
export function dialogKey(callId: string, localTag: string): string {
  return `${callId} ${localTag}`
}

function contactOf(headers: Headers): string | undefined {
  const [first] = listOf(headers, 'Contact')
  const contact: NameAddr | undefined = first === undefined ? undefined : parseNameAddr(first)
  return contact?.uri
}

function isLoose(route: string): boolean {
  const uri = parseUri(parseNameAddr(route)?.uri ?? '')
  return isSip(uri) && uri.params.has('lr')
}
