// A conference's mixer: each hears the sum of all others, once summed and once taken out, so the work grows with the legs.

export class Mixer {
  readonly #samples: number
  /** What each leg says for the next beat, whether it said anything, and what it said in this one. */
  readonly #legs = new Map<number, { next: Int16Array; mixed: Int16Array; speaks: boolean }>()
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
    const frame = (): Int16Array => new Int16Array(this.#samples)
    if (!this.#legs.has(leg)) this.#legs.set(leg, { next: frame(), mixed: frame(), speaks: false })
  }

  remove(leg: number): void {
    this.#legs.delete(leg)
  }

  /** What a leg says in the next beat. A leg that says nothing is silent. */
  push(leg: number, frame: Int16Array): void {
    const mine = this.#legs.get(leg)
    if (!mine) return
    for (let i = 0; i < this.#samples; i++) mine.next[i] = frame[i] ?? 0
    mine.speaks = true
  }

  /** Sums what was pushed since the last time; until the next time each pulls from it. */
  mix(): void {
    this.#sum.fill(0)
    for (const leg of this.#legs.values()) {
      const said = leg.next
      leg.next = leg.mixed
      leg.mixed = said
      if (!leg.speaks) {
        said.fill(0)
        continue
      }
      leg.speaks = false
      for (let i = 0; i < this.#samples; i++) this.#sum[i] = (this.#sum[i] as number) + (said[i] as number)
    }
  }

  /** What a leg hears: all but itself, and but `without`, held within 16 bits. */
  pull(leg: number, into: Int16Array, without?: number): void {
    const mine = this.#legs.get(leg)?.mixed
    const left = without === undefined ? undefined : this.#legs.get(without)?.mixed
    for (let i = 0; i < this.#samples; i++) {
      const others = (this.#sum[i] as number) - (mine?.[i] ?? 0) - (left?.[i] ?? 0)
      into[i] = others > 32_767 ? 32_767 : others < -32_768 ? -32_768 : others
    }
  }
}
