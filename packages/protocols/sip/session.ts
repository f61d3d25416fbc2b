// An INVITE session, RFC 3261 §13–§15: one call as one side sees it. What it does when stands in session-tables.ts.
import type { Millis } from '../common/index.ts'
import type { AgentEffect, Cause, DialogName, Field, SessionAct, SessionEvent } from './agent-types.ts'
import { Answering } from './answering.ts'
import { ackIn, cancelOf, type Dialog, dialogOfRequest, inOrder, requestIn } from './dialog.ts'
import { EarlyDialogs } from './early.ts'
import { Exchange } from './exchange.ts'
import { cseqOf, fromOf, parseNumber, toOf } from './header-values.ts'
import type { Named } from './invited.ts'
import { Headers, type SipRequest, type SipResponse } from './message.ts'
import { responseTo, textOf } from './responses.ts'
import type { Purpose, SessionNeeds, SessionTimerName } from './session-needs.ts'
import {
  type SessionAction,
  type SessionSignal,
  type SessionState,
  sessionTable,
  sessionTimers,
} from './session-tables.ts'
import { smallestMinSE } from './session-timer.ts'
import { T1 } from './transaction-tables.ts'
import type { Hop } from './transactions.ts'

/** The INVITE that it begins with: ours, which goes to `hop` if that is known, or theirs, which came in `transaction`. */
export type Invite =
  | {
      readonly request: SipRequest
      readonly hop: Hop | undefined
      readonly others: readonly Hop[] | undefined
      readonly offer: string
    }
  | { readonly request: SipRequest; readonly hop: Hop; readonly transaction: string; readonly named: Named }

interface Given {
  readonly by?: 'local' | 'remote' | 'network'
  readonly cause?: Cause
  readonly headers?: Headers
  readonly response?: SipResponse
  readonly status?: number
  readonly body?: string | undefined
  readonly extra?: readonly Field[] | undefined
}

export class InviteSession {
  readonly id: string
  readonly #needs: SessionNeeds
  /** Until the session is over: then there are only 2xx to acknowledge, and for these it may wait for half a minute. */
  #exchange: Exchange | undefined
  readonly #timers = new Map<SessionTimerName, () => void>()
  /** The tag that we put into To of what we answer. */
  readonly #localTag: string
  /** The transaction of their INVITE. */
  readonly #transaction: string | undefined
  /** The sessions that theirs is to replace or to join. */
  readonly #named: Named
  readonly #early: EarlyDialogs
  /** Of their INVITE. */
  readonly #answering: Answering | undefined
  #state: SessionState
  /** The INVITE, ours as last sent, and by which way. */
  #invite: { readonly request: SipRequest; readonly hop: Hop | undefined }
  /** The name of our INVITE on its way. */
  #asked: string | undefined
  #dialog: Dialog | undefined
  #endHeaders: readonly Field[] = []
  /** Why our INVITE is taken back. */
  #givenUp: { readonly by: 'local' | 'network'; readonly cause: Cause } = { by: 'local', cause: { is: 'cancelled' } }
  /** The remote tags of the 2xx to our INVITE that were taken: forks (§13.2.2.4). */
  readonly #answered: string[] = []

  constructor(id: string, needs: SessionNeeds, invite: Invite) {
    this.id = id
    this.#needs = needs
    this.#invite = invite
    this.#localTag = needs.token()
    const ours = 'offer' in invite
    this.#state = ours ? 'calling' : 'incoming'
    this.#transaction = ours ? undefined : invite.transaction
    this.#named = ours ? {} : invite.named
    this.#answering = ours
      ? undefined
      : new Answering(
          {
            contact: () => needs.contact(),
            describes: needs.describes,
            reliable: needs.reliable,
            localTag: this.#localTag,
            transaction: invite.transaction,
            roll: () => needs.roll(),
            respond: (...response) => needs.respond(...response),
            repeatAt: (at) => this.#set('repeat-1xx', at),
          },
          invite.request,
        )
    this.#early = new EarlyDialogs({
      contact: () => needs.contact(),
      localTag: this.#localTag,
      ask: (...asked) => needs.ask(...asked),
      dialogBegun: (dialog) => needs.dialogBegun(dialog),
      respond: (...response) => needs.respond(...response),
      emit: (event, effects) => this.#emit(event, effects),
    })
    this.#exchange = new Exchange(
      {
        allow: needs.allow,
        contact: () => needs.contact(),
        describes: needs.describes,
        expiresS: needs.expiresS,
        localTag: this.#localTag,
        dialog: () => this.#dialog as Dialog,
        roll: () => needs.roll(),
        ask: (...asked) => needs.ask(...asked),
        abandon: (...asked) => needs.abandon(...asked),
        proved: (now, effects) => this.#signal('ack', {}, now, effects),
        respond: (...response) => needs.respond(...response),
        sendAck: (...ack) => needs.sendAck(...ack),
        // Who has hung up hears no more.
        emit: (event, effects) => {
          if (this.#state !== 'leaving' && this.#state !== 'ended') this.#emit(event, effects)
        },
        set: (name, at) => this.#set(name, at),
        clear: (...names) => this.#clear(...names),
        ends: (how, cause, now, effects) => this.#signal(how, { by: 'network', cause }, now, effects),
      },
      ours ? { offer: invite.offer } : { transaction: invite.transaction, request: invite.request },
    )
  }

  /** The dialog with the side of that tag: the one that stands, or an early one. */
  dialogWith(remoteTag: string): Dialog | undefined {
    if (this.#dialog) return this.#dialog.remoteTag === remoteTag ? this.#dialog : undefined
    return this.#early.with(remoteTag)
  }

  get dialogName(): DialogName | undefined {
    const dialog = this.#dialog ?? this.#early.last
    if (!dialog) return undefined
    const { callId, localTag, remoteTag, remote, remoteTarget } = dialog
    return { callId, localTag, remoteTag, remote, remoteTarget }
  }

  /** ours, theirs: not answered, and whose call it is. */
  get standing(): 'ours' | 'theirs' | 'confirmed' | 'over' {
    switch (this.#state) {
      case 'calling':
      case 'proceeding':
        return 'ours'
      case 'incoming':
        return 'theirs'
      case 'accepted':
      case 'established':
        return 'confirmed'
      default:
        return 'over'
    }
  }

  /** The INVITE that it began with. */
  get invited(): SipRequest {
    return this.#invite.request
  }

  /** Sends the INVITE, or tells that theirs has come. */
  begin(now: Millis, effects: AgentEffect[]): void {
    this.#set('unanswered', now + this.#needs.ringMs)
    if (this.#state === 'calling') return this.#sendInvite(now, effects)
    const { request, hop } = this.#invite
    this.#dialog = dialogOfRequest(request, this.#localTag)
    this.#needs.dialogBegun(this.#dialog)
    const body = textOf(request, this.#needs.describes)
    this.#emit(
      {
        type: 'incoming',
        request,
        hop: hop as Hop,
        ...(body === undefined ? {} : { body }),
        ...this.#named,
      },
      effects,
    )
  }

  act(act: Exclude<SessionAct, { type: 'invite' }>, now: Millis, effects: AgentEffect[]): void {
    switch (act.type) {
      case 'ring':
        return this.#signal('ring', { status: act.status ?? 180, body: act.body }, now, effects)
      case 'accept':
        return this.#signal('accept', { body: act.body }, now, effects)
      case 'reject': {
        const { status, headers: extra } = act
        return this.#signal(
          'reject',
          { by: 'local', cause: { is: 'status', status, reason: '' }, status, extra },
          now,
          effects,
        )
      }
      case 'offer':
        // Before their ACK it is kept until that has come.
        if (this.#state === 'established' || this.#state === 'accepted')
          this.#exchange?.handle('offer', act, now, effects)
        else this.#emit({ type: 'offer-refused', status: 491, reason: 'Request Pending' }, effects)
        return
      case 'answer':
      case 'refuse':
        if (this.#early.decide(act, now, effects)) return
        if (this.#state === 'established') this.#exchange?.handle(act.type, act, now, effects)
        return
      case 'end':
        this.#endHeaders = act.headers ?? []
        return this.#signal('end', { by: 'local', cause: { is: 'bye' } }, now, effects)
      case 'move':
        this.#needs.moved(act.contact)
        this.#exchange?.handle('moved', {}, now, effects)
        return
      case 'abandon':
        return this.#signal('abandon', { by: 'local', cause: { is: 'cancelled' } }, now, effects)
      case 'preserve':
        if (this.#state === 'established') this.#clear('refresh', 'expire', 'offer-again')
        return
      case 'send':
        this.#sendInDialog(act, now, effects)
    }
  }

  /** A request in our dialog, other than ACK. The agent has seen that it is of the dialog. */
  request(transaction: string, request: SipRequest, now: Millis, effects: AgentEffect[]): 'taken' | 'other' {
    const respond = (status: number, extra?: readonly Field[]): 'taken' => {
      this.#needs.respond(transaction, responseTo(request, status, this.#localTag, extra), now, effects)
      return 'taken'
    }
    const dialog = this.dialogWith(fromOf(request.headers)?.params.get('tag') ?? '')
    if (!dialog) return respond(481)
    if (!inOrder(dialog, request)) return respond(500, [['Retry-After', '1']])
    // Nobody may hang up or call anew what is not answered; an offer waits for the answer to ours (RFC 3311 §5.2).
    if (!this.#dialog && (request.method === 'BYE' || request.method === 'INVITE')) return respond(481)
    if (request.method === 'INVITE' || request.method === 'UPDATE')
      this.#emit({ type: 'updated', headers: request.headers }, effects)
    if (!this.#dialog && request.method === 'UPDATE') {
      this.#early.updated(transaction, request, now, effects)
      return 'taken'
    }
    switch (request.method) {
      case 'BYE': {
        respond(200)
        const cause: Cause = this.#state === 'incoming' ? { is: 'cancelled' } : { is: 'bye' }
        this.#signal('bye', { by: 'remote', cause, headers: request.headers }, now, effects)
        return 'taken'
      }
      case 'INVITE':
      case 'UPDATE':
        this.#exchange?.request(transaction, request, now, effects)
        return 'taken'
      case 'PRACK': {
        const taken = this.#answering?.acknowledged(request, now)
        if (!taken) return respond(481)
        this.#clear('repeat-1xx')
        // An offer in it is answered by nobody here (RFC 3262 §5).
        respond(textOf(request) === undefined ? 200 : 488)
        if (taken.next) this.#answering?.send(taken.next, now, effects)
        return 'taken'
      }
      default:
        return 'other'
    }
  }

  /** The ACK to a 2xx of ours. */
  acknowledged(request: SipRequest, now: Millis, effects: AgentEffect[]): void {
    if (this.#exchange?.acknowledged(request, now, effects)) this.#signal('ack', {}, now, effects)
  }

  /** They gave up before we answered (§9.2). */
  cancelled(transaction: string, headers: Headers, now: Millis, effects: AgentEffect[]): void {
    if (transaction !== this.#transaction) this.#exchange?.cancelled(transaction, now, effects)
    else this.#signal('cancel', { by: 'remote', cause: { is: 'cancelled' }, headers }, now, effects)
  }

  /** A response to a request of ours, which was sent as `sent`. */
  replied(purpose: Purpose, sent: SipRequest, response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    if (purpose === 'invite') return this.#inviteReplied(response, now, effects)
    if (purpose === 'offer' || purpose === 'refresh') {
      if (this.#state !== 'ended') this.#exchange?.replied(purpose, sent, response, now, effects)
    } else if (purpose.send !== undefined && response.status >= 200) {
      effects.push({ type: 'replied', id: purpose.send, response })
    }
  }

  /** Nobody answered a request of ours: where the dialog stands, it is over (§12.2.1.2). */
  failed(purpose: Purpose, cause: Cause, now: Millis, effects: AgentEffect[]): void {
    if (purpose === 'invite') this.#signal('failed', { by: 'network', cause }, now, effects)
    else if (purpose === 'offer' || purpose === 'refresh') {
      if (cause.is === 'transport') this.#exchange?.unsent(purpose, cause, now, effects)
      else this.#signal('lost', { by: 'network', cause }, now, effects)
    } else if (purpose.send !== undefined) effects.push({ type: 'unanswered', id: purpose.send, cause })
  }

  /** Our INVITE goes out, with its Via: a CANCEL and the ACK need it. */
  sent(request: SipRequest, hop: Hop): void {
    this.#invite = { request, hop }
  }

  /** Our re-INVITE goes out. */
  offerSent(request: SipRequest): void {
    this.#exchange?.sent(request)
  }

  /** The number under which a request of ours is sent once more, with credentials. */
  nextCSeq(purpose: Purpose): number {
    if (purpose === 'invite') return (cseqOf(this.invited.headers)?.number ?? 0) + 1
    const dialog = typeof purpose === 'object' ? purpose.dialog : (this.#dialog as Dialog)
    return ++dialog.localCSeq
  }

  wake(name: SessionTimerName, now: Millis, effects: AgentEffect[]): void {
    this.#timers.delete(name)
    switch (name) {
      case 'unanswered':
        return this.#signal(name, { by: 'network', cause: { is: 'unanswered' } }, now, effects)
      case 'cancelled':
        return this.#signal(name, {}, now, effects)
      case 'repeat-1xx':
        if (this.#answering?.again(now, effects) !== false) return
        return this.#signal('unanswered', { by: 'network', cause: { is: 'timeout' } }, now, effects)
      case 'expire':
        return this.#signal('lost', { by: 'network', cause: { is: 'expired' } }, now, effects)
      default:
        this.#exchange?.wake(name, now, effects)
    }
  }

  #signal(signal: SessionSignal, given: Given, now: Millis, effects: AgentEffect[]): void {
    const cell = sessionTable[this.#state][signal]
    if (!cell) return
    const [next, ...actions] = cell
    if (next === 'ended' && this.#state === 'established')
      this.#exchange?.handle('refuse', { status: 487 }, now, effects)
    const timer = sessionTimers[next]
    const before = sessionTimers[this.#state]
    if (before !== undefined && before !== timer) this.#clear(before)
    if (timer === 'cancelled' && before !== timer) this.#set(timer, now + 64 * T1)
    const ending = next === 'ended' && this.#state !== 'ended'
    this.#state = next
    for (const action of actions) {
      this.#do(action, given, now, effects)
      // What an action asked for may have ended it already.
      if (this.#state !== next) return
    }
    if (!ending) return
    this.#early.end(now, effects)
    this.#clear(...this.#timers.keys())
    this.#exchange = undefined
    this.#needs.over()
  }

  #do(action: SessionAction, given: Given, now: Millis, effects: AgentEffect[]): void {
    switch (action) {
      case 'tell-proceeding':
        return this.#emit({ type: 'proceeding', callId: this.invited.headers.get('Call-ID') as string }, effects)
      case 'tell-provisional': {
        const response = given.response as SipResponse
        const { status, headers } = response
        const body = textOf(response, this.#needs.describes)
        return this.#emit({ type: 'provisional', status, headers, ...(body === undefined ? {} : { body }) }, effects)
      }
      case 'tell-confirmed':
        return this.#emit({ type: 'confirmed' }, effects)
      case 'tell-ended':
        return this.#tellEnded(given as Required<Given>, given.headers, effects)
      case 'tell-given-up':
        return this.#tellEnded(this.#givenUp, given.headers, effects)
      case 'invite-again': {
        const { request, hop } = this.#invite
        // A copy: the transaction still needs its own, for the ACK when the 422 comes again.
        const headers = request.headers.clone().remove('Via')
        headers.set('CSeq', `${this.nextCSeq('invite')} INVITE`)
        this.#invite = { hop, request: { ...request, headers } }
        return this.#sendInvite(now, effects)
      }
      case 'give-up': {
        const { by, cause } = given as { by: 'local' | 'network'; cause: Cause }
        this.#givenUp = { by, cause: cause.is === 'bye' ? { is: 'cancelled' } : cause }
        return this.#needs.giveUp(this.#asked as string, now, effects)
      }
      case 'cancel': {
        const { request, hop } = this.#invite
        // What never went out is not cancelled.
        if (hop && request.headers.has('Via'))
          this.#needs.cancel(cancelOf(request, this.#endHeaders), hop, now, effects)
        return
      }
      case 'abandon':
        return this.#needs.abandon(this.#asked as string, now, effects)
      case 'begin-dialog':
        return this.#beginDialog(given.response as SipResponse, now, effects)
      case 'refuse-dialog':
        return this.#bye(this.#acknowledge(given.response as SipResponse, effects), now, effects)
      case 'bye':
        return this.#bye(this.#dialog as Dialog, now, effects)
      case 'progress':
        return this.#answering?.respond(given.status as number, given, now, effects)
      case 'accept':
        return this.#exchange?.handle('answer', given, now, effects)
      case 'respond-refusal':
        return this.#answering?.respond(given.status as number, given, now, effects)
      case 'respond-unanswered':
        return this.#answering?.respond(480, {}, now, effects)
      case 'respond-cancelled':
        this.#answering?.respond(487, {}, now, effects)
    }
  }

  #sendInvite(now: Millis, effects: AgentEffect[]): void {
    const { request, hop } = this.#invite
    const minSE = this.#exchange?.minSE ?? smallestMinSE
    request.headers.set('Session-Expires', String(Math.max(this.#needs.expiresS, minSE)))
    request.headers.set('Min-SE', String(minSE))
    this.#asked = this.#needs.ask(request, 'invite', now, effects, hop)
  }

  #inviteReplied(response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    const { status, reason, headers } = response
    if (status < 200) {
      if (status > 100 && !this.#early.received(response, this.invited, now, effects)) return
      return this.#signal(status === 100 ? '100' : '1xx', { response }, now, effects)
    }
    if (status < 300) {
      // The 2xx again: its ACK was lost.
      if (this.#answered.includes(toOf(headers)?.params.get('tag') ?? '')) this.#acknowledge(response, effects)
      else this.#signal('2xx', { response }, now, effects)
      return
    }
    const least = status === 422 ? parseNumber(headers.get('Min-SE'), 86_400) : undefined
    const exchange = this.#exchange
    const smaller = least !== undefined && least > (exchange?.minSE ?? least)
    if (exchange && smaller) exchange.minSE = least
    this.#signal(
      smaller ? '422' : '3xx-6xx',
      { by: 'remote', cause: { is: 'status', status, reason }, headers },
      now,
      effects,
    )
  }

  #beginDialog(response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    this.#dialog = this.#acknowledge(response, effects)
    if (!this.#early.end(now, effects)) this.#needs.dialogBegun(this.#dialog)
    this.#exchange?.confirmed(response, now)
    const body = textOf(response, this.#needs.describes)
    this.#emit({ type: 'accepted', headers: response.headers, ...(body === undefined ? {} : { body }) }, effects)
  }

  #acknowledge(response: SipResponse, effects: AgentEffect[]): Dialog {
    const dialog = this.#early.confirmed(response, this.invited)
    if (!this.#answered.includes(dialog.remoteTag)) this.#answered.push(dialog.remoteTag)
    this.#needs.sendAck(ackIn(dialog, this.invited), effects)
    return dialog
  }

  #bye(dialog: Dialog, now: Millis, effects: AgentEffect[]): void {
    const request = requestIn(dialog, 'BYE')
    for (const [name, value] of this.#endHeaders) request.headers.append(name, value)
    this.#needs.ask(request, { send: undefined, dialog }, now, effects)
  }

  #sendInDialog(act: Extract<SessionAct, { type: 'send' }>, now: Millis, effects: AgentEffect[]): void {
    const dialog = this.#dialog ?? this.#early.last
    if (!dialog) {
      effects.push({ type: 'unanswered', id: act.id, cause: { is: 'transport', detail: 'no dialog' } })
      return
    }
    const request = requestIn(dialog, act.method)
    request.headers.append('Contact', this.#needs.contact())
    for (const [name, value] of act.headers ?? []) request.headers.append(name, value)
    if (act.body !== undefined) {
      request.headers.append('Content-Type', act.contentType ?? 'text/plain')
      request.body = new TextEncoder().encode(act.body)
    }
    this.#needs.ask(request, { send: act.id, dialog }, now, effects)
  }

  #tellEnded(
    { by, cause }: Required<Pick<Given, 'by' | 'cause'>>,
    headers: Headers = new Headers(),
    effects: AgentEffect[],
  ): void {
    this.#emit({ type: 'ended', by, cause, headers }, effects)
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
