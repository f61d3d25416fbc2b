// Offers and answers in a confirmed session: re-INVITE (RFC 3261 §14) and UPDATE (RFC 3311), ours and the peer's, and glare.
import type { Engine, Millis } from '../common/index.ts'
import type { Body } from './agent-io.ts'
import { hopOfDialog, refreshTarget, requestWithin } from './dialog.ts'
import { cseqOf } from './header-values.ts'
import type { HeaderField, SipRequest, SipResponse } from './message.ts'
import { responseTo } from './replies.ts'
import {
  ackWithin,
  bodyOf,
  bytesOf,
  maybe,
  type Pending,
  type SessionEffect,
  type SessionFacts,
  typeOf,
  UnacknowledgedOk,
} from './session-parts.ts'
import { type OfferAction, type OfferSignal, type OfferState, type OfferTimer, offers } from './session-table.ts'
import { agreedByResponse, agreeWithRequest, minimumOf, type SessionTimer, timerHeaders } from './session-timer.ts'
import { StateTimers } from './state-timers.ts'
import { T1 } from './transaction-tables.ts'

export type NegotiationInput =
  /** `refresh` repeats our last description for the session timer's sake; its refusal is told to nobody. */
  | { readonly type: 'offer'; readonly body: Body; readonly why: 'asked' | 'refresh' }
  | { readonly type: 'answer'; readonly body: Body }
  | { readonly type: 'refuse'; readonly status?: number }
  | { readonly type: 'peer-request'; readonly pending: Pending }
  | { readonly type: 'peer-cancelled'; readonly transaction: string }
  | { readonly type: 'response'; readonly request: SipRequest; readonly response: SipResponse }
  | { readonly type: 'failed'; readonly why: string }
  | { readonly type: 'ack'; readonly request: SipRequest }

export type NegotiationEffect =
  | SessionEffect
  /** The session timer was agreed anew and runs from now. */
  | { readonly type: 'timer'; readonly timer: SessionTimer | undefined }
  /** The peer does not know or answer this dialog any more. */
  | { readonly type: 'lost'; readonly cause: 'dialog-lost' | 'no-ack'; readonly response?: SipResponse }

export class Negotiation implements Engine<NegotiationInput, NegotiationEffect> {
  #facts: SessionFacts
  #state: OfferState = 'stable'
  #timers = new StateTimers<OfferTimer>()
  /** Our offer that is out, or that waits for its turn. */
  #ours: { readonly body: Body; readonly why: 'asked' | 'refresh' } | undefined
  #next: { readonly body: Body; readonly why: 'asked' | 'refresh' } | undefined
  #pending: Pending | undefined
  #ok: UnacknowledgedOk | undefined
  #ack: { readonly sequence: number; readonly request: SipRequest } | undefined
  #answer: Body | undefined
  #refusal: { readonly status: number; readonly reason: string } = { status: 488, reason: '' }

  constructor(facts: SessionFacts) {
    this.#facts = facts
  }

  get state(): OfferState {
    return this.#state
  }

  get deadline(): Millis | undefined {
    return this.#timers.deadline
  }

  handle(input: NegotiationInput, now: Millis): NegotiationEffect[] {
    const effects: NegotiationEffect[] = []
    switch (input.type) {
      case 'offer': {
        const { body, why } = input
        if (this.#state === 'stable') {
          this.#ours = { body, why }
          this.#signal('offer', now, effects)
        } else if (this.#state === 'glare' && why === 'asked') this.#ours = { body, why }
        else if (why === 'asked') this.#next = { body, why }
        break
      }
      case 'answer':
        this.#answer = input.body
        this.#signal(this.#pending?.request.method === 'UPDATE' ? 'answer-update' : 'answer', now, effects)
        break
      case 'refuse':
        this.#refusal = { status: input.status ?? 488, reason: '' }
        this.#signal('refuse', now, effects)
        break
      case 'peer-request':
        this.#peerAsks(input.pending, now, effects)
        break
      case 'peer-cancelled':
        if (this.#pending?.transaction === input.transaction) this.#signal('withdrawn', now, effects)
        break
      case 'response':
        this.#response(input.request, input.response, now, effects)
        break
      case 'failed':
        if (input.why === 'timeout') effects.push({ type: 'lost', cause: 'dialog-lost' })
        else {
          this.#refusal = input.why === 'no-credentials' ? { status: 401, reason: '' } : { status: 503, reason: '' }
          this.#signal('refused', now, effects)
        }
        break
      case 'ack':
        if (this.#ok && cseqOf(input.request.headers)?.number === this.#ok.sequence) {
          this.#ok = undefined
          this.#answer = bodyOf(input.request)
          this.#signal('ack', now, effects)
        }
    }
    return effects
  }

  wake(now: Millis): NegotiationEffect[] {
    const effects: NegotiationEffect[] = []
    for (let timer = this.#timers.take(now); timer; timer = this.#timers.take(now)) this.#signal(timer, now, effects)
    return effects
  }

  /** What still waits when the session ends: the peer's request gets its final answer. */
  close(): NegotiationEffect[] {
    const effects: NegotiationEffect[] = []
    if (this.#pending && (this.#state === 'offered' || this.#state === 'wanted')) this.#reply(487, effects)
    this.#pending = undefined
    return effects
  }

  #peerAsks(pending: Pending, now: Millis, effects: NegotiationEffect[]): void {
    const agreement = agreeWithRequest(pending.request.headers, this.#facts.wish, this.#facts.running)
    if (agreement.is === 'too-small') {
      const response = responseTo(pending.request, 422, { headers: agreement.headers })
      effects.push({ type: 'respond', transaction: pending.transaction, response })
      return
    }
    const signal = bodyOf(pending.request) ? 'peer-offers' : 'peer-wants'
    const cell = offers.table[this.#state][signal]
    // One that is refused at once must not take the place of the one that waits.
    if (cell?.some((action) => action === 'send-491' || action === 'send-500')) {
      const busy = cell.includes('send-500')
      const headers = busy ? [{ name: 'Retry-After', value: String(Math.floor(this.#facts.dice.roll() * 11)) }] : []
      const response = responseTo(pending.request, busy ? 500 : 491, { headers })
      effects.push({ type: 'respond', transaction: pending.transaction, response })
      return
    }
    this.#pending = pending
    this.#ok = undefined
    this.#signal(signal, now, effects)
  }

  #response(request: SipRequest, response: SipResponse, now: Millis, effects: NegotiationEffect[]): void {
    const { status, headers } = response
    const dialog = this.#facts.dialog
    const sequence = cseqOf(request.headers)?.number ?? 0
    if (status < 200 || !dialog) return
    if (status < 300) {
      if (this.#ack?.sequence === sequence) {
        effects.push({ type: 'send', request: copyOf(this.#ack.request), hop: hopOfDialog(dialog) })
        return
      }
      refreshTarget(dialog, response)
      this.#answer = bodyOf(response)
      if (request.method === 'INVITE') {
        this.#ack = { sequence, request: ackWithin(dialog, request, sequence, undefined) }
      } else this.#ack = undefined
      effects.push({ type: 'timer', timer: agreedByResponse(headers) })
      this.#facts.lastLocal = this.#ours?.body ?? this.#facts.lastLocal
      this.#signal('agreed', now, effects)
    } else if (status === 491) this.#signal('met', now, effects)
    else if (status === 422 && this.#facts.wish.intervalS < (minimumOf(headers) ?? 0)) {
      const least = minimumOf(headers) ?? 0
      this.#facts.wish = { intervalS: least, minimumS: least }
      this.#act('send-offer', now, effects)
    } else if (status === 481 || status === 408) effects.push({ type: 'lost', cause: 'dialog-lost', response })
    else {
      this.#refusal = { status, reason: response.reason }
      this.#signal('refused', now, effects)
    }
  }

  #signal(signal: OfferSignal, now: Millis, effects: NegotiationEffect[]): void {
    const cell = offers.table[this.#state][signal]
    if (!cell) return
    const [next, ...actions] = cell
    if (next !== this.#state) {
      this.#state = next
      this.#timers.enter(offers.timers[next] ?? [], now, (timer) => this.#lengthOf(timer))
    }
    for (const action of actions) this.#act(action, now, effects)
  }

  #act(action: OfferAction, now: Millis, effects: NegotiationEffect[]): void {
    const { id, dialog } = this.#facts
    if (!dialog) return
    switch (action) {
      case 'send-offer':
        this.#sendOffer(effects)
        break
      case 'acknowledge-offer':
        if (this.#ack) effects.push({ type: 'send', request: copyOf(this.#ack.request), hop: hopOfDialog(dialog) })
        break
      case 'tell-settled':
      case 'tell-answer':
        effects.push({ type: 'tell', effect: { type: 'settled', session: id, ...maybe('body', this.#answer) } })
        break
      case 'tell-refused':
        if (this.#ours?.why === 'asked') {
          effects.push({ type: 'tell', effect: { type: 'offer-refused', session: id, ...this.#refusal } })
        }
        break
      case 'tell-offered': {
        const body = this.#pending && bodyOf(this.#pending.request)
        if (body) effects.push({ type: 'tell', effect: { type: 'offered', session: id, body } })
        break
      }
      case 'tell-wanted':
        effects.push({ type: 'tell', effect: { type: 'offer-wanted', session: id } })
        break
      case 'tell-withdrawn':
        effects.push({ type: 'tell', effect: { type: 'offer-withdrawn', session: id } })
        break
      case 'send-491':
      case 'send-500':
        // Answered in #peerAsks, where the request is at hand.
        break
      case 'send-487':
        this.#reply(487, effects)
        break
      case 'send-488':
        this.#reply(this.#refusal.status, effects)
        this.#refusal = { status: 488, reason: '' }
        break
      case 'send-answer':
        this.#sendAnswer(now, effects)
        break
      case 'repeat-2xx':
        if (!this.#ok) break
        effects.push({ type: 'respond', transaction: this.#ok.transaction, response: this.#ok.response })
        this.#timers.restart('repeat', now, this.#ok.next())
        break
      case 'lose':
        effects.push({ type: 'lost', cause: 'no-ack' })
        break
      case 'keep-offer':
        this.#next ??= this.#ours
        break
      case 'next-offer': {
        this.#ours = this.#next
        this.#next = undefined
        if (this.#ours) this.#signal('offer', now, effects)
      }
    }
  }

  #sendOffer(effects: NegotiationEffect[]): void {
    const { dialog, wish, running } = this.#facts
    if (!dialog || !this.#ours) return
    const body = this.#ours.body
    const headers = [...this.#common(), ...timerHeaders(wish, running), ...typeOf(body)]
    const request = requestWithin(dialog, 'INVITE', { headers, body: bytesOf(body) })
    const nextSequence = (): number => ++dialog.localSequence
    effects.push({
      type: 'exchange',
      use: `offer ${dialog.localSequence}`,
      request,
      hops: [hopOfDialog(dialog)],
      nextSequence,
    })
  }

  #sendAnswer(now: Millis, effects: NegotiationEffect[]): void {
    const pending = this.#pending
    const { dialog, wish, running } = this.#facts
    if (!pending || !dialog) return
    const agreement = agreeWithRequest(pending.request.headers, wish, running)
    const agreed = agreement.is === 'agreed' ? agreement : undefined
    const headers = [...this.#common(), ...(agreed?.headers ?? []), ...typeOf(this.#answer)]
    const response = responseTo(pending.request, 200, { headers, body: bytesOf(this.#answer) })
    refreshTarget(dialog, pending.request)
    this.#facts.lastLocal = this.#answer
    this.#pending = undefined
    effects.push({ type: 'respond', transaction: pending.transaction, response })
    effects.push({ type: 'timer', timer: agreed?.timer })
    if (pending.request.method !== 'INVITE') return
    this.#ok = new UnacknowledgedOk(pending.transaction, response, cseqOf(pending.request.headers)?.number ?? 0)
    this.#timers.restart('repeat', now, this.#ok.next())
  }

  #reply(status: number, effects: NegotiationEffect[]): void {
    if (!this.#pending) return
    const { transaction, request } = this.#pending
    effects.push({ type: 'respond', transaction, response: responseTo(request, status) })
    this.#pending = undefined
  }

  #common(): HeaderField[] {
    return [{ name: 'Contact', value: this.#facts.contact }, ...this.#facts.features]
  }

  #lengthOf(timer: OfferTimer): Millis | undefined {
    switch (timer) {
      case 'glare': {
        // RFC 3261 §14.1, in units of 10 ms: 2.1–4 s for the owner of the Call-ID, 0–2 s for the other.
        const roll = this.#facts.dice.roll()
        return this.#facts.role === 'uac' ? 2100 + Math.floor(roll * 191) * 10 : Math.floor(roll * 201) * 10
      }
      case 'decide':
        // Before the peer's transaction would give up.
        return 30_000
      case 'repeat':
        return undefined
      case 'no-ack':
        return 64 * T1
    }
  }
}

function copyOf(request: SipRequest): SipRequest {
  return { ...request, headers: request.headers.clone() }
}
