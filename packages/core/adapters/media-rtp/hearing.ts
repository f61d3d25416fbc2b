// The receiving half of a leg: from packets to 20 ms of sound for every beat, with the figures of what came and what did not.
import { Concealer, JitterBuffer, type Law, lost, mostHeld, slotBytes, waiting } from '@openparley/media'
import { Bursts, Source } from '@openparley/protocols/rtp'
import { frameSamples } from './sound.ts'

/** Packets to sound of 8 kHz. */
export interface Decoder {
  /** Of RTP timestamps. */
  readonly unitsPerMs: number
  /** Whether each packet must be decoded once and in order; else the one after a gap is looked at to bridge it. */
  readonly inOrder: boolean
  /** How many samples a packet will give; 0 where it cannot be decoded. */
  samples(packet: Uint8Array, from: number, to: number): number
  decode(packet: Uint8Array, from: number, to: number, into: Int16Array): void
}

export function lawDecoder({ decode }: Law): Decoder {
  return { unitsPerMs: samplesPerMs, inOrder: false, samples: (_packet, from, to) => to - from, decode }
}

export class Hearing {
  readonly #jitter = new JitterBuffer()
  readonly #concealer = new Concealer()
  /** Decoded sound that waits for its beat, for packets of other lengths than 20 ms. */
  readonly #decoded: Int16Array = new Int16Array(slotBytes * 2)
  #decodedCount = 0
  /** The packet after a gap. */
  #future: Int16Array = new Int16Array(frameSamples)
  #packetSamples = frameSamples
  #decoder: Decoder | undefined
  #source: Source | undefined
  #nextSource = -1
  /** Of the sources before the present one. */
  #before = { received: 0, lost: 0 }
  readonly bursts: Bursts = new Bursts()
  #played = 0
  #concealed = 0
  #gaps = 0
  #inGap = false

  get source(): Source | undefined {
    return this.#source
  }

  get received(): number {
    return this.#before.received + (this.#source?.received ?? 0)
  }

  get lost(): number {
    return Math.max(0, this.#before.lost + (this.#source?.lost ?? 0))
  }

  get late(): number {
    return this.#jitter.late
  }

  /** How long a packet waits at most. */
  get mostDelayMs(): number {
    return mostHeld * this.packetMs
  }

  /** How long one packet lasts, in milliseconds. */
  get packetMs(): number {
    return this.#packetSamples / samplesPerMs
  }

  /** How long a packet waits before it is played, in milliseconds. */
  get delayMs(): number {
    return (this.#jitter.held * this.#packetSamples) / samplesPerMs
  }

  /** The share of packets that had to be made up, 0 to 1. */
  get loss(): number {
    return this.#concealed === 0 ? 0 : this.#concealed / (this.#played + this.#concealed)
  }

  /** How much longer gaps are than with random loss (ITU-T G.107 §7.7); 1 for random loss. */
  get burstRatio(): number {
    return this.#gaps === 0 ? 1 : Math.max(1, (this.#concealed / this.#gaps) * (1 - this.loss))
  }

  /** Another codec, or another party: what was heard has nothing to do with what comes. */
  begin(decoder: Decoder | undefined): void {
    this.#decoder = decoder
    this.#leave()
    this.#source = undefined
  }

  /** Whether a packet is of the stream, by its source and its number (RFC 3550 §A.1); counts it if so. */
  accept(ssrc: number, sequence: number, timestamp: number, nowMs: number): boolean {
    if (this.#source?.ssrc !== ssrc) {
      if (this.#source && ssrc !== this.#nextSource) {
        // A stray packet must not cut the stream: a new source is heard from its second packet on.
        this.#nextSource = ssrc
        return false
      }
      this.#leave()
      this.#source = new Source(ssrc, (this.#decoder?.unitsPerMs ?? samplesPerMs) * 1000)
      this.#nextSource = -1
    }
    return this.#source.take(sequence, timestamp, nowMs)
  }

  /** Keeps the sound of an accepted packet until it is played. */
  put(timestamp: number, packet: Uint8Array, from: number, to: number): void {
    const decoder = this.#decoder
    const samples = decoder?.samples(packet, from, to) ?? 0
    if (!decoder || samples < leastPacketSamples || samples > slotBytes) return
    if (samples !== this.#packetSamples) {
      this.#packetSamples = samples
      this.#future = new Int16Array(samples)
      this.#decodedCount = 0
    }
    this.#jitter.put(timestamp, packet, from, to, (samples * decoder.unitsPerMs) / samplesPerMs)
  }

  /** A key press stands in place of sound: nothing is to be made up for it. `end`: the timestamp up to which it lasts. */
  silence(end: number, packet: Uint8Array): void {
    this.#jitter.put(end - this.#packetSamples, packet, 0, 0, this.#packetSamples)
  }

  /** The next 20 ms, of packets of whatever length. */
  pull(heard: Int16Array): void {
    // Nearly all phones send 20 ms: nothing is copied, no view is made.
    if (this.#packetSamples === frameSamples && this.#decodedCount === 0) {
      if (!this.#hear(heard)) heard.fill(0)
      return
    }
    while (this.#decodedCount < frameSamples) {
      const into = this.#decoded.subarray(this.#decodedCount, this.#decodedCount + this.#packetSamples)
      if (!this.#hear(into)) break
      this.#decodedCount += into.length
    }
    for (let i = 0; i < frameSamples; i++) heard[i] = i < this.#decodedCount ? (this.#decoded[i] as number) : 0
    this.#decodedCount = Math.max(0, this.#decodedCount - frameSamples)
    this.#decoded.copyWithin(0, frameSamples, frameSamples + this.#decodedCount)
  }

  /** What one packet says, or what is made up for it. False where nothing is to be heard now. */
  #hear(into: Int16Array): boolean {
    const slot = this.#jitter.take()
    if (slot === waiting) {
      this.#inGap = false
      return false
    }
    if (slot === lost) {
      this.#concealed++
      this.bursts.missed()
      if (!this.#inGap) this.#gaps++
      this.#inGap = true
      const next = this.#decoder?.inOrder ? undefined : this.#decode(this.#jitter.peek(), this.#future)
      this.#concealer.lost(into, next)
      return true
    }
    this.#played++
    this.bursts.arrived()
    this.#inGap = false
    if (!this.#decode(slot, into)) into.fill(0)
    if (this.#jitter.joined) this.#concealer.joined(into)
    else this.#concealer.good(into)
    return true
  }

  /** Decodes a slot of the jitter buffer; undefined where it holds no sound. */
  #decode(slot: number, into: Int16Array): Int16Array | undefined {
    const length = slot === lost ? 0 : (this.#jitter.lengths[slot] as number)
    if (length === 0 || !this.#decoder) return undefined
    this.#decoder.decode(this.#jitter.data, slot * slotBytes, slot * slotBytes + length, into)
    return into
  }

  #leave(): void {
    this.#before = { received: this.received, lost: this.#before.lost + (this.#source?.lost ?? 0) }
    this.#jitter.reset()
    this.#concealer.reset()
    this.#decodedCount = 0
  }
}

const samplesPerMs = 8
/** 5 ms of sound; what is shorter is not taken. */
const leastPacketSamples = 40
