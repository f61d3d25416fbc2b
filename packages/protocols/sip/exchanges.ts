// A request seen through to its end: hop after hop (RFC 3263 §4.3), and past challenges (RFC 3261 §22).
import type { Dice, Engine, Millis } from '../common/index.ts'
import { Deadlines, type Deadline } from './deadlines.ts'
import type { Challenge, CredentialsHeader } from './digest.ts'
import { cseqOf } from './header-values.ts'
import type { Hop } from './hop.ts'
import type { HeaderField, SipRequest, SipResponse } from './message.ts'
import { newBranch } from './via.ts'

export type ExchangeInput =
  | {
      readonly type: 'start'
      readonly id: string
      /** Without Via. */
      readonly request: SipRequest
      readonly hops: readonly Hop[]
      /** The dialog's next number; outside of dialogs the request's own plus one. */
      readonly nextSequence?: () => number
    }
  | { readonly type: 'cancel'; readonly id: string; readonly headers?: readonly HeaderField[] }
  | { readonly type: 'response'; readonly branch: string; readonly response: SipResponse; readonly hop: Hop }
  | { readonly type: 'over'; readonly branch: string; readonly how: 'done' | 'timeout' | 'transport-error' }
  | { readonly type: 'credentials'; readonly challenge: string; readonly headers: readonly CredentialsHeader[] }
  | { readonly type: 'no-credentials'; readonly challenge: string }

export type ExchangeEffect =
  | { readonly type: 'transact'; readonly branch: string; readonly request: SipRequest; readonly hop: Hop }
  | { readonly type: 'cancel'; readonly branch: string; readonly headers: readonly HeaderField[] }
  | ({ readonly type: 'challenged'; readonly challenge: string; readonly hop: Hop } & Challenge)
  /** `request` is what was sent last. A 2xx of an INVITE may come several times. */
  | {
      readonly type: 'response'
      readonly id: string
      readonly request: SipRequest
      readonly response: SipResponse
      readonly hop: Hop
    }
  | { readonly type: 'failed'; readonly id: string; readonly why: ExchangeFailure; readonly response?: SipResponse }
  /** Nothing more comes of it: the last effect of each. */
  | { readonly type: 'gone'; readonly id: string }

export type ExchangeFailure = 'timeout' | 'transport-error' | 'no-credentials' | 'cancelled'

export class Exchanges implements Engine<ExchangeInput, ExchangeEffect> {
  #dice: Dice
  #byId = new Map<string, Exchange>()
  #byBranch = new Map<string, Exchange>()
  #deadlines = new Deadlines<Exchange>()

  constructor(dice: Dice) {
    this.#dice = dice
  }

  get deadline(): Millis | undefined {
    return this.#deadlines.next
  }

  get size(): number {
    return this.#byId.size
  }

  handle(input: ExchangeInput, now: Millis): ExchangeEffect[] {
    switch (input.type) {
      case 'start': {
        const { id, request, hops, nextSequence } = input
        if (this.#byId.has(id)) throw new Error(`There is a request of that id already: ${id}`)
        const exchange: Exchange = {
          id,
          request,
          hops,
          nextSequence,
          at: 0,
          branch: '',
          sent: request,
          is: 'trying',
          credentials: [],
          challenges: 0,
        }
        this.#byId.set(id, exchange)
        return this.#attempt(exchange)
      }
      case 'cancel':
        return this.#cancel(input.id, input.headers ?? [])
      case 'response':
        return this.#response(input.branch, input.response, input.hop, now)
      case 'over':
        return this.#over(input.branch, input.how)
      case 'credentials': {
        const exchange = this.#asking(input.challenge)
        if (!exchange) return []
        exchange.credentials = input.headers
        exchange.request = withCredentials(exchange.request, input.headers)
        this.#renumber(exchange)
        return this.#attempt(exchange)
      }
      case 'no-credentials': {
        const exchange = this.#asking(input.challenge)
        return exchange ? this.#fail(exchange, 'no-credentials') : []
      }
    }
  }

  wake(now: Millis): ExchangeEffect[] {
    const effects: ExchangeEffect[] = []
    for (let due = this.#deadlines.take(now); due; due = this.#deadlines.take(now)) {
      effects.push(...this.#fail(due.item, 'no-credentials'))
    }
    return effects
  }

  #attempt(exchange: Exchange): ExchangeEffect[] {
    const hop = exchange.hops[exchange.at]
    if (!hop) return this.#fail(exchange, 'transport-error')
    exchange.is = 'trying'
    exchange.branch = newBranch(this.#dice)
    exchange.sent = { ...exchange.request, headers: exchange.request.headers.clone() }
    this.#byBranch.set(exchange.branch, exchange)
    return [{ type: 'transact', branch: exchange.branch, request: exchange.sent, hop }]
  }

  #response(branch: string, response: SipResponse, hop: Hop, now: Millis): ExchangeEffect[] {
    const exchange = this.#byBranch.get(branch)
    if (!exchange || exchange.branch !== branch) return []
    const { id, sent } = exchange
    if (exchange.is === 'trying' && response.status >= 200) {
      const asked = response.status === 401 || response.status === 407
      if (asked && exchange.challenges < mostChallenges && !exchange.cancelled) {
        exchange.is = 'asking'
        exchange.challenges++
        exchange.refusal = response
        exchange.waiting = this.#deadlines.add(now + patienceMs, exchange)
        const { method, uri, body } = sent
        return [{ type: 'challenged', challenge: id, hop, response, method, uri, body, sent: exchange.credentials }]
      }
      // RFC 3263 §4.3: a server that cannot serve is as good as none.
      if (response.status === 503 && exchange.at + 1 < exchange.hops.length && !exchange.cancelled) {
        exchange.at++
        this.#renumber(exchange)
        return this.#attempt(exchange)
      }
      exchange.is = 'done'
    }
    return [{ type: 'response', id, request: sent, response, hop }]
  }

  #over(branch: string, how: 'done' | 'timeout' | 'transport-error'): ExchangeEffect[] {
    const exchange = this.#byBranch.get(branch)
    this.#byBranch.delete(branch)
    if (!exchange || exchange.branch !== branch) return []
    if (exchange.is === 'done' && this.#byId.delete(exchange.id)) return [{ type: 'gone', id: exchange.id }]
    if (exchange.is !== 'trying' || how === 'done') return []
    if (exchange.cancelled) return this.#fail(exchange, 'cancelled')
    exchange.at++
    if (exchange.at >= exchange.hops.length) return this.#fail(exchange, how)
    this.#renumber(exchange)
    return this.#attempt(exchange)
  }

  #cancel(id: string, headers: readonly HeaderField[]): ExchangeEffect[] {
    const exchange = this.#byId.get(id)
    if (!exchange || exchange.is === 'done') return []
    exchange.cancelled = true
    if (exchange.is === 'asking') return this.#fail(exchange, 'cancelled')
    return [{ type: 'cancel', branch: exchange.branch, headers }]
  }

  #fail(exchange: Exchange, why: ExchangeFailure): ExchangeEffect[] {
    if (exchange.waiting) this.#deadlines.remove(exchange.waiting)
    exchange.is = 'done'
    this.#byId.delete(exchange.id)
    const { id, refusal } = exchange
    return [
      { type: 'failed', id, why, ...(refusal ? { response: refusal } : {}) },
      { type: 'gone', id },
    ]
  }

  #asking(challenge: string): Exchange | undefined {
    const exchange = this.#byId.get(challenge)
    if (exchange?.is !== 'asking') return undefined
    if (exchange.waiting) this.#deadlines.remove(exchange.waiting)
    exchange.waiting = undefined
    return exchange
  }

  /** A new attempt is a new request (RFC 3261 §8.1.3.5). */
  #renumber(exchange: Exchange): void {
    const { request } = exchange
    const number = exchange.nextSequence?.() ?? (cseqOf(request.headers)?.number ?? 0) + 1
    const headers = request.headers.clone().set('CSeq', `${number} ${request.method}`)
    exchange.request = { ...request, headers }
  }
}

interface Exchange {
  readonly id: string
  request: SipRequest
  readonly hops: readonly Hop[]
  readonly nextSequence: (() => number) | undefined
  /** The hop that is tried. */
  at: number
  branch: string
  sent: SipRequest
  is: 'trying' | 'asking' | 'done'
  credentials: readonly CredentialsHeader[]
  challenges: number
  cancelled?: boolean
  refusal?: SipResponse
  waiting?: Deadline<Exchange> | undefined
}

function withCredentials(request: SipRequest, credentials: readonly CredentialsHeader[]): SipRequest {
  const headers = request.headers.clone().remove('Authorization').remove('Proxy-Authorization')
  for (const { name, value } of credentials) headers.append(name, value)
  return { ...request, headers }
}

/** A chain of proxies may each ask once, and once more for a stale nonce. */
const mostChallenges = 6
/** How long the owner may take to answer a challenge. */
const patienceMs: Millis = 32_000
