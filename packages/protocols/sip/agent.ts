// A SIP user agent, RFC 3261: sessions, requests and answers over the transaction layer. Sans-IO: see agent-types.ts.
import { Deadlines, type Engine, type Millis } from '../common/index.ts'
import type { AgentEffect, AgentInput, AgentOptions, DialogName, Field, SessionAct } from './agent-types.ts'
import { ClientRequests, flowTo } from './client-requests.ts'
import { type Dialog, nextHopOf } from './dialog.ts'
import { firstRequest } from './first-request.ts'
import { contactsOf, fromOf, toOf } from './header-values.ts'
import { Identities, namedIn } from './invited.ts'
import { judge, type Supports } from './judge.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { type Description, fieldsOf, responseTo, sdp, supportedOptions } from './responses.ts'
import { type Invite, InviteSession } from './session.ts'
import type { SessionNeeds, SessionTimerName } from './session-needs.ts'
import { isTooSmall, smallestMinSE } from './session-timer.ts'
import { Subscriptions } from './subscriptions.ts'
import { type Hop, type TransactionEffect, TransactionLayer } from './transactions.ts'

export class Agent implements Engine<AgentInput, AgentEffect> {
  readonly #options: AgentOptions
  readonly #transactions = new TransactionLayer()
  readonly #requests: ClientRequests
  readonly #subscriptions: Subscriptions
  readonly #deadlines = new Deadlines<InviteSession, SessionTimerName>()
  readonly #sessions = new Map<string, InviteSession>()
  /** Sessions by Call-ID and our tag; a fork shares its session. */
  readonly #dialogs = new Map<string, InviteSession>()
  /** Sessions of theirs by the transaction of their INVITE, for CANCEL. */
  readonly #invited = new Map<string, InviteSession>()
  readonly #identities = new Identities()
  /** Their requests that the user has to answer. */
  readonly #unanswered = new Map<string, SipRequest>()
  readonly #supports: Supports
  readonly #supportsOfInvite: Supports
  readonly #allow: string
  readonly #describes: Description
  #asked = 0

  constructor(options: AgentOptions) {
    this.#options = options
    const methods = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'UPDATE', 'PRACK', ...(options.methods ?? [])]
    this.#allow = methods.join(', ')
    this.#describes = options.describes ?? sdp
    const extensions = supportedOptions.split(', ')
    // Whoever asks for a list says so in the SUBSCRIBE, and its NOTIFY requires it (RFC 4662 §4.4).
    this.#supports = {
      methods,
      schemes: ['sip', 'sips', 'tel'],
      extensions: [...extensions, 'eventlist'],
      contentTypes: ['*/*'],
    }
    this.#supportsOfInvite = { ...this.#supports, extensions, contentTypes: [this.#describes.contentType] }
    this.#requests = new ClientRequests({
      dice: options.dice,
      sentBy: options.sentBy,
      transactions: this.#transactions,
      pass: (effects, now, into) => this.#pass(effects, now, into),
    })
    this.#subscriptions = new Subscriptions({
      dice: options.dice,
      requests: this.#requests,
      contact: options.contact,
      userAgent: options.userAgent,
      events: options.events ?? [],
      respond: (...response) => this.#respond(...response),
      refuse: (id, request, status, headers, now, effects) =>
        this.#respond(id, responseTo(request, status, options.dice.token(64), headers), now, effects),
      flowTo,
    })
  }

  get deadline(): Millis | undefined {
    const least = Math.min(
      this.#transactions.deadline ?? Infinity,
      this.#deadlines.soonest ?? Infinity,
      this.#requests.deadline ?? Infinity,
      this.#subscriptions.deadline ?? Infinity,
    )
    return least === Infinity ? undefined : least
  }

  /** What is alive, for tests that look for leaks. */
  get alive(): {
    readonly sessions: number
    readonly transactions: number
    readonly requests: number
    readonly subscriptions: number
    readonly timers: number
  } {
    return {
      sessions: this.#sessions.size,
      transactions: this.#transactions.size,
      requests: this.#requests.size,
      subscriptions: this.#subscriptions.size,
      timers: this.#deadlines.size + this.#subscriptions.timers,
    }
  }

  /** How a session stands; undefined: there is none. */
  standingOf(session: string): InviteSession['standing'] | undefined {
    return this.#sessions.get(session)?.standing
  }

  /** The dialog of a session; undefined where it has none yet. */
  dialogOf(session: string): DialogName | undefined {
    return this.#sessions.get(session)?.dialogName
  }

  handle(input: AgentInput, now: Millis): AgentEffect[] {
    const effects: AgentEffect[] = []
    switch (input.type) {
      case 'received':
        if (input.message.kind === 'response' && judge(input.message, this.#supports).is === 'discard') break
        this.#pass(this.#transactions.handle(input, now), now, effects)
        break
      case 'failed':
      case 'hop-failed':
        this.#pass(this.#transactions.handle(input, now), now, effects)
        break
      case 'resolved':
        this.#requests.resolved(input.id, input.hops, input.cause, now, effects)
        break
      case 'credentials':
        this.#requests.credentials(input.id, input.header, now, effects)
        break
      case 'ask':
        this.#ask(input, now, effects)
        break
      case 'reply':
        this.#reply(input, now, effects)
        break
      case 'invite':
        this.#invite(input, now, effects)
        break
      case 'subscribe':
      case 'unsubscribe':
      case 'watch':
      case 'refuse-watch':
      case 'notify':
        this.#subscriptions.act(input, now, effects)
        break
      default:
        this.#sessions.get(input.session)?.act(input, now, effects)
        if (input.type === 'send' && !this.#sessions.has(input.session)) {
          effects.push({ type: 'unanswered', id: input.id, cause: { is: 'transport', detail: 'no such session' } })
        }
    }
    return effects
  }

  wake(now: Millis): AgentEffect[] {
    const effects: AgentEffect[] = []
    this.#pass(this.#transactions.wake(now), now, effects)
    this.#requests.wake(now, effects)
    this.#subscriptions.wake(now, effects)
    for (let due = this.#deadlines.take(now); due; due = this.#deadlines.take(now))
      due.owner.wake(due.name, now, effects)
    return effects
  }

  #invite(act: Extract<SessionAct, { type: 'invite' }>, now: Millis, effects: AgentEffect[]): void {
    const { dice, userAgent } = this.#options
    if (this.#sessions.has(act.session)) return
    const request = firstRequest(
      {
        ...act,
        method: 'INVITE',
        headers: [
          ['Contact', `<${act.contact}>${this.#options.features ?? ''}`],
          ['Allow', this.#allow],
          ['Supported', supportedOptions],
          ['User-Agent', userAgent],
          ...(act.headers ?? []),
          ...fieldsOf(this.#describes, act.body),
        ],
      },
      dice,
    )
    this.#open(act.session, act.contact, { request, hop: act.hop, others: act.others, offer: act.body }).begin(
      now,
      effects,
    )
  }

  #open(name: string, contact: string, invite: Invite): InviteSession {
    const needs = this.#needsOf(name, contact, invite, () => session)
    const session = new InviteSession(name, needs, invite)
    this.#sessions.set(name, session)
    return session
  }

  #ask(ask: Extract<AgentInput, { type: 'ask' }>, now: Millis, effects: AgentEffect[]): void {
    const { dice, userAgent } = this.#options
    let cseq = ask.cseq ?? 1
    const request = firstRequest({ ...ask, headers: [['User-Agent', userAgent], ...(ask.headers ?? [])] }, dice)
    this.#requests.begin(
      {
        id: ask.id,
        request,
        nextCSeq: () => ++cseq,
        onResponse: (response, _at, into) => {
          if (response.status >= 200) into.push({ type: 'replied', id: ask.id, response })
        },
        onFailure: (cause, _at, into) => into.push({ type: 'unanswered', id: ask.id, cause }),
      },
      ask.hop,
      now,
      effects,
    )
  }

  #reply(reply: Extract<AgentInput, { type: 'reply' }>, now: Millis, effects: AgentEffect[]): void {
    const request = this.#unanswered.get(reply.id)
    if (!request) return
    this.#unanswered.delete(reply.id)
    const extra: Field[] = [...(reply.headers ?? [])]
    if (reply.contentType !== undefined) extra.push(['Content-Type', reply.contentType])
    const response = responseTo(request, reply.status, this.#options.dice.token(64), extra, reply.body)
    if (reply.reason !== undefined) response.reason = reply.reason
    this.#respond(reply.id, response, now, effects)
  }

  #pass(from: TransactionEffect[], now: Millis, effects: AgentEffect[]): void {
    for (const effect of from) {
      switch (effect.type) {
        case 'send':
          effects.push(effect)
          break
        case 'request':
          this.#requested(effect, now, effects)
          break
        case 'ack':
          this.#sessionOf(effect.request)?.acknowledged(effect.request, now, effects)
          break
        case 'response':
          this.#requests.response(effect.id, effect.response, now, effects)
          break
        case 'stray':
          break
        case 'over':
          this.#invited.delete(effect.id)
          this.#identities.forget(effect.id)
          this.#unanswered.delete(effect.id)
          this.#requests.over(effect.id, effect.why, effect.cause, now, effects)
      }
    }
  }

  #requested(
    { id, request, hop, cancels }: Extract<TransactionEffect, { type: 'request' }>,
    now: Millis,
    effects: AgentEffect[],
  ): void {
    const respond = (status: number, extra?: readonly Field[]): void =>
      this.#respond(id, responseTo(request, status, this.#options.dice.token(64), extra), now, effects)
    if (request.method === 'CANCEL') {
      respond(cancels === undefined ? 481 : 200)
      if (cancels !== undefined) this.#invited.get(cancels)?.cancelled(cancels, request.headers, now, effects)
      return
    }
    const verdict = judge(request, request.method === 'INVITE' ? this.#supportsOfInvite : this.#supports)
    if (verdict.is === 'reject') return respond(verdict.status, verdict.headers)
    if (toOf(request.headers)?.params.has('tag')) return this.#requestedWithin(id, request, hop, respond, now, effects)
    if (this.#subscriptions.asks(request))
      return this.#subscriptions.subscribed({ transaction: id, request, hop }, now, effects)
    if (request.method === 'INVITE') return this.#incoming(id, request, hop, respond, now, effects)
    if (request.method === 'OPTIONS') {
      return respond(200, [
        ['Allow', this.#allow],
        ['Accept', this.#describes.contentType],
        ['Supported', supportedOptions],
      ])
    }
    if (request.method === 'BYE' || request.method === 'UPDATE' || request.method === 'PRACK') return respond(481)
    this.#askUser(id, request, hop, effects)
  }

  /** A request in a dialog. */
  #requestedWithin(
    id: string,
    request: SipRequest,
    hop: Hop,
    respond: (status: number) => void,
    now: Millis,
    effects: AgentEffect[],
  ): void {
    const { method } = request
    if (method === 'NOTIFY' && this.#subscriptions.notified(id, request, now, effects)) return
    const session = this.#sessionOf(request)
    if (!session) {
      if (method !== 'SUBSCRIBE' || !this.#subscriptions.isWatching(request)) return respond(481)
      return this.#subscriptions.subscribed({ transaction: id, request, hop }, now, effects)
    }
    if (method === 'INVITE') this.#invited.set(id, session)
    if (session.request(id, request, now, effects) === 'taken') return
    if (method !== 'SUBSCRIBE') return this.#askUser(id, request, hop, effects, session.id)
    const dialog = session.dialogWith(fromOf(request.headers)?.params.get('tag') ?? '') as Dialog
    this.#subscriptions.subscribed({ transaction: id, request, hop, session: { id: session.id, dialog } }, now, effects)
  }

  #askUser(id: string, request: SipRequest, hop: Hop, effects: AgentEffect[], session?: string): void {
    this.#unanswered.set(id, request)
    effects.push({ type: 'request', id, request, hop, ...(session === undefined ? {} : { session }) })
  }

  #incoming(
    id: string,
    request: SipRequest,
    hop: Hop,
    respond: (status: number, extra?: readonly Field[]) => void,
    now: Millis,
    effects: AgentEffect[],
  ): void {
    if (this.#identities.isMerged(request)) return respond(482)
    if (!contactsOf(request.headers)?.some((contact) => contact !== '*')) return respond(400)
    if (isTooSmall(request.headers)) return respond(422, [['Min-SE', String(smallestMinSE)]])
    const named = namedIn(request, (callId, localTag) => this.#dialogs.get(`${callId} ${localTag}`))
    if (typeof named === 'number') return respond(named)
    if (this.#sessions.size >= this.#options.mostSessions) return respond(486)
    const name = `in-${++this.#asked}-${this.#options.dice.token(64)}`
    const session = this.#open(name, this.#options.contact(hop, request), { request, hop, transaction: id, named })
    this.#invited.set(id, session)
    this.#identities.add(id, request)
    this.#respond(id, responseTo(request, 100, ''), now, effects)
    session.begin(now, effects)
  }

  #sessionOf(request: SipRequest): InviteSession | undefined {
    const key = `${request.headers.get('Call-ID')} ${toOf(request.headers)?.params.get('tag')}`
    const session = this.#dialogs.get(key)
    const theirs = fromOf(request.headers)?.params.get('tag') ?? ''
    return session?.dialogWith(theirs) ? session : undefined
  }

  #respond(id: string, response: SipResponse, now: Millis, effects: AgentEffect[]): void {
    if (response.status > 100) response.headers.set('Server', this.#options.userAgent)
    this.#pass(this.#transactions.handle({ type: 'respond', id, response }, now), now, effects)
  }

  #needsOf(name: string, contact: string, invite: Invite, session: () => InviteSession): SessionNeeds {
    const { dice, features = '', reliable = false, ringMs, sessionExpiresS, sentBy } = this.#options
    let keys: string[] = []
    let inviteHop = invite.hop
    let reachedAt = contact
    const others = 'offer' in invite ? invite.others : undefined
    const transaction = 'transaction' in invite ? invite.transaction : undefined
    return {
      contact: () => `<${reachedAt}>${features}`,
      moved: (to) => void (reachedAt = to),
      describes: this.#describes,
      reliable,
      allow: this.#allow,
      ringMs: ringMs(),
      expiresS: sessionExpiresS(),
      token: () => dice.token(64),
      roll: () => dice.roll(),
      ask: (request, purpose, now, effects, to) => {
        const id = `${name} ${++this.#asked}`
        let sentAs = request
        this.#requests.begin(
          {
            id,
            request,
            nextCSeq: () => session().nextCSeq(purpose),
            onResponse: (response, at, into) => session().replied(purpose, sentAs, response, at, into),
            onFailure: (cause, at, into) => session().failed(purpose, cause, at, into),
            onSent: (sent, by) => {
              sentAs = sent
              if (purpose === 'invite') session().sent(sent, by)
              if (purpose === 'offer') session().offerSent(sent)
              if (sent.method === 'INVITE') inviteHop = by
            },
          },
          to ?? flowTo(nextHopOf(request), inviteHop),
          now,
          effects,
          purpose === 'invite' ? others : undefined,
        )
        return id
      },
      cancel: (request, to, now, effects) => {
        const id = `${name} ${++this.#asked}`
        this.#pass(this.#transactions.handle({ type: 'request', id, request, hop: to }, now), now, effects)
      },
      giveUp: (id, now, effects) => this.#requests.giveUp(id, now, effects),
      abandon: (id, now, effects) => this.#requests.abandon(id, now, effects),
      respond: (transaction, response, now, effects) => this.#respond(transaction, response, now, effects),
      sendAck: (request, effects) => {
        const to = flowTo(nextHopOf(request), inviteHop) ?? inviteHop
        if (!to) return
        const message: SipRequest = { ...request, headers: request.headers.clone() }
        message.headers.prepend(
          'Via',
          `SIP/2.0/${to.transport.toUpperCase()} ${sentBy(to)};branch=z9hG4bK${dice.token(96)};rport`,
        )
        effects.push({ type: 'send', message, hop: to })
      },
      timer: (timer, at) => this.#deadlines.set(at, session(), timer),
      dialogBegun: (dialog: Dialog) => {
        const key = `${dialog.callId} ${dialog.localTag}`
        keys = [...keys, key]
        this.#dialogs.set(key, session())
      },
      over: () => {
        for (const key of keys) this.#dialogs.delete(key)
        this.#sessions.delete(name)
        if (transaction !== undefined) this.#invited.delete(transaction)
      },
    }
  }
}
