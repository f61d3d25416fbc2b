// Tones: what telephones say without words. Key tones of ITU-T Q.23, progress tones of ITU-T E.180 supplement 2.

/** One or two frequencies, on and off in turn. */
export interface Cadence {
  /** Hz; at most two are mixed. */
  readonly frequencies: readonly number[]
  /** Milliseconds on, off, on, off …, again and again; empty: without end. */
  readonly onOffMs: readonly number[]
}

export type Region = 'europe' | 'north-america'

/** What the caller hears while the other side's phone rings. */
export const ringback: Readonly<Record<Region, Cadence>> = {
  europe: { frequencies: [425], onOffMs: [1000, 4000] },
  'north-america': { frequencies: [440, 480], onOffMs: [2000, 4000] },
}

export const busy: Readonly<Record<Region, Cadence>> = {
  europe: { frequencies: [425], onOffMs: [500, 500] },
  'north-america': { frequencies: [480, 620], onOffMs: [500, 500] },
}

/** The two frequencies of a key, Q.23 §2; undefined for what is no key. */
export function keyFrequencies(key: string): readonly [low: number, high: number] | undefined {
  const at = key.length === 1 ? layout.indexOf(key.toUpperCase()) : -1
  return at < 0 ? undefined : [lowGroup[at >> 2] as number, highGroup[at & 3] as number]
}

/** Makes a tone frame by frame, without a seam. */
export class ToneGenerator {
  readonly #steps: readonly number[]
  readonly #onOff: readonly number[]
  readonly #period: number
  readonly #amplitude: number
  #at = 0

  /** `level`: the peak of the whole, 0 to 1. `sampleRate` in Hz. */
  constructor({ frequencies, onOffMs }: Cadence, sampleRate: number, level: number = 0.25) {
    this.#steps = frequencies.slice(0, 2).map((frequency) => (2 * Math.PI * frequency) / sampleRate)
    this.#onOff = onOffMs.map((ms) => Math.round((ms * sampleRate) / 1000))
    this.#period = this.#onOff.reduce((sum, each) => sum + each, 0)
    this.#amplitude = (Math.max(0, Math.min(1, level)) * 32_767) / Math.max(1, this.#steps.length)
  }

  pull(frame: Int16Array): void {
    for (let i = 0; i < frame.length; i++, this.#at++) {
      let sum = 0
      if (this.#isOn()) for (const step of this.#steps) sum += Math.sin(step * this.#at)
      frame[i] = Math.round(sum * this.#amplitude)
    }
  }

  #isOn(): boolean {
    if (this.#period === 0) return true
    let rest = this.#at % this.#period
    for (let i = 0; i < this.#onOff.length; i++) {
      rest -= this.#onOff[i] as number
      if (rest < 0) return i % 2 === 0
    }
    return false
  }
}

/**
 * Finds key tones in sound of 8 kHz by Goertzel's algorithm, in blocks of 12.75 ms. A key is one when two blocks
 * agree (Q.24: 40 ms must be found, less than 23 ms must not); after it two blocks without it must come, and then it is told.
 */
export class KeyDetector {
  readonly #onKey: (key: string, durationMs: number) => void
  readonly #powers: Float64Array = new Float64Array(8)
  readonly #block: Float64Array = new Float64Array(blockSamples)
  #filled = 0
  #seen: string | undefined
  #agreed = 0
  #pressed: string | undefined
  #blocks = 0

  constructor(onKey: (key: string, durationMs: number) => void) {
    this.#onKey = onKey
  }

  push(samples: Int16Array): void {
    for (let i = 0; i < samples.length; i++) {
      this.#block[this.#filled++] = samples[i] as number
      if (this.#filled < blockSamples) continue
      this.#filled = 0
      this.#judge(this.#find())
    }
  }

  #judge(key: string | undefined): void {
    this.#agreed = key === this.#seen ? this.#agreed + 1 : 1
    this.#seen = key
    this.#blocks++
    if (this.#agreed < 2 || key === this.#pressed) return
    // The two that agree belong to what begins.
    if (this.#pressed !== undefined) this.#onKey(this.#pressed, Math.round((this.#blocks - 2) * blockMs))
    this.#pressed = key
    this.#blocks = 2
  }

  /** The key in this block, if it holds the two tones of one and little else. */
  #find(): string | undefined {
    let total = 0
    for (let i = 0; i < blockSamples; i++) total += (this.#block[i] as number) ** 2
    // Loud enough (-35 dBm0), before anything is looked for.
    if (total < blockSamples * quietest ** 2) return undefined
    for (let tone = 0; tone < 8; tone++) this.#powers[tone] = this.#goertzel(coefficients[tone] as number)
    const low = this.#strongest(0)
    const high = this.#strongest(4)
    const [l, h] = [this.#powers[low] as number, this.#powers[high] as number]
    const sum = l + h
    // Nearly all of the sound, and no more twist than Q.24 allows.
    if (sum < total * 0.72 || l > h * 6.3 || h > l * 6.3) return undefined
    return layout[low * 4 + (high - 4)]
  }

  /** The energy at one frequency, in the units of the block's own. */
  #goertzel(coefficient: number): number {
    let [before, last] = [0, 0]
    for (let i = 0; i < blockSamples; i++) {
      const now = (this.#block[i] as number) + coefficient * last - before
      before = last
      last = now
    }
    return ((last * last + before * before - coefficient * last * before) * 2) / blockSamples
  }

  #strongest(from: number): number {
    let best = from
    for (let i = from + 1; i < from + 4; i++) {
      if ((this.#powers[i] as number) > (this.#powers[best] as number)) best = i
    }
    return best
  }
}

const layout = '123A456B789C*0#D'
const lowGroup = [697, 770, 852, 941]
const highGroup = [1209, 1336, 1477, 1633]
/** Long enough to tell the tones apart, short enough for a key of 40 ms. */
const blockSamples = 102
const blockMs = blockSamples / 8
const quietest = 180
const coefficients = [...lowGroup, ...highGroup].map((frequency) => 2 * Math.cos((2 * Math.PI * frequency) / 8000))
