// Named deadlines of many owners, soonest first: setting and clearing cost the logarithm of how many there are.
import type { Millis } from './engine.ts'

export interface Deadline<Owner, Name> {
  readonly at: Millis
  readonly owner: Owner
  readonly name: Name
}

interface Entry<Owner, Name> extends Deadline<Owner, Name> {
  live: boolean
}

export class Deadlines<Owner, Name> {
  /** A binary heap; cleared entries stay until they come to the top, or until they are the most. */
  #heap: Entry<Owner, Name>[] = []
  #dead = 0

  /** Returns what clears it. Clearing twice, or after it was due, is harmless. */
  set(at: Millis, owner: Owner, name: Name): () => void {
    const entry: Entry<Owner, Name> = { at, owner, name, live: true }
    this.#push(entry)
    return () => {
      if (!entry.live) return
      entry.live = false
      this.#dead++
      if (this.#dead > 64 && this.#dead * 2 > this.#heap.length) this.#sweep()
    }
  }

  get soonest(): Millis | undefined {
    this.#dropDead()
    return this.#heap[0]?.at
  }

  /** Takes the soonest that is due, if one is. */
  take(now: Millis): Deadline<Owner, Name> | undefined {
    this.#dropDead()
    const top = this.#heap[0]
    if (!top || top.at > now) return undefined
    this.#pop()
    top.live = false
    return top
  }

  get size(): number {
    return this.#heap.length - this.#dead
  }

  #dropDead(): void {
    while (this.#heap[0]?.live === false) {
      this.#pop()
      this.#dead--
    }
  }

  #sweep(): void {
    const live = this.#heap.filter((entry) => entry.live)
    this.#heap = []
    this.#dead = 0
    for (const entry of live) this.#push(entry)
  }

  #push(entry: Entry<Owner, Name>): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as Entry<Owner, Name>
      if (above.at <= entry.at) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (heap.length === 0 || !last) return
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right && right.at < (heap[child] as Entry<Owner, Name>).at) child++
      const below = heap[child] as Entry<Owner, Name>
      if (below.at >= last.at) break
      heap[at] = below
      at = child
    }
    heap[at] = last
  }
}
