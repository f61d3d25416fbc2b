// The receiving half of a leg: from packets to 20 ms of sound for every beat, with the figures of what came and what did not.
import { Bridge, ComfortNoise, Concealer, JitterBuffer, lost, slotBytes, waiting } from '@openparley/media'
import { Source } from '@openparley/protocols/rtp'
import type { Decoder } from './codecs.ts'
import { frameSamples } from './sound.ts'

export class Hearing {
  readonly #jitter = new JitterBuffer()
  #concealer = new Concealer()
  readonly #bridge = new Bridge()
  readonly #noise = new ComfortNoise()
  /** The other side is silent and has said how its silence sounds. */
  #noisy = false
  /** Samples of 20 ms, as the decoder makes them. */
  #frameSamples = frameSamples
  #samplesPerMs = frameSamples / frameMs
  /** 20 ms for who hears at another rate. */
  #frame: Int16Array = new Int16Array(frameSamples)
  /** Decoded sound that waits for its beat, for packets of other lengths than 20 ms. */
  #decoded: Int16Array = new Int16Array(0)
  #decodedCount = 0
  /** The packet after a gap. */
  #future: Int16Array = new Int16Array(frameSamples)
  #packetSamples = frameSamples
  #decoder: Decoder | undefined
  #source: Source | undefined
  #nextSource = -1
  /** Of the sources before the present one. */
  #before = { received: 0, lost: 0 }
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

  /** How long a packet waits before it is played, in milliseconds. */
  get delayMs(): number {
    return (this.#jitter.held * this.#packetSamples) / this.#samplesPerMs
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
    if (!decoder || decoder.rate === this.#samplesPerMs * 1000) return
    this.#samplesPerMs = decoder.rate / 1000
    this.#frameSamples = this.#samplesPerMs * frameMs
    this.#frame = new Int16Array(this.#frameSamples)
    this.#decoded = new Int16Array(0)
    this.#packetSamples = 0
    this.#concealer = new Concealer(decoder.rate)
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
      this.#source = new Source(ssrc, (this.#decoder?.unitsPerMs ?? 8) * 1000)
      this.#nextSource = -1
    }
    return this.#source.take(sequence, timestamp, nowMs)
  }

  /** Keeps the sound of an accepted packet until it is played. */
  put(timestamp: number, packet: Uint8Array, from: number, to: number): void {
    const decoder = this.#decoder
    const samples = decoder?.samples(packet, from, to) ?? 0
    const perMs = this.#samplesPerMs
    if (!decoder || samples < leastPacketMs * perMs || samples > mostPacketMs * perMs) return
    if (samples !== this.#packetSamples) {
      this.#packetSamples = samples
      this.#future = new Int16Array(samples)
      this.#decodedCount = 0
      if (samples !== this.#frameSamples) this.#decoded = new Int16Array(samples + this.#frameSamples)
    }
    this.#jitter.put(timestamp, packet, from, to, (samples / perMs) * decoder.unitsPerMs)
  }

  /** A key press stands in place of sound: nothing is to be made up for it. `end`: the timestamp up to which it lasts. */
  silence(end: number, packet: Uint8Array): void {
    const units = this.#packetUnits
    this.#jitter.put((end - units) >>> 0, packet, 0, 0, units)
  }

  /** The other side falls silent, and says how that sounds (RFC 3389). It is heard when its time comes. */
  rest(timestamp: number, packet: Uint8Array, from: number, to: number): void {
    if (to > from) this.#jitter.put(timestamp, packet, from, Math.min(to, from + mostNoiseBytes), this.#packetUnits)
  }

  /** The next 20 ms, of packets of whatever length, at 8 or at 16 kHz, as long as the frame is. */
  pull(heard: Int16Array): void {
    if (heard.length === this.#frameSamples) return this.#pull(heard)
    this.#pull(this.#frame)
    this.#bridge.carry(this.#frame, heard)
  }

  #pull(heard: Int16Array): void {
    const count = this.#frameSamples
    // Nearly all phones send 20 ms: nothing is copied, no view is made.
    if (this.#packetSamples === count && this.#decodedCount === 0) {
      if (!this.#hear(heard)) heard.fill(0)
      return
    }
    if (this.#packetSamples === 0) return void heard.fill(0)
    while (this.#decodedCount < count) {
      const into = this.#decoded.subarray(this.#decodedCount, this.#decodedCount + this.#packetSamples)
      if (!this.#hear(into)) break
      this.#decodedCount += into.length
    }
    for (let i = 0; i < count; i++) heard[i] = i < this.#decodedCount ? (this.#decoded[i] as number) : 0
    this.#decodedCount = Math.max(0, this.#decodedCount - count)
    this.#decoded.copyWithin(0, count, count + this.#decodedCount)
  }

  get #packetUnits(): number {
    return ((this.#packetSamples || this.#frameSamples) / this.#samplesPerMs) * (this.#decoder?.unitsPerMs ?? 8)
  }

  /** What one packet says, or what is made up for it. False where nothing is to be heard now. */
  #hear(into: Int16Array): boolean {
    const slot = this.#jitter.take()
    if (slot === waiting) {
      this.#inGap = false
      if (this.#noisy) this.#noise.pull(into)
      return this.#noisy
    }
    if (slot === lost) {
      // Nothing is sent in a pause: nothing of it is lost.
      if (this.#noisy) this.#noise.pull(into)
      else this.#makeUp(into)
      return true
    }
    this.#played++
    this.#inGap = false
    const length = this.#jitter.lengths[slot] as number
    const from = slot * slotBytes
    this.#noisy = length > 0 && length <= mostNoiseBytes && this.#decoder?.rests === true
    if (this.#noisy) {
      this.#noise.tune(this.#jitter.data, from, from + length)
      this.#noise.pull(into)
    } else if (length > 0 && this.#decoder) this.#decoder.decode(this.#jitter.data, from, from + length, into)
    else into.fill(0)
    if (this.#jitter.joined) this.#concealer.joined(into)
    else this.#concealer.good(into)
    return true
  }

  /** What was lost: by what comes after it, where that is here already, and by what came before. */
  #makeUp(into: Int16Array): void {
    const decoder = this.#decoder
    const next = this.#jitter.peek()
    const length = next === lost ? 0 : (this.#jitter.lengths[next] as number)
    const from = next * slotBytes
    if (decoder?.conceal) {
      const isRestored =
        length > 0
          ? decoder.conceal(this.#jitter.data, from, from + length, into)
          : decoder.conceal(this.#jitter.data, 0, 0, into)
      if (isRestored) this.#played++
      else this.#countGap()
      return this.#concealer.good(into)
    }
    this.#countGap()
    const seen = decoder?.peek && length > mostNoiseBytes
    if (seen) decoder.peek?.(this.#jitter.data, from, from + length, this.#future)
    this.#concealer.lost(into, seen ? this.#future : undefined)
  }

  #countGap(): void {
    this.#concealed++
    if (!this.#inGap) this.#gaps++
    this.#inGap = true
  }

  #leave(): void {
    this.#before = { received: this.received, lost: this.#before.lost + (this.#source?.lost ?? 0) }
    this.#jitter.reset()
    this.#concealer.reset()
    this.#decodedCount = 0
    this.#noisy = false
  }
}

const frameMs = 20
/** What is shorter or longer is not taken. */
const leastPacketMs = 5
const mostPacketMs = 120
/** A level and 12 coefficients; sound has more bytes. */
const mostNoiseBytes = 13
