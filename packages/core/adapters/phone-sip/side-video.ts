// The video of one session: what this side wants of it, what the other side asks for, and what both have agreed on.
import type { CallVideo } from '@openparley/contract'
import { type AgreedVideo, asksVideo, type Crypto, type Video } from '@openparley/protocols/sdp'
import type { Direction, Leg, MediaDescription, MediaKey } from '../../services/media/port.ts'

/** What the settings say of a call's video. */
export interface VideoPolicy {
  readonly asked: 'off' | 'ask' | 'accept'
  /** In their order of preference; others are neither offered nor taken. */
  readonly codecs: readonly string[]
  readonly mostKbps: number
}

/** What this side wants: `recvonly` sees the other side and sends nothing. */
export type WantedVideo = 'none' | 'recvonly' | 'sendrecv'

export interface SideVideoParts {
  readonly policy: VideoPolicy
  /** Whether what the call is joined to shows video. */
  readonly shows: () => boolean
  readonly tell: (video: CallVideo) => void
  /** The keys to offer, best first, each with its tag. */
  readonly keyed: (keys: readonly MediaKey[]) => readonly Crypto[]
}

export class SideVideo {
  readonly #parts: SideVideoParts
  wanted: WantedVideo = 'none'
  /** What was wanted before the offer that is under way. */
  #before: WantedVideo = 'none'
  /** They have asked for it, and the person has not said yes. */
  #isAsked = false
  #open: MediaDescription | undefined
  #keys: readonly Crypto[] | undefined
  /** As our last offer had it. */
  #offered: Video | undefined
  #agreed: AgreedVideo | undefined
  #told = ''

  constructor(parts: SideVideoParts) {
    this.#parts = parts
  }

  get isAgreed(): boolean {
    return this.#agreed !== undefined
  }

  get offered(): Video | undefined {
    return this.#offered
  }

  /** Their INVITE has come with that offer. Whether the person is to be asked. */
  rings(offer: string): boolean {
    const { asked, codecs } = this.#parts.policy
    this.#isAsked = asked !== 'off' && asksVideo(offer, named(codecs))
    if (this.#isAsked) this.#told = JSON.stringify(this.#state)
    return this.#isAsked
  }

  want(wanted: WantedVideo): void {
    this.#before = this.wanted
    this.wanted = wanted
    if (wanted === 'none') this.#isAsked = false
  }

  /** What was wanted last was refused: what was agreed before stands. */
  unwant(): void {
    this.wanted = this.#before
    this.look()
  }

  /** Whether what that offer of theirs asks for is taken, and so has to be opened. */
  takes(offer: string): boolean {
    const { policy, shows } = this.#parts
    const asks = asksVideo(offer, named(policy.codecs))
    if (asks && this.wanted === 'none' && policy.asked === 'accept' && shows()) this.wanted = 'recvonly'
    if (asks && this.wanted !== 'none') return true
    // Who offers none any more has taken it back.
    if (!asks && this.#agreed) this.wanted = 'none'
    this.#isAsked = asks && policy.asked !== 'off'
    return false
  }

  /** Before it is offered or taken. False where there are no ports for it: then there is no video. */
  async open(leg: Leg): Promise<boolean> {
    try {
      this.#open ??= await leg.openVideo()
      return true
    } catch {
      this.wanted = 'none'
      return false
    }
  }

  /** For an offer of ours. `asks`: it is for the video's sake; else only what there is already is offered again. */
  offer(leg: Leg, how: HowDescribed & { readonly asks: boolean }): Video | undefined {
    this.#offered = how.asks || this.#agreed ? this.describe(leg, how) : undefined
    return this.#offered
  }

  /** Our side of it; undefined where there is to be none. */
  describe(leg: Leg, { isHeld, keys, isProtected }: HowDescribed): Video | undefined {
    if (!this.#open || this.wanted === 'none') return undefined
    const { codecs, mostKbps } = this.#parts.policy
    if (keys) this.#keys ??= this.#parts.keyed(leg.newKeys())
    return {
      ...this.#open,
      codecs: codecs.flatMap((name) => this.#open?.codecs.filter((codec) => codec.name === name) ?? []),
      direction: isHeld ? 'inactive' : this.wanted,
      protected: isProtected,
      mostBitsPerS: mostKbps * 1000,
      ...(keys && this.#keys ? { crypto: this.#keys } : {}),
    }
  }

  /** `isStill`: one of the two holds the other, and no picture goes either way. */
  connect(leg: Leg, agreed: AgreedVideo | undefined, isStill: boolean): void {
    this.#agreed = agreed
    this.#isAsked &&= agreed === undefined
    if (agreed) {
      const { remote, direction, protection } = agreed
      leg.connectVideo({
        remote,
        direction: isStill ? 'inactive' : direction,
        protection: protection && { suite: protection.suite, ours: protection.ours.key, theirs: protection.theirs.key },
        mostBitsPerS: this.#parts.policy.mostKbps * 1000,
      })
    } else if (this.#open) leg.connectVideo(undefined)
    this.look()
  }

  /** Tells how it stands, where that has changed. */
  look(): void {
    const state = this.#state
    const text = JSON.stringify(state)
    if (text === this.#told || (this.#told === '' && state.is === 'none')) return
    this.#told = text
    this.#parts.tell(state)
  }

  get #state(): CallVideo {
    const [codec] = this.#agreed?.remote.codecs ?? []
    if (this.#agreed && codec) return { is: 'active', direction: this.#agreed.direction, codec: codec.name as 'VP8' }
    if (this.wanted !== 'none') return { is: 'offered', by: 'local' }
    return this.#isAsked ? { is: 'offered', by: 'remote' } : { is: 'none' }
  }
}

interface HowDescribed {
  readonly isHeld: boolean
  readonly keys: boolean
  readonly isProtected: boolean
}

/** Whether a direction of sound stops pictures, seen from this side. */
export function isHold(direction: Direction): boolean {
  return direction === 'sendonly' || direction === 'inactive'
}

/** As far as it takes to see whether there is any in common. */
function named(codecs: readonly string[]): Video['codecs'] {
  return codecs.map((name) => ({
    payloadType: 0,
    name,
    clockRate: 90_000,
    ...(name === 'H264' ? { parameters: 'packetization-mode=1;profile-level-id=42e01f' } : {}),
  }))
}
