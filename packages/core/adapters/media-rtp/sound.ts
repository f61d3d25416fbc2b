// Where a leg's sound comes from and goes to: files and streams, 20 ms at a time, at the leg's 8 kHz.
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { double, halve, readWav, type Resampler, wavHeader, wavHeaderBytes } from '@openparley/media'

export const frameSamples = 160
const rate = 8000

/** A file that is played once, or again and again. A wide one is made narrow frame by frame: a long file must not hold up the beat. */
export class Player {
  readonly #again: boolean
  #samples: Int16Array = new Int16Array(0)
  #down: Resampler | undefined
  readonly #wide: Int16Array = new Int16Array(frameSamples * 2)
  #at = 0
  #state: 'loading' | 'playing' | 'played' = 'loading'

  constructor(again: boolean = false) {
    this.#again = again
  }

  /** Rejects with an error that says what is wrong with the file. */
  async load(path: string): Promise<void> {
    const { samples, sampleRate } = readWav(await readFile(path))
    this.#samples = samples
    if (sampleRate === rate * 2) this.#down = halve()
    this.#state = 'playing'
  }

  /** Fills the frame, with silence where there is nothing to play. True once, when the end was reached. */
  pull(frame: Int16Array): boolean {
    if (this.#state !== 'playing') {
      frame.fill(0)
      return false
    }
    const from = this.#down ? this.#wide : frame
    for (let i = 0; i < from.length; i++) from[i] = this.#samples[this.#at + i] ?? 0
    this.#at += from.length
    this.#down?.process(from, frame)
    if (this.#at < this.#samples.length) return false
    this.#at = 0
    if (this.#again) return false
    this.#state = 'played'
    return true
  }
}

/** A recording that is true in time: every beat adds 20 ms. Written a second at a time, and a whole file after each. */
export class Recorder {
  readonly path: string
  #file: Promise<FileHandle>
  #chunk: Buffer = Buffer.alloc(rate * 2)
  #used = 0
  #bytes = 0
  /** Seconds that are not yet written. */
  #behind = 0
  #writing: Promise<void>

  constructor(path: string) {
    this.path = path
    this.#file = open(path, 'w', 0o600)
    this.#writing = this.#file.then(async (file) => {
      await file.write(wavHeader(rate, 0), 0, wavHeaderBytes, 0)
    })
    // Told by `close`; nobody waits for it before.
    this.#writing.catch(() => {})
  }

  push(frame: Int16Array): void {
    for (let i = 0; i < frameSamples; i++) this.#chunk.writeInt16LE(frame[i] as number, this.#used + i * 2)
    this.#used += frameSamples * 2
    if (this.#used === this.#chunk.length) this.#flush()
  }

  /** Finishes the file. Rejects where it could not be written. */
  async close(): Promise<void> {
    this.#flush()
    const file = await this.#file
    try {
      await this.#writing
    } finally {
      await file.close()
    }
  }

  #flush(): void {
    if (this.#used === 0) return
    const chunk = this.#chunk.subarray(0, this.#used)
    const at = wavHeaderBytes + this.#bytes
    this.#used = 0
    if (this.#behind >= mostBehind) return this.#then(() => Promise.reject(new Error('the disk does not keep up')))
    this.#bytes += chunk.length
    this.#chunk = Buffer.alloc(rate * 2)
    const header = wavHeader(rate, this.#bytes)
    this.#behind++
    this.#then(async () => {
      const file = await this.#file
      await file.write(chunk, 0, chunk.length, at)
      await file.write(header, 0, wavHeaderBytes, 0)
      this.#behind--
    })
  }

  /** What comes after a failure is not done: the file ends where it failed, and `close` tells it. */
  #then(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write)
    this.#writing.catch(() => {})
  }
}

/** An application's sound: at most 100 frames wait, the oldest is dropped. */
export class StreamSound {
  readonly #queue: Int16Array[] = []
  readonly #up: Resampler | undefined
  readonly #down: Resampler | undefined
  readonly #send: (samples: Int16Array) => void

  constructor(sampleRate: 8000 | 16_000, send: (samples: Int16Array) => void) {
    this.#send = send
    if (sampleRate === 16_000) {
      this.#up = double()
      this.#down = halve()
    }
  }

  /** Sound of the application, of any length up to a second. */
  take(samples: Int16Array): void {
    let narrow = samples
    if (this.#down) {
      narrow = new Int16Array(Math.ceil(samples.length / 2))
      narrow = narrow.subarray(0, this.#down.process(samples, narrow))
    }
    for (let at = 0; at < narrow.length; at += frameSamples) {
      const frame = new Int16Array(frameSamples)
      frame.set(narrow.subarray(at, at + frameSamples))
      this.#queue.push(frame)
    }
    while (this.#queue.length > mostWaiting) this.#queue.shift()
  }

  pull(frame: Int16Array): void {
    const next = this.#queue.shift()
    if (next) frame.set(next)
    else frame.fill(0)
  }

  push(frame: Int16Array): void {
    if (!this.#up) return this.#send(frame.slice())
    const wide = new Int16Array(frameSamples * 2)
    this.#up.process(frame, wide)
    this.#send(wide)
  }
}

const mostWaiting = 100
const mostBehind = 30
