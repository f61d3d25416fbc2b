// From any rate that files have to 8 kHz, piece by piece without a seam: a sinc under a Blackman window, a row of taps for each phase.

export interface RateChange {
  process(samples: Int16Array): Int16Array
  /** What the filter still holds. */
  rest(): Int16Array
}

/** `from`: 8,000 to 48,000 Hz. */
export function fromRate(from: number): RateChange {
  if (from === narrow) return { process: (samples) => samples, rest: () => new Int16Array(0) }
  const divisor = common(from, narrow)
  // Each sample that goes out is `step / phases` samples of what comes in after the one before.
  const [step, phases] = [from / divisor, narrow / divisor]
  const half = Math.ceil((lobes * from) / narrow)
  const rows = Array.from({ length: phases }, (_, phase) => row(phase / phases, half, narrow / from))
  /** From the first sample on that is still needed; before the first of all there was silence. */
  let held = new Int16Array(half - 1)
  let phase = 0
  const process = (samples: Int16Array): Int16Array => {
    const all = new Int16Array(held.length + samples.length)
    all.set(held)
    all.set(samples, held.length)
    const into = new Int16Array(Math.ceil((all.length * phases) / step) + 1)
    let at = 0
    let count = 0
    while (at + 2 * half <= all.length) {
      const taps = rows[phase] as Float64Array
      let sum = 0
      for (let i = 0; i < taps.length; i++) sum += (all[at + i] as number) * (taps[i] as number)
      into[count++] = Math.max(-32_768, Math.min(32_767, Math.round(sum)))
      phase += step
      at += Math.floor(phase / phases)
      phase %= phases
    }
    held = all.slice(at)
    return into.subarray(0, count)
  }
  return { process, rest: () => process(new Int16Array(half)) }
}

/** The taps for a place `offset` (0 to 1) after the sample in the middle; their sum is 1. */
function row(offset: number, half: number, cutoff: number): Float64Array {
  const taps = Float64Array.from({ length: half * 2 }, (_, i) => {
    const x = i - (half - 1) - offset
    const place = x / half
    const window = 0.42 + 0.5 * Math.cos(Math.PI * place) + 0.08 * Math.cos(2 * Math.PI * place)
    const y = Math.PI * x * cutoff
    return Math.abs(place) > 1 ? 0 : (y === 0 ? 1 : Math.sin(y) / y) * window
  })
  const sum = taps.reduce((all, each) => all + each, 0)
  return taps.map((each) => each / sum)
}

function common(a: number, b: number): number {
  return b === 0 ? a : common(b, a % b)
}

const narrow = 8000
/** How many zeros of the sinc lie under each half of the window. */
const lobes = 16
