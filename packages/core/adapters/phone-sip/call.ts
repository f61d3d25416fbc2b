// One call on the SIP phone: the session that it is, the media leg, and what takes the session's place in a transfer.
import {
  type CallEnd,
  type ErrorCode,
  errorValue,
  type Party,
  type PeerCause,
  type Statistics,
} from '@openparley/contract'
import type { Clock } from '@openparley/protocols/common'
import type { Agreed, Refusal } from '@openparley/protocols/sdp'
import type {
  HeaderField,
  Headers,
  SessionEvent,
  SipRequest,
  SubscriptionEvent,
  WatcherEvent,
} from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneCommand, PhoneEvent } from '../../services/calls/port.ts'
import type { Direction, Endpoint, Leg, LegEvent, MediaPort } from '../../services/media/port.ts'
import { CallSound } from './call-sound.ts'
import { type Asking, redirectionIn } from './asking.ts'
import { Collecting } from './collecting.ts'
import { endOf } from './ending.ts'
import { Focus } from './focus.ts'
import { assertedIn, callerOf, detailsIn } from './parties.ts'
import { Side, type SoundPolicy } from './side.ts'
import { Followed, Referral } from './transfer.ts'

export interface CallParts {
  readonly call: string
  readonly link: SipLink
  readonly media: MediaPort
  readonly policy: SoundPolicy
  /** A number below 2⁵³ that nobody can guess. */
  readonly number: () => number
  readonly clock: Clock
  /** Whether one hears a tone while the other side holds and no music comes. */
  readonly heldTone: () => boolean
  readonly tell: (event: PhoneEvent) => void
  /** A session or subscription of that name is this call's from now on. */
  readonly adopt: (session: string) => void
  readonly over: () => void
}

/** The other side redirects us, and the call ends so where that is not followed. */
interface Redirected {
  readonly uri: string
  readonly to: Party
  readonly end: CallEnd
}

export class SipCall {
  readonly #parts: CallParts
  readonly #collecting: Collecting
  readonly #sound: CallSound
  readonly #focus: Focus
  #side: Side
  /** What takes its place when it is answered. */
  #next: { readonly side: Side; readonly followed: Followed } | undefined
  /** Our asking of the other side to call somebody else. */
  #referral: Referral | undefined
  /** Their asking, until it is decided on. */
  #asked: Followed | undefined
  #ended = false
  /** The session is over, and what takes its place is not answered yet. */
  #left = false
  /** What the INVITE of an outgoing call said. */
  #asking: Asking | undefined
  /** The other side redirects us, until it is decided on. */
  #redirected: Redirected | undefined
  #redirects = 0
  #remote: Party | undefined
  /** Their INVITE's. */
  #invitation: Headers | undefined
  /** The Call-ID, once it is known. */
  #peerId: string | undefined

  constructor(parts: CallParts, session: string) {
    this.#parts = parts
    this.#side = this.#newSide(session)
    this.#sound = new CallSound({
      media: parts.media,
      heard: (event) => this.#legEvent(event),
      failed: (code, detail) => {
        this.#leave()
        void this.#end({ by: 'local', error: errorValue(code, detail) })
      },
    })
    const { call, clock, link, tell, adopt } = parts
    this.#focus = new Focus({ call, link, clock, session: () => this.session, adopt, tell })
    this.#collecting = new Collecting({
      clock,
      feed: (act) => link.feed(act),
      wanted: (wanted) => tell({ type: 'digits-wanted', call, wanted }),
      record: (terms) => link.record('kpml', terms),
    })
  }

  /** The session that it is now. */
  get session(): string {
    return this.#side.session
  }

  get peerId(): string | undefined {
    return this.#peerId
  }

  async dial(asking: Asking, endpoint: Endpoint): Promise<void> {
    const { link } = this.#parts
    const way = link.way()
    if (!way) return this.#end({ by: 'local', error: errorValue('phone-unavailable') })
    this.#asking = asking
    const leg = await this.#sound.openEarly(way.localAddress, endpoint)
    if (!leg || this.#ended) return
    this.#invite(this.#side, leg, asking.uri, asking.headers)
  }

  /** Their INVITE has come. */
  incoming({ body, request: { headers } }: Extract<SessionEvent, { type: 'incoming' }>): void {
    this.#peerId = headers.get('Call-ID') ?? ''
    this.#invitation = headers
    this.#side.offered = body
  }

  /** Unless it was refused meanwhile. */
  ring(): void {
    this.#act({ type: 'ring', session: this.session })
  }

  /** Of a subscription of its own. */
  subscribed(subscription: string, event: SubscriptionEvent): void {
    this.#focus.subscribed(subscription, event)
  }

  /** An INVITE that replaces our session: somebody else, to whom the other side has transferred us (RFC 3891). */
  async replaced(event: Extract<SessionEvent, { type: 'incoming' }>, session: string): Promise<void> {
    const side = this.#newSide(session)
    const leg = await this.#sound.leg
    const answered = leg && event.body !== undefined ? side.answer(leg, event.body) : undefined
    if (this.#ended || !leg || (answered && 'refused' in answered)) {
      this.#act({ type: 'reject', session, status: this.#ended ? 481 : 488 })
      return
    }
    const { call, tell } = this.#parts
    this.#act({ type: 'accept', session, body: answered?.text ?? this.#offer(side, leg) })
    this.#takePlace(side)
    void this.#sound.answered()
    tell({ type: 'connected', call })
    tell({ type: 'transferred', call, remote: callerOf(event.request.headers) })
    this.#focus.look(event.request.headers)
    if (answered) this.#connect(leg, answered.agreed)
  }

  /** Its server is lost: what was agreed stands, and nothing more can be. */
  preserve(): void {
    if (!this.#side.answered || this.#ended) return
    this.#act({ type: 'preserve', session: this.session })
    this.#parts.tell({ type: 'preserved', call: this.#parts.call })
  }

  /** The server wants to be told of the keys that are pressed. */
  watched(watcher: string, event: WatcherEvent): void {
    this.#collecting.watched(watcher, event)
  }

  /** A request in its dialog that is not of the call itself; false: nobody knows it. */
  requested(id: string, request: SipRequest, session: string): boolean {
    const { call, link, tell } = this.#parts
    if (request.method === 'NOTIFY')
      return this.#focus.notified(id, request) || (this.#referral?.notified(id, request) ?? false)
    if (request.method !== 'REFER' || session !== this.session) return false
    if (this.#asked || this.#next) {
      link.feed({ type: 'reply', id, status: 491 })
      return true
    }
    const followed = Followed.asked(id, request, session, link)
    if (!followed) return false
    this.#asked = followed
    tell({ type: 'asked-to-transfer', call, to: followed.to })
    return true
  }

  async perform(
    command: Exclude<PhoneCommand, { type: 'dial' | 'call-back' }>,
    other: SipCall | undefined,
  ): Promise<void> {
    const leg = await this.#sound.leg
    switch (command.type) {
      case 'answer':
        return this.#answer(command.endpoint)
      case 'decline':
        return this.#decline(command)
      case 'deflect':
        return this.#act({
          type: 'reject',
          session: this.session,
          status: 302,
          headers: [['Contact', `<${this.#parts.link.targetOf(command.to)}>`]],
        })
      case 'end':
        return this.#hangUp(command.why === 'preempted' ? preempted : [])
      case 'hold':
      case 'resume': {
        const side = this.#side
        if (!leg || side.asking || this.#left) return this.#refused(command.type, 'call-wrong-state')
        side.asking = command.type
        if (command.type === 'hold') leg.holdWith(command.sound)
        const hold = side.remoteHeld ? 'inactive' : 'sendonly'
        const body = this.#offer(side, leg, command.type === 'hold' ? hold : 'sendrecv')
        return this.#act({ type: 'offer', session: this.session, body })
      }
      case 'send-digits':
        this.#collecting.press(command.digits)
        leg?.sendDigits(command.digits, command.durationMs)
        return
      case 'transfer':
        return this.#transfer(command, other)
      case 'bring': {
        const dialog = other && this.#parts.link.dialogOf(other.session)
        return dialog ? this.#focus.bring(dialog) : this.#refused('bring', 'call-wrong-state')
      }
      case 'drop':
        return this.#focus.drop(command.member)
      case 'follow': {
        if (this.#redirected) return this.#goOn(this.#redirected, command.follow)
        const asked = this.#asked
        this.#asked = undefined
        if (asked) return command.follow ? this.#follow(asked) : asked.refuse()
        return
      }
      default:
        return this.#sound.perform(command)
    }
  }

  async statistics(): Promise<Statistics | undefined> {
    return this.#sound.statistics()
  }

  async event(event: SessionEvent, session: string): Promise<void> {
    const leg = await this.#sound.leg
    if (session === this.#next?.side.session) return this.#nextEvent(event, leg)
    // What was left behind has no say any more.
    if (session !== this.session) return
    const { call, tell } = this.#parts
    const side = this.#side
    switch (event.type) {
      case 'incoming':
      case 'confirmed':
        return
      case 'updated':
        this.#focus.look(event.headers)
        return this.#isWith(event.headers)
      case 'proceeding':
        this.#peerId = event.callId
        return tell({ type: 'proceeding', call, peerId: event.callId })
      case 'provisional': {
        const agreed = event.body === undefined ? undefined : this.#readAnswer(event.body, leg)
        if (event.status === 180) tell({ type: 'alerting', call })
        if (agreed) tell({ type: 'early-media', call })
        return
      }
      case 'accepted': {
        side.answered = true
        void this.#sound.answered()
        // Some answer in the 18x and not again (RFC 6337 §3.1.1): the answer before it stands.
        if (event.body !== undefined && !this.#readAnswer(event.body, leg)) return
        const remote = assertedIn(event.headers)
        this.#remote = remote
        this.#focus.look(event.headers)
        return tell({ type: 'connected', call, ...(remote ? { remote } : {}), details: detailsIn(event.headers) })
      }
      case 'answered':
        this.#readAnswer(event.body, leg)
        return
      case 'offered':
        return leg && this.#answerOffer(event.body, leg)
      case 'offer-wanted':
        if (leg) this.#act({ type: 'answer', session, body: this.#offer(side, leg) })
        return
      case 'offer-answered': {
        const { asking } = side
        side.asking = undefined
        if (!this.#readAnswer(event.body, leg) || !asking) return
        side.held = asking === 'hold'
        return tell({ type: side.held ? 'held' : 'resumed', call, by: 'local' })
      }
      case 'offer-refused': {
        const { asking } = side
        side.asking = undefined
        if (asking) this.#refused(asking, 'call-failed', { protocol: 'sip', status: event.status, text: event.reason })
        return
      }
      case 'ended':
        // Whoever transferred us may leave before it is answered.
        if (this.#next) this.#left = true
        else if (!this.#isRedirected(event)) await this.#end(this.#endOf(event))
    }
  }

  #endOf(event: Extract<SessionEvent, { type: 'ended' }>): CallEnd {
    return endOf(event, this.#side.answered, this.#referral?.taken)
  }

  /** Who they are may be told in any request of theirs. */
  #isWith(headers: Iterable<HeaderField>): void {
    const remote = assertedIn(headers)
    if (!remote || (remote.uri === this.#remote?.uri && remote.displayName === this.#remote?.displayName)) return
    this.#remote = remote
    this.#parts.tell({ type: 'updated', call: this.#parts.call, remote })
  }

  // Redirections.

  /** Whether it goes on elsewhere, if that is allowed. */
  #isRedirected(event: Extract<SessionEvent, { type: 'ended' }>): boolean {
    const { cause, headers } = event
    if (!this.#asking || this.#side.answered || cause.is !== 'status' || cause.status < 300 || cause.status > 399)
      return false
    const redirection = redirectionIn(headers)
    // Who sends us round in circles is not followed for ever.
    if (!redirection || ++this.#redirects > mostRedirects) return false
    this.#redirected = { ...redirection, end: this.#endOf(event) }
    this.#parts.tell({ type: 'redirected', call: this.#parts.call, to: redirection.to })
    return true
  }

  async #goOn({ uri, to, end }: Redirected, follow: boolean): Promise<void> {
    this.#redirected = undefined
    const leg = await this.#sound.leg
    if (!follow || !leg || !this.#asking || this.#ended) return this.#end(end)
    this.#parts.tell({ type: 'updated', call: this.#parts.call, remote: to })
    this.#side = this.#newSide(`${this.#parts.call}-${this.#parts.number()}`)
    this.#invite(this.#side, leg, uri, this.#asking.headers)
  }

  // Transfers.

  #transfer(command: Extract<PhoneCommand, { type: 'transfer' }>, other: SipCall | undefined): void {
    const { call, clock, link, tell } = this.#parts
    const target = other === undefined ? undefined : link.dialogOf(other.session)
    if (this.#left || this.#referral?.isUnderWay || (command.with !== undefined && !target))
      return this.#refused('transfer', 'call-wrong-state')
    this.#referral = new Referral({
      link,
      clock,
      session: this.session,
      to: command.to,
      uri: target?.remoteTarget ?? link.targetOf(command.to.number),
      replaces: target,
      mostMs: transferredMs,
      tell: (progress) => {
        if (progress.is === 'refused') return this.#refused('transfer', progress.code, progress.cause)
        if (progress.is === 'done') return this.#hangUp()
        tell({ type: 'transferring', call, transfer: progress })
      },
    })
  }

  async #follow(followed: Followed): Promise<void> {
    const leg = await this.#sound.leg
    if (!leg || this.#ended) return followed.refuse()
    const side = this.#newSide(`${this.#parts.call}-${this.#parts.number()}`)
    this.#next = { side, followed }
    followed.take()
    this.#invite(side, leg, followed.uri, followed.headers)
  }

  #nextEvent(event: SessionEvent, leg: Leg | undefined): void {
    const { side, followed } = this.#next as { side: Side; followed: Followed }
    const { call, tell } = this.#parts
    if (event.type === 'provisional') followed.progress(event.status)
    else if (event.type === 'ended') {
      this.#next = undefined
      followed.progress(event.cause.is === 'status' ? event.cause.status : 503)
      if (this.#left) void this.#end(endOf(event, side.answered, undefined))
    } else if (event.type === 'accepted') {
      this.#next = undefined
      const agreed = event.body === undefined ? undefined : side.read(event.body)
      if (!leg || !agreed || 'refused' in agreed) {
        this.#act({ type: 'end', session: side.session })
        followed.progress(488)
        if (this.#left) void this.#end({ by: 'local', error: errorValue('call-incompatible') })
        return
      }
      followed.progress(200)
      const before = this.session
      this.#goesOnWith(side)
      // The one who transferred us hangs up; who forgets is not waited for.
      const { clock } = this.#parts
      if (!this.#left) clock.at(clock.now() + leaveMs, () => this.#act({ type: 'end', session: before }))
      this.#left = false
      tell({ type: 'transferred', call, remote: assertedIn(event.headers) ?? followed.to })
      this.#focus.look(event.headers)
      this.#connect(leg, agreed)
    }
  }

  /** The session in place of the one before, which is ended. */
  #takePlace(side: Side): void {
    const before = this.session
    this.#goesOnWith(side)
    this.#act({ type: 'end', session: before })
  }

  /** What was asked of the one before is not answered any more, or concerns nobody. */
  #goesOnWith(side: Side): void {
    const { asking } = this.#side
    this.#side = side
    side.answered = true
    if (asking) this.#refused(asking, 'call-failed')
    this.#collecting.leave()
    this.#referral?.giveUp()
    this.#referral = undefined
  }

  // Sound.

  #legEvent(event: LegEvent): void {
    const { call, tell } = this.#parts
    if (event.type === 'digit') tell({ type: 'digit', call, digit: event.digit, durationMs: event.durationMs })
    else if (event.type === 'played') tell({ type: 'played', call })
    else if (event.type === 'recorded') tell({ type: 'recorded', call, path: event.path })
    else if (event.type === 'silent') void this.#look()
    else if (event.type === 'endpoint-failed') this.#refused('attach', event.code)
  }

  /** Nothing is heard any more: is the other side still there? */
  async #look(): Promise<void> {
    if (!this.#side.answered || this.#ended || (await this.#parts.link.isAlive(this.session))) return
    this.#leave()
    await this.#end({ by: 'network', error: errorValue('call-lost') })
  }

  async #answer(endpoint: Endpoint): Promise<void> {
    const { call, link, tell } = this.#parts
    const way = link.way()
    if (!way) return this.#refused('answer', 'phone-unavailable')
    const leg = await this.#sound.open(way.localAddress, endpoint)
    if (!leg || this.#ended) return
    const { session } = this
    const { offered } = this.#side
    const answered = offered === undefined ? undefined : this.#side.answer(leg, offered)
    if (answered && 'refused' in answered) {
      this.#refused('answer', codeOf(answered))
      return this.#act({ type: 'reject', session, status: answered.refused === 'malformed' ? 400 : 488 })
    }
    if (answered) this.#connect(leg, answered.agreed)
    this.#act({ type: 'accept', session, body: answered?.text ?? this.#offer(this.#side, leg) })
    this.#side.answered = true
    tell({ type: 'connected', call })
    if (this.#invitation) this.#focus.look(this.#invitation)
  }

  #answerOffer(body: string, leg: Leg): void {
    const { session } = this
    const answered = this.#side.answer(leg, body)
    if ('refused' in answered) return this.#act({ type: 'refuse', session })
    this.#act({ type: 'answer', session, body: answered.text })
    this.#connect(leg, answered.agreed)
  }

  /** What was agreed by their answer; undefined, and the call is ended, where that cannot be used. */
  #readAnswer(body: string, leg: Leg | undefined): Agreed | undefined {
    const agreed = leg && this.#side.read(body)
    if (!agreed) return undefined
    if ('refused' in agreed) {
      this.#leave()
      void this.#end({ by: 'local', error: errorValue(codeOf(agreed), agreed.detail) })
      return undefined
    }
    this.#connect(leg, agreed)
    return agreed
  }

  #connect(leg: Leg, { remote, direction, protection }: Agreed): void {
    const { call, tell } = this.#parts
    const side = this.#side
    leg.connect(
      remote,
      direction,
      protection && { suite: protection.suite, ours: protection.ours.key, theirs: protection.theirs.key },
    )
    const held = !side.held && (remote.direction === 'sendonly' || remote.direction === 'inactive')
    leg.heldTone(held && side.answered && this.#parts.heldTone())
    if (!side.answered && !held) return
    if (held !== side.remoteHeld && !side.asking) {
      side.remoteHeld = held
      tell({ type: held ? 'held' : 'resumed', call, by: 'remote' })
    }
  }

  // Saying so.

  #newSide(session: string): Side {
    this.#parts.adopt(session)
    return new Side(session, this.#parts.number(), this.#parts.policy)
  }

  #offer(side: Side, leg: Leg, direction?: Direction): string {
    return side.offer(leg, this.#parts.link.way()?.hop.transport === 'tls', direction)
  }

  #invite(side: Side, leg: Leg, uri: string, headers: readonly (readonly [string, string])[]): void {
    const { link } = this.#parts
    const way = link.way()
    if (!way) return
    const { session } = side
    const { hop, contact } = way
    const body = this.#offer(side, leg)
    const from = this.#asking?.from ?? link.address
    link.feed({ type: 'invite', session, uri, from, to: `<${uri}>`, body, hop, contact, headers })
  }

  #act(act: Parameters<SipLink['feed']>[0]): void {
    this.#parts.link.feed(act)
  }

  #decline({ reason, accepts = [] }: Extract<PhoneCommand, { type: 'decline' }>): void {
    const status = ({ busy: 486, declined: 603, preempted: 486, 'precedence-unknown': 417 } as const)[reason]
    const headers: (readonly [string, string])[] = reason === 'preempted' ? [...preempted] : []
    if (accepts.length > 0) headers.push(['Accept-Resource-Priority', accepts.join(', ')])
    this.#act({ type: 'reject', session: this.session, status, headers })
  }

  #hangUp(headers: readonly (readonly [string, string])[] = []): void {
    if (this.#redirected) return void this.#goOn(this.#redirected, false)
    const next = this.#next
    this.#next = undefined
    if (next) {
      next.followed.progress(487)
      this.#act({ type: 'end', session: next.side.session })
    }
    // Whoever transferred us has left: there is nothing else that could end.
    if (this.#left) void this.#end({ by: 'local' })
    else this.#leave(headers)
  }

  /** The BYE is the last that is asked in its dialog: what overtakes it makes it be refused (RFC 3261 §12.2.2). */
  #leave(headers: readonly (readonly [string, string])[] = []): void {
    this.#collecting.hungUp()
    this.#act({ type: 'end', session: this.session, headers })
  }

  #refused(command: PhoneCommand['type'], code: ErrorCode, cause?: PeerCause): void {
    const { call, tell } = this.#parts
    tell({ type: 'refused', call, command, code, ...(cause === undefined ? {} : { cause }) })
  }

  async #end(end: CallEnd): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    const { call, tell, over } = this.#parts
    this.#collecting.hungUp()
    this.#referral?.stop()
    this.#focus.stop()
    over()
    const statistics = await this.#sound.close()
    tell({ type: 'ended', call, end, ...(statistics ? { statistics } : {}) })
  }
}

function codeOf({ refused }: Refusal): ErrorCode {
  return refused === 'protection' ? 'call-unprotected' : 'call-incompatible'
}

/** RFC 4411 §5: the phone itself made room. */
const preempted: readonly (readonly [string, string])[] = [['Reason', 'preemption ;cause=1 ;text="UA Preemption"']]
const mostRedirects = 5
/** For what remains of a session that another has taken the place of. */
const leaveMs = 2000
const transferredMs = 90_000
