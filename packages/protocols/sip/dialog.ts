// A dialog, RFC 3261 §12: who talks to whom, where requests in it go, and their numbers.
import { contactsOf, cseqOf, fromOf, listOf, parseNameAddr, toOf } from './header-values.ts'
import { Headers, type SipRequest, type SipResponse } from './message.ts'
import { isSip, parseUri } from './uri.ts'

export interface Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** From and To as they stand in our requests, with their tags. */
  readonly local: string
  readonly remote: string
  /** The last number that we used. */
  localCSeq: number
  /** The last number that the other side used. */
  remoteCSeq: number | undefined
  /** Where the other side wants requests: the URI of its Contact. */
  remoteTarget: string
  /** Route values, first hop first. */
  readonly routes: readonly string[]
}

/** The dialog that a response to our INVITE makes or confirms (§12.1.2); undefined where it makes none. */
export function dialogOfResponse(request: SipRequest, response: SipResponse): Dialog | undefined {
  const remoteTag = toOf(response.headers)?.params.get('tag')
  const localTag = fromOf(request.headers)?.params.get('tag')
  const target = targetOf(response.headers)
  if (!remoteTag || !localTag || target === undefined) return undefined
  return {
    callId: request.headers.get('Call-ID') as string,
    localTag,
    remoteTag,
    local: request.headers.get('From') as string,
    remote: response.headers.get('To') as string,
    localCSeq: cseqOf(request.headers)?.number as number,
    remoteCSeq: undefined,
    remoteTarget: target,
    routes: listOf(response.headers, 'Record-Route').reverse(),
  }
}

/** The dialog that our response to an INVITE makes (§12.1.1); undefined where the request has no usable Contact. */
export function dialogOfRequest(request: SipRequest, localTag: string): Dialog | undefined {
  const target = targetOf(request.headers)
  if (target === undefined) return undefined
  const cseq = cseqOf(request.headers)
  return {
    callId: request.headers.get('Call-ID') as string,
    localTag,
    // A peer of RFC 2543 has none.
    remoteTag: fromOf(request.headers)?.params.get('tag') ?? '',
    local: withTag(request.headers.get('To') as string, localTag),
    remote: request.headers.get('From') as string,
    localCSeq: 0,
    remoteCSeq: cseq?.number,
    remoteTarget: target,
    routes: listOf(request.headers, 'Record-Route'),
  }
}

/** A request in the dialog, without Via and Contact (§12.2.1.1). ACK repeats the INVITE's number, given as `cseq`. */
export function requestIn(dialog: Dialog, method: string, cseq?: number): SipRequest {
  const number = cseq ?? ++dialog.localCSeq
  const headers = new Headers()
  headers.append('Max-Forwards', '70')
  headers.append('From', dialog.local)
  headers.append('To', dialog.remote)
  headers.append('Call-ID', dialog.callId)
  headers.append('CSeq', `${number} ${method}`)
  const [first] = dialog.routes
  const firstUri = first === undefined ? undefined : parseUri(parseNameAddr(first)?.uri ?? '')
  if (first === undefined || !isSip(firstUri) || firstUri.params.has('lr')) {
    for (const route of dialog.routes) headers.append('Route', route)
    return { kind: 'request', method, uri: dialog.remoteTarget, headers, body: empty }
  }
  // A strict router (RFC 2543): it wants to be the Request-URI, and the target stands last.
  for (const route of [...dialog.routes.slice(1), `<${dialog.remoteTarget}>`]) headers.append('Route', route)
  return { kind: 'request', method, uri: parseNameAddr(first)?.uri as string, headers, body: empty }
}

/** The URI that the request is sent to (§8.1.2): its first route, or, before a strict router, the Request-URI. */
export function nextHopOf(request: SipRequest): string {
  const [route] = listOf(request.headers, 'Route')
  const text = route === undefined ? undefined : parseNameAddr(route)?.uri
  const uri = text === undefined ? undefined : parseUri(text)
  return text !== undefined && isSip(uri) && uri.params.has('lr') ? text : request.uri
}

/** Whether a request in the dialog is in order; it is noted then (§12.2.2). */
export function inOrder(dialog: Dialog, request: SipRequest): boolean {
  const number = cseqOf(request.headers)?.number
  if (number === undefined) return false
  if (request.method === 'ACK' || request.method === 'CANCEL') return true
  if (dialog.remoteCSeq !== undefined && number <= dialog.remoteCSeq) return false
  dialog.remoteCSeq = number
  return true
}

/** The target as the last INVITE, UPDATE or their 2xx told it (§12.2.1.2). */
export function refreshTarget(dialog: Dialog, headers: Headers): void {
  const target = targetOf(headers)
  if (target !== undefined) dialog.remoteTarget = target
}

export function withTag(address: string, tag: string): string {
  return parseNameAddr(address)?.params.has('tag') ? address : `${address};tag=${tag}`
}

function targetOf(headers: Headers): string | undefined {
  const [contact] = contactsOf(headers) ?? []
  return contact === undefined || contact === '*' || parseUri(contact.uri) === undefined ? undefined : contact.uri
}

const empty = new Uint8Array(0)
