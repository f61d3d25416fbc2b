// Was that speech heard? A recording held against what was said, window by window.
import { resample } from './resample.ts'
import type { Sound } from './wav.ts'

export interface Comparison {
  /** The median of the windows' peak normalised correlation, −1 to 1. */
  readonly heard: number
  /** The worst window. */
  readonly worst: number
  /** Where in the recording the speech begins, in milliseconds. */
  readonly offsetMs: number
  /** Each window of 1 s that holds speech: where it begins in the reference, and how well it was found. */
  readonly windows: readonly { readonly atMs: number; readonly correlation: number }[]
}

/** Throws where the reference holds less than four windows of speech: then nothing could be said. */
export function compareSpeech({
  reference,
  recording,
}: {
  readonly reference: Sound
  readonly recording: Sound
}): Comparison {
  const narrow = resample(reference.samples, reference.sampleRate, rate)
  const said = toFloat(narrow)
  // The same half a sample later: what was heard may lie between two samples.
  const between = toFloat(resample(narrow, rate, rate * 2).filter((_, i) => i % 2 === 1))
  const heard = toFloat(resample(recording.samples, recording.sampleRate, rate))
  const starts = speechWindows(said)
  if (starts.length < 4) throw new Error(`the reference has ${starts.length} windows of speech, and four are needed`)
  const offset = bestOffset(said, heard)
  const windows = starts.map((start) => ({
    atMs: Math.round((start * 1000) / rate),
    correlation: Math.max(
      ...[said, between].map((each) =>
        peakCorrelation(each.subarray(start, start + rate), heard, start + offset - rate, start + offset + rate),
      ),
    ),
  }))
  const sorted = windows.map(({ correlation }) => correlation).sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median =
    sorted.length % 2 === 1
      ? (sorted[middle] as number)
      : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
  return { heard: median, worst: sorted[0] as number, offsetMs: Math.round((offset * 1000) / rate), windows }
}

/** Whole seconds in which the sound is not much quieter than the loudest. */
function speechWindows(said: Float64Array): number[] {
  const energies: number[] = []
  for (let start = 0; start + rate <= said.length; start += rate) energies.push(energy(said, start, rate))
  const loudest = Math.max(...energies)
  return energies.flatMap((each, i) => (each > 0 && each > loudest / 100 ? [i * rate] : []))
}

/** Where the whole of it fits best. */
function bestOffset(said: Float64Array, heard: Float64Array): number {
  const sums = correlate(said, heard)
  let best = 0
  let bestAt = 0
  for (let at = 0; at < sums.length; at++) {
    if ((sums[at] as number) > best) {
      best = sums[at] as number
      bestAt = at
    }
  }
  return bestAt - said.length + 1
}

/** The best normalised correlation of the window at places from `from` to `to` in the recording. */
function peakCorrelation(window: Float64Array, heard: Float64Array, from: number, to: number): number {
  const first = Math.max(0, from)
  const stretch = heard.subarray(first, Math.max(first, Math.min(heard.length, to + window.length)))
  if (stretch.length < window.length) return 0
  const own = energy(window, 0, window.length)
  const sums = correlate(window, stretch)
  let under = energy(stretch, 0, window.length)
  let best = 0
  let [before, last] = [0, 0]
  for (let at = 0; at + window.length <= stretch.length; at++) {
    const sum = sums[at + window.length - 1] as number
    const now = sum > 0 && under > quietest * window.length ? sum / Math.sqrt(own * under) : 0
    best = Math.max(best, peakOf(before, last, now))
    ;[before, last] = [last, now]
    under += (stretch[at + window.length] ?? 0) ** 2 - (stretch[at] as number) ** 2
  }
  return Math.min(1, Math.max(best, last))
}

/** It may lie between two places: the top of the parabola through three, if the one in the middle is the highest. */
function peakOf(before: number, at: number, next: number): number {
  const bend = 2 * at - before - next
  return at < before || at < next || bend <= 0 ? at : at + (next - before) ** 2 / (8 * bend)
}

/** All sums of products of `a` against `b`; the element at `i` has a[0] under b[i − a.length + 1]. */
function correlate(a: Float64Array, b: Float64Array): Float64Array {
  const length = a.length + b.length - 1
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, length)))
  const [ar, ai, br, bi] = [0, 0, 0, 0].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let i = 0; i < a.length; i++) ar[i] = a[a.length - 1 - i] as number
  br.set(b)
  transform(ar, ai)
  transform(br, bi)
  for (let i = 0; i < size; i++) {
    const [x, y, u, v] = [ar[i] as number, ai[i] as number, br[i] as number, bi[i] as number]
    ar[i] = x * u - y * v
    // The inverse is the forward transform of the conjugate.
    ai[i] = -(x * v + y * u)
  }
  transform(ar, ai)
  const sums = new Float64Array(length)
  for (let i = 0; i < length; i++) sums[i] = (ar[i] as number) / size
  return sums
}

/** Fast Fourier transform in place, of a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      ;[real[i], real[j]] = [real[j] as number, real[i] as number]
      ;[imaginary[i], imaginary[j]] = [imaginary[j] as number, imaginary[i] as number]
    }
  }
  for (let half = 1; half < size; half <<= 1) {
    const cosines = new Float64Array(half)
    const sines = new Float64Array(half)
    for (let k = 0; k < half; k++) {
      cosines[k] = Math.cos((Math.PI * k) / half)
      sines[k] = -Math.sin((Math.PI * k) / half)
    }
    for (let start = 0; start < size; start += half * 2) {
      for (let k = 0; k < half; k++) {
        const [p, q] = [start + k, start + k + half]
        const [c, s] = [cosines[k] as number, sines[k] as number]
        const x = (real[q] as number) * c - (imaginary[q] as number) * s
        const y = (real[q] as number) * s + (imaginary[q] as number) * c
        real[q] = (real[p] as number) - x
        imaginary[q] = (imaginary[p] as number) - y
        real[p] = (real[p] as number) + x
        imaginary[p] = (imaginary[p] as number) + y
      }
    }
  }
}

function energy(samples: Float64Array, from: number, count: number): number {
  let sum = 0
  for (let i = from; i < from + count; i++) sum += (samples[i] as number) ** 2
  return sum
}

function toFloat(samples: Int16Array): Float64Array {
  return Float64Array.from(samples, (sample) => sample / 32_768)
}

const rate = 8000
/** Mean square below which there is silence and no correlation (−80 dB). */
const quietest = 1e-8
