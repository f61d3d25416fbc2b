// The sending half of an SRTP session, RFC 3711 §3.3 and §3.4: one master key, any number of SSRCs up to a bound.
// Left out: MKI, key derivation rates other than 0, new keys under way (make a new sender), unencrypted SRTCP.
import { read32 } from '../packet.ts'
import type { SrtpProfileName } from './profile.ts'
import { packetIndex, ReplayWindow } from './replay-window.ts'
import { defaultMostSources, isRtcp, makeTransform, rtpHeaderEnd, type SrtpOptions } from './session.ts'
import { encryptedFlag, type Transform } from './transform.ts'

export type SrtpSendRefusal = 'malformed' | 'repeated' | 'too-old' | 'too-many-sources' | 'lifetime'

export interface SrtpSenderOptions extends SrtpOptions {
  /** How many packets, of RTP and of RTCP each, the master key is good for, as SDES may say (RFC 4568 §6.1). */
  readonly lifetime?: number
}

export class SrtpSender {
  /** How many packets were not protected, by reason. */
  readonly refused: { readonly [reason in SrtpSendRefusal]: number }
  readonly #refused: Record<SrtpSendRefusal, number>
  readonly #transform: Transform
  readonly #mostSources: number
  readonly #sources = new Map<number, Source>()
  #rtpLeft: number
  #rtcpLeft: number

  /** Throws a RangeError where key or salt have not the profile's length. The arrays are not kept. */
  constructor(
    profile: SrtpProfileName,
    masterKey: Uint8Array,
    masterSalt: Uint8Array,
    { mostSources = defaultMostSources, lifetime = rtpLifetime }: SrtpSenderOptions = {},
  ) {
    this.#transform = makeTransform(profile, masterKey, masterSalt)
    this.#mostSources = mostSources
    this.#rtpLeft = Math.min(lifetime, rtpLifetime)
    this.#rtcpLeft = Math.min(lifetime, rtcpLifetime)
    this.#refused = { malformed: 0, repeated: 0, 'too-old': 0, 'too-many-sources': 0, lifetime: 0 }
    this.refused = this.#refused
  }

  /**
   * Protects the RTP packet in the first `length` bytes of `packet` in place and returns its new length, up to `srtpRoom`
   * bytes more; throws a RangeError where the buffer is too small. Returns -1 and changes nothing where it is no RTP packet,
   * where its key would be used up, and for a sequence number that was used before: two payloads under one index would
   * give both away.
   */
  protect(packet: Uint8Array, length: number): number {
    const end = length + this.#transform.rtpOverhead
    checkRoom(packet, end)
    const clear = rtpHeaderEnd(packet, length)
    if (clear < 0) return this.#refuse('malformed')
    if (this.#rtpLeft <= 0) return this.#refuse('lifetime')
    const source = this.#source(read32(packet, 8))
    if (!source) return this.#refuse('too-many-sources')
    const index = packetIndex(source.rtp.highest, ((packet[2] as number) << 8) | (packet[3] as number))
    const freshness = source.rtp.judge(index)
    if (freshness !== 'fresh') return this.#refuse(freshness === 'replayed' ? 'repeated' : freshness)
    source.rtp.take(index)
    this.#rtpLeft--
    this.#transform.sealRtp(packet, clear, length, index)
    return end
  }

  /** The same for a compound RTCP packet, which gets the next SRTCP index of its first SSRC. */
  protectRtcp(packet: Uint8Array, length: number): number {
    const end = length + this.#transform.rtcpOverhead
    checkRoom(packet, end)
    if (!isRtcp(packet, length)) return this.#refuse('malformed')
    if (this.#rtcpLeft <= 0) return this.#refuse('lifetime')
    const source = this.#source(read32(packet, 4))
    if (!source) return this.#refuse('too-many-sources')
    this.#rtcpLeft--
    this.#transform.sealRtcp(packet, length, encryptedFlag + source.nextRtcp++)
    return end
  }

  #source(ssrc: number): Source | undefined {
    let source = this.#sources.get(ssrc)
    if (!source && this.#sources.size < this.#mostSources) {
      source = { rtp: new ReplayWindow(), nextRtcp: 0 }
      this.#sources.set(ssrc, source)
    }
    return source
  }

  #refuse(reason: SrtpSendRefusal): -1 {
    this.#refused[reason]++
    return -1
  }
}

/** The most that any master key is good for (RFC 3711 §9.2). */
const rtpLifetime = 2 ** 48
const rtcpLifetime = 2 ** 31

/** What protection adds at most: RTCP's tag of 16 bytes and its index. */
export const srtpRoom = 20

interface Source {
  readonly rtp: ReplayWindow
  /** Of SRTCP: zero before the first packet (§3.4). */
  nextRtcp: number
}

function checkRoom(packet: Uint8Array, end: number): void {
  if (end > packet.length)
    throw new RangeError(`A protected packet of ${end} bytes needs more room than ${packet.length}.`)
}
