// G.722, ITU-T, mode 1: sound of 16 kHz in two bands, six bits a sample for the lower and two for the upper one: 64 kbit/s.
// All that a codec remembers is in one array of integers, so that a decoder can look ahead and come back.

export class G722Encoder {
  readonly #state: Int32Array = newState()

  /** One byte for two samples. `samples.length` is even; `into` takes half as many bytes from `at` on. */
  encode(samples: Int16Array, into: Uint8Array, at: number): void {
    const state = this.#state
    for (let i = 0; i + 1 < samples.length; i += 2) {
      split(state, samples[i] as number, samples[i + 1] as number)
      const high = quantizeHigh(
        saturate((state[highOut] as number) - at16(state, upper + foreseen)),
        at16(state, upper + step),
      )
      const low = quantizeLow(
        saturate((state[lowOut] as number) - at16(state, lower + foreseen)),
        at16(state, lower + step),
      )
      adaptUpper(state, high)
      adaptLower(state, low >> 2)
      into[at++] = (high << 6) | low
    }
  }
}

export class G722Decoder {
  readonly #state: Int32Array = newState()
  readonly #kept: Int32Array = newState()

  /** Two samples a byte. */
  decode(bytes: Uint8Array, from: number, to: number, into: Int16Array): void {
    const state = this.#state
    for (let i = from, at = 0; i < to; i++) {
      const code = bytes[i] as number
      const low = code & 0x3f
      // What is heard has all six bits; what is foreseen from it only four, so that bits may be taken away on the way.
      const detail = (at16(state, lower + step) * (levels6[low] as number)) >> 15
      state[lowOut] = clamp(at16(state, lower + foreseen) + detail, -16_384, 16_383)
      const coarse = (at16(state, upper + step) * (levels2[code >> 6] as number)) >> 15
      state[highOut] = clamp(at16(state, upper + foreseen) + coarse, -16_384, 16_383)
      adaptLower(state, low >> 2)
      adaptUpper(state, code >> 6)
      join(state, into, at)
      at += 2
    }
  }

  /** What those bytes would say, as if nothing were decoded: they are decoded once more when it is their turn. */
  peek(bytes: Uint8Array, from: number, to: number, into: Int16Array): void {
    this.#kept.set(this.#state)
    this.decode(bytes, from, to, into)
    this.#state.set(this.#kept)
  }
}

/** The analysis filter: the next two samples, halved into a sample of each band. */
function split(state: Int32Array, first: number, second: number): void {
  const from = advance(state, first, second)
  let [odd, even] = [0, 0]
  for (let i = 0; i < 12; i++) {
    odd += (state[from + i * 2] as number) * (filterTaps[i] as number)
    even += (state[from + i * 2 + 1] as number) * (filterTaps[11 - i] as number)
  }
  state[lowOut] = (even + odd) >> 14
  state[highOut] = (even - odd) >> 14
}

/** The synthesis filter: a sample of each band makes two. */
function join(state: Int32Array, into: Int16Array, at: number): void {
  const [low, high] = [state[lowOut] as number, state[highOut] as number]
  const from = advance(state, low + high, low - high)
  let [first, second] = [0, 0]
  for (let i = 0; i < 12; i++) {
    second += (state[from + i * 2] as number) * (filterTaps[i] as number)
    first += (state[from + i * 2 + 1] as number) * (filterTaps[11 - i] as number)
  }
  into[at] = saturate(first >> 11)
  into[at + 1] = saturate(second >> 11)
}

/** Puts two more into the filter's past; where that begins now. */
function advance(state: Int32Array, first: number, second: number): number {
  let from = (state[filterAt] as number) + 2
  if (from + filterLength > stateLength) {
    for (let i = 0; i < filterLength - 2; i++) state[filter + i] = state[from + i] as number
    from = filter
  }
  state[filterAt] = from
  state[from + filterLength - 2] = first
  state[from + filterLength - 1] = second
  return from
}

/** 60 levels, growing with the step. */
function quantizeLow(error: number, size: number): number {
  const magnitude = error >= 0 ? error : -(error + 1)
  // The first level whose threshold is above it, 30 where none is.
  let [level, above] = [1, 30]
  while (level < above) {
    const middle = (level + above) >> 1
    if (magnitude >= ((thresholds6[middle] as number) * size) >> 12) level = middle + 1
    else above = middle
  }
  // From the smallest to the largest; the codes of the two quietest negative levels stand apart.
  if (error >= 0) return 62 - level
  return level < 3 ? 64 - level : 34 - level
}

function quantizeHigh(error: number, size: number): number {
  const isFar = (error >= 0 ? error : -(error + 1)) >= (564 * size) >> 12
  return error < 0 ? (isFar ? 0 : 1) : isFar ? 2 : 3
}

/** `code`: the four bits that both sides are sure of. */
function adaptLower(state: Int32Array, code: number): void {
  const heard = (at16(state, lower + step) * (levels4[code] as number)) >> 15
  const scale = clamp(((at16(state, lower + logStep) * 127) >> 7) + (growth4[code] as number), 0, 18_432)
  state[lower + logStep] = scale
  state[lower + step] = linear(scale, 8)
  foresee(state, lower, heard)
}

function adaptUpper(state: Int32Array, code: number): void {
  const heard = (at16(state, upper + step) * (levels2[code] as number)) >> 15
  const scale = clamp(((at16(state, upper + logStep) * 127) >> 7) + (growth2[code] as number), 0, 22_528)
  state[upper + logStep] = scale
  state[upper + step] = linear(scale, 10)
  foresee(state, upper, heard)
}

function linear(scale: number, highest: number): number {
  const shift = highest - (scale >> 11)
  const value = powers[(scale >> 6) & 31] as number
  return (shift < 0 ? value << -shift : value >> shift) << 2
}

/** The predictor: two poles and six zeros, each moved a little by the signs of what was heard. */
function foresee(state: Int32Array, band: number, heard: number): void {
  const [poles, zeros, past] = [band + poleAt, band + zeroAt, band + heardAt]
  const whole = saturate(at16(state, band + foreseen) + heard)
  const part = saturate(at16(state, band + byZeros) + heard)
  const sign = part >> 15
  const likeFirst = sign === at16(state, band + partAt) >> 15
  const likeSecond = sign === at16(state, band + partAt + 1) >> 15
  const first = at16(state, poles)
  const turned = Math.min(32_767, likeFirst ? -saturate(first << 2) : saturate(first << 2))
  const second = clamp(
    (likeSecond ? 128 : -128) + (turned >> 7) + ((at16(state, poles + 1) * 32_512) >> 15),
    -12_288,
    12_288,
  )
  const most = saturate(15_360 - second)
  state[poles] = clamp(saturate((likeFirst ? 192 : -192) + ((first * 32_640) >> 15)), -most, most)
  state[poles + 1] = second
  const move = heard === 0 ? 0 : 128
  const heardSign = heard >> 15
  let sum = 0
  // From the oldest on: each takes the place of the one before it.
  for (let i = 5; i >= 0; i--) {
    const along = at16(state, past + i) >> 15 === heardSign ? move : -move
    const zero = saturate(along + ((at16(state, zeros + i) * 32_640) >> 15))
    const value = i === 0 ? heard : at16(state, past + i - 1)
    state[zeros + i] = zero
    sum += (zero * saturate(value * 2)) >> 15
    if (i < 5) state[past + i + 1] = at16(state, past + i)
  }
  state[past] = heard
  state[band + wholeAt + 1] = at16(state, band + wholeAt)
  state[band + wholeAt] = whole
  state[band + partAt + 1] = at16(state, band + partAt)
  state[band + partAt] = part
  const byPoles = saturate(
    ((at16(state, poles) * saturate(whole * 2)) >> 15) +
      ((at16(state, poles + 1) * saturate(at16(state, band + wholeAt + 1) * 2)) >> 15),
  )
  sum = saturate(sum)
  state[band + byZeros] = sum
  state[band + foreseen] = saturate(byPoles + sum)
}

function newState(): Int32Array {
  const state = new Int32Array(stateLength)
  // §3.5.2: the smallest steps there are.
  state[lower + step] = 32
  state[upper + step] = 8
  state[filterAt] = filter
  return state
}

function at16(state: Int32Array, at: number): number {
  return state[at] as number
}

function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value
}

function saturate(value: number): number {
  return value < -32_768 ? -32_768 : value > 32_767 ? 32_767 : value
}

/** Where things are in the state: two bands, a sample of each, where the filter's past begins, and the past, with room to go on in. */
const [lower, upper, lowOut, highOut, filterAt, filter] = [0, 24, 48, 49, 50, 51] as const
const filterLength = 24
const stateLength = filter + filterLength * 6
/** Within a band. */
const [foreseen, byZeros, logStep, step, wholeAt, partAt, poleAt, zeroAt, heardAt] = [
  0, 1, 2, 3, 4, 6, 8, 10, 16,
] as const

/** Tables of the recommendation. */
const filterTaps = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)
// biome-ignore format: a table
const thresholds6 = Int32Array.of(
  0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339,
  1458, 1612, 1765, 1980, 2195, 2557, 2919,
)
// biome-ignore format: a table
const levels6 = Int32Array.of(
  -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
  -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728, 24808,
  21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008,
  3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
)
// biome-ignore format: a table
const levels4 = Int32Array.of(
  0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
)
const levels2 = Int32Array.of(-7408, -1616, 7408, 1616)
/** How much the step grows with a code: -60 for the smallest, 3042 for the largest. */
const growth4 = Int32Array.of(-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60)
const growth2 = Int32Array.of(798, -214, 798, -214)
/** 2,048 times the powers of two, in 32 steps of an octave. */
const powers = Int32Array.from({ length: 32 }, (_, i) => Math.round(2048 * 2 ** (i / 32)))
