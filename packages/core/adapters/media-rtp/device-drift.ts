// How fast samples are taken from between two clocks, so that neither too many wait nor none do: the least that waited within a second
// is held near a target. Clocks of sound cards differ by some ten parts in a million: a change of the speed that small is not heard.

export class Drift {
  #targetMs: number
  #leastMs = Number.POSITIVE_INFINITY
  #seen = 0
  #speed = 1
  readonly #firstMs: number
  /** Seconds since there was nothing to take. */
  #calm = 0

  constructor(targetMs: number) {
    this.#targetMs = targetMs
    this.#firstMs = targetMs
  }

  /** 1: as they came. */
  get speed(): number {
    return this.#speed
  }

  get targetMs(): number {
    return this.#targetMs
  }

  /** So much waits now, in milliseconds; told `perSecond` times in a second. */
  waits(ms: number, perSecond: number): void {
    this.#leastMs = Math.min(this.#leastMs, ms)
    if (++this.#seen < perSecond) return
    // Somewhat less or more than the target is left alone: sound is best as it was.
    const [least, most] = [this.#targetMs / 2, this.#targetMs + leftAloneMs]
    const beyond = this.#leastMs < least ? this.#leastMs - least : Math.max(0, this.#leastMs - most)
    this.#speed = 1 + Math.max(-mostChange, Math.min(mostChange, beyond / correctWithinMs))
    this.#begin()
    if (++this.#calm < calmS) return
    this.#calm = 0
    this.#targetMs = Math.max(this.#firstMs, this.#targetMs - stepMs)
  }

  /** There was nothing to take: more is to wait, until it has been well for a while. */
  ranDry(): void {
    this.#calm = 0
    this.#targetMs = Math.min(mostTargetMs, this.#targetMs + stepMs)
    this.#begin()
  }

  /** What waits was changed by a leap. */
  leapt(): void {
    this.#speed = 1
    this.#begin()
  }

  #begin(): void {
    this.#leastMs = Number.POSITIVE_INFINITY
    this.#seen = 0
  }
}

const leftAloneMs = 50
const correctWithinMs = 20_000
const mostChange = 0.005
const stepMs = 10
const calmS = 10
const mostTargetMs = 120
