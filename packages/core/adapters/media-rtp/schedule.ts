// One 20 ms beat for all legs of a thread, on an absolute schedule: lateness never adds up.
import type { Pacing } from './messages.ts'

export interface ScheduleClock {
  now(): number
  /** Wakes after about so many whole milliseconds; 0: as soon as possible. */
  after(ms: number, wake: () => void): void
}

export class Schedule {
  readonly #clock: ScheduleClock
  /** Returns how many frames it sent, for the figures. */
  readonly #beat: () => number
  #due = 0
  #running = false
  #frames = 0
  #lateOver2Ms = 0
  #lateOver20Ms = 0
  #maxLateMs = 0

  constructor(clock: ScheduleClock, beat: () => number) {
    this.#clock = clock
    this.#beat = beat
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#due = this.#clock.now() + beatMs
    this.#wait()
  }

  stop(): void {
    this.#running = false
  }

  get pacing(): Pacing {
    return {
      frames: this.#frames,
      lateOver2Ms: this.#lateOver2Ms,
      lateOver20Ms: this.#lateOver20Ms,
      maxLateMs: this.#maxLateMs,
    }
  }

  #wait(): void {
    // Half a millisecond early is in time: the timer has no finer grain.
    this.#clock.after(Math.max(0, Math.floor(this.#due - this.#clock.now())), () => this.#wake())
  }

  #wake(): void {
    if (!this.#running) return
    const now = this.#clock.now()
    // After a stop of the whole machine what is past is past: no burst.
    if (now - this.#due > mostBehindMs) {
      this.#count(1, now - this.#due)
      this.#due = now
    }
    while (this.#due - now <= 0.5 && this.#running) {
      this.#count(this.#beat(), now - this.#due)
      this.#due += beatMs
    }
    if (this.#running) this.#wait()
  }

  #count(frames: number, lateMs: number): void {
    this.#frames += frames
    if (lateMs > 2) this.#lateOver2Ms += frames
    if (lateMs > 20) this.#lateOver20Ms += frames
    if (frames > 0 && lateMs > this.#maxLateMs) this.#maxLateMs = lateMs
  }
}

export const beatMs = 20
const mostBehindMs = 200
