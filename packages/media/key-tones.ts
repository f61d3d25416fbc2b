// Keys as tones in the sound, ITU-T Q.23: for a far side that knows no other way.
import { keyFrequencies } from './tones.ts'

export class KeyTones {
  readonly #samplesPerMs: number
  readonly #waiting: { readonly key: string; readonly samples: number }[] = []
  #low = 0
  #high = 0
  #at = 0
  /** Samples of the tone, of the silence after it, and of a comma, that are still to come. */
  #tone = 0
  #gap = 0
  #pause = 0

  /** `sampleRate` in Hz. */
  constructor(sampleRate: number) {
    this.#samplesPerMs = sampleRate / 1000
  }

  /** Queues digits of 0–9 * # A–D, 40 ms to 5 s each; a comma waits a second. What is over the bound of 256 is dropped. */
  add(digits: string, durationMs: number): void {
    const samples = Math.round(Math.max(leastMs, Math.min(mostMs, durationMs)) * this.#samplesPerMs)
    for (const key of digits) {
      if (this.#waiting.length >= mostWaiting) return
      this.#waiting.push({ key, samples })
    }
  }

  get busy(): boolean {
    return this.#waiting.length > 0 || this.#tone > 0 || this.#gap > 0 || this.#pause > 0
  }

  /** Fills the frame where a key is under way or has just been; false where it is the speaker's, as in a comma. */
  pull(frame: Int16Array): boolean {
    if (this.#pause <= 0 && this.#tone <= 0 && this.#gap <= 0) this.#begin()
    if (this.#pause > 0) {
      this.#pause -= frame.length
      return false
    }
    if (this.#tone <= 0 && this.#gap <= 0) return false
    for (let i = 0; i < frame.length; i++) {
      if (this.#tone > 0) {
        frame[i] = Math.round(amplitude * (Math.sin(this.#low * this.#at) + Math.sin(this.#high * this.#at)))
        this.#tone--
        this.#at++
      } else {
        frame[i] = 0
        this.#gap--
      }
    }
    return true
  }

  #begin(): void {
    const next = this.#waiting.shift()
    if (!next) return
    const frequencies = keyFrequencies(next.key)
    if (!frequencies) {
      this.#pause = commaMs * this.#samplesPerMs
      return
    }
    const perHz = (2 * Math.PI) / (1000 * this.#samplesPerMs)
    this.#low = frequencies[0] * perHz
    this.#high = frequencies[1] * perHz
    this.#at = 0
    this.#tone = next.samples
    this.#gap = gapMs * this.#samplesPerMs
  }
}

/** Each of the two tones at -10 dBm0. */
const amplitude = 7300
const leastMs = 40
const mostMs = 5000
const gapMs = 80
const commaMs = 1000
const mostWaiting = 256
