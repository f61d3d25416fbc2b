// A dialog, RFC 3261 §12: who talks to whom, where requests in it go, and their numbers.
import type { Field } from './agent-types.ts'
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
  /** Route values, first hop first; the 2xx has the last word (§13.2.2.4). */
  routes: readonly string[]
}

/**
 * The dialog that a 2xx to our INVITE makes (§12.1.2). A peer of RFC 2543 gives no tag; one that gives no Contact is
 * reached where the INVITE reached it.
 */
export function dialogOfResponse(request: SipRequest, response: SipResponse): Dialog {
  return {
    callId: request.headers.get('Call-ID') as string,
    localTag: fromOf(request.headers)?.params.get('tag') as string,
    remoteTag: toOf(response.headers)?.params.get('tag') ?? '',
    local: request.headers.get('From') as string,
    remote: response.headers.get('To') as string,
    localCSeq: cseqOf(request.headers)?.number as number,
    remoteCSeq: undefined,
    remoteTarget: targetOf(response.headers) ?? request.uri,
    routes: listOf(response.headers, 'Record-Route').reverse(),
  }
}

/** The dialog that our response to an INVITE makes (§12.1.1). The INVITE has a Contact: without one it is refused. */
export function dialogOfRequest(request: SipRequest, localTag: string): Dialog {
  return {
    callId: request.headers.get('Call-ID') as string,
    localTag,
    // A peer of RFC 2543 has none.
    remoteTag: fromOf(request.headers)?.params.get('tag') ?? '',
    local: withTag(request.headers.get('To') as string, localTag),
    remote: request.headers.get('From') as string,
    localCSeq: 0,
    remoteCSeq: cseqOf(request.headers)?.number,
    remoteTarget: targetOf(request.headers) as string,
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

/** The ACK to a 2xx: with the number of the INVITE (§13.2.2.4) and its credentials (§22.1). */
export function ackIn(dialog: Dialog, invite: SipRequest): SipRequest {
  const ack = requestIn(dialog, 'ACK', cseqOf(invite.headers)?.number ?? 1)
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of invite.headers.all(name)) ack.headers.append(name, value)
  }
  return ack
}

/** The CANCEL of an INVITE as it was sent: it is found by its very Via (§9.1). */
export function cancelOf(invite: SipRequest, extra: readonly Field[]): SipRequest {
  const headers = new Headers()
  for (const name of ['Via', 'Max-Forwards', 'From', 'To', 'Call-ID', 'Route']) {
    for (const value of invite.headers.all(name)) headers.append(name, value)
  }
  headers.append('CSeq', `${cseqOf(invite.headers)?.number ?? 1} CANCEL`)
  for (const [name, value] of extra) headers.append(name, value)
  return { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: empty }
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
