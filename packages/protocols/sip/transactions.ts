// The transaction layer, RFC 3261 §17: matches messages to transactions and walks their tables. Knows no roles.
// Left out: moving a large request from UDP to TCP (§18.1.1), which is the owner's choice of hop.
import type { Dice, Engine, Millis } from '../common/index.ts'
import { type Deadline, Deadlines } from './deadlines.ts'
import { cseqOf, fromOf, topVia, type Via } from './header-values.ts'
import { type Hop, hopKey, isReliable } from './hop.ts'
import type { HeaderField, SipMessage, SipRequest, SipResponse } from './message.ts'
import { ackFor, cancelFor, responseTo } from './replies.ts'
import {
  type Action,
  client,
  duration,
  inviteClient,
  inviteServer,
  type Machine,
  type Signal,
  type State,
  server,
  T2,
  type Timer,
} from './transaction-tables.ts'
import { magicCookie, markReceived, newBranch, responseHop, viaOf } from './via.ts'

export type TransactionInput =
  | { readonly type: 'received'; readonly message: SipMessage; readonly hop: Hop }
  /** Begins a client transaction. Its id is the branch, from `newBranch`. The layer adds Via. */
  | { readonly type: 'request'; readonly branch: string; readonly request: SipRequest; readonly hop: Hop }
  /** Sends a request that has no transaction: the ACK of a 2xx. The layer adds Via. */
  | { readonly type: 'send'; readonly request: SipRequest; readonly hop: Hop }
  | { readonly type: 'respond'; readonly transaction: string; readonly response: SipResponse }
  /** Cancels an INVITE client transaction, as soon as that may be (RFC 3261 §9.1). */
  | { readonly type: 'cancel'; readonly transaction: string; readonly headers?: readonly HeaderField[] }
  | { readonly type: 'send-failed'; readonly transaction: string }
  | { readonly type: 'hop-failed'; readonly hop: Hop }

export type TransactionEffect =
  /** `transaction` names it in `send-failed`. */
  | { readonly type: 'send'; readonly message: SipMessage; readonly hop: Hop; readonly transaction?: string }
  /** A new server transaction; a CANCEL names the INVITE that it is for, where there is one. */
  | {
      readonly type: 'request'
      readonly transaction: string
      readonly request: SipRequest
      readonly hop: Hop
      readonly cancels?: string
    }
  /** The ACK of a 2xx: it belongs to no transaction. */
  | { readonly type: 'ack'; readonly request: SipRequest; readonly hop: Hop }
  | { readonly type: 'response'; readonly transaction: string; readonly response: SipResponse; readonly hop: Hop }
  /** A response that nobody waits for: a proxy forwards it, a user agent drops it. */
  | { readonly type: 'stray-response'; readonly response: SipResponse; readonly hop: Hop }
  /** Told exactly once for each transaction, after everything else of it. */
  | { readonly type: 'over'; readonly transaction: string; readonly how: 'done' | 'timeout' | 'transport-error' }

export interface TransactionOptions {
  /** Host and port for Via of what goes to that hop: `192.0.2.1:5060`. */
  readonly sentBy: (hop: Hop) => string
  readonly dice: Dice
  /** Server transactions at a time; a request beyond them gets 503. */
  readonly mostServers?: number
}

export class TransactionLayer implements Engine<TransactionInput, TransactionEffect> {
  #options: TransactionOptions
  #clients = new Map<string, Transaction>()
  #servers = new Map<string, Transaction>()
  #byHop = new Map<string, Set<Transaction>>()
  #deadlines = new Deadlines<Running>()

  constructor(options: TransactionOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    return this.#deadlines.next
  }

  /** Transactions that are not over. */
  get size(): number {
    return this.#clients.size + this.#servers.size
  }

  handle(input: TransactionInput, now: Millis): TransactionEffect[] {
    const effects: TransactionEffect[] = []
    switch (input.type) {
      case 'received':
        if (input.message.kind === 'request') this.#requestCame(input.message, input.hop, now, effects)
        else this.#responseCame(input.message, input.hop, now, effects)
        break
      case 'request': {
        const { branch, request, hop } = input
        request.headers.prepend('Via', viaOf(hop, this.#options.sentBy(hop), branch))
        this.#startClient(branch, request, hop, now, effects)
        break
      }
      case 'send': {
        const { request, hop } = input
        request.headers.prepend('Via', viaOf(hop, this.#options.sentBy(hop), newBranch(this.#options.dice)))
        effects.push({ type: 'send', message: request, hop })
        break
      }
      case 'respond': {
        const transaction = this.#servers.get(input.transaction)
        if (transaction) this.#signal(transaction, `send-${classOf(input.response)}`, now, effects, input.response)
        break
      }
      case 'cancel': {
        const transaction = this.#clients.get(input.transaction)
        if (!transaction) break
        transaction.cancelHeaders = input.headers ?? []
        this.#signal(transaction, 'cancel', now, effects)
        break
      }
      case 'send-failed': {
        const transaction = this.#clients.get(input.transaction) ?? this.#servers.get(input.transaction)
        if (transaction) this.#signal(transaction, 'transport-error', now, effects)
        break
      }
      case 'hop-failed':
        for (const transaction of [...(this.#byHop.get(hopKey(input.hop)) ?? [])]) {
          this.#signal(transaction, 'transport-error', now, effects)
        }
    }
    return effects
  }

  wake(now: Millis): TransactionEffect[] {
    const effects: TransactionEffect[] = []
    for (;;) {
      const due = this.#deadlines.take(now)
      if (!due) return effects
      const { transaction, timer } = due.item
      this.#signal(transaction, timer, now, effects, undefined, due.item)
    }
  }

  #requestCame(request: SipRequest, hop: Hop, now: Millis, effects: TransactionEffect[]): void {
    const via = markReceived(request.headers, hop)
    if (!via) return
    const cseq = cseqOf(request.headers)
    if (cseq?.method !== request.method || !request.headers.has('Call-ID') || !fromOf(request.headers)) {
      if (request.method !== 'ACK') this.#stateless(request, 400, via, hop, effects)
      return
    }
    const id = serverId(request, via, cseq.number, request.method === 'ACK' ? 'INVITE' : request.method)
    const known = this.#servers.get(id)
    if (request.method === 'ACK') {
      // The ACK of a 2xx has a branch of its own; one from before RFC 3261 may share it and finds the accepted INVITE.
      if (known && known.state !== 'accepted') this.#signal(known, 'ack', now, effects)
      else effects.push({ type: 'ack', request, hop })
      return
    }
    if (known) return this.#signal(known, 'request', now, effects)
    if (this.#servers.size >= (this.#options.mostServers ?? 100_000)) {
      return this.#stateless(request, 503, via, hop, effects)
    }
    const machine = request.method === 'INVITE' ? inviteServer : server
    const transaction = newTransaction(id, machine, request, responseHop(via, hop))
    this.#servers.set(id, transaction)
    this.#begin(transaction, now)
    const cancels = request.method === 'CANCEL' ? serverId(request, via, cseq.number, 'INVITE') : undefined
    effects.push({
      type: 'request',
      transaction: id,
      request,
      hop,
      ...(cancels !== undefined && this.#servers.has(cancels) ? { cancels } : {}),
    })
  }

  #responseCame(response: SipResponse, hop: Hop, now: Millis, effects: TransactionEffect[]): void {
    const branch = topVia(response.headers)?.params.get('branch')
    const method = cseqOf(response.headers)?.method
    if (branch === undefined || method === undefined) return
    const transaction = this.#clients.get(method === 'CANCEL' ? cancelId(branch) : branch)
    if (transaction?.request.method !== method) effects.push({ type: 'stray-response', response, hop })
    else this.#signal(transaction, classOf(response), now, effects, response)
  }

  #startClient(id: string, request: SipRequest, hop: Hop, now: Millis, effects: TransactionEffect[]): void {
    if (this.#clients.has(id)) throw new Error(`There is a transaction of that branch already: ${id}`)
    const transaction = newTransaction(id, request.method === 'INVITE' ? inviteClient : client, request, hop)
    this.#clients.set(id, transaction)
    this.#begin(transaction, now)
    effects.push({ type: 'send', message: request, hop, transaction: id })
  }

  #begin(transaction: Transaction, now: Millis): void {
    const key = hopKey(transaction.hop)
    const others = this.#byHop.get(key)
    if (others) others.add(transaction)
    else this.#byHop.set(key, new Set([transaction]))
    for (const timer of transaction.machine.timers[transaction.state] ?? []) this.#start(transaction, timer, now)
  }

  /** One step of the table. `response` is what a response signal brings, `fired` the timer that rang. */
  #signal(
    transaction: Transaction,
    signal: Signal,
    now: Millis,
    effects: TransactionEffect[],
    response?: SipResponse,
    fired?: Running,
  ): void {
    if (fired) transaction.running = transaction.running.filter((each) => each !== fired)
    const cell = transaction.machine.table[transaction.state]?.[signal]
    if (!cell) return
    const [next, ...actions] = cell
    this.#enter(transaction, next, now)
    for (const action of actions) this.#act(transaction, action, now, effects, response, fired)
    // A timer of no length rings within the step that started it.
    for (const each of transaction.running) {
      if (each.interval === 0) {
        this.#deadlines.remove(each.entry as Deadline<Running>)
        return this.#signal(transaction, each.timer, now, effects, undefined, each)
      }
    }
  }

  #enter(transaction: Transaction, next: State, now: Millis): void {
    if (next === transaction.state) return
    transaction.state = next
    const wanted = transaction.machine.timers[next] ?? []
    for (const each of transaction.running) {
      if (!wanted.includes(each.timer)) this.#deadlines.remove(each.entry as Deadline<Running>)
    }
    const before = transaction.running
    transaction.running = before.filter((each) => wanted.includes(each.timer))
    for (const timer of wanted) {
      if (!before.some((each) => each.timer === timer)) this.#start(transaction, timer, now)
    }
    if (next === 'terminated') this.#forget(transaction)
  }

  #act(
    transaction: Transaction,
    action: Action,
    now: Millis,
    effects: TransactionEffect[],
    response: SipResponse | undefined,
    fired: Running | undefined,
  ): void {
    const { id, hop, request } = transaction
    switch (action) {
      case 'repeat': {
        const message = isServer(transaction) ? transaction.response : request
        if (message) effects.push({ type: 'send', message, hop, transaction: id })
        break
      }
      case 'double':
        if (fired) this.#start(transaction, fired.timer, now, fired.interval * 2)
        break
      case 'double-to-T2':
        if (fired) this.#start(transaction, fired.timer, now, Math.min(fired.interval * 2, T2))
        break
      case 'restart-T2':
        if (fired) this.#start(transaction, fired.timer, now, T2)
        break
      case 'deliver':
        if (response && !transaction.quiet) effects.push({ type: 'response', transaction: id, response, hop })
        break
      case 'acknowledge':
        if (response) effects.push({ type: 'send', message: ackFor(request, response), hop, transaction: id })
        break
      case 'send-cancel': {
        const cancel = cancelFor(request, transaction.cancelHeaders)
        this.#startClient(cancelId(id), cancel, hop, now, effects)
        const started = this.#clients.get(cancelId(id))
        if (started) started.quiet = true
        break
      }
      case 'respond':
        transaction.response = response
        if (response) effects.push({ type: 'send', message: response, hop, transaction: id })
        break
      case 'send-100':
        transaction.response = responseTo(request, 100)
        effects.push({ type: 'send', message: transaction.response, hop, transaction: id })
        break
      case 'over-done':
        if (!transaction.quiet) effects.push({ type: 'over', transaction: id, how: 'done' })
        break
      case 'over-timeout':
        if (!transaction.quiet) effects.push({ type: 'over', transaction: id, how: 'timeout' })
        break
      case 'over-transport-error':
        if (!transaction.quiet) effects.push({ type: 'over', transaction: id, how: 'transport-error' })
    }
  }

  #start(transaction: Transaction, timer: Timer, now: Millis, given?: Millis): void {
    const interval = given ?? duration(timer, isReliable(transaction.hop))
    if (interval === undefined) return
    const running: Running = { transaction, timer, interval }
    running.entry = this.#deadlines.add(now + interval, running)
    transaction.running.push(running)
  }

  #forget(transaction: Transaction): void {
    ;(isServer(transaction) ? this.#servers : this.#clients).delete(transaction.id)
    const key = hopKey(transaction.hop)
    const others = this.#byHop.get(key)
    others?.delete(transaction)
    if (others?.size === 0) this.#byHop.delete(key)
  }

  #stateless(request: SipRequest, status: number, via: Via, hop: Hop, effects: TransactionEffect[]): void {
    effects.push({ type: 'send', message: responseTo(request, status), hop: responseHop(via, hop) })
  }
}

interface Transaction {
  readonly id: string
  readonly machine: Machine
  readonly request: SipRequest
  readonly hop: Hop
  state: State
  running: Running[]
  /** The last response that a server sent. */
  response: SipResponse | undefined
  cancelHeaders: readonly HeaderField[]
  /** A CANCEL: nobody wants to hear of it. */
  quiet: boolean
}

interface Running {
  readonly transaction: Transaction
  readonly timer: Timer
  readonly interval: Millis
  entry?: Deadline<Running>
}

function newTransaction(id: string, machine: Machine, request: SipRequest, hop: Hop): Transaction {
  const state = machine.initial
  return { id, machine, request, hop, state, running: [], response: undefined, cancelHeaders: [], quiet: false }
}

function isServer(transaction: Transaction): boolean {
  return transaction.machine === inviteServer || transaction.machine === server
}

function classOf(response: SipResponse): '1xx' | '2xx' | '3xx-6xx' {
  if (response.status < 200) return '1xx'
  return response.status < 300 ? '2xx' : '3xx-6xx'
}

function cancelId(branch: string): string {
  return `${branch} CANCEL`
}

/** RFC 3261 §17.2.3. To's tag stays out: an ACK has one where its INVITE had none. */
function serverId(request: SipRequest, via: Via, cseq: number, method: string): string {
  const branch = via.params.get('branch')
  const sentBy = `${via.host}:${via.port ?? ''}`
  if (branch?.startsWith(magicCookie)) return `${branch} ${sentBy} ${method}`
  const from = fromOf(request.headers)?.params.get('tag') ?? ''
  return `${request.uri} ${from} ${request.headers.get('Call-ID')} ${cseq} ${sentBy};${branch ?? ''} ${method}`
}
