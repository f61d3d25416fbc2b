// One INVITE session, as caller or called: RFC 3261 §13 and §15, forking, session timers of RFC 4028. A parent sends and routes.
// Left out: reliable provisional responses (RFC 3262).
import type { Engine, Millis } from '../common/index.ts'
import type { AgentEffect, AgentInput, Body, EndCause, InviteOptions } from './agent-io.ts'
import {
  type Dialog,
  dialogOfRequest,
  dialogOfResponse,
  hopOfDialog,
  refreshTarget,
  requestWithin,
  takesSequence,
} from './dialog.ts'
import type { ExchangeFailure } from './exchanges.ts'
import { cseqOf, fromOf, listOf, toOf } from './header-values.ts'
import type { Hop } from './hop.ts'
import { type HeaderField, Headers, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import { Negotiation, type NegotiationEffect, type NegotiationInput } from './negotiation.ts'
import { responseTo, withTag } from './replies.ts'
import {
  ackWithin,
  bodyOf,
  bytesOf,
  maybe,
  type SessionEffect,
  type SessionFacts,
  typeOf,
  UnacknowledgedOk,
} from './session-parts.ts'
import { type LifeAction, type LifeSignal, type LifeState, type LifeTimer, life } from './session-table.ts'
import {
  agreedByResponse,
  agreeWithRequest,
  giveUpAfter,
  minimumOf,
  refreshAfter,
  type SessionTimer,
  timerHeaders,
} from './session-timer.ts'
import { StateTimers } from './state-timers.ts'
import { T1 } from './transaction-tables.ts'

export type SessionInput =
  | Extract<
      AgentInput,
      { readonly type: 'ring' | 'accept' | 'reject' | 'offer' | 'answer' | 'refuse' | 'end' | 'request-within' }
    >
  | { readonly type: 'invite'; readonly options: InviteOptions }
  | { readonly type: 'incoming'; readonly request: SipRequest; readonly transaction: string; readonly hop: Hop }
  | {
      readonly type: 'response'
      readonly use: string
      readonly request: SipRequest
      readonly response: SipResponse
      readonly hop: Hop
    }
  | { readonly type: 'failed'; readonly use: string; readonly why: ExchangeFailure; readonly response?: SipResponse }
  /** A request within the dialog, known to be ours by Call-ID and tag. */
  | { readonly type: 'peer-request'; readonly request: SipRequest; readonly transaction: string; readonly hop: Hop }
  | { readonly type: 'peer-ack'; readonly request: SipRequest }
  | { readonly type: 'peer-cancelled'; readonly transaction: string; readonly request: SipRequest }
  | { readonly type: 'server-failed'; readonly transaction: string }

export class Session implements Engine<SessionInput, SessionEffect> {
  readonly facts: SessionFacts
  #state: LifeState
  #timers = new StateTimers<LifeTimer>()
  #negotiation: Negotiation
  #invite: { readonly options: InviteOptions; round: number; sequence: number } | undefined
  #incoming: { readonly request: SipRequest; readonly transaction: string; readonly hop: Hop } | undefined
  /** Early dialogs by the peer's tag, with the last description that each sent. */
  #early = new Map<string, { readonly dialog: Dialog; body: Body | undefined }>()
  #ok: UnacknowledgedOk | undefined
  /** Our INVITE as it was accepted, and the ACK to it. */
  #accepted: SipRequest | undefined
  #ack: SipRequest | undefined
  #within = new Map<string, string>()
  #unanswered = false

  constructor(facts: SessionFacts) {
    this.facts = facts
    this.#state = facts.role === 'uac' ? 'inviting' : 'ringing'
    this.#negotiation = new Negotiation(facts)
  }

  get state(): LifeState {
    return this.#state
  }

  /** The use of the last INVITE that went out. */
  get inviteUse(): string {
    return `invite ${this.#invite?.round ?? 0}`
  }

  get deadline(): Millis | undefined {
    const [a, b] = [this.#timers.deadline, this.#negotiation.deadline]
    return a === undefined ? b : b === undefined ? a : Math.min(a, b)
  }

  handle(input: SessionInput, now: Millis): SessionEffect[] {
    const step: Step = { now, effects: [] }
    switch (input.type) {
      case 'invite':
        this.#invite = { options: input.options, round: 0, sequence: 0 }
        this.#enter('inviting', now)
        this.#sendInvite(step)
        step.effects.push(tell({ type: 'invited', session: this.facts.id, callId: this.facts.callId }))
        break
      case 'incoming':
        this.#comesIn(input, step)
        break
      case 'ring':
        this.#signal('ring', { ...step, status: input.status ?? 180, body: input.body })
        break
      case 'accept':
        this.#signal('accept', { ...step, body: input.body ?? this.facts.lastLocal })
        break
      case 'reject':
        this.#signal('reject', { ...step, ...input, body: undefined })
        break
      case 'end':
        this.#signal('end', { ...step, reason: input.reason })
        break
      case 'offer':
        if (this.#state === 'confirmed' || this.#state === 'accepted') {
          this.#negotiate({ type: 'offer', body: input.body, why: 'asked' }, step)
        }
        break
      case 'answer':
        if (this.#state === 'answering') this.#signal('answer', { ...step, body: input.body })
        else this.#negotiate({ type: 'answer', body: input.body }, step)
        break
      case 'refuse':
        if (this.#state === 'answering') this.#signal('end', step)
        else this.#negotiate({ type: 'refuse', ...maybe('status', input.status) }, step)
        break
      case 'request-within':
        this.#requestWithin(input, step)
        break
      case 'response':
        this.#response(input, step)
        break
      case 'failed':
        this.#failed(input, step)
        break
      case 'peer-request':
        this.#peerAsks(input, step)
        break
      case 'peer-ack': {
        const sequence = cseqOf(input.request.headers)?.number
        if (this.#ok && sequence === this.#ok.sequence) {
          this.#ok = undefined
          this.#signal('ack', { ...step, body: bodyOf(input.request) })
        } else this.#negotiate({ type: 'ack', request: input.request }, step)
        break
      }
      case 'peer-cancelled':
        if (this.#incoming?.transaction === input.transaction)
          this.#signal('cancelled', { ...step, message: input.request })
        else this.#negotiate({ type: 'peer-cancelled', transaction: input.transaction }, step)
        break
      case 'server-failed':
        if (this.#incoming?.transaction === input.transaction)
          this.#signal('failed', { ...step, why: 'transport-error' })
    }
    return step.effects
  }

  wake(now: Millis): SessionEffect[] {
    const step: Step = { now, effects: [] }
    for (let timer = this.#timers.take(now); timer; timer = this.#timers.take(now)) this.#signal(timer, step)
    this.#translate(this.#negotiation.wake(now), step)
    return step.effects
  }

  #comesIn(input: Extract<SessionInput, { type: 'incoming' }>, step: Step): void {
    const { request, transaction, hop } = input
    const { id, localTag, callId } = this.facts
    this.#incoming = { request, transaction, hop }
    this.facts.peerAllows = listOf(request.headers, 'Allow')
    this.facts.dialog = dialogOfRequest(request, localTag, hop)
    this.#enter('ringing', step.now)
    const offer = bodyOf(request)
    step.effects.push(tell({ type: 'incoming', session: id, request, hop, callId, ...maybe('offer', offer) }))
  }

  #response(input: Extract<SessionInput, { type: 'response' }>, step: Step): void {
    const { use, request, response, hop } = input
    const { status } = response
    if (use.startsWith('invite')) this.#invited(request, response, hop, step)
    else if (use.startsWith('offer')) this.#negotiate({ type: 'response', request, response }, step)
    else if (use.startsWith('refresh')) {
      if (status >= 200 && status < 300) this.#startTimer(agreedByResponse(response.headers), step.now)
      else if (status === 481 || status === 408)
        this.#signal('lost', { ...step, cause: 'dialog-lost', message: response })
      // Whatever else it was, the session goes on until it expires; it is tried again before that.
      else if (status >= 300) this.#timers.restart('refresh', step.now, refreshAgainMs)
    } else if (use.startsWith('within')) {
      const id = this.#within.get(use)
      if (id !== undefined) step.effects.push(tell({ type: 'response', id, response, hop }))
      if (status >= 200) this.#within.delete(use)
      if (status === 481 || status === 408) this.#signal('lost', { ...step, cause: 'dialog-lost', message: response })
    }
  }

  #invited(request: SipRequest, response: SipResponse, hop: Hop, step: Step): void {
    const { status, headers } = response
    const tag = toOf(headers)?.params.get('tag')
    const body = bodyOf(response)
    if (this.#invite) this.#invite.sequence = cseqOf(request.headers)?.number ?? 0
    if (status === 100) return
    if (status < 200) {
      if (tag !== undefined && this.#early.size < mostBranches) {
        const known = this.#early.get(tag)
        const dialog = known?.dialog ?? dialogOfResponse(request, response, hop)
        if (dialog) this.#early.set(tag, { dialog, body: body ?? known?.body })
      }
      return this.#signal('progress', { ...step, response, body, tag })
    }
    if (status < 300) return this.#answered(request, response, hop, step)
    const least = minimumOf(headers) ?? 0
    if (status === 422 && this.#state === 'inviting' && this.facts.wish.intervalS < least) {
      this.facts.wish = { intervalS: least, minimumS: least }
      return this.#sendInvite(step)
    }
    this.#signal('refused', { ...step, status, reason: response.reason, message: response })
  }

  #answered(request: SipRequest, response: SipResponse, hop: Hop, step: Step): void {
    const dialog = dialogOfResponse(request, response, hop)
    if (!dialog) return
    const known = this.facts.dialog
    if (known && known.remoteTag === dialog.remoteTag) {
      // Our ACK was lost.
      if (this.#ack) step.effects.push({ type: 'send', request: copyOf(this.#ack), hop: hopOfDialog(known) })
      return
    }
    if (known) {
      // Another branch was answered too: one is enough (§13.2.2.4).
      const sequence = cseqOf(request.headers)?.number ?? 0
      step.effects.push({
        type: 'send',
        request: ackWithin(dialog, request, sequence, undefined),
        hop: hopOfDialog(dialog),
      })
      const bye = requestWithin(dialog, 'BYE')
      step.effects.push({ type: 'exchange', use: `bye ${dialog.remoteTag}`, request: bye, hops: [hopOfDialog(dialog)] })
      return
    }
    this.#accepted = request
    this.facts.dialog = dialog
    this.facts.peerAllows = listOf(response.headers, 'Allow')
    const early = this.#early.get(dialog.remoteTag)?.body
    this.#early.clear()
    const offered = this.#invite?.options.offer !== undefined
    const body = bodyOf(response) ?? (offered ? early : undefined)
    this.facts.running = agreedByResponse(response.headers)
    this.#signal(offered || !body ? '2xx' : '2xx-offer', { ...step, response, body })
  }

  #failed(input: Extract<SessionInput, { type: 'failed' }>, step: Step): void {
    const { use, why, response } = input
    if (use.startsWith('invite')) {
      this.#signal('failed', { ...step, why, status: response?.status, reason: response?.reason, message: response })
    } else if (use.startsWith('offer')) this.#negotiate({ type: 'failed', why }, step)
    else if (use.startsWith('refresh')) {
      if (why === 'timeout') this.#signal('lost', { ...step, cause: 'dialog-lost' })
      else this.#timers.restart('refresh', step.now, refreshAgainMs)
    } else if (use.startsWith('within')) {
      const id = this.#within.get(use)
      this.#within.delete(use)
      if (id !== undefined && why !== 'cancelled') step.effects.push(tell({ type: 'failed', id, why }))
      if (why === 'timeout') this.#signal('lost', { ...step, cause: 'dialog-lost' })
    }
  }

  #peerAsks(input: Extract<SessionInput, { type: 'peer-request' }>, step: Step): void {
    const { request, transaction, hop } = input
    const { id, wish, running, contact, features } = this.facts
    const respond = (status: number, headers: readonly HeaderField[] = []): void => {
      step.effects.push({ type: 'respond', transaction, response: responseTo(request, status, { headers }) })
    }
    const tag = fromOf(request.headers)?.params.get('tag') ?? ''
    const dialog = this.facts.dialog?.remoteTag === tag ? this.facts.dialog : this.#early.get(tag)?.dialog
    if (!dialog || this.#state === 'ended') return respond(481)
    if (!takesSequence(dialog, request)) return respond(500)
    switch (request.method) {
      case 'BYE':
        respond(200)
        return this.#signal('bye', { ...step, message: request })
      case 'INVITE':
        // Who sends another INVITE has our 2xx, whatever became of its ACK.
        if (this.#state === 'accepted') this.#signal('ack', step)
        if (this.#state !== 'confirmed') return respond(491)
        return this.#negotiate({ type: 'peer-request', pending: { transaction, request } }, step)
      case 'UPDATE': {
        if (bodyOf(request)) {
          if (this.#state !== 'confirmed') return respond(491)
          return this.#negotiate({ type: 'peer-request', pending: { transaction, request } }, step)
        }
        const agreement = agreeWithRequest(request.headers, wish, running)
        if (agreement.is === 'too-small') return respond(422, agreement.headers)
        refreshTarget(dialog, request)
        respond(200, [
          { name: 'Contact', value: contact },
          ...features,
          ...(agreement.is === 'agreed' ? agreement.headers : []),
        ])
        if (agreement.is === 'agreed' && this.#state === 'confirmed') this.#startTimer(agreement.timer, step.now)
        return
      }
      default:
        step.effects.push(tell({ type: 'request', request: transaction, message: request, hop, session: id }))
    }
  }

  #requestWithin(input: Extract<SessionInput, { type: 'request-within' }>, step: Step): void {
    const { dialog } = this.facts
    if (!dialog || (this.#state !== 'confirmed' && this.#state !== 'accepted')) {
      step.effects.push(tell({ type: 'failed', id: input.id, why: 'no-session' }))
      return
    }
    const headers = [...(input.headers ?? []), ...typeOf(input.body)]
    const request = requestWithin(dialog, input.method, { headers, body: bytesOf(input.body) })
    const use = `within ${dialog.localSequence}`
    this.#within.set(use, input.id)
    step.effects.push({
      type: 'exchange',
      use,
      request,
      hops: [hopOfDialog(dialog)],
      nextSequence: () => ++dialog.localSequence,
    })
  }

  #signal(signal: LifeSignal, step: Step): void {
    const cell = life.table[this.#state][signal]
    if (!cell) return
    const [next, ...actions] = cell
    const outcome = actions.includes('tell-ended') ? this.#outcomeOf(signal, step) : undefined
    if (next !== this.#state) this.#enter(next, step.now)
    for (const action of actions) this.#act(action, step, outcome)
  }

  #enter(next: LifeState, now: Millis): void {
    this.#state = next
    this.#timers.enter(life.timers[next] ?? [], now, (timer) => this.#lengthOf(timer))
  }

  #act(action: LifeAction, step: Step, outcome: Outcome | undefined): void {
    const { id, dialog } = this.facts
    const { effects } = step
    switch (action) {
      case 'tell-progress': {
        const { response, body, tag } = step
        if (!response) break
        effects.push(
          tell({
            type: 'progress',
            session: id,
            status: response.status,
            response,
            ...maybe('branch', tag),
            ...maybe('body', body),
          }),
        )
        break
      }
      case 'tell-accepted': {
        const offered = this.#state === 'answering'
        if (!step.response) break
        effects.push(
          tell({
            type: 'accepted',
            session: id,
            response: step.response,
            ...(offered ? {} : maybe('answer', step.body)),
          }),
        )
        break
      }
      case 'tell-offered':
        if (step.body) effects.push(tell({ type: 'offered', session: id, body: step.body }))
        break
      case 'tell-confirmed': {
        const wanted = this.#incoming !== undefined && bodyOf(this.#incoming.request) === undefined
        effects.push(tell({ type: 'confirmed', session: id, ...(wanted ? maybe('answer', step.body) : {}) }))
        break
      }
      case 'tell-ended':
        this.#translate(this.#negotiation.close(), step)
        if (outcome) effects.push(tell({ type: 'ended', session: id, ...outcome }))
        break
      case 'note-unanswered':
        this.#unanswered = true
        break
      case 'cancel':
        effects.push({ type: 'cancel', use: this.inviteUse, headers: reasonHeader(step.reason) })
        break
      case 'acknowledge':
        this.#acknowledge(step)
        break
      case 'send-1xx':
        this.facts.lastLocal = step.body ?? this.facts.lastLocal
        this.#respond(step.status ?? 180, step)
        break
      case 'send-2xx':
        this.#accept(step)
        break
      case 'send-final':
        this.#respond(step.status ?? 480, step)
        break
      case 'send-487':
        this.#respond(487, step)
        break
      case 'send-480':
        this.#respond(480, step)
        break
      case 'repeat-2xx':
        if (!this.#ok) break
        effects.push({ type: 'respond', transaction: this.#ok.transaction, response: this.#ok.response })
        this.#timers.restart('repeat', step.now, this.#ok.next())
        break
      case 'bye': {
        if (!dialog) break
        const request = requestWithin(dialog, 'BYE', { headers: reasonHeader(step.reason) })
        effects.push({
          type: 'exchange',
          use: 'bye',
          request,
          hops: [hopOfDialog(dialog)],
          nextSequence: () => ++dialog.localSequence,
        })
        break
      }
      case 'refresh':
        this.#refresh(step)
    }
  }

  #sendInvite(step: Step): void {
    const invite = this.#invite
    if (!invite) return
    const { options } = invite
    const { callId, localTag, wish, features, contact } = this.facts
    invite.round++
    invite.sequence++
    const headers = new Headers()
    for (const route of options.routes ?? []) headers.append('Route', route)
    headers.append('Max-Forwards', '70')
    headers.append('From', withTag(options.from, localTag))
    headers.append('To', options.toHeader ?? `<${options.to}>`)
    headers.append('Call-ID', callId)
    headers.append('CSeq', `${invite.sequence} INVITE`)
    headers.append('Contact', contact)
    for (const { name, value } of [
      ...features,
      ...timerHeaders(wish),
      ...(options.headers ?? []),
      ...typeOf(options.offer),
    ]) {
      headers.append(name, value)
    }
    this.facts.lastLocal = options.offer
    const request: SipRequest = {
      kind: 'request',
      method: 'INVITE',
      uri: options.to,
      headers,
      body: bytesOf(options.offer),
    }
    step.effects.push({ type: 'exchange', use: this.inviteUse, request, hops: options.hops })
  }

  #acknowledge(step: Step): void {
    const { dialog } = this.facts
    if (!dialog) return
    const answer = this.#state === 'confirmed' && this.#invite?.options.offer === undefined ? step.body : undefined
    if (answer) this.facts.lastLocal = answer
    if (!this.#accepted) return
    this.#ack = ackWithin(dialog, this.#accepted, this.#invite?.sequence ?? 0, answer)
    step.effects.push({ type: 'send', request: copyOf(this.#ack), hop: hopOfDialog(dialog) })
    if (this.#state === 'confirmed') this.#startTimer(this.facts.running, step.now)
  }

  #accept(step: Step): void {
    const incoming = this.#incoming
    if (!incoming) return
    const { wish, contact, features } = this.facts
    const agreement = agreeWithRequest(incoming.request.headers, wish)
    const agreed = agreement.is === 'agreed' ? agreement : undefined
    this.facts.running = agreed?.timer
    this.facts.lastLocal = step.body
    const headers = [{ name: 'Contact', value: contact }, ...features, ...(agreed?.headers ?? []), ...typeOf(step.body)]
    const response = responseTo(incoming.request, 200, {
      toTag: this.facts.localTag,
      headers,
      body: bytesOf(step.body),
    })
    if (this.facts.dialog) this.facts.dialog.state = 'confirmed'
    this.#ok = new UnacknowledgedOk(incoming.transaction, response, cseqOf(incoming.request.headers)?.number ?? 0)
    this.#timers.restart('repeat', step.now, this.#ok.next())
    step.effects.push({ type: 'respond', transaction: incoming.transaction, response })
  }

  #respond(status: number, step: Step): void {
    const incoming = this.#incoming
    if (!incoming) return
    const early = status < 200 ? [{ name: 'Contact', value: this.facts.contact }, ...typeOf(step.body)] : []
    const response = responseTo(incoming.request, status, {
      toTag: this.facts.localTag,
      headers: [...early, ...(step.headers ?? [])],
      ...(status < 200 ? { body: bytesOf(step.body) } : {}),
      ...maybe('reason', status >= 300 ? step.reason : undefined),
    })
    step.effects.push({ type: 'respond', transaction: incoming.transaction, response })
  }

  #refresh(step: Step): void {
    const { dialog, wish, running, lastLocal, peerAllows, contact, features } = this.facts
    if (!dialog || !running) return
    if (peerAllows.includes('UPDATE')) {
      const headers = [{ name: 'Contact', value: contact }, ...features, ...timerHeaders(wish, running)]
      const request = requestWithin(dialog, 'UPDATE', { headers })
      step.effects.push({
        type: 'exchange',
        use: `refresh ${dialog.localSequence}`,
        request,
        hops: [hopOfDialog(dialog)],
        nextSequence: () => ++dialog.localSequence,
      })
    } else if (lastLocal && this.#negotiation.state === 'stable') {
      this.#negotiate({ type: 'offer', body: lastLocal, why: 'refresh' }, step)
    } else this.#timers.restart('refresh', step.now, refreshAgainMs)
  }

  /** Both ends of the session timer run anew from the last refresh. */
  #startTimer(timer: SessionTimer | undefined, now: Millis): void {
    this.facts.running = timer
    this.#timers.restart('refresh', now, this.#lengthOf('refresh'))
    this.#timers.restart('expire', now, this.#lengthOf('expire'))
  }

  #negotiate(input: NegotiationInput, step: Step): void {
    this.#translate(this.#negotiation.handle(input, step.now), step)
  }

  #translate(effects: readonly NegotiationEffect[], step: Step): void {
    for (const effect of effects) {
      if (effect.type === 'timer') this.#startTimer(effect.timer, step.now)
      else if (effect.type === 'lost') this.#signal('lost', { ...step, cause: effect.cause, message: effect.response })
      else step.effects.push(effect)
    }
  }

  #lengthOf(timer: LifeTimer): Millis | undefined {
    const { running, ringLimitMs } = this.facts
    switch (timer) {
      case 'ring-limit':
        return this.#invite?.options.ringLimitMs ?? ringLimitMs
      case 'answer-limit':
      case 'no-ack':
        return 64 * T1
      case 'repeat':
        return undefined
      case 'refresh':
        return running?.refresher === 'local' ? refreshAfter(running) : undefined
      case 'expire':
        return running && giveUpAfter(running)
    }
  }

  #outcomeOf(signal: LifeSignal, step: Step): Outcome {
    const message = maybe('message', step.message)
    const peers = { ...maybe('status', step.status), ...maybe('reason', step.reason), ...message }
    const given: Outcome = { by: 'local', cause: this.#unanswered ? 'unanswered' : 'ended', ...peers }
    if (this.#state === 'cancelling' || this.#state === 'leaving') return given
    switch (signal) {
      case 'refused':
        return { by: 'remote', cause: 'rejected', ...peers }
      case 'reject':
        return { by: 'local', cause: 'rejected', ...peers }
      case 'failed':
        return { by: 'network', cause: step.why === 'cancelled' || !step.why ? 'ended' : step.why, ...peers }
      case 'cancelled':
        return { by: 'remote', cause: 'cancelled', ...message }
      case 'bye':
        return { by: 'remote', cause: this.#state === 'ringing' ? 'cancelled' : 'ended', ...message }
      case 'ring-limit':
        return { by: 'local', cause: 'unanswered' }
      case 'answer-limit':
        return { by: 'local', cause: 'protocol-error' }
      case 'no-ack':
        return { by: 'network', cause: 'no-ack' }
      case 'expire':
        return { by: 'network', cause: 'session-expired' }
      case 'lost':
        return { by: 'network', cause: step.cause ?? 'dialog-lost', ...message }
      default:
        return given
    }
  }
}

/** One step of the table and what came with its signal. */
interface Step {
  readonly now: Millis
  readonly effects: SessionEffect[]
  readonly status?: number | undefined
  readonly reason?: string | undefined
  readonly headers?: readonly HeaderField[] | undefined
  readonly body?: Body | undefined
  readonly tag?: string | undefined
  readonly response?: SipResponse | undefined
  readonly message?: SipMessage | undefined
  readonly why?: ExchangeFailure | undefined
  readonly cause?: EndCause | undefined
}

type Outcome = Omit<Extract<AgentEffect, { type: 'ended' }>, 'type' | 'session'>

function tell(effect: AgentEffect): SessionEffect {
  return { type: 'tell', effect }
}

/** RFC 3326. */
function reasonHeader(reason: string | undefined): HeaderField[] {
  return reason === undefined ? [] : [{ name: 'Reason', value: reason }]
}

function copyOf(request: SipRequest): SipRequest {
  return { ...request, headers: request.headers.clone() }
}

/** Early dialogs of one forked INVITE. */
const mostBranches = 32
const refreshAgainMs: Millis = 5000
