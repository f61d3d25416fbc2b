// Concealment of lost frames at 8 kHz, in the way of ITU-T G.711 Appendix I: the last pitch periods go on, fading.

export class Concealer {
  readonly #past: Float32Array = new Float32Array(historySamples)
  /** The wave that is repeated, its length, and where in it we are. */
  readonly #period: Float32Array = new Float32Array(historySamples)
  #length = 0
  #at = 0
  /** Samples concealed in a row; 0 while packets come. */
  #concealed = 0
  readonly #made: Float32Array = new Float32Array(maxFrame)

  /** A frame that came. After a gap its beginning is joined to what was made up. Changes `frame` in place. */
  good(frame: Int16Array): void {
    if (this.#concealed > 0) {
      const overlap = Math.min(frame.length, quarterMs + Math.floor(this.#concealed / 10), frame.length)
      this.#make(this.#made, overlap)
      for (let i = 0; i < overlap; i++) {
        const weight = (i + 1) / (overlap + 1)
        frame[i] = Math.round((frame[i] as number) * weight + (this.#made[i] as number) * (1 - weight))
      }
      this.#concealed = 0
    }
    this.#remember(frame)
  }

  /** Makes up a frame. */
  lost(frame: Int16Array): void {
    if (this.#concealed === 0) this.#begin()
    this.#make(this.#made, frame.length)
    for (let i = 0; i < frame.length; i++)
      frame[i] = Math.max(-32_768, Math.min(32_767, Math.round(this.#made[i] as number)))
    this.#remember(frame)
  }

  /** Forgets what was heard: a new stream begins. */
  reset(): void {
    this.#past.fill(0)
    this.#concealed = 0
    this.#length = 0
  }

  #remember(frame: Int16Array): void {
    const past = this.#past
    past.copyWithin(0, frame.length)
    for (let i = 0; i < frame.length; i++) past[historySamples - frame.length + i] = frame[i] as number
  }

  /** Finds the pitch and takes its last period, the seam smoothed by a quarter of it. */
  #begin(): void {
    const past = this.#past
    const length = this.#pitch()
    const quarter = length >> 2
    const from = historySamples - length
    for (let i = 0; i < length; i++) this.#period[i] = past[from + i] as number
    // Where the period ends it goes over into its own beginning, as that was reached one period before.
    for (let i = 0; i < quarter; i++) {
      const weight = (i + 1) / (quarter + 1)
      const place = length - quarter + i
      this.#period[place] =
        (this.#period[place] as number) * (1 - weight) + (past[from - quarter + i] as number) * weight
    }
    this.#length = length
    this.#at = 0
  }

  #make(into: Float32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      // Full for 10 ms, then 20 % less every 10 ms, nothing after 60 ms.
      const gain = Math.max(0, Math.min(1, 1 - (0.2 * (this.#concealed - tenMs)) / tenMs))
      into[i] = this.#length === 0 ? 0 : (this.#period[this.#at] as number) * gain
      this.#at = this.#length === 0 ? 0 : (this.#at + 1) % this.#length
      this.#concealed++
    }
  }

  /** The lag of the best normalised correlation of the last 20 ms, from 5 to 15 ms. */
  #pitch(): number {
    const past = this.#past
    const from = historySamples - correlated
    let best = 0
    let bestLag = longestPitch
    for (let lag = shortestPitch; lag <= longestPitch; lag++) {
      let product = 0
      let energy = 1
      for (let i = from; i < historySamples; i += 2) {
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
    return bestLag
  }
}

/** In samples of 8 kHz. */
const historySamples = 390
const correlated = 160
const shortestPitch = 40
const longestPitch = 120
const tenMs = 80
const quarterMs = 32
const maxFrame = 960
