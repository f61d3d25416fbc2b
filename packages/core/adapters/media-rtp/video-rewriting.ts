// Numbers of a stream that is passed on: whoever sends it, one sequence and one time go on (RFC 3550 §7.1). What was lost or
// overtaken before stays so, and is seen by who receives it.

export class Rewriting {
  /** Of the packet that was taken last. */
  sequence: number
  timestamp: number
  #highest: number
  #latest: number
  #latestMs = 0
  #source: number | undefined
  /** Of whoever sent before: a last packet of theirs may still come. */
  #left: number | undefined
  #sequenceShift = 0
  #timestampShift = 0
  /** What comes next is of somebody else, whatever it says. */
  #isNew = true

  constructor(random32: () => number) {
    // Below half the range: so a protected stream does not roll over with its first packets (RFC 3711 §3.3.1).
    this.sequence = this.#highest = random32() & 0x7fff
    this.timestamp = this.#latest = random32()
  }

  begin(): void {
    this.#isNew = true
    this.#left = undefined
  }

  /** Sets `sequence` and `timestamp`; false where the packet is to be passed over. `nowMs` of any steady clock. */
  take(ssrc: number, sequence: number, timestamp: number, nowMs: number): boolean {
    if (this.#isNew || ssrc !== this.#source) {
      if (!this.#isNew && ssrc === this.#left) return false
      if (!this.#isNew) this.#left = this.#source
      this.#isNew = false
      this.#source = ssrc
      const passed = this.#latestMs === 0 ? 0 : Math.round((nowMs - this.#latestMs) * unitsPerMs)
      this.#sequenceShift = this.#highest + 1 - sequence
      this.#timestampShift = this.#latest + Math.max(1, passed) - timestamp
    }
    this.sequence = (sequence + this.#sequenceShift) & 0xffff
    this.timestamp = (timestamp + this.#timestampShift) >>> 0
    if (((this.sequence - this.#highest) & 0xffff) < 0x8000) {
      this.#highest = this.sequence
      this.#latest = this.timestamp
      this.#latestMs = nowMs
    }
    return true
  }

  /** The packet that would be next is not passed on, and leaves no gap. */
  skip(ssrc: number, sequence: number): void {
    if (
      !this.#isNew &&
      ssrc === this.#source &&
      ((sequence + this.#sequenceShift) & 0xffff) === ((this.#highest + 1) & 0xffff)
    )
      this.#sequenceShift--
  }

  /** The time of now, for a report. */
  at(nowMs: number): number {
    return (this.#latest + Math.round((nowMs - this.#latestMs) * unitsPerMs)) >>> 0
  }
}

/** 90 kHz, as all video has it. */
const unitsPerMs = 90
