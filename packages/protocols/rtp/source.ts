// What a receiver knows of one source: RFC 3550 §A.1 (sequence), §A.3 (loss), §A.8 (jitter).

export class Source {
  readonly ssrc: number
  readonly #clockRate: number
  #base = 0
  #highest = 0
  #cycles = 0
  #received = 0
  /** Of the sequences before a restart, so that loss goes on being counted. */
  #lostBefore = 0
  #receivedBefore = 0
  /** The number that would show that the source has begun anew: the one after a leap. */
  #awaited = -1
  #expectedAtReport = 0
  #receivedAtReport = 0
  #jitter = 0
  #transit: number | undefined
  #begun = false

  constructor(ssrc: number, clockRate: number) {
    this.ssrc = ssrc
    this.#clockRate = clockRate
  }

  /**
   * Takes a packet's numbers; `arrivalMs` of any steady clock. False for a packet that is far out of sequence and not
   * followed by its successor: it is not of this stream (§A.1).
   */
  take(sequence: number, timestamp: number, arrivalMs: number): boolean {
    if (!this.#begun) this.#begin(sequence)
    const ahead = (sequence - this.#highest) & 0xffff
    if (ahead < maxDropout) {
      if (sequence < this.#highest && ahead > 0) this.#cycles += 0x10000
      this.#highest = sequence
    } else if (ahead <= 0x10000 - maxMisorder) {
      if (sequence !== this.#awaited) {
        this.#awaited = (sequence + 1) & 0xffff
        return false
      }
      this.#lostBefore += this.#missing
      this.#receivedBefore += this.#received
      this.#begin(sequence)
    }
    this.#received++
    this.#measure(timestamp, arrivalMs)
    return true
  }

  get received(): number {
    return this.#receivedBefore + this.#received
  }

  /** Below zero where packets came twice. */
  get lost(): number {
    return this.#lostBefore + this.#missing
  }

  get jitterMs(): number {
    return (this.#jitter * 1000) / this.#clockRate
  }

  /** In units of the timestamp, as reports have it. */
  get jitter(): number {
    return Math.floor(this.#jitter)
  }

  get extendedHighest(): number {
    return (this.#cycles + this.#highest) >>> 0
  }

  /** The share of packets lost since the last call, in 256ths (§A.3). */
  fractionLost(): number {
    const expected = this.received + this.lost
    const expectedNow = expected - this.#expectedAtReport
    const lost = expectedNow - (this.received - this.#receivedAtReport)
    this.#expectedAtReport = expected
    this.#receivedAtReport = this.received
    return expectedNow <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expectedNow))
  }

  get #missing(): number {
    return this.#begun ? this.#cycles + this.#highest - this.#base + 1 - this.#received : 0
  }

  #begin(sequence: number): void {
    this.#begun = true
    this.#base = sequence
    this.#highest = sequence
    this.#cycles = 0
    this.#received = 0
    this.#awaited = -1
    this.#transit = undefined
  }

  #measure(timestamp: number, arrivalMs: number): void {
    const transit = (arrivalMs * this.#clockRate) / 1000 - timestamp
    if (this.#transit !== undefined) {
      // Modulo 2^32, as timestamps are.
      const raw = (transit - this.#transit) % 2 ** 32
      const difference = Math.min(Math.abs(raw), 2 ** 32 - Math.abs(raw))
      // A jump of the timestamp (a new talk after silence by a phone that counts wrongly) is not jitter.
      if (difference < this.#clockRate) this.#jitter += (difference - this.#jitter) / 16
    }
    this.#transit = transit
  }
}

/** §A.1: how far ahead, and how far back, a packet may be and still be of the same sequence. */
const maxDropout = 3000
const maxMisorder = 100
