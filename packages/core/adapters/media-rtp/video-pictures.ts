// Asking for whole pictures: they are large, so once a second at most. What is asked meanwhile is asked when that is over.

export class Pictures {
  #wanted = false
  #askedMs = Number.NEGATIVE_INFINITY

  ask(): void {
    this.#wanted = true
  }

  /** A stream has begun or is over: what was wanted of the one before is not wanted any more. */
  forget(): void {
    this.#wanted = false
  }

  /** Whether to ask now; then it is asked. */
  due(nowMs: number): boolean {
    if (!this.#wanted || nowMs - this.#askedMs < apartMs) return false
    this.#wanted = false
    this.#askedMs = nowMs
    return true
  }
}

const apartMs = 1000
