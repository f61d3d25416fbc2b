// One call on the SIP phone: the dialog's session on one side, the media leg on the other, and what they agree on between them.
import type { Clock } from '@openparley/protocols/common'
import type { CallEnd, ErrorCode, PeerCause, Statistics } from '@openparley/contract'
import { errorValue } from '@openparley/contract'
import {
  type Agreed,
  type Audio,
  answer,
  begin,
  offer,
  type Refusal,
  readAnswer,
  type Said,
} from '@openparley/protocols/sdp'
import type { SessionEvent, WatcherEvent } from '@openparley/protocols/sip'
import { callFailure, type SipLink } from '../../links/sip/index.ts'
import type { PhoneCommand, PhoneEvent } from '../../services/calls/port.ts'
import type { Endpoint, Leg, LegEvent, MediaPort } from '../../services/media/port.ts'
import { Collecting } from './collecting.ts'
import { assertedIn, detailsIn, isTaken, partyOf, reasonIn } from './parties.ts'

export interface CallParts {
  readonly call: string
  readonly session: string
  readonly link: SipLink
  readonly media: MediaPort
  readonly codecs: readonly string[]
  /** For the description's session id: unguessable, below 2⁵³. */
  readonly number: number
  readonly clock: Clock
  readonly tell: (event: PhoneEvent) => void
  readonly over: () => void
}

export class SipCall {
  readonly #parts: CallParts
  #leg: Promise<Leg> | undefined
  #said: Said
  /** Our side as last described. */
  #local: Audio | undefined
  #answered = false
  /** What we want of the stream, whatever was agreed: hold is wanting not to receive. */
  #held = false
  #remoteHeld = false
  /** What a re-INVITE of ours is for. */
  #asking: 'hold' | 'resume' | undefined
  #offer: string | undefined
  #ended = false
  /** The endpoint of an outgoing call, from its answer on. */
  #whenAnswered: Endpoint | undefined
  readonly #collecting: Collecting
  /** The Call-ID, once it is known. */
  #peerId: string | undefined

  constructor(parts: CallParts) {
    this.#parts = parts
    this.#said = begin(parts.number)
    const { call, clock, link, tell } = parts
    this.#collecting = new Collecting({
      clock,
      feed: (act) => link.feed(act),
      wanted: (wanted) => tell({ type: 'digits-wanted', call, wanted }),
    })
  }

  get peerId(): string | undefined {
    return this.#peerId
  }

  /** Its server is lost: what was agreed stands, and nothing more can be. */
  preserve(): void {
    if (!this.#answered || this.#ended) return
    this.#act({ type: 'preserve', session: this.session })
    this.#parts.tell({ type: 'preserved', call: this.#parts.call })
  }

  /** The server wants to be told of the keys that are pressed. */
  watched(watcher: string, event: WatcherEvent): void {
    this.#collecting.watched(watcher, event)
  }

  get session(): string {
    return this.#parts.session
  }

  async dial(to: string, endpoint: Endpoint): Promise<void> {
    const { link, session } = this.#parts
    const way = link.way()
    if (!way) return this.#end({ by: 'local', error: errorValue('phone-unavailable') })
    // Before the answer one listens and does not speak yet.
    this.#whenAnswered = endpoint
    const leg = await this.#open(way.localAddress, listening(endpoint))
    if (!leg || this.#ended) return
    const { text, said } = offer(this.#said, this.#describe(leg, 'sendrecv'))
    this.#said = said
    const uri = link.targetOf(to)
    link.feed({
      type: 'invite',
      session,
      uri,
      from: link.address,
      to: `<${uri}>`,
      body: text,
      hop: way.hop,
      contact: way.contact,
    })
  }

  /** Their INVITE has come. */
  incoming(body: string | undefined, peerId: string): void {
    this.#peerId = peerId
    this.#offer = body
    this.#act({ type: 'ring', session: this.session })
  }

  async perform(command: Exclude<PhoneCommand, { type: 'dial' }>): Promise<void> {
    const leg = await this.#leg
    switch (command.type) {
      case 'answer':
        return this.#answer(command.endpoint)
      case 'decline':
        return this.#act({ type: 'reject', session: this.session, status: command.reason === 'busy' ? 486 : 603 })
      case 'end':
        return this.#act({ type: 'end', session: this.session })
      case 'hold':
      case 'resume':
        if (!leg || this.#asking) return this.#refused(command.type, 'call-wrong-state')
        this.#asking = command.type
        this.#describeAnew(leg, command.type === 'hold' ? (this.#remoteHeld ? 'inactive' : 'sendonly') : 'sendrecv')
        return
      case 'send-digits':
        this.#collecting.press(command.digits)
        leg?.sendDigits(command.digits, command.durationMs)
        return
      case 'mute':
        leg?.mute(command.muted)
        return
      case 'attach':
        if (this.#whenAnswered && !this.#answered) this.#whenAnswered = command.endpoint
        leg?.attach(this.#answered ? command.endpoint : listening(command.endpoint))
    }
  }

  async statistics(): Promise<Statistics | undefined> {
    return (await this.#leg)?.statistics()
  }

  async event(event: SessionEvent): Promise<void> {
    const { call, tell } = this.#parts
    const leg = await this.#leg
    switch (event.type) {
      case 'incoming':
        return
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
        this.#answered = true
        if (this.#whenAnswered) leg?.attach(this.#whenAnswered)
        // Some answer in the 18x and not again (RFC 6337 §3.1.1): the answer before it stands.
        if (event.body !== undefined && !this.#readAnswer(event.body, leg)) return
        const remote = assertedIn(event.headers)
        return tell({ type: 'connected', call, ...(remote ? { remote } : {}), details: detailsIn(event.headers) })
      }
      case 'answered':
        this.#readAnswer(event.body, leg)
        return
      case 'confirmed':
        return
      case 'offered':
        return leg && this.#answerOffer(event.body, leg)
      case 'offer-wanted': {
        if (!leg) return
        const { text, said } = offer(this.#said, this.#describe(leg, this.#held ? 'sendonly' : 'sendrecv'))
        this.#said = said
        return this.#act({ type: 'answer', session: this.session, body: text })
      }
      case 'offer-answered': {
        const asking = this.#asking
        this.#asking = undefined
        if (!this.#readAnswer(event.body, leg)) return
        if (asking === 'hold') {
          this.#held = true
          tell({ type: 'held', call, by: 'local' })
        } else if (asking === 'resume') {
          this.#held = false
          tell({ type: 'resumed', call, by: 'local' })
        }
        return
      }
      case 'offer-refused': {
        const asking = this.#asking
        this.#asking = undefined
        if (asking) this.#refused(asking, 'call-failed', { protocol: 'sip', status: event.status, text: event.reason })
        return
      }
      case 'ended': {
        const failure = callFailure(event.cause, this.#answered)
        const peer = failure?.peer ?? reasonIn(event.headers)
        const taken = event.cause.is === 'cancelled' && event.by === 'remote' && isTaken(event.headers)
        const code: ErrorCode | undefined = taken ? 'call-taken-elsewhere' : failure?.code
        const moved = code === 'number-moved' ? partyOf(event.headers, 'Contact')?.uri : undefined
        return this.#end({
          by: event.by,
          ...(code === undefined ? {} : { error: errorValue(code, moved ?? failure?.detail, peer) }),
          ...(peer === undefined ? {} : { peer: { ...peer } }),
        })
      }
    }
  }

  // Sound.

  async #open(localAddress: string, endpoint: Endpoint): Promise<Leg | undefined> {
    const { media } = this.#parts
    this.#leg ??= media.openLeg(localAddress, (event) => this.#legEvent(event))
    try {
      const leg = await this.#leg
      leg.attach(endpoint)
      return leg
    } catch (error) {
      this.#leg = undefined
      const code = (error as { code?: ErrorCode }).code ?? 'internal'
      this.#act({ type: 'end', session: this.session })
      await this.#end({ by: 'local', error: errorValue(code, (error as Error).message) })
      return undefined
    }
  }

  #legEvent(event: LegEvent): void {
    const { call, tell } = this.#parts
    if (event.type === 'digit') tell({ type: 'digit', call, digit: event.digit, durationMs: event.durationMs })
    else if (event.type === 'played') tell({ type: 'played', call })
    else if (event.type === 'silent') void this.#look()
    else if (event.type === 'endpoint-failed') this.#refused('attach', event.code)
  }

  /** Nothing is heard any more: is the other side still there? */
  async #look(): Promise<void> {
    if (!this.#answered || this.#ended || (await this.#parts.link.isAlive(this.session))) return
    this.#act({ type: 'end', session: this.session })
    await this.#end({ by: 'network', error: errorValue('call-lost') })
  }

  async #answer(endpoint: Endpoint): Promise<void> {
    const { call, link, tell } = this.#parts
    const way = link.way()
    if (!way) return this.#refused('answer', 'phone-unavailable')
    const leg = await this.#open(way.localAddress, endpoint)
    if (!leg || this.#ended) return
    const local = this.#describe(leg, 'sendrecv')
    if (this.#offer === undefined) {
      const { text, said } = offer(this.#said, local)
      this.#said = said
      this.#act({ type: 'accept', session: this.session, body: text })
    } else {
      const answered = answer(this.#said, this.#offer, local)
      if ('refused' in answered) {
        this.#refused('answer', 'call-incompatible')
        return this.#act({
          type: 'reject',
          session: this.session,
          status: answered.refused === 'malformed' ? 400 : 488,
        })
      }
      this.#said = answered.said
      this.#connect(leg, answered.agreed)
      this.#act({ type: 'accept', session: this.session, body: answered.text })
    }
    this.#answered = true
    tell({ type: 'connected', call })
  }

  #answerOffer(body: string, leg: Leg): void {
    const answered = answer(this.#said, body, this.#describe(leg, this.#held ? 'sendonly' : 'sendrecv'))
    if ('refused' in answered) return this.#act({ type: 'refuse', session: this.session })
    this.#said = answered.said
    this.#act({ type: 'answer', session: this.session, body: answered.text })
    this.#connect(leg, answered.agreed)
  }

  /** What was agreed by their answer; undefined, and the call is ended, where that cannot be used. */
  #readAnswer(body: string, leg: Leg | undefined): Agreed | undefined {
    if (!leg || !this.#local) return undefined
    const agreed: Agreed | Refusal = readAnswer(body, this.#local)
    if ('refused' in agreed) {
      this.#act({ type: 'end', session: this.session })
      void this.#end({ by: 'local', error: errorValue('call-incompatible', agreed.detail) })
      return undefined
    }
    this.#connect(leg, agreed)
    return agreed
  }

  #connect(leg: Leg, { remote, direction }: Agreed): void {
    const { call, tell } = this.#parts
    leg.connect(remote, direction)
    const held = !this.#held && (remote.direction === 'sendonly' || remote.direction === 'inactive')
    if (!this.#answered && !held) return
    if (held !== this.#remoteHeld && !this.#asking) {
      this.#remoteHeld = held
      tell({ type: held ? 'held' : 'resumed', call, by: 'remote' })
    }
  }

  #describe(leg: Leg, direction: Audio['direction']): Audio {
    const { codecs } = this.#parts
    const rank = (name: string): number => (codecs.includes(name) ? codecs.indexOf(name) : codecs.length)
    const wanted = leg.local.codecs.filter(({ name }) => codecs.includes(name) || name === 'telephone-event')
    this.#local = { ...leg.local, codecs: wanted.toSorted((a, b) => rank(a.name) - rank(b.name)), direction }
    return this.#local
  }

  #describeAnew(leg: Leg, direction: Audio['direction']): void {
    const { text, said } = offer(this.#said, this.#describe(leg, direction))
    this.#said = said
    this.#act({ type: 'offer', session: this.session, body: text })
  }

  // Saying so.

  #act(act: Parameters<SipLink['feed']>[0]): void {
    this.#parts.link.feed(act)
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
    over()
    const leg = await this.#leg?.catch(() => undefined)
    const statistics = await leg?.close()
    const used = statistics && statistics.packetsSent + statistics.packetsReceived > 0
    tell({ type: 'ended', call, end, ...(used ? { statistics } : {}) })
  }
}

function listening(endpoint: Endpoint): Endpoint {
  if (endpoint.kind !== 'file') return endpoint
  return endpoint.record === undefined ? { kind: 'none' } : { kind: 'file', record: endpoint.record }
}
