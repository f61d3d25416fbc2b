// A subscription of somebody at us, RFC 6665 §4.2: what it is told, one NOTIFY at a time and in order, and its end.
import type { Millis } from '../common/index.ts'
import type { AgentEffect, Field, WatcherAct, WatcherEvent } from './agent-types.ts'
import { type Dialog, refreshTarget, requestIn } from './dialog.ts'
import { parseNumber } from './header-values.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { responseTo } from './responses.ts'

export interface WatcherNeeds {
  readonly contact: string
  readonly localTag: string
  readonly dialog: Dialog
  ask(request: SipRequest, now: Millis, effects: AgentEffect[]): void
  respond(transaction: string, response: SipResponse, now: Millis, effects: AgentEffect[]): void
  expireAt(at: Millis): () => void
  over(): void
}

type Notify = Extract<WatcherAct, { type: 'notify' }>

/**
 * asked: a SUBSCRIBE waits for `watch` or `refuse-watch`. active: it is told. ending: the user is asked for a last NOTIFY.
 * over: that NOTIFY is out, or nobody takes it.
 */
type State = 'asked' | 'active' | 'ending' | 'over'

export class Watcher {
  readonly id: string
  /** The event package with its parameters, as asked for first. */
  readonly event: string
  readonly #needs: WatcherNeeds
  #state: State = 'asked'
  #transaction: string
  #request: SipRequest
  #expires: (() => void) | undefined
  #expiresAt: Millis = 0
  #underWay = false
  readonly #queue: Notify[] = []

  constructor(id: string, transaction: string, request: SipRequest, needs: WatcherNeeds) {
    this.id = id
    this.#transaction = transaction
    this.#request = request
    this.#needs = needs
    this.event = request.method === 'REFER' ? 'refer' : (request.headers.get('Event') ?? '')
  }

  get dialog(): Dialog {
    return this.#needs.dialog
  }

  /** A first SUBSCRIBE, or a further one in its dialog, which is in order. */
  subscribed(
    transaction: string,
    request: SipRequest,
    first: boolean,
    session: string | undefined,
    now: Millis,
    effects: AgentEffect[],
  ): void {
    if (!first) refreshTarget(this.dialog, request.headers)
    this.#transaction = transaction
    this.#request = request
    const asked = parseNumber(request.headers.get('Expires')) ?? usualExpiresS
    if (!first && asked === 0) {
      this.#answer(0, now, effects)
      return this.#ending('unsubscribed', effects)
    }
    this.#tell(
      { type: 'asked', event: this.event, request, expiresS: asked, ...(session === undefined ? {} : { session }) },
      effects,
    )
  }

  /** The user takes it, for at most so long. */
  watch(expiresS: number, now: Millis, effects: AgentEffect[]): void {
    if (this.#state !== 'asked' && this.#state !== 'active') return
    const asked = parseNumber(this.#request.headers.get('Expires')) ?? usualExpiresS
    const granted = Math.min(asked, expiresS)
    this.#state = 'active'
    this.#answer(granted, now, effects)
    // Asked for once: the state that is owed now is the last.
    if (granted === 0) this.#state = 'ending'
  }

  refuse(status: number, headers: readonly Field[], now: Millis, effects: AgentEffect[]): void {
    const refusal = responseTo(this.#request, status, this.#needs.localTag, headers)
    this.#needs.respond(this.#transaction, refusal, now, effects)
    if (this.#state === 'asked') this.#over()
  }

  notify(act: Notify, now: Millis, effects: AgentEffect[]): void {
    if (this.#state === 'over' || this.#state === 'asked') return
    // Who does not take what it is told for so long is told only the last.
    if (this.#queue.length >= mostWaiting) this.#queue.shift()
    const last: Notify = { ...act, state: 'terminated', reason: act.reason ?? 'timeout' }
    this.#queue.push(this.#state === 'ending' ? last : act)
    if (act.state === 'terminated') this.#expires?.()
    this.#next(now, effects)
  }

  /** What became of a NOTIFY. `status` is undefined where nobody answered. */
  replied(status: number | undefined, now: Millis, effects: AgentEffect[]): void {
    this.#underWay = false
    if (this.#state === 'over') return
    if (status === undefined || status === 481 || status === 408) {
      const wasEnding = this.#state === 'ending'
      this.#over()
      if (!wasEnding) this.#tell({ type: 'ending', why: 'gone' }, effects)
      return
    }
    this.#next(now, effects)
  }

  expired(effects: AgentEffect[]): void {
    this.#ending('expired', effects)
  }

  #next(now: Millis, effects: AgentEffect[]): void {
    if (this.#underWay) return
    const act = this.#queue.shift()
    if (!act) return
    const request = requestIn(this.dialog, 'NOTIFY')
    const left = Math.max(0, Math.round((this.#expiresAt - now) / 1000))
    request.headers.append('Contact', `<${this.#needs.contact}>`)
    request.headers.append('Event', this.event)
    request.headers.append(
      'Subscription-State',
      act.state === 'terminated' ? `terminated;reason=${act.reason ?? 'noresource'}` : `${act.state};expires=${left}`,
    )
    if (act.body !== undefined) {
      request.headers.append('Content-Type', act.contentType ?? 'text/plain')
      request.body = new TextEncoder().encode(act.body)
    }
    this.#underWay = true
    // Before it is sent: the answer may come at once.
    if (act.state === 'terminated') this.#over()
    this.#needs.ask(request, now, effects)
  }

  #answer(expiresS: number, now: Millis, effects: AgentEffect[]): void {
    const { contact, localTag } = this.#needs
    const isReferral = this.#request.method === 'REFER'
    const fields: Field[] = [
      ['Contact', `<${contact}>`],
      ...(isReferral ? [] : ([['Expires', String(expiresS)]] as const)),
    ]
    const status = isReferral ? 202 : 200
    this.#needs.respond(this.#transaction, responseTo(this.#request, status, localTag, fields), now, effects)
    this.#expires?.()
    this.#expiresAt = now + expiresS * 1000
    if (expiresS > 0) this.#expires = this.#needs.expireAt(this.#expiresAt)
  }

  #ending(why: 'unsubscribed' | 'expired', effects: AgentEffect[]): void {
    if (this.#state !== 'active') return
    this.#state = 'ending'
    this.#tell({ type: 'ending', why }, effects)
  }

  #over(): void {
    this.#state = 'over'
    this.#queue.length = 0
    this.#expires?.()
    this.#needs.over()
  }

  #tell(event: WatcherEvent, effects: AgentEffect[]): void {
    effects.push({ type: 'watcher', watcher: this.id, event })
  }
}

const usualExpiresS = 3600
const mostWaiting = 64
