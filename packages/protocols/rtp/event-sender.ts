// Key presses on their way out: which event packet is due at each packet time (RFC 4733 §2.5.1).
import { keys, writeEvent } from './telephone-event.ts'

export class EventSender {
  readonly #packetMs: number
  #samplesPerPacket: number
  readonly #waiting: { readonly key: string; readonly packets: number }[] = []
  #key: { readonly key: string; readonly packets: number } | undefined
  #sent = 0
  #pause = 0
  #timestamp = 0

  /** `packetMs`: how often `next` is called. */
  constructor(clockRate: number, packetMs: number) {
    this.#packetMs = packetMs
    this.#samplesPerPacket = (clockRate * packetMs) / 1000
  }

  /** Another codec has another clock; what waits is pressed all the same. */
  set clockRate(hz: number) {
    this.#samplesPerPacket = (hz * this.#packetMs) / 1000
  }

  /** Queues digits of 0–9 * # A–D; a comma waits a second. What is over the bound of 256 is dropped. */
  add(digits: string, durationMs: number): void {
    // One event's duration has 16 bits; longer ones would need segments (§2.5.1.3).
    const most = Math.floor(0xffff / this.#samplesPerPacket)
    const packets = Math.max(2, Math.min(most, Math.round(durationMs / this.#packetMs)))
    for (const key of digits.toUpperCase()) {
      if (this.#waiting.length >= mostWaiting) return
      this.#waiting.push({ key, packets })
    }
  }

  /** Whether a key, or a pause between keys, is under way or waits. */
  get busy(): boolean {
    return this.#key !== undefined || this.#pause > 0 || this.#waiting.length > 0
  }

  /** The timestamp of the event's packets: that of its beginning. */
  get timestamp(): number {
    return this.#timestamp
  }

  /** Whether this is the event's first packet, which bears the marker. */
  get first(): boolean {
    return this.#sent === 1
  }

  /** Writes the payload that is due, if one is; then no sound is sent in this packet time. */
  next(payload: Uint8Array, at: number, timestamp: number): boolean {
    if (this.#pause > 0) {
      this.#pause--
      return false
    }
    if (!this.#key) {
      const next = this.#waiting.shift()
      if (!next) return false
      if (!keys.includes(next.key)) {
        this.#pause = Math.round(commaMs / this.#packetMs) - 1
        return false
      }
      this.#key = next
      this.#sent = 0
      this.#timestamp = timestamp
    }
    this.#sent++
    const { key, packets } = this.#key
    const duration = Math.min(0xffff, Math.min(this.#sent, packets) * this.#samplesPerPacket)
    writeEvent(payload, at, key, this.#sent >= packets, duration)
    if (this.#sent >= packets + endPackets - 1) {
      this.#key = undefined
      this.#pause = Math.round(gapMs / this.#packetMs)
    }
    return true
  }
}

/** The end is said three times, so that one lost packet does not lengthen the key (§2.5.1.4). */
const endPackets = 3
const gapMs = 80
const commaMs = 1000
const mostWaiting = 256
