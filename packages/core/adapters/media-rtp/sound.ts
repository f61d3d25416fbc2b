// Where a leg's sound comes from and goes to: files and streams, 20 ms at a time. How long a frame is says its rate: 8 or 16 kHz.
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { Bridge, readWav, wavHeader, wavHeaderBytes } from '@openparley/media'

/** Of 20 ms at 8 kHz. */
export const frameSamples = 160
const framesASecond = 50

/** A file that is played once, or again and again. Its rate is changed frame by frame: a long file must not hold up the beat. */
export class Player {
  readonly #again: boolean
  #samples: Int16Array = new Int16Array(0)
  readonly #bridge = new Bridge()
  /** Of the file's own rate. */
  #own: Int16Array = new Int16Array(frameSamples)
  #at = 0
  #state: 'loading' | 'playing' | 'played' = 'loading'

  constructor(again: boolean = false) {
    this.#again = again
  }

  /** Rejects with an error that says what is wrong with the file. */
  async load(path: string): Promise<void> {
    const { samples, sampleRate } = readWav(await readFile(path))
    this.#samples = samples
    this.#own = new Int16Array(sampleRate / framesASecond)
    this.#state = 'playing'
  }

  /** Fills the frame, with silence where there is nothing to play. True once, when the end was reached. */
  pull(frame: Int16Array): boolean {
    if (this.#state !== 'playing') {
      frame.fill(0)
      return false
    }
    const from = this.#own.length === frame.length ? frame : this.#own
    for (let i = 0; i < from.length; i++) from[i] = this.#samples[this.#at + i] ?? 0
    this.#at += from.length
    if (from !== frame) this.#bridge.carry(from, frame)
    if (this.#at < this.#samples.length) return false
    this.#at = 0
    if (this.#again) return false
    this.#state = 'played'
    return true
  }
}

/**
 * A recording that is true in time: every beat adds 20 ms. Its rate is that of the first frame. Written a second at a time,
 * and a whole file after each.
 */
export class Recorder {
  readonly path: string
  #file: Promise<FileHandle>
  /** A frame of the file's rate; empty before the first. */
  #own: Int16Array = new Int16Array(0)
  readonly #bridge = new Bridge()
  #chunk: Buffer = Buffer.alloc(0)
  #used = 0
  #bytes = 0
  /** Seconds that are not yet written. */
  #behind = 0
  #writing: Promise<void>

  constructor(path: string) {
    this.path = path
    this.#file = open(path, 'w', 0o600)
    this.#writing = this.#file.then(async (file) => {
      await file.write(wavHeader(frameSamples * framesASecond, 0), 0, wavHeaderBytes, 0)
    })
    // Told by `close`; nobody waits for it before.
    this.#writing.catch(() => {})
  }

  push(frame: Int16Array): void {
    if (this.#own.length === 0) {
      this.#own = new Int16Array(frame.length)
      this.#chunk = this.#newChunk()
    }
    const own = frame.length === this.#own.length ? frame : this.#own
    if (own !== frame) this.#bridge.carry(frame, own)
    for (let i = 0; i < own.length; i++) this.#chunk.writeInt16LE(own[i] as number, this.#used + i * 2)
    this.#used += own.length * 2
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
    this.#chunk = this.#newChunk()
    const header = wavHeader(this.#own.length * framesASecond, this.#bytes)
    this.#behind++
    this.#then(async () => {
      const file = await this.#file
      await file.write(chunk, 0, chunk.length, at)
      await file.write(header, 0, wavHeaderBytes, 0)
      this.#behind--
    })
  }

  #newChunk(): Buffer {
    return Buffer.alloc(this.#own.length * framesASecond * 2)
  }

  /** What comes after a failure is not done: the file ends where it failed, and `close` tells it. */
  #then(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write)
    this.#writing.catch(() => {})
  }
}

/** An application's sound, at its rate: at most 100 frames wait, the oldest is dropped. */
export class StreamSound {
  readonly #queue: Int16Array[] = []
  readonly #samples: number
  readonly #silence: Int16Array
  readonly #toLeg = new Bridge()
  readonly #toApplication = new Bridge()
  readonly #send: (samples: Int16Array) => void

  constructor(sampleRate: 8000 | 16_000, send: (samples: Int16Array) => void) {
    this.#samples = sampleRate / framesASecond
    this.#silence = new Int16Array(this.#samples)
    this.#send = send
  }

  /** Sound of the application, of any length up to a second. */
  take(samples: Int16Array): void {
    for (let at = 0; at < samples.length; at += this.#samples) {
      const frame = new Int16Array(this.#samples)
      frame.set(samples.subarray(at, at + this.#samples))
      this.#queue.push(frame)
    }
    while (this.#queue.length > mostWaiting) this.#queue.shift()
  }

  pull(frame: Int16Array): void {
    this.#toLeg.carry(this.#queue.shift() ?? this.#silence, frame)
  }

  push(frame: Int16Array): void {
    const own = new Int16Array(this.#samples)
    this.#toApplication.carry(frame, own)
    this.#send(own)
  }
}

const mostWaiting = 100
const mostBehind = 30
