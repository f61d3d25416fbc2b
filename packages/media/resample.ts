// Between 8 and 16 kHz by one half-band filter, frame by frame without a seam.

/** Halves or doubles the rate. `into` must hold twice or half of `samples`; returns how many it wrote. */
export interface Resampler {
  process(samples: Int16Array, into: Int16Array): number
}

/** 16 kHz to 8 kHz. */
export function halve(): Resampler {
  const even = history()
  const odd = history()
  let taken = true
  return {
    process: (samples, into) => {
      let count = 0
      for (let i = 0; i < samples.length; i++) {
        const sample = samples[i] as number
        // Of each output the filter's outer taps fall on samples of its own phase, the middle one on the other's.
        if (taken) {
          even.push(sample)
          into[count++] = clip(even.sum() + odd.at(middle >> 1) * centre)
        } else odd.push(sample)
        taken = !taken
      }
      return count
    },
  }
}

/** 8 kHz to 16 kHz. */
export function double(): Resampler {
  const past = history()
  return {
    process: (samples, into) => {
      let count = 0
      for (let i = 0; i < samples.length; i++) {
        past.push(samples[i] as number)
        into[count++] = clip(past.sum() * 2)
        into[count++] = clip(past.at(middle >> 1) * centre * 2)
      }
      return count
    },
  }
}

/** Between frames of 8 and of 16 kHz, of whichever lengths they are. What is of one length is copied; filters are made when one is first needed. */
export class Bridge {
  #up: Resampler | undefined
  #down: Resampler | undefined

  carry(from: Int16Array, into: Int16Array): void {
    if (from.length === into.length) return into.set(from)
    if (from.length < into.length) (this.#up ??= double()).process(from, into)
    else (this.#down ??= halve()).process(from, into)
  }
}

/** A whole recording at another rate; the filter's delay taken out. */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples
  const down = from > to
  const padded = new Int16Array(samples.length + taps + 1)
  // The delay is odd: one more before it, and half of it is whole again.
  padded.set(samples, down ? 1 : 0)
  const into = new Int16Array(down ? Math.ceil(padded.length / 2) : padded.length * 2)
  const count = (down ? halve() : double()).process(padded, into)
  const delay = down ? (middle + 1) / 2 : middle
  return into.slice(delay, Math.min(count, delay + Math.floor((samples.length * to) / from)))
}

interface History {
  push(sample: number): void
  /** The sum over the filter's outer taps, the newest sample first. */
  sum(): number
  /** The sample that was pushed so many before the newest. */
  at(back: number): number
}

function history(): History {
  const count = outer.length
  // Twice over, so that the last `count` samples always lie in one row.
  const past = new Float64Array(count * 2)
  let newest = 0
  return {
    push: (sample) => {
      newest = newest === 0 ? count - 1 : newest - 1
      past[newest] = sample
      past[newest + count] = sample
    },
    sum: () => {
      let sum = 0
      for (let i = 0; i < count; i++) sum += (past[newest + i] as number) * (outer[i] as number)
      return sum
    },
    at: (back) => past[newest + back] as number,
  }
}

function clip(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)))
}

const taps = 63
const middle = (taps - 1) / 2

/** A low pass at a quarter of the rate: a sinc under a Blackman window. Every second tap but the middle one is zero. */
const centre = 0.5
const outer: Float64Array = (() => {
  const values = Float64Array.from({ length: (taps + 1) / 2 }, (_, n) => {
    const i = n * 2
    const x = i - middle
    const window =
      0.42 - 0.5 * Math.cos((2 * Math.PI * i) / (taps - 1)) + 0.08 * Math.cos((4 * Math.PI * i) / (taps - 1))
    return (Math.sin((Math.PI * x) / 2) / (Math.PI * x)) * window
  })
  const sum = values.reduce((all, each) => all + each, 0)
  // Both halves of the filter have the sum of one half: constant sound passes unchanged, at either phase.
  return values.map((value) => (value * 0.5) / sum)
})()
