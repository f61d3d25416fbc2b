// Key presses on their way out: which event packet is due at this beat (RFC 4733 §2.5.1).
import { keys, writeEvent } from '@openparley/protocols/rtp'
import { beatMs } from './schedule.ts'

const samplesPerBeat = beatMs * 8
const endPackets = 3
const gapBeats = 4
const commaBeats = 1000 / beatMs
const mostWaiting = 256

export class KeySender {
  readonly #waiting: { readonly key: string; readonly beats: number }[] = []
  #key: { readonly key: string; readonly beats: number } | undefined
  #beat = 0
  #pause = 0
  #timestamp = 0

  add(digits: string, durationMs: number): void {
    for (const key of digits) {
      if (this.#waiting.length >= mostWaiting) return
      this.#waiting.push({ key, beats: Math.max(2, Math.round(durationMs / beatMs)) })
    }
  }

  /** The timestamp of the event's packets: that of its beginning. */
  get timestamp(): number {
    return this.#timestamp
  }

  /** Whether this is the event's first packet, which bears the marker. */
  get first(): boolean {
    return this.#beat === 1
  }

  /** Writes the payload that is due, if one is; then no sound is sent at this beat. */
  next(payload: Uint8Array, at: number, timestamp: number): boolean {
    if (this.#pause > 0) {
      this.#pause--
      return false
    }
    if (!this.#key) {
      const next = this.#waiting.shift()
      if (!next) return false
      if (!keys.includes(next.key)) {
        this.#pause = commaBeats - 1
        return false
      }
      this.#key = next
      this.#beat = 0
      this.#timestamp = timestamp
    }
    this.#beat++
    const { key, beats } = this.#key
    const last = beats + endPackets - 1
    writeEvent(payload, at, key, this.#beat >= beats, Math.min(this.#beat, beats) * samplesPerBeat)
    if (this.#beat >= last) {
      this.#key = undefined
      this.#pause = gapBeats
    }
    return true
  }
}
