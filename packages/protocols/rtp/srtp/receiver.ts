// The receiving half of an SRTP session, RFC 3711 §3.3 and §3.4: nothing changes, neither packet nor state, before the packet
// has proved authentic. Left out: MKI, a roll-over counter told by signalling, new keys under way (make a new receiver).
import { read32 } from '../packet.ts'
import type { SrtpProfileName } from './profile.ts'
import { packetIndex, ReplayWindow } from './replay-window.ts'
import { defaultMostSources, isRtcp, makeTransform, rtpHeaderEnd, type SrtpOptions } from './session.ts'
import { encryptedFlag, type Transform } from './transform.ts'

export type SrtpRefusal = 'malformed' | 'unauthentic' | 'replayed' | 'too-old' | 'too-many-sources'

export class SrtpReceiver {
  /** How many packets were refused, RTP and RTCP, by reason. */
  readonly refused: { readonly [reason in SrtpRefusal]: number }
  readonly #refused: Record<SrtpRefusal, number>
  readonly #transform: Transform
  readonly #mostSources: number
  readonly #sources = new Map<number, Source>()

  /** Throws a RangeError where key or salt have not the profile's length. The arrays are not kept. */
  constructor(
    profile: SrtpProfileName,
    masterKey: Uint8Array,
    masterSalt: Uint8Array,
    { mostSources = defaultMostSources }: SrtpOptions = {},
  ) {
    this.#transform = makeTransform(profile, masterKey, masterSalt)
    this.#mostSources = mostSources
    this.#refused = { malformed: 0, unauthentic: 0, replayed: 0, 'too-old': 0, 'too-many-sources': 0 }
    this.refused = this.#refused
  }

  /**
   * Takes the protection off the SRTP packet in the first `length` bytes of `packet`, in place, and returns the length of the
   * RTP packet. Returns -1 where it is refused; the packet is then as it was.
   */
  unprotect(packet: Uint8Array, length: number): number {
    const end = length - this.#transform.rtpOverhead
    const clear = length > packet.length ? -1 : rtpHeaderEnd(packet, end)
    if (clear < 0) return this.#refuse('malformed')
    const ssrc = read32(packet, 8)
    const source = this.#sources.get(ssrc)
    const index = packetIndex(source?.rtp.highest ?? -1, ((packet[2] as number) << 8) | (packet[3] as number))
    const freshness = source?.rtp.judge(index) ?? 'fresh'
    if (freshness !== 'fresh') return this.#refuse(freshness)
    if (!source && this.#full) return this.#refuse('too-many-sources')
    if (!this.#transform.openRtp(packet, clear, end, index)) return this.#refuse('unauthentic')
    const known = source ?? this.#begin(ssrc)
    known.rtp.take(index)
    return end
  }

  /** The same for an SRTCP packet, which is taken with its E flag set or not, as long as it is authentic. */
  unprotectRtcp(packet: Uint8Array, length: number): number {
    const end = length - this.#transform.rtcpOverhead
    if (length > packet.length || !isRtcp(packet, end)) return this.#refuse('malformed')
    const ssrc = read32(packet, 4)
    const source = this.#sources.get(ssrc)
    const word = read32(packet, length - this.#transform.wordFromEnd)
    const index = word % encryptedFlag
    const freshness = source?.rtcp.judge(index) ?? 'fresh'
    if (freshness !== 'fresh') return this.#refuse(freshness)
    if (!source && this.#full) return this.#refuse('too-many-sources')
    if (!this.#transform.openRtcp(packet, end, word)) return this.#refuse('unauthentic')
    const known = source ?? this.#begin(ssrc)
    known.rtcp.take(index)
    return end
  }

  get #full(): boolean {
    return this.#sources.size >= this.#mostSources
  }

  #begin(ssrc: number): Source {
    const source = { rtp: new ReplayWindow(), rtcp: new ReplayWindow() }
    this.#sources.set(ssrc, source)
    return source
  }

  #refuse(reason: SrtpRefusal): -1 {
    this.#refused[reason]++
    return -1
  }
}

interface Source {
  readonly rtp: ReplayWindow
  readonly rtcp: ReplayWindow
}
