// An adaptive jitter buffer. It keeps the speaker's timeline: what is lost or late takes its time all the same.
// All memory is taken at the start; places are counted in packets, from RTP timestamps (RFC 3550 §5.1).

/** What is to be played now: the slot of a packet, or why there is none. */
export const waiting = -1
export const lost = -2

export class JitterBuffer {
  /** Payloads, one slot of `slotBytes` after the other. */
  readonly data: Uint8Array = new Uint8Array(slots * slotBytes)
  readonly lengths: Uint16Array = new Uint16Array(slots)
  /** The place of the packet in each slot; its complement once it was played. */
  readonly #places: Float64Array = new Float64Array(slots).fill(-1)
  #state: 'empty' | 'filling' | 'playing' | 'dry' = 'empty'
  /** Timestamp of place `#basePlace`, and how many units lie between two places. */
  #baseTimestamp = 0
  #basePlace = 0
  #samples = 160
  /** The place that is played next. */
  #next = 0
  #newest = -1
  /** Plays in a row with nothing held. */
  #dry = 0
  #late = 0
  #joined = false
  /** How many places ahead of its play each packet came, fading with age; `earliest` stands for slack 0. */
  readonly #slack: Float64Array = new Float64Array(slots * 2)
  #sinceChange = 0

  /** Packets that came after their time. */
  get late(): number {
    return this.#late
  }

  /** Packets that are held back now. */
  get held(): number {
    return this.#state === 'empty' ? 0 : Math.max(0, this.#newest - this.#next + 1)
  }

  /** Whether the packet taken last does not follow on the one before: to shrink the delay, one was left out. */
  get joined(): boolean {
    return this.#joined
  }

  /** `samples`: how many timestamp units the packet lasts, at least 40. Packets that are too long are dropped. */
  put(timestamp: number, packet: Uint8Array, from: number, to: number, samples: number): void {
    const length = to - from
    if (length > slotBytes || samples < 40) return
    if (samples !== this.#samples) this.reset()
    let place = this.#place(timestamp)
    if (this.#state === 'empty' || this.#state === 'dry' || Math.abs(place - this.#next) >= slots) {
      this.#begin(timestamp, samples)
      place = this.#next
    }
    if (this.#places[place % slots] === ~place) return
    if (this.#state === 'filling') {
      if (place < this.#next && this.#newest - place < slots) this.#next = place
    } else if (place - this.#newest < slots) this.#measure(place - this.#next)
    if (place < this.#next && !this.#rewind(place)) {
      this.#late++
      return
    }
    const slot = place % slots
    this.#places[slot] = place
    this.lengths[slot] = length
    for (let i = 0; i < length; i++) this.data[slot * slotBytes + i] = packet[from + i] as number
    if (place > this.#newest) this.#newest = place
  }

  /** A slot number, `waiting` or `lost`. The slot is good until the next `put`. */
  take(): number {
    this.#joined = false
    if (this.#state === 'empty' || this.#state === 'dry') return waiting
    if (this.#state === 'filling') {
      if (this.held < firstHeld) return waiting
      this.#state = 'playing'
    }
    this.#sinceChange++
    this.#shrink()
    const slot = this.#next % slots
    const there = this.#places[slot] === this.#next
    this.#next++
    if (there) {
      this.#dry = 0
      this.#places[slot] = ~(this.#next - 1)
      return slot
    }
    this.#dry = this.#newest < this.#next ? this.#dry + 1 : 0
    if (this.#dry <= mostDry) return lost
    // A pause of the speaker or of the network: the next packet begins anew.
    this.#state = 'dry'
    return waiting
  }

  /** The slot of the packet that will be taken next, or `lost`: what comes after a gap helps to bridge it. */
  peek(): number {
    const slot = this.#next % slots
    return this.#state === 'playing' && this.#places[slot] === this.#next ? slot : lost
  }

  reset(): void {
    this.#state = 'empty'
    this.#places.fill(-1)
  }

  #place(timestamp: number): number {
    return this.#basePlace + Math.round(((timestamp - this.#baseTimestamp) | 0) / this.#samples)
  }

  #begin(timestamp: number, samples: number): void {
    this.#places.fill(-1)
    this.#samples = samples
    this.#baseTimestamp = timestamp
    // Far from zero, so that earlier packets have places too.
    this.#basePlace = slots * 16
    this.#next = this.#basePlace
    this.#newest = this.#next - 1
    this.#state = 'filling'
    this.#dry = 0
    this.#slack.fill(0)
    this.#slack[earliest + firstHeld - 1] = 1
    this.#sinceChange = 0
  }

  #measure(slack: number): void {
    const shares = this.#slack
    for (let i = 0; i < shares.length; i++) (shares[i] as number) *= memory
    const bin = Math.max(0, Math.min(shares.length - 1, slack + earliest))
    shares[bin] = (shares[bin] as number) + 1 - memory
  }

  /** The share of packets that came less than `slack` places ahead. */
  #below(slack: number): number {
    let sum = 0
    for (let i = 0; i < earliest + slack; i++) sum += this.#slack[i] as number
    return sum
  }

  /** When too many come late, the delay grows: a late one is played after all. True where it grew. */
  #rewind(place: number): boolean {
    if (this.#newest - place >= mostHeld || this.#below(0) < lateShare) return false
    const back = this.#next - place
    this.#next = place
    this.#dry = 0
    this.#slack.copyWithin(back, 0, this.#slack.length - back)
    this.#slack.fill(0, 0, back)
    this.#sinceChange = 0
    return true
  }

  /** When nearly all came earlier than needed, one is left out: the delay shrinks. */
  #shrink(): void {
    if (this.#sinceChange < playsBetweenShrinks || this.held < firstHeld || this.#below(2) > earlyShare) return
    this.#places[this.#next % slots] = -1
    this.#next++
    this.#joined = true
    this.#slack.copyWithin(0, 1)
    this.#slack[this.#slack.length - 1] = 0
    this.#sinceChange = 0
  }
}

export const slotBytes = 512
const slots = 64
/** The bin of the packets that came just in time. */
const earliest = 32
/** Packets held back before the first is played. */
const firstHeld = 2
/** Packets held back at most: 0.6 s of 20 ms each. */
export const mostHeld = 30
const mostDry = 10
/** What a packet adds to the shares fades by this much with each that follows: four seconds of 20 ms. */
const memory = 0.995
/** More late packets than this, and the delay grows. */
const lateShare = 0.012
/** Fewer packets than this without a place to spare, and the delay shrinks. */
const earlyShare = 0.005
const playsBetweenShrinks = 100
