// Many deadlines, the earliest first: a binary heap whose entries know their place, so that clearing one is cheap.
import type { Millis } from '../common/index.ts'

export interface Deadline<T> {
  readonly at: Millis
  readonly item: T
  /** Where it stands in the heap; -1 once it is out. */
  place: number
}

export class Deadlines<T> {
  #heap: Deadline<T>[] = []

  get size(): number {
    return this.#heap.length
  }

  get next(): Millis | undefined {
    return this.#heap[0]?.at
  }

  add(at: Millis, item: T): Deadline<T> {
    const entry: Deadline<T> = { at, item, place: this.#heap.length }
    this.#heap.push(entry)
    this.#up(entry)
    return entry
  }

  /** Clears one; harmless where it is out already. */
  remove(entry: Deadline<T>): void {
    const { place } = entry
    if (place < 0) return
    entry.place = -1
    const last = this.#heap.pop() as Deadline<T>
    if (last === entry) return
    this.#heap[place] = last
    last.place = place
    this.#up(last)
    this.#down(last)
  }

  /** Takes out the earliest one that is due. */
  take(now: Millis): Deadline<T> | undefined {
    const first = this.#heap[0]
    if (!first || first.at > now) return undefined
    this.remove(first)
    return first
  }

  #up(entry: Deadline<T>): void {
    let place = entry.place
    while (place > 0) {
      const above = this.#heap[(place - 1) >> 1] as Deadline<T>
      if (above.at <= entry.at) break
      this.#heap[place] = above
      above.place = place
      place = (place - 1) >> 1
    }
    this.#heap[place] = entry
    entry.place = place
  }

  #down(entry: Deadline<T>): void {
    let place = entry.place
    for (;;) {
      let below = 2 * place + 1
      if (below >= this.#heap.length) break
      const right = this.#heap[below + 1]
      if (right && right.at < (this.#heap[below] as Deadline<T>).at) below++
      const child = this.#heap[below] as Deadline<T>
      if (child.at >= entry.at) break
      this.#heap[place] = child
      child.place = place
      place = below
    }
    this.#heap[place] = entry
    entry.place = place
  }
}
