// One session of a call: what is offered in it and answered, and who holds whom (RFC 3264).
import {
  type Agreed,
  type Audio,
  answer,
  begin,
  type Crypto,
  offer,
  type Refusal,
  readAnswer,
  type Said,
  unanswerable,
  withdrawn,
} from '@openparley/protocols/sdp'
import type { SessionEvent } from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import type { Leg, MediaKey } from '../../services/media/port.ts'
import type { Asking } from './asking.ts'
import { isHold, SideVideo, type VideoPolicy } from './side-video.ts'

/** What the settings say of a call's sound. */
export interface SoundPolicy {
  /** In their order of preference; others are not offered. */
  readonly codecs: readonly string[]
  readonly srtp: 'off' | 'offer' | 'require'
  /** In their order of preference; others are not used. */
  readonly suites: readonly string[]
  readonly video: VideoPolicy
}

/** Why an offer can be answered by nobody who is held to that. */
export function hopeless(offered: string, { codecs, srtp, suites }: SoundPolicy): Refusal | undefined {
  return unanswerable(offered, { codecs, suites: srtp === 'off' ? [] : suites, protected: srtp === 'require' })
}

export interface SideParts {
  readonly call: string
  readonly link: SipLink
  readonly policy: SoundPolicy
  /** A number below 2⁵³ that nobody can guess. */
  readonly number: () => number
  /** Whether one hears a tone while the other side holds and no music comes. */
  readonly heldTone: () => boolean
  /** Whether what the call is joined to shows video. */
  readonly shows: () => boolean
  readonly tell: (event: PhoneEvent) => void
}

export type Exchanged = Extract<SessionEvent, { type: 'offered' | 'offer-wanted' | 'offer-answered' | 'offer-refused' }>

export class Side {
  readonly session: string
  readonly #parts: SideParts
  readonly video: SideVideo
  /** Our keys of this session, from its first description on (RFC 4568 §7.1.4). */
  #keys: readonly Crypto[] | undefined
  #said: Said
  /** Before the offer that is under way. */
  #saidBefore: Said
  /** Our side as last described. */
  #local: Audio | undefined
  /** Their INVITE's offer, until it is answered. */
  offered: string | undefined
  answered = false
  /** What we want of the stream, whatever was agreed: hold is wanting not to receive. */
  held = false
  remoteHeld = false
  /** By what was agreed they do not hear us. */
  #isDeaf = false
  /** What a re-INVITE of ours is for. */
  asking: 'hold' | 'resume' | 'video' | undefined

  constructor(session: string, parts: SideParts) {
    this.session = session
    this.#parts = parts
    this.#said = begin(parts.number())
    this.#saidBefore = this.#said
    const { call, policy, shows, tell } = parts
    this.video = new SideVideo({
      policy: policy.video,
      shows,
      tell: (video) => tell({ type: 'video', call, video }),
      keyed: (keys) => this.#keyed(keys),
    })
  }

  async invite(leg: Leg, { uri, from, headers, video }: Asking): Promise<void> {
    if (video) {
      this.video.want('sendrecv')
      await this.video.open(leg)
    }
    const { link } = this.#parts
    const way = link.way()
    if (!way) return
    const { session } = this
    const { hop, contact } = way
    const body = this.#offer(leg, this.#wanted, true)
    link.feed({ type: 'invite', session, uri, from, to: `<${uri}>`, body, hop, contact, headers })
    this.video.look()
  }

  /** Takes their INVITE; what is wrong with it where it cannot be. Whoever takes video has opened it. */
  accept(leg: Leg): Refusal | undefined {
    const { session, offered } = this
    const answered = offered === undefined ? undefined : this.#answer(leg, offered)
    if (answered && 'refused' in answered) return answered
    if (answered) this.#connect(leg, answered.agreed)
    this.#parts.link.feed({ type: 'accept', session, body: answered?.text ?? this.#offer(leg, this.#wanted, true) })
    this.video.look()
    return undefined
  }

  /** The call in it is answered: who holds it from the start is told from now on. */
  begins(leg: Leg | undefined): void {
    this.answered = true
    if (leg) this.#look(leg)
  }

  /** Asks the other side to wait, to go on, or for what is wanted of the video now. */
  ask(leg: Leg, asking: 'hold' | 'resume' | 'video'): void {
    this.asking = asking
    const hold = this.remoteHeld ? 'inactive' : 'sendonly'
    const direction = asking === 'hold' ? hold : asking === 'resume' ? 'sendrecv' : this.#wanted
    const body = this.#offer(leg, direction, asking === 'video')
    this.#parts.link.feed({ type: 'offer', session: this.session, body })
    this.video.look()
  }

  /** Reads their answer; undefined where nothing of ours was offered. */
  read(leg: Leg, body: string): Agreed | Refusal | undefined {
    const agreed = this.#local && readAnswer(body, this.#local, this.video.offered)
    if (agreed && !('refused' in agreed)) this.#connect(leg, agreed)
    return agreed
  }

  /** An offer within the call, theirs or ours; what is wrong with their answer where it cannot be used. */
  exchanged(event: Exchanged, leg: Leg): Refusal | undefined {
    const { call, link, tell } = this.#parts
    const { session, asking } = this
    switch (event.type) {
      case 'offered': {
        const answered = this.#answer(leg, event.body)
        if ('refused' in answered) link.feed({ type: 'refuse', session })
        else {
          link.feed({ type: 'answer', session, body: answered.text })
          this.#connect(leg, answered.agreed)
        }
        return undefined
      }
      case 'offer-wanted':
        link.feed({ type: 'answer', session, body: this.#offer(leg) })
        return undefined
      case 'offer-answered': {
        this.asking = undefined
        const agreed = this.read(leg, event.body)
        if (agreed && 'refused' in agreed) return agreed
        if (!agreed || !asking) return undefined
        if (asking === 'video') {
          tell({ type: 'video-agreed', call })
          return undefined
        }
        this.held = asking === 'hold'
        tell({ type: this.held ? 'held' : 'resumed', call, by: 'local' })
        return undefined
      }
      case 'offer-refused': {
        this.asking = undefined
        this.#said = withdrawn(this.#said, this.#saidBefore)
        const cause = { protocol: 'sip', status: event.status, text: event.reason } as const
        const code = asking === 'video' && isUnwanted.has(event.status) ? 'video-refused' : 'call-failed'
        if (asking === 'video') this.video.unwant()
        if (asking) tell({ type: 'refused', call, command: asking, code, cause })
        return undefined
      }
    }
  }

  #connect(leg: Leg, { remote, direction, protection, video }: Agreed): void {
    leg.connect(
      remote,
      direction,
      protection && { suite: protection.suite, ours: protection.ours.key, theirs: protection.theirs.key },
    )
    this.#isDeaf = remote.direction === 'sendonly' || remote.direction === 'inactive'
    this.video.connect(leg, video, isHold(remote.direction) || isHold(direction))
    this.#look(leg)
  }

  #look(leg: Leg): void {
    const { call, heldTone, tell } = this.#parts
    const held = !this.held && this.#isDeaf
    leg.heldTone(held && this.answered && heldTone())
    if (!this.answered || held === this.remoteHeld || this.asking) return
    this.remoteHeld = held
    tell({ type: held ? 'held' : 'resumed', call, by: 'remote' })
  }

  /** An offer of ours, as a body. `asksVideo`: whether it may be the first one with video. */
  #offer(leg: Leg, direction: Audio['direction'] = this.#wanted, asksVideo = false): string {
    const { link, policy } = this.#parts
    // Nobody on its way to the server can read keys then.
    const isSecret = link.way()?.hop.transport === 'tls'
    const keys = isSecret || policy.srtp === 'require' || this.#keys !== undefined
    const isProtected = policy.srtp === 'require'
    const video = this.video.offer(leg, {
      asks: asksVideo,
      isHeld: isHold(direction),
      keys: keys && policy.srtp !== 'off',
      isProtected,
    })
    const { text, said } = offer(this.#said, this.#describe(leg, direction, keys), video)
    this.#saidBefore = this.#said
    this.#said = said
    return text
  }

  #answer(leg: Leg, body: string): { readonly text: string; readonly agreed: Agreed } | Refusal {
    const { srtp } = this.#parts.policy
    const how = { isHeld: this.held, keys: srtp !== 'off', isProtected: srtp === 'require' }
    const video = this.video.takes(body) ? this.video.describe(leg, how) : undefined
    const answered = answer(this.#said, body, this.#describe(leg, this.#wanted, true), video)
    if ('refused' in answered) return answered
    this.#said = answered.said
    return answered
  }

  get #wanted(): Audio['direction'] {
    return this.held ? 'sendonly' : 'sendrecv'
  }

  #describe(leg: Leg, direction: Audio['direction'], withKeys: boolean): Audio {
    const { codecs, srtp } = this.#parts.policy
    const wanted = leg.local.codecs.filter(({ name }) => codecs.includes(name) || name === 'telephone-event')
    if (withKeys && srtp !== 'off') this.#keys ??= this.#keyed(leg.newKeys())
    this.#local = {
      ...leg.local,
      codecs: inOrder(wanted, codecs, ({ name }) => name),
      direction,
      protected: srtp === 'require',
      ...(withKeys && this.#keys ? { crypto: this.#keys } : {}),
    }
    return this.#local
  }

  #keyed(keys: readonly MediaKey[]): readonly Crypto[] {
    const { suites } = this.#parts.policy
    return inOrder(keys, suites, ({ suite }) => suite)
      .filter(({ suite }) => suites.includes(suite))
      .map((key, i) => ({ ...key, tag: i + 1 }))
  }
}

/** Statuses by which an offer is refused for what is in it. */
const isUnwanted: ReadonlySet<number> = new Set([415, 488, 606])

/** What is not named comes last. */
function inOrder<T>(all: readonly T[], names: readonly string[], nameOf: (each: T) => string): T[] {
  const rank = (each: T): number => {
    const at = names.indexOf(nameOf(each))
    return at < 0 ? names.length : at
  }
  return all.toSorted((a, b) => rank(a) - rank(b))
}
