// Samples that wait between two clocks, the sound card's and our beat's, and are taken a little faster or slower than they came.

export class Elastic {
  readonly #ring: Int16Array
  /** Samples that were put since the beginning. */
  #written = 0
  /** The place of the next sample to take, between two that were put. */
  #at = before

  /** `capacity` in samples: of more that is put, the oldest is lost. */
  constructor(capacity: number) {
    this.#ring = new Int16Array(capacity)
    this.clear()
  }

  /** Samples that can be taken. */
  get held(): number {
    return Math.max(0, Math.floor(this.#written - after - this.#at))
  }

  put(samples: Int16Array): void {
    const { length } = this.#ring
    for (let i = 0; i < samples.length; i++) this.#ring[(this.#written + i) % length] = samples[i] as number
    this.#written += samples.length
    const oldest = this.#written - length + before
    if (this.#at < oldest) this.#at = oldest
  }

  /** Takes as many as `into` holds, or as there are; `speed` 1 takes them as they are. Returns how many it wrote. */
  take(into: Int16Array, speed: number): number {
    const ring = this.#ring
    const { length } = ring
    let count = 0
    while (count < into.length && this.#at <= this.#written - after - 1) {
      const whole = Math.floor(this.#at)
      const part = this.#at - whole
      const b = ring[whole % length] as number
      if (part === 0) into[count++] = b
      else {
        const a = ring[(whole - 1) % length] as number
        const c = ring[(whole + 1) % length] as number
        const d = ring[(whole + 2) % length] as number
        into[count++] = between(a, b, c, d, part)
      }
      this.#at += speed
    }
    return count
  }

  /** Leaves out so many. */
  skip(samples: number): void {
    this.#at = Math.min(this.#at + Math.max(0, Math.floor(samples)), Math.max(this.#at, this.#written - after))
  }

  clear(): void {
    this.#ring.fill(0)
    this.#written = before
    this.#at = before
  }
}

/** On the curve through b and c that their neighbours bend (Catmull and Rom). */
function between(a: number, b: number, c: number, d: number, part: number): number {
  const value = b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)))
  return Math.max(-32_768, Math.min(32_767, Math.round(value)))
}

/** The curve needs so many samples before and after the two that it goes between. */
const before = 1
const after = 2
