// Offers, answers and refreshes in a session's dialog: RFC 3264, RFC 6337, RFC 3261 §14, and the session timers of RFC 4028.
import type { Millis } from '../common/index.ts'
import type { AgentEffect, Cause, Field, SessionEvent } from './agent-types.ts'
import { ackIn, type Dialog, refreshTarget, requestIn } from './dialog.ts'
import { contactsOf, cseqOf, optionsOf } from './header-values.ts'
import type { Headers, SipRequest, SipResponse } from './message.ts'
import { fieldsOf, responseTo, supportedOptions, textOf } from './responses.ts'
import type { SessionNeeds, SessionTimerName } from './session-needs.ts'
import { type ExchangeAction, type ExchangeSignal, type ExchangeState, exchangeTable } from './session-tables.ts'
import {
  isTooSmall,
  type SessionTimer,
  smallestMinSE,
  timerDelayMs,
  timerForResponse,
  timerOfResponse,
  writeSessionExpires,
} from './session-timer.ts'
import { T1, T2 } from './transaction-tables.ts'

export interface ExchangeNeeds
  extends Pick<SessionNeeds, 'abandon' | 'allow' | 'ask' | 'contact' | 'describes' | 'expiresS' | 'respond'> {
  readonly localTag: string
  readonly dialog: () => Dialog
  roll(): number
  sendAck(request: SipRequest, effects: AgentEffect[]): void
  emit(event: SessionEvent, effects: AgentEffect[]): void
  set(name: SessionTimerName, at: Millis): void
  clear(...names: SessionTimerName[]): void
  /** They answered in the dialog, so they have got our 2xx. */
  proved(now: Millis, effects: AgentEffect[]): void
  /** Nobody answers in the dialog (`lost`), or nobody knows it there (`gone`). */
  ends(how: 'lost' | 'gone', cause: Cause, now: Millis, effects: AgentEffect[]): void
}

/** A request of theirs that may bear an offer. */
interface Theirs {
  readonly transaction: string
  readonly request: SipRequest
}

interface Given {
  readonly body?: string | undefined
  readonly status?: number
  readonly response?: SipResponse
  readonly theirs?: Theirs
}

export class Exchange {
  readonly #needs: ExchangeNeeds
  #state: ExchangeState = 'stable'
  /** Whether we made the Call-ID: who did waits longer after a 491 (§14.1). */
  readonly #weCalled: boolean
  /** What we described last, agreed on or offered first. */
  #agreed: string | undefined
  /** Our offer on its way, or kept until it may be sent. */
  #offered: string | undefined
  #theirs: Theirs | undefined
  /** Our 2xx that waits for its ACK. */
  #accepted:
    | { readonly transaction: string; readonly response: SipResponse; readonly until?: Millis; delayMs: Millis }
    | undefined
  /** Our offer on its way: its name, and as it was sent. */
  #asked: { readonly name: string; sent?: SipRequest } | undefined
  /** An offer that they may have answered to where we are no more: they wait for its ACK. */
  #unsure: SipRequest | undefined
  /** The ACK to the last 2xx to an offer of ours, sent again when that comes again (§13.2.2.4). */
  #ack: { readonly request: SipRequest; readonly cseq: number } | undefined
  #timer: SessionTimer | undefined
  #peer: { readonly updates: boolean; readonly timers: boolean } = { updates: false, timers: false }
  /** How often ours was put off in a row. */
  #putOff = 0
  /** The least interval that they take, in seconds. */
  minSE: number = smallestMinSE

  constructor(needs: ExchangeNeeds, begun: { readonly offer: string } | Theirs) {
    this.#needs = needs
    this.#weCalled = 'offer' in begun
    if ('offer' in begun) this.#agreed = begun.offer
    else {
      this.#theirs = begun
      this.#state = textOf(begun.request, needs.describes) === undefined ? 'they-want-offer' : 'they-offer'
      this.#note(begun.request.headers)
    }
  }

  /** Our re-INVITE goes out, under the number that it has now. */
  sent(request: SipRequest): void {
    if (this.#asked) this.#asked.sent = request
  }

  /** Our INVITE was answered. */
  confirmed(response: SipResponse, now: Millis): void {
    this.#note(response.headers)
    this.#timer = timerOfResponse(response.headers)
    this.#startTimer(now)
  }

  /** A re-INVITE or UPDATE of theirs. */
  request(transaction: string, request: SipRequest, now: Millis, effects: AgentEffect[]): void {
    const theirs = { transaction, request }
    if (isTooSmall(request.headers))
      return this.#respond(theirs, 422, now, effects, [['Min-SE', String(smallestMinSE)]])
    const kind = request.method === 'INVITE' ? 'invite' : 'update'
    // Where both offer at once each waits (§14.1); not where ours cannot be answered any more.
    const [contact] = contactsOf(request.headers) ?? []
    if (contact && contact !== '*' && contact.uri !== this.#needs.dialog().remoteTarget)
      this.handle('they-moved', {}, now, effects)
    this.handle(
      textOf(request, this.#needs.describes) === undefined ? `${kind}-without-offer` : kind,
      { theirs },
      now,
      effects,
    )
  }

  /** False where no 2xx of ours waits for this ACK. */
  acknowledged(request: SipRequest, now: Millis, effects: AgentEffect[]): boolean {
    const waiting = this.#accepted
    if (!waiting || cseqOf(request.headers)?.number !== cseqOf(waiting.response.headers)?.number) return false
    this.#accepted = undefined
    this.handle('ack', { body: textOf(request, this.#needs.describes) }, now, effects)
    return true
  }

  cancelled(transaction: string, now: Millis, effects: AgentEffect[]): void {
    if (transaction === this.#theirs?.transaction) this.handle('cancel', { status: 487 }, now, effects)
  }

  /** A response to our re-INVITE, sent as `sent`, or to our refreshing UPDATE. */
  replied(
    purpose: 'offer' | 'refresh',
    sent: SipRequest,
    response: SipResponse,
    now: Millis,
    effects: AgentEffect[],
  ): void {
    const { status, reason, headers } = response
    if (status < 200) return
    if (status === 481 || status === 408)
      return this.#needs.ends('gone', { is: 'status', status, reason }, now, effects)
    if (purpose === 'refresh') {
      if (status < 300) this.#refreshed(headers, now)
      else {
        // Who does not take it is refreshed by INVITE the next time.
        this.#peer = { ...this.#peer, updates: false }
        this.#startTimer(now)
      }
      return
    }
    this.#asked = undefined
    if (status < 300) {
      const cseq = cseqOf(sent.headers)?.number ?? 0
      if (this.#ack?.cseq !== cseq) this.#ack = { cseq, request: ackIn(this.#needs.dialog(), sent) }
      this.#needs.sendAck(this.#ack.request, effects)
    }
    // A request of ours that was sent after it has overtaken it, or theirs is under way (§12.2.2, §14.2): not for ever.
    const isPutOff = status === 491 || (status === 500 && headers.has('Retry-After'))
    this.#putOff = isPutOff ? this.#putOff + 1 : 0
    const again = isPutOff && this.#putOff <= mostPutOff
    this.handle(status < 300 ? '2xx' : again ? '491' : 'refused', { response }, now, effects)
  }

  /** A request of ours did not leave this machine, or its connection broke: that says nothing of the other side. */
  unsent(purpose: 'offer' | 'refresh', cause: Cause, now: Millis, effects: AgentEffect[]): void {
    if (purpose === 'offer') this.#unsure = this.#asked?.sent
    this.#asked = undefined
    if (++this.#putOff > mostPutOff) return this.#needs.ends('lost', cause, now, effects)
    if (purpose === 'refresh') this.#needs.set('refresh', now + unsentMs)
    else this.handle('491', {}, now, effects)
  }

  wake(
    name: 'repeat-2xx' | 'unacknowledged' | 'undecided' | 'offer-again' | 'refresh',
    now: Millis,
    effects: AgentEffect[],
  ): void {
    if (name !== 'repeat-2xx') return this.handle(name, {}, now, effects)
    const waiting = this.#accepted
    if (!waiting) return
    if (waiting.until !== undefined && now >= waiting.until) {
      this.#accepted = undefined
      return
    }
    this.#needs.respond(waiting.transaction, waiting.response, now, effects)
    waiting.delayMs = Math.min(waiting.delayMs * 2, T2)
    this.#needs.set('repeat-2xx', now + waiting.delayMs)
  }

  handle(signal: ExchangeSignal, given: Given, now: Millis, effects: AgentEffect[]): void {
    const cell = exchangeTable[this.#state][signal]
    if (!cell) return
    const [next, ...actions] = cell
    this.#enter(next, now)
    for (const action of actions) this.#do(action, given, now, effects)
  }

  #enter(next: ExchangeState, now: Millis): void {
    if (next === this.#state) return
    if (undecided.includes(this.#state)) this.#needs.clear('undecided')
    if (confirming.includes(this.#state)) this.#needs.clear('repeat-2xx', 'unacknowledged')
    if (undecided.includes(next)) this.#needs.set('undecided', now + decideMs)
    if (confirming.includes(next)) {
      this.#needs.set('repeat-2xx', now + T1)
      this.#needs.set('unacknowledged', now + 64 * T1)
    }
    this.#state = next
  }

  #do(action: ExchangeAction, given: Given, now: Millis, effects: AgentEffect[]): void {
    const { emit } = this.#needs
    switch (action) {
      case 'keep-offer':
        this.#offered = given.body
        return
      case 'send-offer':
        return this.#send(given.body ?? this.#offered, now, effects)
      case 'forget-offer':
        return this.#forgetOffer(now, effects)
      case 'put-back': {
        const offered = this.#offered
        this.#forgetOffer(now, effects)
        this.#offered = offered
        return
      }
      case 'tell-again':
        return this.#tellAgain(now)
      case 'take-answer':
        return this.#takeAnswer(given.response as SipResponse, now, effects)
      case 'wait': {
        const waitMs = this.#weCalled ? 2100 + this.#needs.roll() * 1900 : this.#needs.roll() * 2000
        return this.#needs.set('offer-again', now + Math.round(waitMs / 10) * 10)
      }
      case 'tell-refused': {
        const { status, reason } = given.response as SipResponse
        if (this.#offered !== this.#agreed) emit({ type: 'offer-refused', status, reason }, effects)
        this.#offered = undefined
        return this.#startTimer(now)
      }
      case 'tell-busy':
        return emit({ type: 'offer-refused', status: 491, reason: 'Request Pending' }, effects)
      case 'tell-offered':
        this.#take(given.theirs as Theirs)
        return emit(
          { type: 'offered', body: textOf((given.theirs as Theirs).request, this.#needs.describes) as string },
          effects,
        )
      case 'tell-wanted':
        this.#take(given.theirs as Theirs)
        return emit({ type: 'offer-wanted' }, effects)
      case 'tell-answered':
        if (given.body !== undefined) emit({ type: 'answered', body: given.body }, effects)
        return
      case 'agree':
        return this.#agree(given, now, effects)
      case 'refuse':
        this.#respond(this.#theirs, given.status ?? 488, now, effects)
        this.#theirs = undefined
        return
      case 'respond-pending':
        return this.#respond(given.theirs, 491, now, effects)
      case 'respond-later':
        return this.#respond(given.theirs, 500, now, effects, [['Retry-After', '1']])
      case 'send-refresh':
        return this.#refresh(now, effects)
      case 'restart-timer':
        return this.#startTimer(now)
      case 'settle':
        if (this.#offered !== undefined) this.#needs.set('offer-again', now)
        return
      case 'lost':
        this.#accepted = undefined
        this.#needs.ends('lost', { is: 'unacknowledged' }, now, effects)
    }
  }

  #send(body: string | undefined, now: Millis, effects: AgentEffect[]): void {
    this.#needs.clear('offer-again')
    this.#offered = body
    // Whoever still waits for it takes no other offer, and to anybody else it means nothing.
    if (this.#unsure) this.#needs.sendAck(ackIn(this.#needs.dialog(), this.#unsure), effects)
    this.#asked = { name: '' }
    const asked = this.#asked
    const name = this.#needs.ask(this.#dressed('INVITE', body), 'offer', now, effects)
    this.#asked = { ...asked, name }
  }

  #forgetOffer(now: Millis, effects: AgentEffect[]): void {
    this.#needs.clear('offer-again')
    this.#offered = undefined
    this.#putOff = 0
    if (!this.#asked) return
    this.#unsure = this.#asked.sent ?? this.#unsure
    this.#needs.abandon(this.#asked.name, now, effects)
    this.#asked = undefined
  }

  #tellAgain(now: Millis): void {
    const waiting = this.#accepted
    if (!waiting) return
    waiting.response.headers.set('Contact', this.#needs.contact())
    this.#accepted = { ...waiting, delayMs: T1, until: now + 64 * T1 }
    this.#needs.set('repeat-2xx', now)
  }

  #takeAnswer(response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    this.#unsure = undefined
    if (this.#accepted) {
      this.#accepted = undefined
      this.#needs.proved(now, effects)
    }
    const refreshes = this.#offered === this.#agreed
    this.#agreed = this.#offered
    this.#offered = undefined
    this.#refreshed(response.headers, now)
    const body = textOf(response, this.#needs.describes)
    if (body !== undefined && !refreshes) this.#needs.emit({ type: 'offer-answered', body }, effects)
  }

  #take(theirs: Theirs): void {
    this.#theirs = theirs
    refreshTarget(this.#needs.dialog(), theirs.request.headers)
    this.#note(theirs.request.headers)
  }

  /** A 2xx; one to an INVITE is repeated until its ACK comes (§13.3.1.4). */
  #agree({ body, theirs: refreshing }: Given, now: Millis, effects: AgentEffect[]): void {
    if (refreshing) {
      refreshTarget(this.#needs.dialog(), refreshing.request.headers)
      this.#note(refreshing.request.headers)
    }
    const theirs = refreshing ?? this.#theirs
    if (!theirs) return
    if (!refreshing) {
      this.#theirs = undefined
      this.#agreed = body
    }
    const { allow, expiresS, localTag } = this.#needs
    const extra: Field[] = [
      ['Contact', this.#needs.contact()],
      ['Allow', allow],
      ['Supported', supportedOptions],
      ...fieldsOf(this.#needs.describes, body),
    ]
    this.#timer = timerForResponse(theirs.request.headers, expiresS, this.#peer.timers)
    if (this.#timer) {
      extra.push(['Session-Expires', writeSessionExpires(this.#timer, 'uas')])
      if (this.#peer.timers) extra.push(['Require', 'timer'])
    }
    const response = responseTo(theirs.request, 200, localTag, extra, body)
    this.#needs.respond(theirs.transaction, response, now, effects)
    if (theirs.request.method === 'INVITE') {
      this.#accepted = { transaction: theirs.transaction, response, delayMs: T1 }
    } else this.#startTimer(now)
  }

  #respond(
    theirs: Theirs | undefined,
    status: number,
    now: Millis,
    effects: AgentEffect[],
    extra: readonly Field[] = [],
  ): void {
    if (!theirs) return
    const response = responseTo(theirs.request, status, this.#needs.localTag, extra)
    this.#needs.respond(theirs.transaction, response, now, effects)
  }

  #refresh(now: Millis, effects: AgentEffect[]): void {
    if (!this.#peer.updates && this.#agreed !== undefined) this.handle('offer', { body: this.#agreed }, now, effects)
    else this.#needs.ask(this.#dressed('UPDATE', undefined), 'refresh', now, effects)
  }

  #refreshed(headers: Headers, now: Millis): void {
    refreshTarget(this.#needs.dialog(), headers)
    this.#timer = timerOfResponse(headers) ?? this.#timer
    this.#putOff = 0
    this.#startTimer(now)
  }

  #startTimer(now: Millis): void {
    this.#needs.clear('refresh', 'expire')
    if (!this.#timer) return
    this.#needs.set(this.#timer.refresher === 'us' ? 'refresh' : 'expire', now + timerDelayMs(this.#timer))
  }

  #dressed(method: 'INVITE' | 'UPDATE', body: string | undefined): SipRequest {
    const request = requestIn(this.#needs.dialog(), method)
    request.headers.append('Contact', this.#needs.contact())
    request.headers.append('Allow', this.#needs.allow)
    request.headers.append('Supported', supportedOptions)
    if (this.#timer) {
      request.headers.append('Session-Expires', writeSessionExpires(this.#timer, 'uac'))
      request.headers.append('Min-SE', String(this.minSE))
    }
    for (const [name, value] of fieldsOf(this.#needs.describes, body)) request.headers.append(name, value)
    if (body !== undefined) request.body = new TextEncoder().encode(body)
    return request
  }

  #note(headers: Headers): void {
    const allow = headers.get('Allow')
    this.#peer = {
      updates: allow === undefined ? this.#peer.updates : /\bUPDATE\b/i.test(allow),
      timers: [...optionsOf(headers, 'Supported'), ...optionsOf(headers, 'Require')].includes('timer'),
    }
  }
}

const undecided: readonly ExchangeState[] = ['they-offer', 'they-update', 'they-want-offer']
const confirming: readonly ExchangeState[] = ['unacknowledged', 'unanswered']
const mostPutOff = 5
const unsentMs: Millis = 4000
/** Shorter than the 32 s after which they would give up. */
const decideMs: Millis = 30_000
