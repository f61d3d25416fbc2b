// An INVITE session, RFC 3261 §13–§15 with the session timers of RFC 4028: one call as one side sees it.
import type { Millis } from '../common/index.ts'
import type { AgentEffect, Cause, Field, SessionAct, SessionEvent } from './agent-types.ts'
import { type Dialog, dialogOfRequest, dialogOfResponse, inOrder, refreshTarget, requestIn } from './dialog.ts'
import { cseqOf, optionsOf, parseNumber, toOf } from './header-values.ts'
import { Headers, type SipRequest, type SipResponse } from './message.ts'
import { responseTo, textOf } from './responses.ts'
import type { SessionNeeds, SessionTimerName } from './session-needs.ts'
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
import type { Hop } from './transactions.ts'

/**
 * calling … cancelling: ours, not answered. incoming, accepted: theirs, not confirmed.
 * leaving: hung up after we accepted, before the ACK: the BYE must wait for it (§15), the user need not.
 */
export type SessionState =
  | 'calling'
  | 'proceeding'
  | 'cancelling'
  | 'incoming'
  | 'accepted'
  | 'established'
  | 'leaving'
  | 'ended'

/** Where the offer/answer exchange of an established session stands (RFC 3264, RFC 6337). */
type Exchange = 'stable' | 'we-offer' | 'they-offer' | 'they-want-offer'

interface Unacknowledged {
  readonly transaction: string
  readonly response: SipResponse
  readonly cseq: number
  /** Whether the ACK must bear the answer to an offer of ours. */
  readonly answerDue: boolean
  delayMs: Millis
}

export class InviteSession {
  readonly id: string
  state: SessionState
  readonly #needs: SessionNeeds
  readonly #timers = new Map<SessionTimerName, () => void>()
  /** The INVITE that began it: ours as last sent, or theirs. */
  #invite: { request: SipRequest; hop: Hop | undefined; transaction: string | undefined }
  /** The name of our INVITE on its way. */
  #asked: string | undefined
  #dialog: Dialog | undefined
  #exchange: Exchange = 'stable'
  /** Whether the incoming INVITE came without an offer. */
  #offerless = false
  /** The tag that we put into To of what we answer. */
  readonly #localTag: string
  #unacknowledged: Unacknowledged | undefined
  /** The ACK to the last 2xx, repeated when that is (§13.2.2.4). */
  #ack: { readonly request: SipRequest; readonly cseq: number } | undefined
  #pendingOffer: string | undefined
  /** Their re-INVITE or UPDATE, not answered yet. */
  #theirOffer: { readonly transaction: string; readonly request: SipRequest } | undefined
  #body: string | undefined
  #timer: SessionTimer | undefined
  #peerUpdates = false
  #peerTimers = false
  #minSE = smallestMinSE
  #endHeaders: readonly Field[] = []
  /** Why our INVITE is taken back. */
  #givenUp: { readonly by: 'local' | 'network'; readonly cause: Cause } = { by: 'local', cause: { is: 'cancelled' } }
  /** Every dialog that our INVITE made, by remote tag: forks (§13.2.2.4). */
  readonly #forks = new Map<string, SipRequest>()

  constructor(
    id: string,
    needs: SessionNeeds,
    state: 'calling' | 'incoming',
    invite: { request: SipRequest; hop: Hop | undefined; transaction: string | undefined },
  ) {
    this.id = id
    this.#needs = needs
    this.state = state
    this.#invite = invite
    this.#localTag = needs.token()
  }

  get dialog(): Dialog | undefined {
    return this.#dialog
  }

  /** The INVITE that it began with. */
  get invited(): SipRequest {
    return this.#invite.request
  }

  /** Sends the INVITE. */
  call(body: string, now: Millis, effects: AgentEffect[]): void {
    this.#body = body
    this.#set('ring', now + this.#needs.ringMs)
    this.#sendInvite(now, effects)
  }

  #sendInvite(now: Millis, effects: AgentEffect[]): void {
    const { request, hop } = this.#invite
    request.headers.set('Session-Expires', String(Math.max(this.#needs.expiresS, this.#minSE)))
    request.headers.set('Min-SE', String(this.#minSE))
    let cseq = cseqOf(request.headers)?.number ?? 1
    this.#asked = this.#needs.ask(
      request,
      {
        response: (response, at, into) => this.#inviteResponse(response, at, into),
        failure: (cause, at, into) => {
          if (this.state === 'cancelling') this.#end(this.#givenUp.by, this.#givenUp.cause, at, into)
          else this.#end('network', cause, at, into)
        },
        sent: (sent, to) => {
          this.#invite = { ...this.#invite, request: sent, hop: to }
        },
        nextCSeq: () => ++cseq,
      },
      now,
      effects,
      hop,
    )
  }

  /** Their INVITE, as it came. */
  ring(now: Millis, effects: AgentEffect[]): void {
    const { request, hop } = this.#invite
    const body = textOf(request)
    this.#offerless = body === undefined
    this.#notePeer(request.headers)
    this.#set('ring', now + this.#needs.ringMs)
    this.#emit({ type: 'incoming', request, hop: hop as Hop, ...(body === undefined ? {} : { body }) }, effects)
  }

  act(act: SessionAct, now: Millis, effects: AgentEffect[]): void {
    switch (act.type) {
      case 'invite':
        return
      case 'ring':
        if (this.state === 'incoming') this.#respondInvite(act.status ?? 180, act.body, now, effects)
        return
      case 'accept':
        if (this.state === 'incoming') this.#accept(act.body, now, effects)
        return
      case 'reject':
        if (this.state !== 'incoming') return
        this.#respondInvite(act.status, undefined, now, effects, act.headers)
        this.#end('local', { is: 'status', status: act.status, reason: '' }, now, effects)
        return
      case 'offer':
        if (this.state === 'established' && this.#exchange === 'stable') this.#offer(act.body, now, effects)
        else this.#emit({ type: 'offer-refused', status: 491, reason: 'Request Pending' }, effects)
        return
      case 'answer':
        this.#answer(act.body, now, effects)
        return
      case 'refuse':
        this.#refuse(act.status ?? 488, now, effects)
        return
      case 'end':
        this.#endHeaders = act.headers ?? []
        this.#hangUp({ is: 'bye' }, 'local', now, effects)
        return
      case 'send':
        this.#sendInDialog(act, now, effects)
    }
  }

  /** A request in our dialog, other than ACK. The agent has seen that it is of the dialog. */
  request(transaction: string, request: SipRequest, now: Millis, effects: AgentEffect[]): 'taken' | 'other' {
    const dialog = this.#dialog
    if (!dialog || this.state === 'ended') {
      this.#needs.respond(transaction, this.#response(request, 481), now, effects)
      return 'taken'
    }
    if (!inOrder(dialog, request)) {
      this.#needs.respond(transaction, this.#response(request, 500, [['Retry-After', '1']]), now, effects)
      return 'taken'
    }
    switch (request.method) {
      case 'BYE':
        this.#needs.respond(transaction, this.#response(request, 200), now, effects)
        this.#refuseTheirOffer(487, now, effects)
        this.#end('remote', { is: 'bye' }, now, effects, request.headers)
        return 'taken'
      case 'INVITE':
      case 'UPDATE':
        this.#theyOffer(transaction, request, now, effects)
        return 'taken'
      default:
        return 'other'
    }
  }

  /** The ACK to a 2xx of ours. */
  acknowledged(request: SipRequest, now: Millis, effects: AgentEffect[]): void {
    const waiting = this.#unacknowledged
    if (!waiting || cseqOf(request.headers)?.number !== waiting.cseq) return
    this.#unacknowledged = undefined
    this.#clear('repeat-2xx', 'unacknowledged')
    if (this.state === 'leaving') return this.#leave(now, effects)
    if (this.state === 'accepted') this.state = 'established'
    const body = textOf(request)
    if (waiting.answerDue && body !== undefined) this.#emit({ type: 'answered', body }, effects)
    this.#emit({ type: 'confirmed' }, effects)
    if (this.state === 'established') this.#startTimer(now)
  }

  /** They gave up before we answered (§9.2). */
  cancelled(transaction: string, headers: Headers, now: Millis, effects: AgentEffect[]): void {
    if (transaction === this.#theirOffer?.transaction) this.#refuseTheirOffer(487, now, effects)
    else if (this.state === 'incoming' && transaction === this.#invite.transaction) {
      this.#respondInvite(487, undefined, now, effects)
      this.#end('remote', { is: 'cancelled' }, now, effects, headers)
    }
  }

  /** The transaction of an INVITE of theirs is over without an ACK to our refusal; nothing hangs on it. */
  wake(name: SessionTimerName, now: Millis, effects: AgentEffect[]): void {
    this.#timers.delete(name)
    switch (name) {
      case 'ring':
        if (this.state === 'incoming') this.#respondInvite(480, undefined, now, effects)
        if (this.state === 'incoming') this.#end('network', { is: 'unanswered' }, now, effects)
        else this.#hangUp({ is: 'unanswered' }, 'network', now, effects)
        return
      case 'cancelled':
        if (this.#asked !== undefined) this.#needs.abandon(this.#asked, now, effects)
        this.#end(this.#givenUp.by, this.#givenUp.cause, now, effects)
        return
      case 'decide':
        this.#refuseTheirOffer(488, now, effects)
        return
      case 'repeat-2xx': {
        const waiting = this.#unacknowledged
        if (!waiting) return
        this.#needs.respond(waiting.transaction, waiting.response, now, effects)
        waiting.delayMs = Math.min(waiting.delayMs * 2, T2)
        this.#set('repeat-2xx', now + waiting.delayMs)
        return
      }
      case 'unacknowledged':
        this.#unacknowledged = undefined
        this.#clear('repeat-2xx')
        if (this.state === 'leaving') return this.#leave(now, effects)
        if (this.state === 'accepted') this.state = 'established'
        this.#hangUp({ is: 'unacknowledged' }, 'network', now, effects)
        return
      case 'refresh':
        this.#refresh(now, effects)
        return
      case 'expire':
        this.#hangUp({ is: 'expired' }, 'network', now, effects)
        return
      case 'offer-again':
        if (this.#pendingOffer !== undefined && this.state === 'established' && this.#exchange === 'stable') {
          this.#offer(this.#pendingOffer, now, effects)
        }
    }
  }

  // Ours: what comes back to our INVITE.

  #inviteResponse(response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    const { status } = response
    if (this.state === 'ended' && status < 200) return
    if (status === 100) {
      if (this.state === 'calling') {
        this.state = 'proceeding'
        this.#emit({ type: 'proceeding', callId: this.#invite.request.headers.get('Call-ID') as string }, effects)
      } else if (this.state === 'cancelling') this.#sendCancel(now, effects)
      return
    }
    if (status < 200) {
      if (this.state === 'cancelling') return this.#sendCancel(now, effects)
      if (this.state === 'calling') {
        this.#emit({ type: 'proceeding', callId: this.#invite.request.headers.get('Call-ID') as string }, effects)
      }
      this.state = 'proceeding'
      const body = textOf(response)
      const event: SessionEvent = { type: 'provisional', status, headers: response.headers }
      this.#emit(body === undefined ? event : { ...event, body }, effects)
      return
    }
    if (status < 300) return this.#accepted(response, now, effects)
    if (this.state === 'ended') return
    if (status === 422 && this.state !== 'cancelling') {
      const least = parseNumber(response.headers.get('Min-SE'), 86_400)
      if (least !== undefined && least > this.#minSE) {
        this.#minSE = least
        const { request } = this.#invite
        // A copy: the transaction still needs its own, for the ACK when the 422 comes again.
        const headers = request.headers.clone().remove('Via')
        headers.set('CSeq', `${(cseqOf(headers)?.number ?? 1) + 1} INVITE`)
        this.#invite = { ...this.#invite, request: { ...request, headers } }
        return this.#sendInvite(now, effects)
      }
    }
    if (this.state === 'cancelling') this.#end(this.#givenUp.by, this.#givenUp.cause, now, effects, response.headers)
    else this.#end('remote', { is: 'status', status, reason: response.reason }, now, effects, response.headers)
  }

  #accepted(response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    const { request } = this.#invite
    const tag = toOf(response.headers)?.params.get('tag') ?? ''
    const known = this.#forks.get(tag)
    // The 2xx again: its ACK was lost.
    if (known) return this.#needs.sendAck(known, undefined, effects)
    const dialog = dialogOfResponse(request, response)
    if (!dialog) {
      this.#end('network', { is: 'status', status: response.status, reason: 'a 2xx without a dialog' }, now, effects)
      return
    }
    const ack = this.#ackIn(dialog, request)
    this.#forks.set(tag, ack)
    this.#needs.sendAck(ack, undefined, effects)
    if (this.state === 'cancelling' || this.state === 'ended' || this.#dialog) {
      // Answered although given up, or by a second phone: that dialog is ended at once (§13.2.2.4).
      this.#bye(dialog, now, effects)
      if (this.state === 'cancelling') this.#end(this.#givenUp.by, this.#givenUp.cause, now, effects)
      return
    }
    this.#clear('ring')
    this.#dialog = dialog
    this.state = 'established'
    this.#ack = { request: ack, cseq: cseqOf(request.headers)?.number ?? 1 }
    this.#needs.dialogBegun(dialog)
    this.#notePeer(response.headers)
    this.#timer = timerOfResponse(response.headers)
    this.#startTimer(now)
    const body = textOf(response)
    this.#emit({ type: 'accepted', headers: response.headers, ...(body === undefined ? {} : { body }) }, effects)
  }

  #sendCancel(now: Millis, effects: AgentEffect[]): void {
    if (this.#timers.has('cancelled')) return
    const { request, hop } = this.#invite
    const headers = new Headers()
    // The very Via of the INVITE, so that it is found (§9.1): it is not sent like other requests.
    for (const name of ['Via', 'Max-Forwards', 'From', 'To', 'Call-ID', 'Route']) {
      for (const value of request.headers.all(name)) headers.append(name, value)
    }
    headers.append('CSeq', `${cseqOf(request.headers)?.number ?? 1} CANCEL`)
    for (const [name, value] of this.#endHeaders) headers.append(name, value)
    const cancel: SipRequest = { kind: 'request', method: 'CANCEL', uri: request.uri, headers, body: empty }
    this.#needs.ask(cancel, { response: () => {}, failure: () => {}, nextCSeq: () => 1 }, now, effects, hop)
    this.#set('cancelled', now + 64 * T1)
  }

  // Theirs: how we answer their INVITE.

  #respondInvite(
    status: number,
    body: string | undefined,
    now: Millis,
    effects: AgentEffect[],
    extra: readonly Field[] = [],
  ): void {
    const { request, transaction } = this.#invite
    const response = this.#response(request, status, [['Contact', `<${this.#needs.contact}>`], ...extra], body)
    this.#needs.respond(transaction as string, response, now, effects)
  }

  #accept(body: string, now: Millis, effects: AgentEffect[]): void {
    const { request, transaction } = this.#invite
    const dialog = dialogOfRequest(request, this.#localTag)
    if (!dialog) {
      this.#respondInvite(400, undefined, now, effects)
      return this.#end('remote', { is: 'status', status: 400, reason: 'no usable Contact' }, now, effects)
    }
    this.#clear('ring')
    this.#dialog = dialog
    this.#body = body
    this.state = 'accepted'
    this.#needs.dialogBegun(dialog)
    this.#respond2xx(transaction as string, request, body, this.#offerless, now, effects)
  }

  /** A 2xx to an INVITE is repeated until its ACK comes (§13.3.1.4). */
  #respond2xx(
    transaction: string,
    request: SipRequest,
    body: string | undefined,
    answerDue: boolean,
    now: Millis,
    effects: AgentEffect[],
  ): void {
    const extra: Field[] = [
      ['Contact', `<${this.#needs.contact}>`],
      ['Allow', this.#needs.allow],
      ['Supported', 'timer'],
    ]
    this.#timer = timerForResponse(request.headers, this.#needs.expiresS, this.#peerTimers)
    if (this.#timer) {
      extra.push(['Session-Expires', writeSessionExpires(this.#timer, 'uas')])
      if (this.#peerTimers) extra.push(['Require', 'timer'])
    }
    const response = this.#response(request, 200, extra, body)
    this.#needs.respond(transaction, response, now, effects)
    if (request.method !== 'INVITE') return this.#startTimer(now)
    this.#unacknowledged = { transaction, response, cseq: cseqOf(request.headers)?.number ?? 0, answerDue, delayMs: T1 }
    this.#set('repeat-2xx', now + T1)
    this.#set('unacknowledged', now + 64 * T1)
  }

  // Offers in an established session.

  #offer(body: string, now: Millis, effects: AgentEffect[]): void {
    const dialog = this.#dialog as Dialog
    this.#exchange = 'we-offer'
    this.#pendingOffer = body
    const request = requestIn(dialog, 'INVITE')
    this.#dress(request, body)
    let sentAs = request
    this.#needs.ask(
      request,
      {
        response: (response, at, into) => this.#offerResponse(sentAs, response, body, at, into),
        failure: (cause, at, into) => this.#requestFailed(cause, at, into),
        sent: (sent) => {
          sentAs = sent
        },
        nextCSeq: () => ++dialog.localCSeq,
      },
      now,
      effects,
    )
  }

  #offerResponse(sent: SipRequest, response: SipResponse, body: string, now: Millis, effects: AgentEffect[]): void {
    const { status } = response
    const cseq = cseqOf(sent.headers)?.number ?? 0
    if (status < 200) return
    if (status < 300) {
      if (this.#ack?.cseq !== cseq) this.#ack = { cseq, request: this.#ackIn(this.#dialog as Dialog, sent) }
      this.#needs.sendAck(this.#ack.request, undefined, effects)
      if (this.#exchange !== 'we-offer') return
      this.#exchange = 'stable'
      this.#pendingOffer = undefined
      if (this.state === 'ended') return
      refreshTarget(this.#dialog as Dialog, response.headers)
      const repeated = this.#body === body
      this.#body = body
      this.#timer = timerOfResponse(response.headers) ?? this.#timer
      this.#startTimer(now)
      const answer = textOf(response)
      if (answer !== undefined && !repeated) this.#emit({ type: 'offer-answered', body: answer }, effects)
      return
    }
    if (this.#exchange !== 'we-offer' || this.state === 'ended') return
    this.#exchange = 'stable'
    if (status === 481 || status === 408)
      return this.#end('network', { is: 'status', status, reason: response.reason }, now, effects)
    if (status === 491) {
      // Who made the Call-ID waits longer (§14.1).
      const ours = this.#invite.transaction === undefined
      const wait = ours ? 2100 + this.#needs.roll() * 1900 : this.#needs.roll() * 2000
      return this.#set('offer-again', now + Math.round(wait / 10) * 10)
    }
    this.#pendingOffer = undefined
    this.#startTimer(now)
    if (this.#body !== body) this.#emit({ type: 'offer-refused', status, reason: response.reason }, effects)
  }

  #theyOffer(transaction: string, request: SipRequest, now: Millis, effects: AgentEffect[]): void {
    const respond = (status: number, extra?: readonly Field[]): void =>
      this.#needs.respond(transaction, this.#response(request, status, extra), now, effects)
    if (isTooSmall(request.headers)) return respond(422, [['Min-SE', String(smallestMinSE)]])
    // Two offers at once (§14.2): ours is under way, or theirs before this one is not done.
    if (this.#exchange === 'we-offer') return respond(491)
    if (this.#exchange !== 'stable' || this.#unacknowledged) return respond(500, [['Retry-After', '1']])
    refreshTarget(this.#dialog as Dialog, request.headers)
    this.#notePeer(request.headers)
    const body = textOf(request)
    if (body === undefined && request.method === 'UPDATE') {
      this.#respond2xx(transaction, request, undefined, false, now, effects)
      return
    }
    this.#theirOffer = { transaction, request }
    this.#exchange = body === undefined ? 'they-want-offer' : 'they-offer'
    this.#set('decide', now + decideMs)
    this.#emit(body === undefined ? { type: 'offer-wanted' } : { type: 'offered', body }, effects)
  }

  #answer(body: string, now: Millis, effects: AgentEffect[]): void {
    const theirs = this.#theirOffer
    if (!theirs) return
    const answerDue = this.#exchange === 'they-want-offer'
    this.#clear('decide')
    this.#theirOffer = undefined
    this.#exchange = 'stable'
    this.#body = body
    this.#respond2xx(theirs.transaction, theirs.request, body, answerDue, now, effects)
  }

  #refuse(status: number, now: Millis, effects: AgentEffect[]): void {
    this.#refuseTheirOffer(status, now, effects)
  }

  #refuseTheirOffer(status: number, now: Millis, effects: AgentEffect[]): void {
    const theirs = this.#theirOffer
    if (!theirs) return
    this.#clear('decide')
    this.#theirOffer = undefined
    this.#exchange = 'stable'
    this.#needs.respond(theirs.transaction, this.#response(theirs.request, status), now, effects)
  }

  // Staying and ending.

  #refresh(now: Millis, effects: AgentEffect[]): void {
    if (this.state !== 'established' || !this.#dialog) return
    // Somebody offers just now: that refreshes it, too.
    if (this.#exchange !== 'stable') return this.#startTimer(now)
    if (!this.#peerUpdates && this.#body !== undefined) return this.#offer(this.#body, now, effects)
    const dialog = this.#dialog
    const request = requestIn(dialog, 'UPDATE')
    this.#dress(request, undefined)
    this.#needs.ask(
      request,
      {
        response: (response, at, into) => {
          if (response.status < 200) return
          if (response.status === 481 || response.status === 408) {
            this.#end('network', { is: 'status', status: response.status, reason: response.reason }, at, into)
          } else if (response.status < 300) {
            refreshTarget(dialog, response.headers)
            this.#timer = timerOfResponse(response.headers) ?? this.#timer
            this.#startTimer(at)
          } else {
            this.#peerUpdates = false
            this.#startTimer(at)
          }
        },
        failure: (cause, at, into) => this.#requestFailed(cause, at, into),
        nextCSeq: () => ++dialog.localCSeq,
      },
      now,
      effects,
    )
  }

  /** Nobody answered a request in the dialog: the dialog is over (§12.2.1.2). */
  #requestFailed(cause: Cause, now: Millis, effects: AgentEffect[]): void {
    this.#exchange = 'stable'
    // With a BYE: the other side may be there all the same.
    this.#hangUp(cause, 'network', now, effects)
  }

  #hangUp(cause: Cause, by: 'local' | 'network', now: Millis, effects: AgentEffect[]): void {
    switch (this.state) {
      case 'calling':
        // A CANCEL must wait for the first provisional response (§9.1).
        this.#takeBack(cause, by, now, effects)
        return
      case 'proceeding':
        this.#takeBack(cause, by, now, effects)
        this.#sendCancel(now, effects)
        return
      case 'incoming':
        this.#respondInvite(480, undefined, now, effects)
        return this.#end(by, cause, now, effects)
      case 'accepted':
        this.state = 'leaving'
        this.#emit({ type: 'ended', by, cause, headers: new Headers() }, effects)
        return
      case 'established':
        this.#refuseTheirOffer(487, now, effects)
        this.#bye(this.#dialog as Dialog, now, effects)
        return this.#end(by, cause, now, effects)
      case 'cancelling':
      case 'leaving':
      case 'ended':
        return
    }
  }

  #takeBack(cause: Cause, by: 'local' | 'network', now: Millis, effects: AgentEffect[]): void {
    this.state = 'cancelling'
    this.#clear('ring')
    this.#givenUp = { by, cause: cause.is === 'bye' ? { is: 'cancelled' } : cause }
    if (this.#asked !== undefined) this.#needs.giveUp(this.#asked, now, effects)
  }

  #leave(now: Millis, effects: AgentEffect[]): void {
    this.#bye(this.#dialog as Dialog, now, effects)
    this.#over()
  }

  #bye(dialog: Dialog, now: Millis, effects: AgentEffect[]): void {
    const request = requestIn(dialog, 'BYE')
    for (const [name, value] of this.#endHeaders) request.headers.append(name, value)
    this.#needs.ask(
      request,
      { response: () => {}, failure: () => {}, nextCSeq: () => ++dialog.localCSeq },
      now,
      effects,
    )
  }

  #end(
    by: 'local' | 'remote' | 'network',
    cause: Cause,
    _now: Millis,
    effects: AgentEffect[],
    headers: Headers = new Headers(),
  ): void {
    if (this.state === 'ended') return
    if (this.state !== 'leaving') this.#emit({ type: 'ended', by, cause, headers }, effects)
    this.#over()
  }

  #over(): void {
    this.state = 'ended'
    for (const clear of this.#timers.values()) clear()
    this.#timers.clear()
    this.#needs.over()
  }

  #sendInDialog(act: Extract<SessionAct, { type: 'send' }>, now: Millis, effects: AgentEffect[]): void {
    const dialog = this.#dialog
    if (!dialog || this.state === 'ended') {
      effects.push({ type: 'unanswered', id: act.id, cause: { is: 'transport', detail: 'no dialog' } })
      return
    }
    const request = requestIn(dialog, act.method)
    request.headers.append('Contact', `<${this.#needs.contact}>`)
    for (const [name, value] of act.headers ?? []) request.headers.append(name, value)
    if (act.body !== undefined) {
      request.headers.append('Content-Type', act.contentType ?? 'text/plain')
      request.body = new TextEncoder().encode(act.body)
    }
    this.#needs.ask(
      request,
      {
        response: (response, _at, into) => {
          if (response.status >= 200) into.push({ type: 'replied', id: act.id, response })
        },
        failure: (cause, _at, into) => into.push({ type: 'unanswered', id: act.id, cause }),
        nextCSeq: () => ++dialog.localCSeq,
      },
      now,
      effects,
    )
  }

  #notePeer(headers: Headers): void {
    const allow = headers.get('Allow')
    if (allow !== undefined) this.#peerUpdates = /\bUPDATE\b/i.test(allow)
    this.#peerTimers = [...optionsOf(headers, 'Supported'), ...optionsOf(headers, 'Require')].includes('timer')
  }

  #startTimer(now: Millis): void {
    this.#clear('refresh', 'expire')
    if (!this.#timer || this.state === 'ended') return
    this.#set(this.#timer.refresher === 'us' ? 'refresh' : 'expire', now + timerDelayMs(this.#timer))
  }

  /** With the number of the INVITE (§13.2.2.4) and its credentials (§22.1). */
  #ackIn(dialog: Dialog, invite: SipRequest): SipRequest {
    const ack = requestIn(dialog, 'ACK', cseqOf(invite.headers)?.number ?? 1)
    for (const name of ['Authorization', 'Proxy-Authorization']) {
      for (const value of invite.headers.all(name)) ack.headers.append(name, value)
    }
    return ack
  }

  /** What a re-INVITE and an UPDATE of ours bear beside the dialog's own headers. */
  #dress(request: SipRequest, body: string | undefined): void {
    request.headers.append('Contact', `<${this.#needs.contact}>`)
    request.headers.append('Allow', this.#needs.allow)
    request.headers.append('Supported', 'timer')
    if (this.#timer) {
      request.headers.append('Session-Expires', writeSessionExpires({ ...this.#timer }, 'uac'))
      request.headers.append('Min-SE', String(this.#minSE))
    }
    if (body !== undefined) {
      request.headers.append('Content-Type', 'application/sdp')
      request.body = new TextEncoder().encode(body)
    }
  }

  #response(request: SipRequest, status: number, extra: readonly Field[] = [], body?: string): SipResponse {
    return responseTo(request, status, this.#localTag, extra, body)
  }

  #emit(event: SessionEvent, effects: AgentEffect[]): void {
    effects.push({ type: 'session', session: this.id, event })
  }

  #set(name: SessionTimerName, at: Millis): void {
    this.#clear(name)
    this.#timers.set(name, this.#needs.timer(name, at))
  }

  #clear(...names: SessionTimerName[]): void {
    for (const name of names) {
      this.#timers.get(name)?.()
      this.#timers.delete(name)
    }
  }
}

/** Shorter than the 32 s after which they would give up. */
const decideMs: Millis = 30_000
const empty = new Uint8Array(0)
