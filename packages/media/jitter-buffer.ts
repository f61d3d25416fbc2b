// A jitter buffer that grows and shrinks with what the network does. All memory is taken at the start.

/** What is to be played for the next packet's time: the slot of a packet, or why there is none. */
export const waiting = -1
export const lost = -2

export class JitterBuffer {
  /** Payloads, one slot of `slotBytes` after the other. */
  readonly data: Uint8Array = new Uint8Array(slots * slotBytes)
  readonly lengths: Uint16Array = new Uint16Array(slots)
  readonly #sequences: Int32Array = new Int32Array(slots).fill(-1)
  /** Extended sequence number of the packet that is played next; −1 before the first. */
  #next = -1
  #newest = -1
  #state: 'filling' | 'playing' = 'filling'
  /** How many packets are held back. */
  #target = 2
  #dry = 0
  #late = 0
  /** The least that was in it since the last look, and how many plays ago that was. */
  #least = slots
  #plays = 0

  /** Packets that came after their time. */
  get late(): number {
    return this.#late
  }

  get target(): number {
    return this.#target
  }

  /** `sequence` extended, `jitterMs` as the source has it, `packetMs` how much sound is in a packet. */
  put(sequence: number, packet: Uint8Array, from: number, to: number, jitterMs: number, packetMs: number): void {
    const length = to - from
    if (length > slotBytes) return
    this.#target = Math.max(2, Math.min(mostHeld, Math.ceil((jitterMs * 3) / packetMs) + 1))
    if (this.#next >= 0 && Math.abs(sequence - this.#next) > slots * 4) this.reset()
    if (this.#next < 0) this.#next = sequence
    if (sequence < this.#next) {
      // Before anything was played an earlier packet may still become the first.
      if (this.#state === 'filling' && this.#newest - sequence < slots) this.#next = sequence
      else {
        this.#late++
        return
      }
    }
    // Too far ahead to be held: what is between is given up.
    if (sequence - this.#next >= slots) this.#next = sequence - this.#target
    const slot = sequence % slots
    this.#sequences[slot] = sequence
    this.lengths[slot] = length
    for (let i = 0; i < length; i++) this.data[slot * slotBytes + i] = packet[from + i] as number
    if (sequence > this.#newest) this.#newest = sequence
  }

  /** A slot number, `waiting` or `lost`. The slot is good until the next `put`. */
  take(): number {
    const held = this.#newest - this.#next + 1
    if (this.#next < 0) return waiting
    if (this.#state === 'filling') {
      if (held < this.#target) return waiting
      this.#state = 'playing'
    }
    if (held <= 0) {
      // Nothing is left: what comes now is played later, so the delay grows by itself.
      this.#dry++
      if (this.#dry > dryBeforeFilling) this.#state = 'filling'
      return this.#dry > dryBeforeFilling ? waiting : lost
    }
    this.#dry = 0
    this.#shrink(held)
    const slot = this.#next % slots
    const there = this.#sequences[slot] === this.#next
    this.#next++
    if (!there) return lost
    this.#sequences[slot] = -1
    return slot
  }

  reset(): void {
    this.#sequences.fill(-1)
    this.#next = -1
    this.#newest = -1
    this.#state = 'filling'
    this.#dry = 0
  }

  /** When for a while more was held than needed, one packet is left out: the delay shrinks. */
  #shrink(held: number): void {
    this.#least = Math.min(this.#least, held)
    this.#plays++
    if (this.#plays < playsBetweenLooks) return
    if (this.#least > this.#target + 1) {
      this.#sequences[this.#next % slots] = -1
      this.#next++
    }
    this.#least = slots
    this.#plays = 0
  }
}

export const slotBytes = 512
const slots = 64
/** Packets held back at most: 0.6 s of 20 ms each. */
const mostHeld = 30
const dryBeforeFilling = 10
const playsBetweenLooks = 50
