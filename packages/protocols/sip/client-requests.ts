// A request of ours on its way: where it goes (RFC 3263 §4.3), who must be told what became of it, and its challenges (§22.2).
import { Deadlines, type Dice, type Millis } from '../common/index.ts'
import type { AgentEffect, Cause, Field } from './agent-types.ts'
import { nextHopOf } from './dialog.ts'
import { type Auth, parseAuth } from './header-values.ts'
import { Headers, type SipRequest, type SipResponse } from './message.ts'
import type { Hop, TransactionEffect, TransactionLayer } from './transactions.ts'
import { isIPv4, isSip, parseUri } from './uri.ts'

export interface Outgoing {
  readonly id: string
  request: SipRequest
  /** Hops not tried yet. */
  hops: readonly Hop[]
  /** The hop that was tried last. */
  hop: Hop | undefined
  /** The transaction that carries it now; undefined while hops or credentials are waited for. */
  transaction: string | undefined
  challenged: number
  /** How it went, or goes, if it is too large for a datagram. */
  large: 'not-tried' | 'by-stream' | 'by-datagram'
  /** Whoever asked has given up: no further hop, no credentials. */
  givenUp: boolean
  /** Stops the wait for hops, for credentials, or for any answer where there is another hop. */
  patience: (() => void) | undefined
  /** The next number for a repeat with credentials; a dialog counts its own. */
  readonly nextCSeq: () => number
  readonly onResponse: (response: SipResponse, now: Millis, effects: AgentEffect[]) => void
  readonly onFailure: (cause: Cause, now: Millis, effects: AgentEffect[]) => void
  /** Told of the request as it is sent, for those who must repeat it or cancel it. */
  readonly onSent?: (request: SipRequest, hop: Hop) => void
}

export interface ClientRequestsOptions {
  readonly dice: Dice
  /** The sent-by of Via for a hop: our own address there. */
  readonly sentBy: (hop: Hop) => string
  readonly transactions: TransactionLayer
  /** Takes what the transaction layer wants done. */
  readonly pass: (effects: TransactionEffect[], now: Millis, into: AgentEffect[]) => void
}

export class ClientRequests {
  readonly #options: ClientRequestsOptions
  readonly #byId = new Map<string, Outgoing>()
  readonly #byTransaction = new Map<string, Outgoing>()
  readonly #patience = new Deadlines<Outgoing, 'hops' | 'credentials' | 'silent'>()
  #sent = 0

  constructor(options: ClientRequestsOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    return this.#patience.soonest
  }

  /** Hops or credentials that did not come in time do not come any more. */
  wake(now: Millis, effects: AgentEffect[]): void {
    for (let due = this.#patience.take(now); due; due = this.#patience.take(now)) {
      due.owner.patience = undefined
      if (due.name === 'silent') {
        this.#passOver(due.owner, now, effects)
        continue
      }
      this.#fail(due.owner, due.name === 'hops' ? { is: 'unresolved' } : { is: 'no-credentials' }, now, effects)
    }
  }

  get size(): number {
    return this.#byId.size
  }

  /** Sends a request without Via: to the hop given, else to whatever its address resolves to. */
  begin(
    outgoing: Omit<Outgoing, 'hops' | 'hop' | 'transaction' | 'challenged' | 'large' | 'givenUp' | 'patience'>,
    hop: Hop | undefined,
    now: Millis,
    effects: AgentEffect[],
    others: readonly Hop[] = [],
  ): void {
    const whole: Outgoing = {
      ...outgoing,
      hops: others,
      hop: undefined,
      transaction: undefined,
      challenged: 0,
      large: 'not-tried',
      givenUp: false,
      patience: undefined,
    }
    this.#byId.set(whole.id, whole)
    const known = hop ?? numericHop(nextHopOf(whole.request))
    if (known) this.#send(whole, known, now, effects)
    else {
      whole.patience = this.#patience.set(now + patienceMs, whole, 'hops')
      effects.push({ type: 'resolve', id: whole.id, uri: nextHopOf(whole.request) })
    }
  }

  resolved(id: string, hops: readonly Hop[], cause: string | undefined, now: Millis, effects: AgentEffect[]): void {
    const outgoing = this.#byId.get(id)
    if (!outgoing || outgoing.transaction !== undefined) return
    outgoing.patience?.()
    const [first, ...rest] = hops
    outgoing.hops = rest
    if (first) this.#send(outgoing, first, now, effects)
    else this.#fail(outgoing, { is: 'unresolved', ...(cause === undefined ? {} : { detail: cause }) }, now, effects)
  }

  /** Goes on with what is on its way and begins nothing new. Fails at once where nothing is on its way. */
  giveUp(id: string, now: Millis, effects: AgentEffect[]): void {
    const outgoing = this.#byId.get(id)
    if (!outgoing) return
    outgoing.givenUp = true
    if (outgoing.transaction === undefined) this.#fail(outgoing, { is: 'cancelled' }, now, effects)
  }

  /** Waits no longer for what becomes of a request. */
  abandon(id: string, now: Millis, effects: AgentEffect[]): void {
    const outgoing = this.#byId.get(id)
    if (!outgoing) return
    this.#forget(outgoing)
    const { transaction } = outgoing
    if (transaction === undefined) return
    const { transactions, pass } = this.#options
    pass(transactions.handle({ type: 'abandon', id: transaction }, now), now, effects)
  }

  credentials(id: string, header: Field | undefined, now: Millis, effects: AgentEffect[]): void {
    const outgoing = this.#byId.get(id)
    if (!outgoing?.hop || outgoing.transaction !== undefined) return
    if (!header) return this.#fail(outgoing, { is: 'no-credentials' }, now, effects)
    outgoing.patience?.()
    const { request } = outgoing
    request.headers.remove('Via')
    setCredentials(request, header)
    request.headers.set('CSeq', `${outgoing.nextCSeq()} ${request.method}`)
    // To the very server that asked for them.
    this.#send(outgoing, outgoing.hop, now, effects)
  }

  /** A response for one of our transactions; false where it is none of these. */
  response(transaction: string, response: SipResponse, now: Millis, effects: AgentEffect[]): boolean {
    const outgoing = this.#byTransaction.get(transaction)
    if (!outgoing) return false
    const { status } = response
    outgoing.patience?.()
    if (
      (status === 401 || status === 407) &&
      !outgoing.givenUp &&
      outgoing.challenged < mostChallenges &&
      this.#challenge(outgoing, response, now, effects)
    ) {
      return true
    }
    // 503 means: try the next server, if there is one (RFC 3263 §4.3).
    if (status === 503 && this.#tryNext(outgoing, now, effects)) return true
    // An INVITE may have several 2xx; it is forgotten with its transaction.
    if (status >= 200 && outgoing.request.method !== 'INVITE') this.#forget(outgoing)
    // It is not sent any more: what waits for other 2xx, half a minute, waits without it.
    else if (status >= 200) outgoing.request = answered
    outgoing.onResponse(response, now, effects)
    return true
  }

  over(
    transaction: string,
    why: 'done' | 'timeout' | 'transport-error',
    cause: string | undefined,
    now: Millis,
    effects: AgentEffect[],
  ): void {
    const outgoing = this.#byTransaction.get(transaction)
    if (!outgoing) return
    this.#byTransaction.delete(transaction)
    if (outgoing.transaction !== transaction) return
    if (why === 'done') this.#forget(outgoing)
    else if (!this.#tryNext(outgoing, now, effects)) {
      const end: Cause =
        why === 'timeout' ? { is: 'timeout' } : { is: 'transport', ...(cause === undefined ? {} : { detail: cause }) }
      this.#fail(outgoing, end, now, effects)
    }
  }

  #challenge(outgoing: Outgoing, response: SipResponse, now: Millis, effects: AgentEffect[]): boolean {
    const proxy = response.status === 407
    const challenges = response.headers
      .all(proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate')
      .map(parseAuth)
      .filter((auth): auth is Auth => auth !== undefined)
    if (challenges.length === 0) return false
    const { id, request, transaction } = outgoing
    const answered = realmsOf(request, proxy ? 'Proxy-Authorization' : 'Authorization')
    outgoing.challenged++
    outgoing.patience = this.#patience.set(now + patienceMs, outgoing, 'credentials')
    if (transaction !== undefined) this.#byTransaction.delete(transaction)
    outgoing.transaction = undefined
    effects.push({
      type: 'challenged',
      id,
      proxy,
      challenges,
      method: request.method,
      uri: request.uri,
      body: new TextDecoder().decode(request.body),
      again: challenges.some(({ params }) => answered.includes(params.get('realm') ?? '')),
    })
    return true
  }

  /** Nobody says anything there; the person who waits for it need not wait for the end of the transaction. */
  #passOver(outgoing: Outgoing, now: Millis, effects: AgentEffect[]): void {
    const { hop, transaction, hops, givenUp } = outgoing
    if (transaction === undefined || !hop || hops.length === 0 || givenUp) return
    const { transactions, pass } = this.#options
    outgoing.transaction = undefined
    this.#byTransaction.delete(transaction)
    pass(transactions.handle({ type: 'abandon', id: transaction }, now), now, effects)
    this.#tryNext(outgoing, now, effects)
  }

  #tryNext(outgoing: Outgoing, now: Millis, effects: AgentEffect[]): boolean {
    const [next, ...rest] = outgoing.hops
    if (!next || outgoing.givenUp) return false
    outgoing.patience?.()
    outgoing.hops = rest
    outgoing.request.headers.remove('Via')
    this.#send(outgoing, next, now, effects)
    return true
  }

  /**
   * What is too large for a datagram goes by TCP to the same place, and by UDP after all where nobody takes it there
   * (RFC 3261 §18.1.1).
   */
  #send(outgoing: Outgoing, to: Hop, now: Millis, effects: AgentEffect[]): void {
    let hop = to
    if (to.transport === 'udp' && outgoing.large !== 'by-datagram' && sizeOf(outgoing.request) > mostDatagramBytes) {
      if (outgoing.large === 'not-tried') outgoing.hops = [to, ...outgoing.hops]
      outgoing.large = outgoing.large === 'not-tried' ? 'by-stream' : 'by-datagram'
      if (outgoing.large === 'by-stream') hop = { transport: 'tcp', address: to.address, port: to.port }
    }
    const { dice, sentBy, transactions, pass } = this.#options
    const transaction = `client-${++this.#sent}`
    const request: SipRequest = { ...outgoing.request, headers: outgoing.request.headers.clone() }
    const via = `SIP/2.0/${hop.transport.toUpperCase()} ${sentBy(hop)};branch=z9hG4bK${dice.token(96)};rport`
    request.headers.prepend('Via', via)
    outgoing.transaction = transaction
    outgoing.hop = hop
    this.#byTransaction.set(transaction, outgoing)
    outgoing.onSent?.(request, hop)
    if (request.method === 'INVITE' && outgoing.hops.length > 0)
      outgoing.patience = this.#patience.set(now + silentMs, outgoing, 'silent')
    pass(transactions.handle({ type: 'request', id: transaction, request, hop }, now), now, effects)
  }

  #fail(outgoing: Outgoing, cause: Cause, now: Millis, effects: AgentEffect[]): void {
    this.#forget(outgoing)
    outgoing.onFailure(cause, now, effects)
  }

  #forget(outgoing: Outgoing): void {
    outgoing.patience?.()
    this.#byId.delete(outgoing.id)
  }
}

/** About what it takes on the wire; Via comes on top of it. */
function sizeOf({ uri, headers, body }: SipRequest): number {
  let size = uri.length + body.length + 120
  for (const { name, value } of headers) size += name.length + value.length + 4
  return size
}

/** In place of what was given for the same realm; proxies of other realms keep theirs (RFC 3261 §22.3). */
function setCredentials(request: SipRequest, [name, value]: Field): void {
  const realm = realmOf(value)
  const others = request.headers.all(name).filter((each) => realmOf(each) !== realm)
  request.headers.remove(name)
  for (const each of [...others, value]) request.headers.append(name, each)
}

function realmsOf(request: SipRequest, name: string): string[] {
  return request.headers.all(name).map(realmOf)
}

function realmOf(credentials: string): string {
  return parseAuth(credentials)?.params.get('realm') ?? ''
}

/** The hop of a URI that needs no look-up: a numeric address (RFC 3263 §4.1, §4.2). */
export function numericHop(text: string): Hop | undefined {
  const uri = parseUri(text)
  if (!isSip(uri)) return undefined
  const host = uri.params.get('maddr') ?? uri.host
  const ipv6 = host.startsWith('[')
  if (!ipv6 && !isIPv4(host)) return undefined
  const transport = transportOf(uri.params.get('transport'), uri.scheme)
  if (!transport) return undefined
  return {
    transport,
    address: ipv6 ? host.slice(1, -1) : host,
    port: uri.port ?? (transport === 'tls' ? 5061 : 5060),
  }
}

/** The hop of a URI; the open connection that the call came by, where it leads to the same place. */
export function flowTo(uri: string, used: Hop | undefined): Hop | undefined {
  const hop = numericHop(uri)
  if (!hop || !used) return hop
  const same = hop.transport === used.transport && hop.address === used.address && hop.port === used.port
  return same ? used : hop
}

function transportOf(named: string | undefined, scheme: 'sip' | 'sips'): Hop['transport'] | undefined {
  const transport = named?.toLowerCase()
  if (scheme === 'sips')
    return transport === undefined || transport === 'tcp' || transport === 'tls' ? 'tls' : undefined
  if (transport === undefined) return 'udp'
  return transport === 'udp' || transport === 'tcp' || transport === 'tls' ? transport : undefined
}

const answered: SipRequest = {
  kind: 'request',
  method: 'INVITE',
  uri: '',
  headers: new Headers(),
  body: new Uint8Array(0),
}
/** Two proxies and a server that each ask, and once more for a stale nonce. */
const mostChallenges = 4
/** RFC 3261 §18.1.1, where the path's MTU is not known. */
const mostDatagramBytes = 1300
/** How long an INVITE waits for any answer where another server could take it: it was sent four times by then (RFC 3261 §17.1.1.2). */
const silentMs: Millis = 4000
/** How long hops or credentials may take. */
const patienceMs: Millis = 32_000
