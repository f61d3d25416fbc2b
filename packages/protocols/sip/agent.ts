// The user agent of RFC 3261: transactions below, sessions within, the owner above. Inputs and effects: agent-io.ts.
import type { Dice, Engine, Millis } from '../common/index.ts'
import type { AgentEffect, AgentInput } from './agent-io.ts'
import { type Deadline, Deadlines } from './deadlines.ts'
import { dialogKey } from './dialog.ts'
import { type ExchangeEffect, type ExchangeInput, Exchanges } from './exchanges.ts'
import { fromOf, optionsOf, toOf } from './header-values.ts'
import type { Hop } from './hop.ts'
import type { HeaderField, SipRequest } from './message.ts'
import { responseTo, withTag } from './replies.ts'
import { bytesOf, maybe, type SessionEffect, type SessionFacts, typeOf } from './session-parts.ts'
import { Session, type SessionInput } from './session.ts'
import { agreeWithRequest, shortestS } from './session-timer.ts'
import { type TransactionEffect, type TransactionInput, TransactionLayer } from './transactions.ts'

export interface AgentOptions {
  readonly dice: Dice
  /** Host and port for Via of what goes to that hop: `192.0.2.1:5060`. */
  readonly sentBy: (hop: Hop) => string
  /** Our Contact for who came over that hop: `<sip:alice@192.0.2.1:5060>`. */
  readonly contactFor: (hop: Hop) => string
  readonly userAgent?: string
  /** Further methods that the owner answers, in and outside of dialogs: INFO, NOTIFY, REFER, MESSAGE, … The rest gets 405. */
  readonly methods?: readonly string[]
  /** Further option tags that the owner sees to, beside timer. */
  readonly extensions?: readonly string[]
  /** What we ask for by RFC 4028, in seconds; 1800 unless said, at least 90. */
  readonly sessionExpiresS?: number
  /** How long an incoming call may ring: three minutes unless said. */
  readonly ringLimitMs?: Millis
  /** Sessions at a time; an INVITE beyond them gets 486. */
  readonly mostSessions?: number
}

export class Agent implements Engine<AgentInput, AgentEffect> {
  #options: AgentOptions
  #layer: TransactionLayer
  #exchanges: Exchanges
  #sessions = new Map<string, Held>()
  /** Sessions by Call-ID and our tag. */
  #byDialog = new Map<string, Held>()
  #byTransaction = new Map<string, Held>()
  /** The owner's requests that came and wait for its answer. */
  #asked = new Map<string, SipRequest>()
  /** Requests outside of dialogs by what a copy over another path shares (§8.2.2.2). */
  #merging = new Map<string, string>()
  #merged = new Map<string, string>()
  #deadlines = new Deadlines<Held>()
  #features: HeaderField[]
  #supported: readonly string[]

  constructor(options: AgentOptions) {
    this.#options = options
    this.#layer = new TransactionLayer(options)
    this.#exchanges = new Exchanges(options.dice)
    this.#supported = ['timer', ...(options.extensions ?? [])]
    const allow = [...ownMethods, ...(options.methods ?? [])].join(', ')
    this.#features = [
      { name: 'Allow', value: allow },
      { name: 'Supported', value: this.#supported.join(', ') },
      ...(options.userAgent === undefined ? [] : [{ name: 'User-Agent', value: options.userAgent }]),
    ]
  }

  get deadline(): Millis | undefined {
    return earliest(this.#layer.deadline, this.#exchanges.deadline, this.#deadlines.next)
  }

  /** Sessions that are held, those that ended lately among them. */
  get sessions(): number {
    return this.#sessions.size
  }

  /** Whatever still holds memory: for tests and figures. */
  get size(): number {
    return this.#sessions.size + this.#layer.size + this.#exchanges.size + this.#asked.size + this.#merging.size
  }

  handle(input: AgentInput, now: Millis): AgentEffect[] {
    const out: AgentEffect[] = []
    switch (input.type) {
      case 'received':
        this.#transact({ type: 'received', message: input.message, hop: input.hop }, now, out)
        break
      case 'send-failed':
        this.#transact({ type: 'send-failed', transaction: input.transaction }, now, out)
        break
      case 'hop-failed':
        this.#transact({ type: 'hop-failed', hop: input.hop }, now, out)
        break
      case 'credentials':
      case 'no-credentials':
        this.#exchange(input, now, out)
        break
      case 'request': {
        const request = this.#completed(input.request)
        this.#exchange({ type: 'start', id: `request\n${input.id}`, request, hops: input.hops }, now, out)
        break
      }
      case 'respond':
        this.#respond(input, now, out)
        break
      case 'invite':
        if (this.#sessions.has(input.session)) throw new Error(`There is a session of that id: ${input.session}`)
        this.#feed(this.#hold(input.session, 'uac', input.contact), { type: 'invite', options: input }, now, out)
        break
      default: {
        const held = this.#sessions.get(input.session)
        if (held) this.#feed(held, input, now, out)
        // It may have ended while the owner made up its mind; only a request waits for its answer.
        else if (input.type === 'request-within') out.push({ type: 'failed', id: input.id, why: 'no-session' })
      }
    }
    return out
  }

  wake(now: Millis): AgentEffect[] {
    const out: AgentEffect[] = []
    for (let due = this.#deadlines.take(now); due; due = this.#deadlines.take(now)) {
      const held = due.item
      held.waiting = undefined
      this.#translate(held, held.session.wake(now), now, out)
    }
    this.#exchanged(this.#exchanges.wake(now), now, out)
    this.#transacted(this.#layer.wake(now), now, out)
    return out
  }

  #hold(id: string, role: 'uac' | 'uas', contact: string, callId?: string): Held {
    const { dice, sessionExpiresS = 1800, ringLimitMs = 180_000 } = this.#options
    const facts: SessionFacts = {
      id,
      dice,
      callId: callId ?? dice.token(128),
      localTag: dice.token(64),
      role,
      contact,
      features: this.#features,
      wish: { intervalS: Math.max(sessionExpiresS, shortestS), minimumS: shortestS },
      ringLimitMs,
      dialog: undefined,
      running: undefined,
      lastLocal: undefined,
      peerAllows: [],
    }
    const held: Held = {
      session: new Session(facts),
      invite: role === 'uac' ? 'live' : 'gone',
      waiting: undefined,
      transactions: new Set(),
    }
    this.#sessions.set(id, held)
    this.#byDialog.set(dialogKey(facts.callId, facts.localTag), held)
    return held
  }

  #feed(held: Held, input: SessionInput, now: Millis, out: AgentEffect[]): void {
    this.#translate(held, held.session.handle(input, now), now, out)
  }

  #translate(held: Held, effects: readonly SessionEffect[], now: Millis, out: AgentEffect[]): void {
    const { id } = held.session.facts
    for (const effect of effects) {
      switch (effect.type) {
        case 'tell':
          if (effect.effect.type === 'request') this.#asked.set(effect.effect.request, effect.effect.message)
          out.push(effect.effect)
          break
        case 'exchange':
          this.#exchange({ ...effect, type: 'start', id: `${effect.use}\n${id}` }, now, out)
          break
        case 'cancel':
          this.#exchange({ type: 'cancel', id: `${effect.use}\n${id}`, headers: effect.headers }, now, out)
          break
        case 'respond':
          this.#transact({ type: 'respond', transaction: effect.transaction, response: effect.response }, now, out)
          break
        case 'send':
          this.#transact({ type: 'send', request: effect.request, hop: effect.hop }, now, out)
      }
    }
    this.#reschedule(held)
    this.#release(held)
  }

  #reschedule(held: Held): void {
    const { deadline } = held.session
    if (held.waiting?.at === deadline) return
    if (held.waiting) this.#deadlines.remove(held.waiting)
    held.waiting = deadline === undefined ? undefined : this.#deadlines.add(deadline, held)
  }

  /** A caller's session stays while a 2xx of another branch may come. */
  #release(held: Held): void {
    if (held.session.state !== 'ended' || held.invite === 'live') return
    const { id, callId, localTag } = held.session.facts
    if (held.waiting) this.#deadlines.remove(held.waiting)
    this.#sessions.delete(id)
    this.#byDialog.delete(dialogKey(callId, localTag))
    for (const transaction of held.transactions) this.#byTransaction.delete(transaction)
  }

  #exchange(input: ExchangeInput, now: Millis, out: AgentEffect[]): void {
    this.#exchanged(this.#exchanges.handle(input, now), now, out)
  }

  #exchanged(effects: readonly ExchangeEffect[], now: Millis, out: AgentEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'transact': {
          const { branch, request, hop } = effect
          this.#transact({ type: 'request', branch, request, hop }, now, out)
          break
        }
        case 'cancel':
          this.#transact({ type: 'cancel', transaction: effect.branch, headers: effect.headers }, now, out)
          break
        case 'challenged':
          out.push(effect)
          break
        default:
          this.#told(effect, now, out)
      }
    }
  }

  #told(
    effect: Extract<ExchangeEffect, { type: 'response' | 'failed' | 'gone' }>,
    now: Millis,
    out: AgentEffect[],
  ): void {
    const at = effect.id.indexOf('\n')
    const use = effect.id.slice(0, at)
    const owner = effect.id.slice(at + 1)
    if (use === 'request') {
      if (effect.type === 'response')
        out.push({ type: 'response', id: owner, response: effect.response, hop: effect.hop })
      else if (effect.type === 'failed' && effect.why !== 'cancelled') {
        out.push({ type: 'failed', id: owner, why: effect.why, ...maybe('response', effect.response) })
      }
      return
    }
    const held = this.#sessions.get(owner)
    if (!held) return
    if (effect.type !== 'gone') return this.#feed(held, { ...effect, use }, now, out)
    // A 422 makes a second INVITE while the first is still known.
    if (use === held.session.inviteUse) {
      held.invite = 'gone'
      this.#release(held)
    }
  }

  #transact(input: TransactionInput, now: Millis, out: AgentEffect[]): void {
    this.#transacted(this.#layer.handle(input, now), now, out)
  }

  #transacted(effects: readonly TransactionEffect[], now: Millis, out: AgentEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          out.push(effect)
          break
        case 'request':
          this.#requestCame(effect, now, out)
          break
        case 'ack': {
          const held = this.#find(effect.request)
          if (held) this.#feed(held, { type: 'peer-ack', request: effect.request }, now, out)
          break
        }
        case 'response':
          this.#exchange(
            { type: 'response', branch: effect.transaction, response: effect.response, hop: effect.hop },
            now,
            out,
          )
          break
        case 'over': {
          this.#exchange({ type: 'over', branch: effect.transaction, how: effect.how }, now, out)
          this.#serverOver(effect.transaction, effect.how, now, out)
          break
        }
        case 'stray-response':
          break
      }
    }
  }

  #serverOver(transaction: string, how: string, now: Millis, out: AgentEffect[]): void {
    this.#asked.delete(transaction)
    const merging = this.#merged.get(transaction)
    if (merging !== undefined) {
      this.#merged.delete(transaction)
      this.#merging.delete(merging)
    }
    const held = this.#byTransaction.get(transaction)
    this.#byTransaction.delete(transaction)
    held?.transactions.delete(transaction)
    if (held && how !== 'done') this.#feed(held, { type: 'server-failed', transaction }, now, out)
  }

  #requestCame(came: Extract<TransactionEffect, { type: 'request' }>, now: Millis, out: AgentEffect[]): void {
    const { transaction, request, hop, cancels } = came
    const refuse = (status: number, headers: readonly HeaderField[] = []): void => {
      const response = responseTo(request, status, { headers, toTag: this.#options.dice.token(64) })
      this.#transact({ type: 'respond', transaction, response }, now, out)
    }
    if (request.method === 'CANCEL') return this.#cancelCame(request, cancels, refuse, now, out)
    const methods = this.#options.methods ?? []
    if (!ownMethods.includes(request.method) && !methods.includes(request.method))
      return refuse(405, this.#features.slice(0, 1))
    if (!/^(?:sips?|tel):/i.test(request.uri)) return refuse(416)
    const unknown = optionsOf(request.headers, 'Require').filter((tag) => !this.#supported.includes(tag))
    if (unknown.length > 0) return refuse(420, [{ name: 'Unsupported', value: unknown.join(', ') }])

    const toTag = toOf(request.headers)?.params.get('tag')
    if (toTag !== undefined) {
      const held = this.#find(request)
      if (!held) return refuse(481)
      if (request.method === 'OPTIONS') return refuse(200, this.#capabilities())
      this.#bind(held, transaction)
      return this.#feed(held, { type: 'peer-request', request, transaction, hop }, now, out)
    }
    if (this.#isMerged(request, transaction)) return refuse(482)
    switch (request.method) {
      case 'OPTIONS':
        return refuse(200, this.#capabilities())
      case 'BYE':
      case 'UPDATE':
        return refuse(481)
      case 'INVITE':
        return this.#inviteCame(came, refuse, now, out)
      default:
        this.#asked.set(transaction, request)
        out.push({ type: 'request', request: transaction, message: request, hop })
    }
  }

  #inviteCame(
    came: Extract<TransactionEffect, { type: 'request' }>,
    refuse: (status: number, headers?: readonly HeaderField[]) => void,
    now: Millis,
    out: AgentEffect[],
  ): void {
    const { transaction, request, hop } = came
    const callId = request.headers.get('Call-ID') ?? ''
    if (!request.headers.has('Contact') || !toOf(request.headers)) return refuse(400)
    if (this.#sessions.size >= (this.#options.mostSessions ?? 1000)) return refuse(486)
    const agreement = agreeWithRequest(request.headers, { intervalS: shortestS, minimumS: shortestS })
    if (agreement.is === 'too-small') return refuse(422, agreement.headers)
    const held = this.#hold(this.#options.dice.token(128), 'uas', this.#options.contactFor(hop), callId)
    this.#bind(held, transaction)
    this.#feed(held, { type: 'incoming', request, transaction, hop }, now, out)
  }

  #cancelCame(
    request: SipRequest,
    cancels: string | undefined,
    refuse: (status: number) => void,
    now: Millis,
    out: AgentEffect[],
  ): void {
    refuse(cancels === undefined ? 481 : 200)
    const held = cancels === undefined ? undefined : this.#byTransaction.get(cancels)
    if (held && cancels !== undefined)
      this.#feed(held, { type: 'peer-cancelled', transaction: cancels, request }, now, out)
  }

  #respond(input: Extract<AgentInput, { type: 'respond' }>, now: Millis, out: AgentEffect[]): void {
    const request = this.#asked.get(input.request)
    if (!request) return
    if (input.status >= 200) this.#asked.delete(input.request)
    const response = responseTo(request, input.status, {
      toTag: this.#options.dice.token(64),
      headers: [...(input.headers ?? []), ...typeOf(input.body)],
      body: bytesOf(input.body),
      ...maybe('reason', input.reason),
    })
    this.#transact({ type: 'respond', transaction: input.request, response }, now, out)
  }

  #bind(held: Held, transaction: string): void {
    held.transactions.add(transaction)
    this.#byTransaction.set(transaction, held)
  }

  #find(request: SipRequest): Held | undefined {
    const tag = toOf(request.headers)?.params.get('tag')
    const callId = request.headers.get('Call-ID')
    return tag === undefined || callId === undefined ? undefined : this.#byDialog.get(dialogKey(callId, tag))
  }

  /** Whether the same request came already over another path. */
  #isMerged(request: SipRequest, transaction: string): boolean {
    const from = fromOf(request.headers)?.params.get('tag') ?? ''
    const key = `${from} ${request.headers.get('Call-ID')} ${request.headers.get('CSeq')}`
    if (this.#merging.has(key)) return true
    this.#merging.set(key, transaction)
    this.#merged.set(transaction, key)
    return false
  }

  #capabilities(): HeaderField[] {
    return [...this.#features, { name: 'Accept', value: 'application/sdp' }]
  }

  /** What a request outside of dialogs lacks (§8.1.1). */
  #completed(given: SipRequest): SipRequest {
    const { dice, userAgent } = this.#options
    const headers = given.headers.clone()
    if (!headers.has('Max-Forwards')) headers.append('Max-Forwards', '70')
    const from = headers.get('From')
    if (from === undefined) throw new Error('A request needs a From.')
    headers.set('From', withTag(from, dice.token(64)))
    if (!headers.has('To')) headers.append('To', `<${given.uri}>`)
    if (!headers.has('Call-ID')) headers.append('Call-ID', dice.token(128))
    if (!headers.has('CSeq')) headers.append('CSeq', `1 ${given.method}`)
    if (userAgent !== undefined && !headers.has('User-Agent')) headers.append('User-Agent', userAgent)
    return { ...given, headers }
  }
}

interface Held {
  readonly session: Session
  /** Whether more may come of our INVITE: always `gone` for an incoming session. */
  invite: 'live' | 'gone'
  waiting: Deadline<Held> | undefined
  readonly transactions: Set<string>
}

function earliest(...times: (Millis | undefined)[]): Millis | undefined {
  let first: Millis | undefined
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time
  return first
}

/** Methods that the engine sees to itself. */
const ownMethods: readonly string[] = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'UPDATE']
