// A subscription of ours, RFC 6665 §4.1: asked for, kept fresh, told of, ended. What it does when: subscription-tables.ts.
import type { Millis } from '../common/index.ts'
import type { AgentEffect, Cause, Field, SubscriptionAct, SubscriptionEnd, SubscriptionEvent } from './agent-types.ts'
import { type Dialog, dialogOfRequest, dialogOfResponse, inOrder, refreshTarget, requestIn } from './dialog.ts'
import { cseqOf, fromOf, parseNumber, parseValue, toOf } from './header-values.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { responseTo } from './responses.ts'
import {
  type SubscriptionAction,
  type SubscriptionSignal,
  type SubscriptionState,
  subscriptionTable,
} from './subscription-tables.ts'
import { T1 } from './transaction-tables.ts'

export type SubscriptionTimerName = 'refresh' | 'expired' | 'unnotified'

export interface SubscriptionNeeds {
  /** Sends a request; what becomes of it is told by `replied` or `failed`. */
  ask(request: SipRequest, now: Millis, effects: AgentEffect[]): void
  respond(transaction: string, response: SipResponse, now: Millis, effects: AgentEffect[]): void
  timer(name: SubscriptionTimerName, at: Millis): () => void
  roll(): number
  over(): void
}

type Subscribe = Extract<SubscriptionAct, { type: 'subscribe' }>

export class Subscription {
  readonly id: string
  readonly #needs: SubscriptionNeeds
  readonly #act: Subscribe
  readonly #timers = new Map<SubscriptionTimerName, () => void>()
  #request: SipRequest
  #state: SubscriptionState = 'asking'
  #dialog: Dialog | undefined
  /** What was granted last, and what a NOTIFY said of it. */
  #terms: { readonly expiresS?: number } = {}
  #end: SubscriptionEnd = { why: 'over' }
  #asksEnd = false

  constructor(act: Subscribe, request: SipRequest, needs: SubscriptionNeeds) {
    this.id = act.subscription
    this.#act = act
    this.#request = request
    this.#needs = needs
  }

  begin(now: Millis, effects: AgentEffect[]): void {
    this.#needs.ask(this.#request, now, effects)
  }

  unsubscribe(now: Millis, effects: AgentEffect[]): void {
    this.#end = { why: 'unsubscribed' }
    this.#signal('unsubscribe', undefined, now, effects)
  }

  /** Whether a NOTIFY of that sender is of this subscription: the first that comes makes the dialog (§4.4.1). */
  isWith(notify: SipRequest): boolean {
    return this.#dialog === undefined || this.#dialog.remoteTag === fromOf(notify.headers)?.params.get('tag')
  }

  notified(transaction: string, request: SipRequest, now: Millis, effects: AgentEffect[]): void {
    const tag = fromOf(this.#request.headers)?.params.get('tag') as string
    const respond = (status: number): void =>
      this.#needs.respond(transaction, responseTo(request, status, tag), now, effects)
    const state = parseValue(request.headers.get('Subscription-State') ?? '')
    if (!state || state.value === '') return respond(400)
    if (!this.#dialog) this.#dialog = { ...dialogOfRequest(request, tag), localCSeq: this.#cseq }
    else if (!inOrder(this.#dialog, request)) return respond(500)
    else refreshTarget(this.#dialog, request.headers)
    respond(200)
    const expiresS = parseNumber(state.params.get('expires'))
    this.#terms = expiresS === undefined ? {} : { expiresS }
    const word = state.value.toLowerCase()
    if (word === 'terminated' && this.#end.why !== 'unsubscribed') {
      const retryAfterS = parseNumber(state.params.get('retry-after'))
      this.#end = {
        why: 'terminated',
        reason: state.params.get('reason') ?? '',
        ...(retryAfterS === undefined ? {} : { retryAfterMs: retryAfterS * 1000 }),
      }
    }
    this.#signal(word === 'terminated' ? 'terminated' : 'notified', request, now, effects)
  }

  replied(response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    const { status, reason, headers } = response
    if (status < 200) return
    if (status < 300) {
      const tag = toOf(headers)?.params.get('tag')
      if (!this.#dialog && tag !== undefined) this.#dialog = dialogOfResponse(this.#request, response)
      else if (this.#dialog) refreshTarget(this.#dialog, headers)
      const expiresS = parseNumber(headers.get('Expires'))
      this.#terms = expiresS === undefined ? {} : { expiresS }
      this.#signal('2xx', undefined, now, effects)
      // Nothing is going to be told of a REFER (RFC 4488 §4).
      if (this.#act.method === 'REFER' && /^\s*false\b/i.test(headers.get('Refer-Sub') ?? ''))
        this.wake('unnotified', now, effects)
      return
    }
    const first = this.#state === 'asking'
    // Another answer to a refresh leaves what was granted standing (§4.1.2.2).
    if (!first && this.#state !== 'leaving' && !goneStatuses.includes(status)) return
    if (this.#end.why !== 'unsubscribed') this.#end = { why: 'refused', cause: { is: 'status', status, reason } }
    this.#signal(first || this.#state === 'leaving' ? 'refused' : 'failed', undefined, now, effects)
  }

  failed(cause: Cause, now: Millis, effects: AgentEffect[]): void {
    if (this.#end.why !== 'unsubscribed') this.#end = { why: 'refused', cause }
    this.#signal('failed', undefined, now, effects)
  }

  nextCSeq(): number {
    if (this.#dialog) return ++this.#dialog.localCSeq
    return this.#cseq + 1
  }

  sent(request: SipRequest): void {
    this.#request = request
  }

  wake(name: SubscriptionTimerName, now: Millis, effects: AgentEffect[]): void {
    this.#timers.delete(name)
    if (name === 'unnotified' && this.#end.why !== 'unsubscribed') this.#end = { why: 'silent' }
    this.#signal(name, undefined, now, effects)
  }

  get #cseq(): number {
    return cseqOf(this.#request.headers)?.number ?? 1
  }

  #signal(signal: SubscriptionSignal, notify: SipRequest | undefined, now: Millis, effects: AgentEffect[]): void {
    const cell = subscriptionTable[this.#state][signal]
    if (!cell) return
    const [next, ...actions] = cell
    this.#state = next
    for (const action of actions) this.#do(action, notify, now, effects)
    if (next !== 'ended') return
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    this.#needs.over()
  }

  #do(action: SubscriptionAction, notify: SipRequest | undefined, now: Millis, effects: AgentEffect[]): void {
    const tell = (event: SubscriptionEvent): void => {
      effects.push({ type: 'subscription', subscription: this.id, event })
    }
    switch (action) {
      case 'take-terms': {
        if (this.#state === 'active') this.#clear('unnotified')
        const { expiresS } = this.#terms
        if (expiresS === undefined) return
        this.#set('expired', now + expiresS * 1000)
        // A referral is told of until it is over, and not asked about again.
        if (expiresS > 0 && this.#act.method === undefined)
          this.#set('refresh', now + Math.max(1000, Math.round(expiresS * 1000 * (0.8 + this.#needs.roll() / 10))))
        return
      }
      case 'tell-notified': {
        const { headers, body } = notify as SipRequest
        return tell({
          type: 'notified',
          state: this.#state === 'ended' ? 'terminated' : stateIn(notify as SipRequest),
          contentType: headers.get('Content-Type') ?? '',
          body: new TextDecoder().decode(body),
        })
      }
      case 'tell-ended':
        return tell({ type: 'ended', end: this.#end })
      case 'ask-again':
        return this.#ask(this.#act.expiresS, now, effects)
      case 'ask-end':
        if (this.#asksEnd || !this.#dialog) return
        this.#asksEnd = true
        this.#clear('refresh', 'expired')
        return this.#ask(0, now, effects)
      case 'wait-for-notify':
        this.#set('unnotified', now + 64 * T1)
    }
  }

  #ask(expiresS: number, now: Millis, effects: AgentEffect[]): void {
    const request = requestIn(this.#dialog as Dialog, 'SUBSCRIBE')
    const { method: _, headers, ...act } = this.#act
    const asked = this.#act.method === undefined && headers !== undefined ? { ...act, headers } : act
    for (const [name, value] of subscribeFields(asked, expiresS)) request.headers.append(name, value)
    if (expiresS > 0 && this.#act.body !== undefined) request.body = new TextEncoder().encode(this.#act.body)
    this.#needs.ask(request, now, effects)
  }

  #set(name: SubscriptionTimerName, at: Millis): void {
    this.#clear(name)
    this.#timers.set(name, this.#needs.timer(name, at))
  }

  #clear(...names: SubscriptionTimerName[]): void {
    for (const name of names) {
      this.#timers.get(name)?.()
      this.#timers.delete(name)
    }
  }
}

/** The fields of every SUBSCRIBE of a subscription, and of a REFER. */
export function subscribeFields(
  { method, event, accept, contact, headers = [], body, contentType }: Subscribe,
  expiresS: number,
): Field[] {
  return [
    ['Contact', `<${contact}>`],
    ...(method === undefined ? ([['Event', event]] as const) : []),
    ...(accept === undefined ? [] : ([['Accept', accept]] as const)),
    ...(method === undefined ? ([['Expires', String(expiresS)]] as const) : []),
    ...headers,
    ...(body === undefined || expiresS === 0 ? [] : ([['Content-Type', contentType ?? 'text/plain']] as const)),
  ]
}

function stateIn(notify: SipRequest): 'pending' | 'active' {
  return /^\s*pending\b/i.test(notify.headers.get('Subscription-State') ?? '') ? 'pending' : 'active'
}

/** Answers in a dialog that say that it is no more (RFC 5057 §5.2, RFC 6665 §4.1.2.2). */
const goneStatuses = [404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]
