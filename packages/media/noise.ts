// Comfort noise, RFC 3389: how the silence of the other side sounds, made up where it sends nothing.

export class ComfortNoise {
  /** A xorshift generator: nobody has to be unable to guess it. */
  #dice = 0x2545f491
  /** Of what goes into the filter, so that what comes out is as loud as was said. */
  #gain = 0
  #order = 0
  readonly #reflections: Float64Array = new Float64Array(mostOrder)
  readonly #backward: Float64Array = new Float64Array(mostOrder + 1)

  /** Takes a payload: the level in -dBov, then a reflection coefficient a byte. More than 12 are left out. */
  tune(payload: Uint8Array, from: number, to: number): void {
    const level = (payload[from] as number) & 0x7f
    this.#order = Math.min(mostOrder, to - from - 1)
    let power = 1
    for (let i = 0; i < this.#order; i++) {
      const index = Math.min(254, payload[from + 1 + i] as number)
      // §3.2.
      const reflection = (258 * (index - 127)) / 32_768
      this.#reflections[i] = reflection
      power *= 1 - reflection * reflection
    }
    this.#gain = fullScale * 10 ** (-level / 20) * Math.sqrt(power)
  }

  pull(frame: Int16Array): void {
    const { length } = frame
    for (let n = 0; n < length; n++) {
      let forward = this.#roll() * this.#gain
      // An all-pole lattice, from its last stage to the first.
      for (let i = this.#order - 1; i >= 0; i--) {
        const reflection = this.#reflections[i] as number
        forward -= reflection * (this.#backward[i] as number)
        this.#backward[i + 1] = (this.#backward[i] as number) + reflection * forward
      }
      this.#backward[0] = forward
      frame[n] = Math.max(-32_768, Math.min(32_767, Math.round(forward)))
    }
  }

  /** Evenly spread, of variance 1. */
  #roll(): number {
    let x = this.#dice
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#dice = x
    return (x / 2 ** 31) * Math.sqrt(3)
  }
}

/** 0 dBov is a square wave as loud as can be. */
const fullScale = 32_767
const mostOrder = 12
