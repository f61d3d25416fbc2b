// Keys of a leg: sent as events (RFC 4733) or as tones in the sound, and heard in both ways.
import { Bridge, KeyDetector, KeyTones } from '@openparley/media'
import { EventReceiver, EventSender } from '@openparley/protocols/rtp'
import { beatMs } from './schedule.ts'
import { frameSamples } from './sound.ts'

export class Digits {
  readonly #onKey: (key: string, durationMs: number) => void
  #clockRate = 8000
  readonly events: EventSender = new EventSender(8000, beatMs)
  #eventsHeard: EventReceiver
  readonly #tones = new KeyTones(8000)
  #detector: KeyDetector | undefined
  readonly #toSent = new Bridge()
  readonly #toDetector = new Bridge()
  readonly #narrow: Int16Array = new Int16Array(frameSamples)

  constructor(onKey: (key: string, durationMs: number) => void) {
    this.#onKey = onKey
    this.#eventsHeard = new EventReceiver(8000, onKey)
  }

  /** `clockRate` of events, in Hz; `listens`: keys are looked for in what is heard, as no events were agreed on. */
  agree(clockRate: number, listens: boolean): void {
    if (clockRate !== this.#clockRate) {
      this.#clockRate = clockRate
      this.events.clockRate = clockRate
      this.#eventsHeard = new EventReceiver(clockRate, this.#onKey)
    }
    if (listens !== (this.#detector !== undefined)) this.#detector = listens ? new KeyDetector(this.#onKey) : undefined
  }

  /** 0–9 * # A–D; a comma waits a second. */
  press(digits: string, durationMs: number, asTones: boolean): void {
    if (asTones) this.#tones.add(digits, durationMs)
    else this.events.add(digits, durationMs)
  }

  /** Puts the tone that is due in place of what would be said. */
  speak(frame: Int16Array): void {
    if (!this.#tones.busy) return
    const into = frame.length === frameSamples ? frame : this.#narrow
    if (this.#tones.pull(into) && into !== frame) this.#toSent.carry(into, frame)
  }

  heardEvent(packet: Uint8Array, from: number, to: number, timestamp: number, nowMs: number): void {
    this.#eventsHeard.take(packet, from, to, timestamp, nowMs)
  }

  /** 20 ms of what is heard. */
  listen(frame: Int16Array): void {
    if (!this.#detector) return
    if (frame.length === frameSamples) return this.#detector.push(frame)
    this.#toDetector.carry(frame, this.#narrow)
    this.#detector.push(this.#narrow)
  }

  wake(nowMs: number): void {
    this.#eventsHeard.wake(nowMs)
  }
}
