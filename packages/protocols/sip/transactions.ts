// The transaction layer, RFC 3261 §17 and §18.2: role-free, for user agents and proxies alike.
import { Deadlines, type Engine, type Millis } from '../common/index.ts'
import { cseqOf, fromOf, splitList, toOf, topVia, type Via, writeVia } from './header-values.ts'
import { Headers, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import {
  firstState,
  type Kind,
  type Signal,
  type State,
  T1,
  T2,
  type TimerName,
  tables,
  timerMs,
  timersOf,
} from './transaction-tables.ts'

/** Where a message goes to, or came from. */
export interface Hop {
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly address: string
  readonly port: number
  /** The host's name of an open connection; a message to a flow never opens another. */
  readonly flow?: string
}

export type TransactionInput =
  /** A message from the network. One that lacks what every message has is refused or dropped here. */
  | { readonly type: 'received'; readonly message: SipMessage; readonly hop: Hop }
  /** Begin a client transaction. The request bears its top Via with a branch that nobody used before. */
  | { readonly type: 'request'; readonly id: string; readonly request: SipRequest; readonly hop: Hop }
  /** Answer a server transaction. */
  | { readonly type: 'respond'; readonly id: string; readonly response: SipResponse }
  /** A client's user waits no longer: a cancelled INVITE that nobody answered (§9.1). */
  | { readonly type: 'abandon'; readonly id: string }
  /** The transport could not carry what the transaction sent. */
  | { readonly type: 'failed'; readonly id: string; readonly cause?: string }
  /** A connection broke, or an address refuses: whatever waits there waits in vain. */
  | { readonly type: 'hop-failed'; readonly hop: Hop; readonly cause?: string }

export type TransactionEffect =
  /** `id`: whom a failure is to be told to; a message without one is nobody's loss. */
  | { readonly type: 'send'; readonly message: SipMessage; readonly hop: Hop; readonly id?: string }
  /** A new request; to be answered by `respond`. `cancels` names the INVITE's transaction that a CANCEL is for. */
  | {
      readonly type: 'request'
      readonly id: string
      readonly request: SipRequest
      readonly hop: Hop
      readonly cancels?: string
    }
  /** The ACK to a 2xx: no transaction, nothing to answer. */
  | { readonly type: 'ack'; readonly request: SipRequest; readonly hop: Hop }
  | { readonly type: 'response'; readonly id: string; readonly response: SipResponse }
  /** A response that belongs to no transaction of ours: a proxy's late 2xx, or a stray. */
  | { readonly type: 'stray'; readonly response: SipResponse; readonly hop: Hop }
  | {
      readonly type: 'over'
      readonly id: string
      readonly why: 'done' | 'timeout' | 'transport-error'
      readonly cause?: string
    }

interface Transaction {
  readonly id: string
  readonly key: string
  readonly kind: Kind
  readonly hop: Hop
  state: State
  /** What may have to be sent again, or acknowledged: a client's request, a server's last response. */
  request: SipRequest | undefined
  response: SipResponse | undefined
  readonly timers: Map<TimerName, { readonly clear: () => void; readonly ms: number }>
}

export class TransactionLayer implements Engine<TransactionInput, TransactionEffect> {
  readonly #byKey = new Map<string, Transaction>()
  readonly #byId = new Map<string, Transaction>()
  readonly #byHop = new Map<string, Set<Transaction>>()
  readonly #deadlines = new Deadlines<Transaction, TimerName>()
  #served = 0

  get deadline(): Millis | undefined {
    return this.#deadlines.soonest
  }

  /** How many transactions there are. */
  get size(): number {
    return this.#byId.size
  }

  handle(input: TransactionInput, now: Millis): TransactionEffect[] {
    const effects: TransactionEffect[] = []
    switch (input.type) {
      case 'received':
        if (input.message.kind === 'request') this.#receiveRequest(input.message, input.hop, now, effects)
        else this.#receiveResponse(input.message, input.hop, now, effects)
        break
      case 'request': {
        const { id, request, hop } = input
        const kind = request.method === 'INVITE' ? 'invite-client' : 'client'
        const transaction = this.#begin(id, kind, clientKey(request), hop, request)
        effects.push({ type: 'send', message: request, hop, id })
        this.#enter(transaction, transaction.state, now, effects)
        break
      }
      case 'respond': {
        const transaction = this.#byId.get(input.id)
        if (transaction) this.#signal(transaction, classOf(input.response.status), now, effects, input.response)
        break
      }
      case 'abandon': {
        const transaction = this.#byId.get(input.id)
        if (transaction) this.#enter(transaction, 'terminated', now, effects)
        break
      }
      case 'failed': {
        const transaction = this.#byId.get(input.id)
        if (transaction) this.#signal(transaction, 'transport-error', now, effects, undefined, input.cause)
        break
      }
      case 'hop-failed':
        for (const transaction of [...(this.#byHop.get(hopKey(input.hop)) ?? [])]) {
          // A response may go by another connection (§18.2.2): that is tried when there is one to send.
          if (transaction.kind === 'invite-client' || transaction.kind === 'client')
            this.#signal(transaction, 'transport-error', now, effects, undefined, input.cause)
        }
    }
    return effects
  }

  wake(now: Millis): TransactionEffect[] {
    const effects: TransactionEffect[] = []
    for (let due = this.#deadlines.take(now); due; due = this.#deadlines.take(now)) {
      this.#signal(due.owner, due.name, now, effects)
    }
    return effects
  }

  #begin(id: string, kind: Kind, key: string, hop: Hop, request?: SipRequest): Transaction {
    const transaction: Transaction = {
      id,
      key,
      kind,
      hop,
      state: firstState[kind],
      request,
      response: undefined,
      timers: new Map(),
    }
    this.#byKey.set(key, transaction)
    this.#byId.set(id, transaction)
    const there = this.#byHop.get(hopKey(hop))
    if (there) there.add(transaction)
    else this.#byHop.set(hopKey(hop), new Set([transaction]))
    return transaction
  }

  #receiveRequest(request: SipRequest, hop: Hop, now: Millis, effects: TransactionEffect[]): void {
    const via = topVia(request.headers)
    if (!via) return
    markReceived(request, via, hop)
    if (!isWhole(request)) {
      if (request.method !== 'ACK')
        effects.push({ type: 'send', message: badRequest(request), hop: responseHop(via, hop) })
      return
    }
    const key = serverKey(request, via, request.method === 'ACK' ? 'INVITE' : request.method)
    const known = this.#byKey.get(key)
    if (known) {
      this.#signal(known, request.method === 'ACK' ? 'ack' : 'request', now, effects, undefined, undefined, {
        request,
        hop,
      })
      return
    }
    if (request.method === 'ACK') {
      effects.push({ type: 'ack', request, hop })
      return
    }
    const kind = request.method === 'INVITE' ? 'invite-server' : 'server'
    const transaction = this.#begin(`server-${++this.#served}`, kind, key, responseHop(via, hop))
    this.#enter(transaction, transaction.state, now, effects)
    const cancelled = request.method === 'CANCEL' ? this.#byKey.get(serverKey(request, via, 'INVITE')) : undefined
    effects.push({
      type: 'request',
      id: transaction.id,
      request,
      hop,
      ...(cancelled ? { cancels: cancelled.id } : {}),
    })
  }

  #receiveResponse(response: SipResponse, hop: Hop, now: Millis, effects: TransactionEffect[]): void {
    const via = topVia(response.headers)
    const cseq = cseqOf(response.headers)
    if (!via || !cseq || !fromOf(response.headers) || !toOf(response.headers)) return
    const transaction = this.#byKey.get(`c ${via.params.get('branch')} ${cseq.method}`)
    if (transaction) this.#signal(transaction, classOf(response.status), now, effects, response)
    else effects.push({ type: 'stray', response, hop })
  }

  #signal(
    transaction: Transaction,
    signal: Signal,
    now: Millis,
    effects: TransactionEffect[],
    response?: SipResponse,
    cause?: string,
    came?: { readonly request: SipRequest; readonly hop: Hop },
  ): void {
    const cell = tables[transaction.kind][transaction.state]?.[signal]
    if (!cell) return
    const [next, ...actions] = cell
    const { id, hop, request } = transaction
    for (const action of actions) {
      switch (action) {
        case 'resend':
          if (request ?? transaction.response)
            effects.push({ type: 'send', message: (request ?? transaction.response) as SipMessage, hop, id })
          break
        case 'again':
          this.#again(transaction, signal as TimerName, now)
          break
        case 'respond':
          transaction.response = response as SipResponse
          effects.push({ type: 'send', message: response as SipResponse, hop, id })
          break
        case 'deliver':
          if (came) effects.push({ type: 'ack', ...came })
          else effects.push({ type: 'response', id, response: response as SipResponse })
          break
        case 'ack':
          effects.push({ type: 'send', message: ackFor(request as SipRequest, response as SipResponse), hop })
          break
        case 'timeout':
          effects.push({ type: 'over', id, why: 'timeout' })
          break
        case 'failed':
          effects.push({ type: 'over', id, why: 'transport-error', ...(cause === undefined ? {} : { cause }) })
      }
    }
    if (next !== transaction.state) {
      const told = actions.includes('timeout') || actions.includes('failed')
      this.#enter(transaction, next, now, effects, told)
    }
  }

  /** Leaves the state, with its timers, and enters the next with its own. */
  #enter(transaction: Transaction, state: State, now: Millis, effects: TransactionEffect[], told = false): void {
    const starts = timersOf[transaction.kind][state] ?? []
    for (const [name, timer] of transaction.timers) {
      // F runs on from trying to proceeding, and E with it (RFC 3261 §17.1.2.2).
      if (starts.includes(name) && state === 'proceeding') continue
      timer.clear()
      transaction.timers.delete(name)
    }
    transaction.state = state
    // Most of a transaction's life is waiting for what nobody sends again: no message is held for that.
    if (!sendsAgain[transaction.kind].has(state)) {
      transaction.request = undefined
      transaction.response = undefined
    }
    if (state === 'terminated') {
      this.#byKey.delete(transaction.key)
      this.#byId.delete(transaction.id)
      const there = this.#byHop.get(hopKey(transaction.hop))
      there?.delete(transaction)
      if (there?.size === 0) this.#byHop.delete(hopKey(transaction.hop))
      if (!told) effects.push({ type: 'over', id: transaction.id, why: 'done' })
      return
    }
    const reliable = transaction.hop.transport !== 'udp'
    for (const name of starts) {
      const ms = timerMs(name, reliable)
      if (ms !== undefined && !transaction.timers.has(name)) this.#start(transaction, name, ms, now)
    }
  }

  #start(transaction: Transaction, name: TimerName, ms: number, now: Millis): void {
    transaction.timers.set(name, { ms, clear: this.#deadlines.set(now + ms, transaction, name) })
  }

  #again(transaction: Transaction, name: TimerName, now: Millis): void {
    const before = transaction.timers.get(name)?.ms ?? T1
    // A doubles for ever (it ends with B), E and G at most to T2; in proceeding E is T2 (RFC 3261 §17.1.2.2).
    const next = name === 'A' ? before * 2 : transaction.state === 'proceeding' ? T2 : Math.min(before * 2, T2)
    this.#start(transaction, name, next, now)
  }
}

/** The states in which a message may be sent again or acknowledged. */
const sendsAgain = Object.fromEntries(
  Object.entries(tables).map(([kind, table]) => [
    kind,
    new Set(
      Object.entries(table).flatMap(([state, row]) =>
        Object.values(row).some(([, ...actions]) => actions.includes('resend') || actions.includes('ack'))
          ? [state as State]
          : [],
      ),
    ),
  ]),
) as unknown as Record<Kind, ReadonlySet<State>>

/** Flows are names of the host's for the same three. */
function hopKey({ transport, address, port }: Hop): string {
  return `${transport} ${address} ${port}`
}

/** What every request must have (RFC 3261 §8.1.1); without it not even a dialog could be told. */
function isWhole({ method, headers }: SipRequest): boolean {
  return (
    cseqOf(headers)?.method === method &&
    headers.has('Call-ID') &&
    fromOf(headers) !== undefined &&
    toOf(headers) !== undefined
  )
}

function badRequest(request: SipRequest): SipResponse {
  const headers = new Headers()
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
    for (const value of request.headers.all(name)) headers.append(name, value)
  }
  return { kind: 'response', status: 400, reason: 'Bad Request', headers, body: new Uint8Array(0) }
}

function classOf(status: number): '1xx' | '2xx' | '3xx-6xx' {
  return status < 200 ? '1xx' : status < 300 ? '2xx' : '3xx-6xx'
}

function clientKey(request: SipRequest): string {
  return `c ${topVia(request.headers)?.params.get('branch')} ${request.method}`
}

/** RFC 3261 §17.2.3; without the magic cookie, RFC 2543's way: by what identifies the request itself. */
function serverKey(request: SipRequest, via: Via, method: string): string {
  const branch = via.params.get('branch')
  if (branch?.startsWith('z9hG4bK') && branch.length > 7) return `s ${branch} ${via.host}:${via.port ?? ''} ${method}`
  const { headers } = request
  // The tag of To is left out: an ACK bears the one that we gave, the INVITE did not.
  return `s2543 ${method} ${request.uri} ${headers.get('From')} ${headers.get('Call-ID')} ${cseqOf(headers)?.number} ${headers.get('Via')}`
}

/** Notes in the top Via where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4). */
function markReceived(request: SipRequest, via: Via, hop: Hop): void {
  const wantsPort = via.params.get('rport') === ''
  if (!wantsPort && via.host === hop.address) return
  const params = new Map(via.params)
  params.set('received', hop.address)
  if (wantsPort) params.set('rport', String(hop.port))
  const rows = splitList(request.headers.get('Via') as string)
  rows[0] = writeVia({ ...via, params })
  const others = request.headers.all('Via').slice(1)
  request.headers.set('Via', rows.join(', '))
  // `set` joins all rows of the name into one: the others are put back below it.
  for (const row of others) request.headers.set('Via', `${request.headers.get('Via')}, ${row}`)
}

/** Where responses go (RFC 3261 §18.2.2, RFC 3581 §4): over the connection that the request came on, else by the Via. */
export function responseHop(via: Via, hop: Hop): Hop {
  if (hop.transport !== 'udp') return hop
  const maddr = via.params.get('maddr')
  if (maddr !== undefined && maddr !== '') return { transport: 'udp', address: maddr, port: via.port ?? 5060 }
  if (via.params.has('rport')) return hop
  return { ...hop, port: via.port ?? 5060 }
}

/** The ACK to a final response other than 2xx: in the INVITE's transaction (RFC 3261 §17.1.1.3). */
function ackFor(invite: SipRequest, response: SipResponse): SipRequest {
  const headers = new Headers()
  const via = invite.headers.get('Via')
  if (via !== undefined) headers.append('Via', splitList(via)[0] as string)
  for (const route of invite.headers.all('Route')) headers.append('Route', route)
  headers.append('Max-Forwards', '70')
  headers.append('From', invite.headers.get('From') ?? '')
  headers.append('To', response.headers.get('To') ?? invite.headers.get('To') ?? '')
  headers.append('Call-ID', invite.headers.get('Call-ID') ?? '')
  headers.append('CSeq', `${cseqOf(invite.headers)?.number ?? 1} ACK`)
  return { kind: 'request', method: 'ACK', uri: invite.uri, headers, body: new Uint8Array(0) }
}
