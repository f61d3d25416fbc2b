// What is heard beside the two sides: on hold, and while a call is recorded.
import { Bridge, type Cadence, ToneGenerator } from '@openparley/media'
import type { HoldSound } from '../../services/media/port.ts'
import { frameSamples, Player, Recorder } from './sound.ts'

/** What the held side hears: a tone, or music that begins again at its end. */
export class HoldPlayer {
  readonly #tone: Tone | undefined
  readonly #music: Player | undefined

  constructor(sound: HoldSound) {
    this.#tone = sound.kind === 'tone' ? holdTone() : undefined
    this.#music = sound.kind === 'file' ? new Player(true) : undefined
    // Whoever set a file that cannot be read hears of it when it is set; the held side hears silence.
    if (sound.kind === 'file') this.#music?.load(sound.play).catch(() => undefined)
  }

  pull(frame: Int16Array): void {
    this.#tone?.pull(frame)
    this.#music?.pull(frame)
  }
}

/** For who is held, and hears no music. */
export class HeldTone {
  readonly #tone = holdTone()

  pull(heard: Int16Array): void {
    this.#tone.pull(heard)
  }
}

/** Both sides of a call in one recording. */
export class Tape {
  readonly #recorder: Recorder
  readonly #tone: Tone | undefined
  #beep: Int16Array = new Int16Array(frameSamples)
  #both: Int16Array = new Int16Array(frameSamples)

  constructor({ record, tone }: { readonly record: string; readonly tone: boolean }) {
    this.#recorder = new Recorder(record)
    this.#tone = tone ? new Tone(consentTone) : undefined
  }

  /** The next 20 ms begin, of so many samples. */
  beat(samples: number): void {
    if (samples !== this.#both.length) {
      this.#beep = new Int16Array(samples)
      this.#both = new Int16Array(samples)
    }
    this.#tone?.pull(this.#beep)
  }

  /** Adds the beep, which says to whoever hears it that they are recorded. */
  beep(frame: Int16Array): void {
    if (this.#tone) add(frame, this.#beep)
  }

  push(said: Int16Array, heard: Int16Array): void {
    this.#both.set(heard)
    // The beep is in both.
    if (this.#tone)
      for (let i = 0; i < heard.length; i++) this.#both[i] = clip(sample(heard, i) - sample(this.#beep, i))
    add(this.#both, said)
    this.#recorder.push(this.#both)
  }

  get path(): string {
    return this.#recorder.path
  }

  close(): Promise<void> {
    return this.#recorder.close()
  }
}

function add(to: Int16Array, what: Int16Array): void {
  for (let i = 0; i < to.length; i++) to[i] = clip(sample(to, i) + sample(what, i))
}

function sample(frame: Int16Array, at: number): number {
  return frame[at] as number
}

function clip(value: number): number {
  return Math.max(-32_768, Math.min(32_767, value))
}

/** A quiet tone in frames of either rate: all tones lie below 4 kHz. */
class Tone {
  readonly #generator: ToneGenerator
  readonly #narrow: Int16Array = new Int16Array(frameSamples)
  readonly #bridge = new Bridge()

  constructor(cadence: Cadence) {
    this.#generator = new ToneGenerator(cadence, 8000, 0.1)
  }

  pull(frame: Int16Array): void {
    if (frame.length === frameSamples) return this.#generator.pull(frame)
    this.#generator.pull(this.#narrow)
    this.#bridge.carry(this.#narrow, frame)
  }
}

const holdTone = (): Tone => new Tone({ frequencies: [425], onOffMs: [200, 200, 200, 9400] })

/** 1,400 Hz, as recorders of calls beep (ITU-T E.180 supplement 2). */
const consentTone = { frequencies: [1400], onOffMs: [400, 14_600] }
