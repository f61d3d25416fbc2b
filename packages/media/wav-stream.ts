// WAV as it comes, piece by piece, to 8 kHz mono: PCM of 8 and 16 bits, µ-law, A-law. What mailboxes keep.
import { aLaw, type Law, muLaw } from './g711.ts'
import { fromRate, type RateChange } from './rates.ts'
import { WavError } from './wav.ts'

export interface WavStream {
  /** The samples at 8 kHz that these bytes complete. Throws a WavError that says what was found where it cannot be played. */
  push(bytes: Uint8Array): Int16Array
  /** No more comes: the last samples. Throws a WavError where not even the format came. */
  end(): Int16Array
  /** As the header says it, in milliseconds; undefined before the header, and where it says nothing that can be. */
  readonly lengthMs: number | undefined
}

interface Format {
  readonly channels: 1 | 2
  readonly bytesPerSample: 1 | 2
  readonly rate: number
  readonly law: Law | undefined
}

export function wavStream(): WavStream {
  let waiting: Uint8Array = new Uint8Array(0)
  /** Bytes of the file before `waiting`. */
  let passed = 0
  /** Bytes of a chunk that is not looked at. */
  let skip = 0
  let begun = false
  let format: Format | undefined
  let change: RateChange | undefined
  /** Bytes of sound that are still to come. */
  let left = 0
  let lengthMs: number | undefined

  const take = (count: number): Uint8Array => {
    const taken = waiting.subarray(0, count)
    waiting = waiting.subarray(count)
    passed += count
    return taken
  }
  /** Reads on to the sound. True when it is there. */
  const readHeader = (): boolean => {
    if (!begun) {
      if (waiting.length < 12) return false
      const head = take(12)
      if (word(head, 0) !== 'RIFF' || word(head, 8) !== 'WAVE') throw new WavError('it is no WAV file')
      begun = true
    }
    for (;;) {
      if (change) return true
      const skipped = Math.min(skip, waiting.length)
      take(skipped)
      skip -= skipped
      if (passed > mostBeforeSound) throw new WavError('its sound does not begin')
      if (skip > 0 || waiting.length < 8) return false
      const name = word(waiting, 0)
      const size = view(waiting).getUint32(4, true)
      if (name === 'data') {
        if (!format) throw new WavError('its format is not told before its sound')
        take(8)
        beginSound(format, size)
      } else if (name === 'fmt ') {
        if (size < 16 || size > mostFormatBytes) throw new WavError(`its format has ${size} bytes`)
        if (waiting.length < 8 + size) return false
        format = readFormat(take(8 + size).subarray(8))
        skip = size & 1
      } else {
        take(8)
        skip = size + (size & 1)
      }
    }
  }
  const beginSound = ({ rate, channels, bytesPerSample }: Format, size: number): void => {
    // Who writes it while it is recorded says nothing yet, or the most that can be said.
    const isTold = size > 0 && size < 0x7f_ff_f0_00
    left = isTold ? size : Infinity
    if (isTold) lengthMs = Math.round((size * 1000) / (rate * channels * bytesPerSample))
    change = fromRate(rate)
  }
  return {
    get lengthMs() {
      return lengthMs
    },
    push: (bytes) => {
      waiting = joined(waiting, bytes)
      if (!readHeader() || !format || !change) return new Int16Array(0)
      const each = format.channels * format.bytesPerSample
      const count = Math.floor(Math.min(waiting.length, left) / each)
      const samples = readSamples(take(count * each), format)
      left -= count * each
      // What comes after the sound is not kept.
      if (left < each) waiting = new Uint8Array(0)
      return change.process(samples)
    },
    end: () => {
      if (!change) throw new WavError(begun ? 'it has no sound' : 'it is no WAV file')
      return change.rest()
    },
  }
}

function readFormat(bytes: Uint8Array): Format {
  const told = view(bytes)
  const [plain, channels, rate, depth] = [
    told.getUint16(0, true),
    told.getUint16(2, true),
    told.getUint32(4, true),
    told.getUint16(14, true),
  ]
  // 0xFFFE: the format stands in the extension.
  const tag = plain === 0xfffe && bytes.length >= 26 ? told.getUint16(24, true) : plain
  const law = tag === 7 ? muLaw : tag === 6 ? aLaw : undefined
  if (tag !== 1 && !law) throw new WavError(`it is ${names[tag] ?? `of format ${tag}`}`)
  if (channels !== 1 && channels !== 2) throw new WavError(`it has ${channels} channels`)
  if (law ? depth !== 8 : depth !== 8 && depth !== 16) throw new WavError(`it has ${depth} bits a sample`)
  if (!rates.includes(rate)) throw new WavError(`it has ${rate} Hz`)
  return { channels, rate, law, bytesPerSample: depth === 16 ? 2 : 1 }
}

function readSamples(bytes: Uint8Array, { channels, bytesPerSample, law }: Format): Int16Array {
  const all = new Int16Array(bytes.length / bytesPerSample)
  const from = view(bytes)
  if (law) law.decode(bytes, 0, bytes.length, all)
  else
    for (let i = 0; i < all.length; i++)
      all[i] = bytesPerSample === 2 ? from.getInt16(i * 2, true) : ((bytes[i] as number) - 128) << 8
  if (channels === 1) return all
  return Int16Array.from(
    { length: all.length / 2 },
    (_, i) => ((all[i * 2] as number) + (all[i * 2 + 1] as number)) >> 1,
  )
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function word(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

/** What else is met in mailboxes, so that it is told by its name (RFC 2361). */
const names: Readonly<Record<number, string>> = {
  2: 'ADPCM',
  3: 'PCM of floating point',
  0x11: 'IMA ADPCM',
  0x31: 'GSM 6.10',
  0x40: 'G.721',
  0x45: 'G.726',
  0x50: 'MPEG',
  0x55: 'MP3',
  0x83: 'G.729',
}
const rates = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]
const mostFormatBytes = 1024
/** Pictures and texts may stand before the sound. */
const mostBeforeSound = 1_000_000
