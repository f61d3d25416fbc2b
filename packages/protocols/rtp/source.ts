// What a receiver knows of one source: RFC 3550 §A.1 (sequence), §A.3 (loss), §A.8 (jitter).

export class Source {
  readonly ssrc: number
  readonly #clockRate: number
  #base = 0
  #highest = 0
  #cycles = 0
  #received = 0
  #expectedBefore = 0
  #receivedBefore = 0
  #jitter = 0
  #transit: number | undefined
  #begun = false

  constructor(ssrc: number, clockRate: number) {
    this.ssrc = ssrc
    this.#clockRate = clockRate
  }

  /** Takes a packet's numbers; `arrivalMs` of any steady clock. Returns the extended sequence number. */
  take(sequence: number, timestamp: number, arrivalMs: number): number {
    if (!this.#begun) {
      this.#begun = true
      this.#base = sequence
      this.#highest = sequence
    }
    this.#received++
    const ahead = (sequence - this.#highest) & 0xffff
    if (ahead < 0x8000) {
      if (sequence < this.#highest && ahead > 0) this.#cycles += 0x10000
      this.#highest = sequence
    }
    const arrival = (arrivalMs * this.#clockRate) / 1000
    const transit = arrival - timestamp
    if (this.#transit !== undefined) {
      const difference = Math.abs(transit - this.#transit)
      // A jump of the timestamp (a new talk after silence, or its wrap) is not jitter.
      if (difference < this.#clockRate) this.#jitter += (difference - this.#jitter) / 16
    }
    this.#transit = transit
    const extended = this.#cycles + this.#highest
    return extended - ((this.#highest - sequence) & 0xffff)
  }

  get received(): number {
    return this.#received
  }

  /** Below zero where packets came twice. */
  get lost(): number {
    return this.#begun ? this.#cycles + this.#highest - this.#base + 1 - this.#received : 0
  }

  get jitterMs(): number {
    return (this.#jitter * 1000) / this.#clockRate
  }

  /** In units of the timestamp, as reports have it. */
  get jitter(): number {
    return Math.round(this.#jitter)
  }

  get extendedHighest(): number {
    return (this.#cycles + this.#highest) >>> 0
  }

  /** The share of packets lost since the last call, in 256ths (§A.3). */
  fractionLost(): number {
    const expected = this.#cycles + this.#highest - this.#base + 1
    const expectedNow = expected - this.#expectedBefore
    const receivedNow = this.#received - this.#receivedBefore
    this.#expectedBefore = expected
    this.#receivedBefore = this.#received
    const lost = expectedNow - receivedNow
    return expectedNow <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expectedNow))
  }
}
