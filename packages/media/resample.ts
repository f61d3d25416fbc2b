// Between 8 and 16 kHz by one half-band filter, frame by frame without a seam.

/** Halves or doubles the rate. `into` must hold twice or half of `samples`; returns how many it wrote. */
export interface Resampler {
  process(samples: Int16Array, into: Int16Array): number
}

/** 16 kHz to 8 kHz. */
export function halve(): Resampler {
  const filter = history()
  let taken = true
  return {
    process: (samples, into) => {
      let count = 0
      for (const sample of samples) {
        filter.push(sample)
        if (taken) into[count++] = clip(filter.sum(1))
        taken = !taken
      }
      return count
    },
  }
}

/** 8 kHz to 16 kHz. */
export function double(): Resampler {
  const filter = history()
  return {
    process: (samples, into) => {
      let count = 0
      for (const sample of samples) {
        filter.push(sample)
        into[count++] = clip(filter.sum(2))
        filter.push(0)
        into[count++] = clip(filter.sum(2))
      }
      return count
    },
  }
}

/** A whole recording at another rate; the filter's delay taken out. */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples
  const padded = new Int16Array(samples.length + taps)
  padded.set(samples)
  const down = from > to
  const into = new Int16Array(down ? Math.ceil(padded.length / 2) : padded.length * 2)
  const count = (down ? halve() : double()).process(padded, into)
  const delay = down ? Math.floor(taps / 4) : Math.floor(taps / 2)
  return into.slice(delay, Math.min(count, delay + Math.floor((samples.length * to) / from)))
}

function history(): { push(sample: number): void; sum(gain: number): number } {
  // Twice over, so that the last `taps` samples always lie in one row.
  const past = new Float64Array(taps * 2)
  let at = 0
  return {
    push: (sample) => {
      past[at] = sample
      past[at + taps] = sample
      at = (at + 1) % taps
    },
    sum: (gain) => {
      let sum = 0
      for (let i = 0; i < taps; i++) sum += (past[at + i] as number) * (coefficients[i] as number)
      return sum * gain
    },
  }
}

function clip(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)))
}

const taps = 63

/** A low pass at a quarter of the rate: a sinc under a Blackman window, of sum one. */
const coefficients: Float64Array = (() => {
  const values = new Float64Array(taps)
  const middle = (taps - 1) / 2
  let sum = 0
  for (let i = 0; i < taps; i++) {
    const x = i - middle
    const sinc = x === 0 ? 0.5 : Math.sin((Math.PI * x) / 2) / (Math.PI * x)
    const window =
      0.42 - 0.5 * Math.cos((2 * Math.PI * i) / (taps - 1)) + 0.08 * Math.cos((4 * Math.PI * i) / (taps - 1))
    values[i] = sinc * window
    sum += values[i] as number
  }
  for (let i = 0; i < taps; i++) values[i] = (values[i] as number) / sum
  return values
})()
