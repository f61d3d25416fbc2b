// The few timers of one small machine: they belong to its state, and entering another clears what that has not.
import type { Millis } from '../common/index.ts'

export class StateTimers<T extends string> {
  #running = new Map<T, Millis>()

  get deadline(): Millis | undefined {
    let earliest: Millis | undefined
    for (const at of this.#running.values()) if (earliest === undefined || at < earliest) earliest = at
    return earliest
  }

  /** Keeps what the new state has too, and starts the rest of its timers; one without a length is not started. */
  enter(wanted: readonly T[], now: Millis, lengthOf: (timer: T) => Millis | undefined): void {
    for (const timer of this.#running.keys()) if (!wanted.includes(timer)) this.#running.delete(timer)
    for (const timer of wanted) {
      if (!this.#running.has(timer)) this.restart(timer, now, lengthOf(timer))
    }
  }

  restart(timer: T, now: Millis, length: Millis | undefined): void {
    if (length === undefined) this.#running.delete(timer)
    else this.#running.set(timer, now + length)
  }

  /** Takes out one that is due, the earliest first. */
  take(now: Millis): T | undefined {
    let found: T | undefined
    let earliest = now
    for (const [timer, at] of this.#running) {
      if (at <= earliest) {
        found = timer
        earliest = at
      }
    }
    if (found !== undefined) this.#running.delete(found)
    return found
  }
}
