// A conference's mixer: each hears the sum of all others, once summed and once taken out, so the work grows with the legs.

export class Mixer {
  readonly #samples: number
  /** Each leg's frame of this beat, and whether it said anything. */
  readonly #legs = new Map<number, { readonly frame: Int16Array; speaks: boolean }>()
  readonly #sum: Int32Array

  /** `samples`: of a frame, 160 for 20 ms at 8 kHz. */
  constructor(samples: number) {
    this.#samples = samples
    this.#sum = new Int32Array(samples)
  }

  get size(): number {
    return this.#legs.size
  }

  add(leg: number): void {
    if (!this.#legs.has(leg)) this.#legs.set(leg, { frame: new Int16Array(this.#samples), speaks: false })
  }

  remove(leg: number): void {
    this.#legs.delete(leg)
  }

  /** What a leg says in this beat. A leg that says nothing is silent. */
  push(leg: number, frame: Int16Array): void {
    const mine = this.#legs.get(leg)
    if (!mine) return
    for (let i = 0; i < this.#samples; i++) mine.frame[i] = frame[i] ?? 0
    mine.speaks = true
  }

  /** After all have pushed: sums this beat. */
  mix(): void {
    this.#sum.fill(0)
    for (const leg of this.#legs.values()) {
      if (!leg.speaks) {
        leg.frame.fill(0)
        continue
      }
      leg.speaks = false
      for (let i = 0; i < this.#samples; i++) this.#sum[i] = (this.#sum[i] as number) + (leg.frame[i] as number)
    }
  }

  /** What a leg hears: all but itself, held within 16 bits. */
  pull(leg: number, into: Int16Array): void {
    const mine = this.#legs.get(leg)
    for (let i = 0; i < this.#samples; i++) {
      const others = (this.#sum[i] as number) - (mine?.frame[i] ?? 0)
      into[i] = others > 32_767 ? 32_767 : others < -32_768 ? -32_768 : others
    }
  }
}
