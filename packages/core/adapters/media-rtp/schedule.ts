// One 20 ms beat for all legs of a thread, on an absolute schedule: lateness never adds up. The legs are spread over
// ten phases of the beat, so that the last of two hundred is no later than the first.
import type { Pacing } from './messages.ts'

export interface ScheduleClock {
  now(): number
  /** Wakes after about so many whole milliseconds; returns what cancels it. */
  after(ms: number, wake: () => void): () => void
}

export interface Beating {
  /** Sends and plays 20 ms. Returns how many packets of sound it sent. */
  beat(nowMs: number): number
}

export class Schedule {
  readonly #clock: ScheduleClock
  readonly #phases: Beating[][] = Array.from({ length: phases }, () => [])
  #legs = 0
  /** When tick 0 was; tick n is n phases later. */
  #start = 0
  #tick = 0
  #cancel: (() => void) | undefined
  #frames = 0
  #lateOver2Ms = 0
  #lateOver20Ms = 0
  #maxLateMs = 0

  constructor(clock: ScheduleClock) {
    this.#clock = clock
  }

  add(leg: Beating): void {
    const phase = this.#phases.reduce((few, each) => (each.length < few.length ? each : few))
    phase.push(leg)
    if (this.#legs++ === 0) this.#start = this.#clock.now() - this.#tick * phaseMs
    this.#wait()
  }

  remove(leg: Beating): void {
    for (const phase of this.#phases) {
      const at = phase.indexOf(leg)
      if (at < 0) continue
      phase.splice(at, 1)
      if (--this.#legs === 0) this.#cancel?.()
      return
    }
  }

  get pacing(): Pacing {
    return {
      frames: this.#frames,
      lateOver2Ms: this.#lateOver2Ms,
      lateOver20Ms: this.#lateOver20Ms,
      maxLateMs: this.#maxLateMs,
    }
  }

  /** Waits for the next phase that has legs. */
  #wait(leastMs: number = 1): void {
    this.#cancel?.()
    if (this.#legs === 0) return
    while (this.#phases[this.#tick % phases]?.length === 0) this.#tick++
    const wait = Math.floor(this.#start + this.#tick * phaseMs - this.#clock.now())
    this.#cancel = this.#clock.after(Math.max(leastMs, wait), () => this.#wake())
  }

  #wake(): void {
    const now = this.#clock.now()
    const behind = now - (this.#start + this.#tick * phaseMs)
    // After a stop of the whole machine what is past is past; the frames that are sent now count as late all the same.
    const skipped = behind > mostBehindMs ? behind : 0
    this.#start += skipped
    // Somewhat behind, each leg may send two at once, and then it waits a little: a burst would only be thrown away.
    for (let ticks = 0; ticks < phases * 2 && this.#start + this.#tick * phaseMs - now <= earlyMs; ticks++) {
      for (const leg of this.#phases[this.#tick % phases] ?? []) this.#count(leg, skipped)
      this.#tick++
    }
    const caughtUp = this.#start + this.#tick * phaseMs - now > earlyMs
    this.#wait(caughtUp ? 1 : beatMs / 2)
  }

  #count(leg: Beating, skippedMs: number): void {
    const now = this.#clock.now()
    const frames = leg.beat(now)
    if (frames === 0) return
    const lateMs = now - (this.#start + this.#tick * phaseMs) + skippedMs
    this.#frames += frames
    if (lateMs > 2) this.#lateOver2Ms += frames
    if (lateMs > 20) this.#lateOver20Ms += frames
    if (lateMs > this.#maxLateMs) this.#maxLateMs = lateMs
  }
}

export const beatMs = 20
const phases = 10
const phaseMs = beatMs / phases
/** So much early is in time: the timer has no finer grain. */
const earlyMs = 1
const mostBehindMs = 200
