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
import type { Agreed } from '@openparley/protocols/sdp'
import type { HeaderField, SessionEvent, SipRequest, SubscriptionEvent, WatcherEvent } from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneCommand } from '../../services/calls/port.ts'
import type { Endpoint, Leg, MediaPort } from '../../services/media/port.ts'
import type { Asking } from './asking.ts'
import { CallSound } from './call-sound.ts'
import { Collecting } from './collecting.ts'
import { codeOf, endOf, preempted, refusalOf } from './ending.ts'
import { Focus } from './focus.ts'
import { Invitation } from './invitation.ts'
import { assertedIn, callerOf, detailsIn } from './parties.ts'
import { Side, type SideParts, wantsWays } from './side.ts'
import { Transferring } from './transferring.ts'

export interface CallParts extends SideParts {
  readonly media: MediaPort
  readonly clock: Clock
  /** A session or subscription of that name is this call's from now on. */
  readonly adopt: (session: string) => void
  readonly over: () => void
}

export class SipCall {
  readonly #parts: CallParts
  readonly #collecting: Collecting
  readonly #sound: CallSound
  readonly #focus: Focus
  readonly #transferring: Transferring
  #side: Side
  #ended = false
  /** What the INVITE of an outgoing call said. */
  #asking: Asking | undefined
  #remote: Party | undefined
  #invitation: Invitation | undefined
  /** The Call-ID, once it is known. */
  #peerId: string | undefined

  constructor(parts: CallParts, first: string) {
    const { call, clock, link, number, tell, adopt } = parts
    this.#parts = parts
    this.#side = this.#newSide(first)
    this.#sound = new CallSound({
      call,
      media: parts.media,
      tell,
      silent: () => void this.#look(),
      withWays: () => wantsWays(parts.policy, this.#side.offered),
      way: (is, isOurs) => void this.#way(is, isOurs),
      failed: (code, detail) => this.#failed(code, detail),
    })
    const session = (): string => this.session
    this.#focus = new Focus({ call, link, clock, session, adopt, tell })
    this.#transferring = new Transferring({
      call,
      link,
      clock,
      session,
      tell,
      leg: async () => {
        const leg = await this.#sound.leg
        return this.#ended ? undefined : leg
      },
      newSide: () => this.#newSide(`${call}-${number()}`),
      goOn: (side) => this.#goOn(side),
      connected: (remote, headers, leg) => this.#isWithAnother(remote, headers, leg),
      hangUp: () => this.#hangUp(),
      end: (end) => void this.#end(end),
    })
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
    this.#side.invite(leg, asking)
  }

  /** Their INVITE has come. Why nobody can answer it, where that is so. */
  incoming(event: Extract<SessionEvent, { type: 'incoming' }>): ErrorCode | undefined {
    this.#invitation = new Invitation(event, this.#parts.policy)
    this.#peerId = this.#invitation.peerId
    this.#side.offered = event.body
    return this.#invitation.unanswerable
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
    side.offered = event.body
    const leg = await this.#sound.leg
    if (this.#ended || !leg) return this.#act({ type: 'reject', session, status: this.#ended ? 481 : 488 })
    const refusal = side.accept(leg)
    if (refusal) return this.#act({ type: 'reject', session, ...refusalOf(refusal) })
    const { call, tell } = this.#parts
    const before = this.session
    this.#goOn(side)
    this.#act({ type: 'end', session: before })
    void this.#sound.answered()
    tell({ type: 'connected', call })
    const { headers } = event.request
    this.#isWithAnother(callerOf(headers), headers, leg)
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
    if (request.method === 'NOTIFY')
      return this.#focus.notified(id, request) || this.#transferring.notified(id, request)
    return request.method === 'REFER' && session === this.session && this.#transferring.asked(id, request)
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
      case 'deflect': {
        const how = this.#invitation?.refuse(command, this.#parts.link)
        return how && this.#act({ type: 'reject', session: this.session, ...how })
      }
      case 'end':
        return this.#hangUp(command.why === 'preempted' ? preempted : [])
      case 'hold':
      case 'resume': {
        const side = this.#side
        if (!leg || side.asking || this.#transferring.left) return this.#refused(command.type, 'call-wrong-state')
        if (command.type === 'hold') leg.holdWith(command.sound)
        return side.ask(leg, command.type)
      }
      case 'send-digits':
        this.#collecting.press(command.digits)
        leg?.sendDigits(command.digits, command.durationMs)
        return
      case 'transfer':
        return this.#transferring.ask(command, other?.session)
      case 'bring': {
        const dialog = other && this.#parts.link.dialogOf(other.session)
        return dialog ? this.#focus.bring(dialog) : this.#refused('bring', 'call-wrong-state')
      }
      case 'drop':
        return this.#focus.drop(command.member)
      case 'follow':
        return this.#transferring.decided(command.follow, this.#asking?.from ?? this.#parts.link.address)
      default:
        return this.#sound.perform(command)
    }
  }

  async statistics(): Promise<Statistics | undefined> {
    return this.#sound.statistics()
  }

  async event(event: SessionEvent, session: string): Promise<void> {
    const leg = await this.#sound.leg
    if (this.#transferring.event(event, session, leg)) return
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
        void this.#sound.answered()
        // Some answer in the 18x and not again (RFC 6337 §3.1.1): the answer before it stands.
        if (event.body !== undefined && !this.#readAnswer(event.body, leg)) return
        const remote = assertedIn(event.headers)
        this.#remote = remote
        this.#focus.look(event.headers)
        tell({ type: 'connected', call, ...(remote ? { remote } : {}), details: detailsIn(event.headers) })
        return side.begins(leg)
      }
      case 'answered':
        this.#readAnswer(event.body, leg)
        return
      case 'offered':
      case 'offer-wanted':
      case 'offer-answered':
      case 'offer-refused': {
        const refusal = leg && side.exchanged(event, leg)
        return refusal && this.#failed(codeOf(refusal), refusal.detail)
      }
      case 'ended':
        if (!this.#transferring.isLeft() && !this.#isRedirected(event)) await this.#end(this.#endOf(event))
    }
  }

  #endOf(event: Extract<SessionEvent, { type: 'ended' }>): CallEnd {
    const sentOn = this.#invitation?.endOf(event)
    if (sentOn) return sentOn
    return endOf(event, this.#side.answered, this.#transferring.takenTo)
  }

  /** Who they are may be told in any request of theirs. */
  #isWith(headers: Iterable<HeaderField>): void {
    const remote = assertedIn(headers)
    if (!remote || (remote.uri === this.#remote?.uri && remote.displayName === this.#remote?.displayName)) return
    this.#remote = remote
    this.#parts.tell({ type: 'updated', call: this.#parts.call, remote })
  }

  #isRedirected(event: Extract<SessionEvent, { type: 'ended' }>): boolean {
    if (!this.#asking || this.#side.answered) return false
    return this.#transferring.redirects(event, this.#asking, this.#endOf(event))
  }

  /** What was asked of the one before is not answered any more, or concerns nobody. */
  #goOn(side: Side): void {
    const { asking } = this.#side
    this.#side = side
    if (asking) this.#refused(asking, 'call-failed')
    this.#collecting.leave()
    this.#transferring.forget()
  }

  #isWithAnother(remote: Party, headers: Iterable<HeaderField>, leg: Leg): void {
    this.#parts.tell({ type: 'transferred', call: this.#parts.call, remote })
    this.#focus.look(headers)
    this.#side.begins(leg)
  }

  // Sound.

  /** Nothing is heard any more: is the other side still there? */
  async #look(): Promise<void> {
    if (!this.#side.answered || this.#ended || (await this.#parts.link.isAlive(this.session))) return
    this.#leave()
    await this.#end({ by: 'network', error: errorValue('call-lost') })
  }

  /** A way that is lost is looked for anew: by the side that decides, and where that does not by the other one. */
  async #way(is: 'lost' | 'none', isOurs: boolean): Promise<void> {
    const { clock } = this.#parts
    const side = this.#side
    const leg = await this.#sound.leg
    if (is === 'none' || !leg) return this.#failed('media-no-way', undefined)
    // Before the answer the search itself tells whether there is another way.
    if (!side.answered) return
    const isFirst = side.search?.controlling === true
    if (!(await side.lookForWays(leg))) return this.#failed('media-no-way', undefined)
    const ask = (waitMs: number): void => {
      clock.at(clock.now() + waitMs, () => {
        if (!this.#ended && side === this.#side && !side.offerWays(leg)) ask(askAgainMs)
      })
    }
    ask(isFirst ? 0 : isOurs ? relayLostMs : wayLostMs)
  }

  async #answer(endpoint: Endpoint): Promise<void> {
    const { call, link, tell } = this.#parts
    const way = link.way()
    if (!way) return this.#refused('answer', 'phone-unavailable')
    const leg = await this.#sound.open(way.localAddress, endpoint)
    if (!leg || this.#ended) return
    const side = this.#side
    const refusal = side.accept(leg)
    if (refusal) {
      this.#refused('answer', codeOf(refusal))
      return this.#act({ type: 'reject', session: side.session, ...refusalOf(refusal) })
    }
    tell({ type: 'connected', call })
    side.begins(leg)
    if (this.#invitation) this.#focus.look(this.#invitation.headers)
  }

  /** What was agreed by their answer; undefined, and the call is ended, where that cannot be used. */
  #readAnswer(body: string, leg: Leg | undefined): Agreed | undefined {
    const agreed = leg && this.#side.read(leg, body)
    if (!agreed) return undefined
    if ('refused' in agreed) {
      this.#failed(codeOf(agreed), agreed.detail)
      return undefined
    }
    return agreed
  }

  // Saying so.

  #newSide(session: string): Side {
    this.#parts.adopt(session)
    return new Side(session, this.#parts)
  }

  #act(act: Parameters<SipLink['feed']>[0]): void {
    this.#parts.link.feed(act)
  }

  #hangUp(headers: readonly (readonly [string, string])[] = []): void {
    if (!this.#transferring.hungUp()) this.#leave(headers)
  }

  /** The BYE is the last that is asked in its dialog: what overtakes it makes it be refused (RFC 3261 §12.2.2). */
  #leave(headers: readonly (readonly [string, string])[] = []): void {
    this.#collecting.hungUp()
    this.#act({ type: 'end', session: this.session, headers })
  }

  #failed(code: ErrorCode, detail: string | undefined): void {
    this.#leave()
    void this.#end({ by: 'local', error: errorValue(code, detail) })
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
    this.#transferring.stop()
    this.#focus.stop()
    over()
    const statistics = await this.#sound.close()
    tell({ type: 'ended', call, end, ...(statistics ? { statistics } : {}) })
  }
}

/** So long the side that decides has to look for a way anew: it may have lost the same relay, and notices what we have noticed within ten seconds. */
const relayLostMs = 1500
const wayLostMs = 10_000
const askAgainMs = 1000
