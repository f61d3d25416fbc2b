// WAV files: PCM, 16 bit, mono. Nothing else is read or written here.

export interface Sound {
  readonly samples: Int16Array
  /** Hz. */
  readonly sampleRate: number
}

export class WavError extends Error {}

/** Throws a WavError that says what is not right with the file. */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (bytes.length < 12 || text(0) !== 'RIFF' || text(8) !== 'WAVE') throw new WavError('it is no WAV file')
  let sampleRate: number | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    const from = at + 8
    if (text(at) === 'fmt ' && from + 16 <= bytes.length) {
      const [format, channels, rate, depth] = [
        view.getUint16(from, true),
        view.getUint16(from + 2, true),
        view.getUint32(from + 4, true),
        view.getUint16(from + 14, true),
      ]
      // 0xFFFE: the format stands in the extension; with 16 bits it is PCM all the same.
      if ((format !== 1 && format !== 0xfffe) || channels !== 1 || depth !== 16)
        throw new WavError('it is not PCM of 16 bit, mono')
      if (rate !== 8000 && rate !== 16_000) throw new WavError(`it has ${rate} Hz, and not 8,000 or 16,000`)
      sampleRate = rate
    } else if (text(at) === 'data') {
      if (sampleRate === undefined) throw new WavError('its format is not told before its sound')
      const count = Math.min(size, bytes.length - from) >> 1
      return { samples: readSamples(bytes.subarray(from, from + count * 2)), sampleRate }
    }
    at = from + size + (size & 1)
  }
  throw new WavError('it has no sound')
}

function readSamples(bytes: Uint8Array): Int16Array {
  // A copy, so that it lies at a whole word; where the machine's order is the file's, that is all.
  const copy = bytes.slice()
  if (isLittleEndian) return new Int16Array(copy.buffer, copy.byteOffset, copy.length >> 1)
  const view = new DataView(copy.buffer, copy.byteOffset, copy.length)
  return Int16Array.from({ length: copy.length >> 1 }, (_, i) => view.getInt16(i * 2, true))
}

/** The 44 bytes before the sound, for `bytes` bytes of it. */
export function wavHeader(sampleRate: number, bytes: number): Uint8Array {
  const header = new Uint8Array(wavHeaderBytes)
  const view = new DataView(header.buffer)
  const text = (at: number, word: string): void => {
    for (let i = 0; i < 4; i++) header[at + i] = word.charCodeAt(i)
  }
  text(0, 'RIFF')
  view.setUint32(4, 36 + bytes, true)
  text(8, 'WAVE')
  text(12, 'fmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, bytes, true)
  return header
}

export function writeWav({ samples, sampleRate }: Sound): Uint8Array {
  const bytes = new Uint8Array(wavHeaderBytes + samples.length * 2)
  bytes.set(wavHeader(sampleRate, samples.length * 2))
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < samples.length; i++) view.setInt16(wavHeaderBytes + i * 2, samples[i] as number, true)
  return bytes
}

export const wavHeaderBytes = 44
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
