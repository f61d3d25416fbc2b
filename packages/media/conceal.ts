// Concealment of lost frames at 8 or 16 kHz, in the way of ITU-T G.711 Appendix I: the last pitch periods go on, fading.
// Where the packet after the gap is there already, its sound is carried back too, and the two are blended.

export class Concealer {
  /** Samples in a sample of 8 kHz. */
  readonly #scale: number
  readonly #past: Float32Array
  /** The wave that is repeated, its length, and where in it we are. */
  readonly #wave: Float32Array
  #pitch = 0
  /** How periodic the last sound was, and the sound after the gap: 0 to 1. */
  #voicing = 0
  #futureVoicing = 0
  #length = 0
  #at = 0
  /** Samples concealed in a row; 0 while packets come. */
  #concealed = 0
  readonly #made: Float32Array
  readonly #ahead: Float32Array

  constructor(sampleRate: 8000 | 16_000 = 8000) {
    const scale = sampleRate / 8000
    this.#scale = scale
    this.#past = new Float32Array(historySamples * scale)
    this.#wave = new Float32Array(historySamples * scale)
    this.#made = new Float32Array(maxFrame * scale)
    this.#ahead = new Float32Array(maxFrame * scale)
  }

  /** A frame that came. After a gap its beginning is joined to what was made up. Changes `frame` in place. */
  good(frame: Int16Array): void {
    if (this.#concealed > 0) this.#overlap(frame)
    this.#remember(frame)
  }

  /** A frame that came, but not the one that follows on the last: something between was left out. */
  joined(frame: Int16Array): void {
    if (this.#concealed === 0) this.#begin()
    this.#overlap(frame)
    this.#remember(frame)
  }

  /** Makes up a frame. `future`: the frame that comes after it, where that is known. */
  lost(frame: Int16Array, future?: Int16Array): void {
    if (this.#concealed === 0) this.#begin()
    const { length } = frame
    this.#make(this.#made, length)
    if (future && future.length >= shortestPitch * 2 * this.#scale) this.#blend(length, future)
    for (let i = 0; i < length; i++) frame[i] = clip(this.#made[i] as number)
    this.#remember(frame)
  }

  /** Forgets what was heard: a new stream begins. */
  reset(): void {
    this.#past.fill(0)
    this.#concealed = 0
    this.#length = 0
  }

  #overlap(frame: Int16Array): void {
    // 2 ms, and after a long gap up to 10: what really came should be heard as soon as the seam allows.
    const [two, ten] = [twoMs * this.#scale, tenMs * this.#scale]
    const overlap = Math.min(frame.length, ten, two + Math.max(0, Math.floor((this.#concealed - 2 * ten) * 0.4)))
    this.#make(this.#made, overlap)
    for (let i = 0; i < overlap; i++) {
      const weight = (i + 1) / (overlap + 1)
      frame[i] = clip((frame[i] as number) * weight + (this.#made[i] as number) * (1 - weight))
    }
    this.#concealed = 0
  }

  #remember(frame: Int16Array): void {
    const past = this.#past
    const count = Math.min(frame.length, past.length)
    past.copyWithin(0, count)
    for (let i = 0; i < count; i++) past[past.length - count + i] = frame[frame.length - count + i] as number
  }

  #begin(): void {
    this.#pitch = this.#findPitch()
    this.#repeat(1)
    this.#at = 0
  }

  /** Takes the last periods; where they end they go over into their own beginning, over a quarter of a period. */
  #repeat(periods: number): void {
    const past = this.#past
    const length = this.#pitch * periods
    const quarter = this.#pitch >> 2
    const from = past.length - length
    for (let i = 0; i < length; i++) this.#wave[i] = past[from + i] as number
    for (let i = 0; i < quarter; i++) {
      const weight = (i + 1) / (quarter + 1)
      const place = length - quarter + i
      this.#wave[place] = (this.#wave[place] as number) * (1 - weight) + (past[from - quarter + i] as number) * weight
    }
    this.#length = length
  }

  #make(into: Float32Array, count: number): void {
    const ten = tenMs * this.#scale
    for (let i = 0; i < count; i++) {
      // Full for 10 ms, then 20 % less every 10 ms, nothing after 60 ms.
      const fade = Math.max(0, Math.min(1, 1 - (0.2 * (this.#concealed - ten)) / ten))
      const gain = fade * loudness(this.#voicing)
      into[i] = this.#length === 0 ? 0 : (this.#wave[this.#at] as number) * gain
      this.#at = this.#length === 0 ? 0 : (this.#at + 1) % this.#length
      this.#concealed++
    }
  }

  /**
   * Goes over from what was made up of the past to what the future's first period says. The past's part is stretched
   * or pressed a little, so that both are in phase where the future begins.
   */
  #blend(length: number, future: Int16Array): void {
    const period = this.#futurePitch(future)
    const ahead = this.#ahead
    for (let i = length - 1, j = period - 1; i >= 0; i--, j = j === 0 ? period - 1 : j - 1)
      ahead[i] = future[j] as number
    const start = this.#at - (length % this.#length)
    const shift = this.#phase(start + length, future)
    for (let i = 0; i < length; i++) {
      const weight = (i + 1) / (length + 1)
      const at = start + i + (shift * (i + 1)) / length
      this.#made[i] =
        this.#waveAt(at) * loudness(this.#voicing) * (1 - weight) +
        (ahead[i] as number) * loudness(this.#futureVoicing) * weight
    }
  }

  #waveAt(at: number): number {
    const length = this.#length
    const left = Math.floor(at)
    const share = at - left
    const a = this.#wave[((left % length) + length) % length] as number
    const b = this.#wave[(((left + 1) % length) + length) % length] as number
    return a * (1 - share) + b * share
  }

  /** How many samples further the wave should be to go on into the future. */
  #phase(at: number, future: Int16Array): number {
    const most = this.#pitch >> 2
    const count = compared * this.#scale
    let best = 0
    let bestShift = 0
    for (let shift = -most; shift <= most; shift++) {
      let product = 0
      let energy = 1
      for (let i = 0; i < count; i++) {
        const wave = this.#waveAt(at + shift + i)
        product += wave * (future[i] as number)
        energy += wave * wave
      }
      const score = product / Math.sqrt(energy)
      if (score > best) {
        best = score
        bestShift = shift
      }
    }
    return bestShift
  }

  #futurePitch(future: Int16Array): number {
    const longest = Math.min(longestPitch * this.#scale, future.length - 60 * this.#scale)
    let best = -Infinity
    let bestLag = longest
    for (let lag = shortestPitch * this.#scale; lag <= longest; lag++) {
      let product = 0
      let own = 1
      let energy = 1
      for (let i = 0; i + lag < future.length; i++) {
        const [a, b] = [future[i] as number, future[i + lag] as number]
        product += a * b
        own += a * a
        energy += b * b
      }
      const score = product / Math.sqrt(own * energy)
      if (score > best) {
        best = score
        bestLag = lag
      }
    }
    this.#futureVoicing = Math.max(0, best)
    return bestLag
  }

  /** The lag of the best normalised correlation of the last 20 ms, from 5 to 15 ms. */
  #findPitch(): number {
    const past = this.#past
    const from = past.length - correlated * this.#scale
    const longest = longestPitch * this.#scale
    let best = 0
    let bestLag = longest
    let own = 1
    for (let i = from; i < past.length; i++) own += (past[i] as number) ** 2
    for (let lag = shortestPitch * this.#scale; lag <= longest; lag++) {
      let product = 0
      let energy = 1
      for (let i = from; i < past.length; i++) {
        const other = past[i - lag] as number
        product += (past[i] as number) * other
        energy += other * other
      }
      const score = product <= 0 ? 0 : product / Math.sqrt(energy)
      if (score > best) {
        best = score
        bestLag = lag
      }
    }
    this.#voicing = best / Math.sqrt(own)
    return bestLag
  }
}

/** A guess at noise is never right sample by sample: what is not periodic is made up more quietly. */
function loudness(voicing: number): number {
  return 0.5 + 0.5 * voicing
}

function clip(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)))
}

/** In samples of 8 kHz. */
const historySamples = 390
const correlated = 160
const shortestPitch = 40
const longestPitch = 120
const tenMs = 80
const twoMs = 16
const maxFrame = 960
const compared = 80
