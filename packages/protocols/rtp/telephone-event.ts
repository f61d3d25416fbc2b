// Key presses as RTP events, RFC 4733 §2.3 and §2.5.

/** The events of §3.2, in the order of their codes. */
export const keys = '0123456789*#ABCD'

/** Writes the four bytes of an event's payload. `duration` in timestamp units. */
export function writeEvent(payload: Uint8Array, at: number, key: string, end: boolean, duration: number): void {
  payload[at] = keys.indexOf(key)
  // Volume −10 dBm0, as telephones have it.
  payload[at + 1] = (end ? 0x80 : 0) | 10
  payload[at + 2] = (duration >> 8) & 0xff
  payload[at + 3] = duration & 0xff
}

/** An event's duration so far, in timestamp units; 0 where the payload is too short. */
export function eventDuration(payload: Uint8Array, at: number): number {
  return at + 4 > payload.length ? 0 : ((payload[at + 2] as number) << 8) | (payload[at + 3] as number)
}

/** Tells each key once, when its end is known: by its end packet, by the next event, or by silence. */
export class EventReceiver {
  #timestamp: number | undefined
  #key = ''
  #duration = 0
  #lastAt = 0
  #told = true
  readonly #clockRate: number
  readonly #onKey: (key: string, durationMs: number) => void

  constructor(clockRate: number, onKey: (key: string, durationMs: number) => void) {
    this.#clockRate = clockRate
    this.#onKey = onKey
  }

  take(packet: Uint8Array, from: number, to: number, timestamp: number, nowMs: number): void {
    if (to - from < 4) return
    const code = packet[from] as number
    const key = keys[code]
    if (key === undefined) return
    const end = ((packet[from + 1] as number) & 0x80) !== 0
    const duration = ((packet[from + 2] as number) << 8) | (packet[from + 3] as number)
    if (timestamp !== this.#timestamp) {
      // Reordered packets of an event that is over say nothing new.
      if (this.#timestamp !== undefined && (timestamp - this.#timestamp) >> 31 !== 0) return
      this.#tell()
      this.#timestamp = timestamp
      this.#key = key
      this.#duration = 0
      this.#told = false
    }
    this.#lastAt = nowMs
    this.#duration = Math.max(this.#duration, duration)
    if (end) this.#tell()
  }

  /** To be called now and then: an event whose end was lost is over after a while (§2.5.1.4). */
  wake(nowMs: number): void {
    if (!this.#told && nowMs - this.#lastAt > silenceMs) this.#tell()
  }

  #tell(): void {
    if (this.#told) return
    this.#told = true
    this.#onKey(this.#key, Math.round((this.#duration * 1000) / this.#clockRate))
  }
}

const silenceMs = 150
