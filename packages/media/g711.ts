// G.711, ITU-T: µ-law and A-law by table.

export interface Law {
  /** One byte a sample. `into` takes `samples.length` bytes from `at` on. */
  encode(samples: Int16Array, into: Uint8Array, at: number): void
  decode(bytes: Uint8Array, from: number, to: number, into: Int16Array): void
  /** The byte of silence. */
  readonly silence: number
}

export const muLaw: Law = law(encodeMu, decodeMu, 0xff)
export const aLaw: Law = law(encodeA, decodeA, 0xd5)

function law(encodeOne: (sample: number) => number, decodeOne: (byte: number) => number, silence: number): Law {
  const encoded = new Uint8Array(65_536)
  const decoded = new Int16Array(256)
  for (let i = 0; i < 65_536; i++) encoded[i] = encodeOne((i << 16) >> 16)
  for (let i = 0; i < 256; i++) decoded[i] = decodeOne(i)
  return {
    silence,
    encode: (samples, into, at) => {
      for (let i = 0; i < samples.length; i++) into[at + i] = encoded[(samples[i] as number) & 0xffff] as number
    },
    decode: (bytes, from, to, into) => {
      for (let i = from; i < to; i++) into[i - from] = decoded[bytes[i] as number] as number
    },
  }
}

/** A sign, three bits of segment, four of step; 14-bit input, biased by 33, all bits inverted. */
function encodeMu(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min((sample < 0 ? ~sample : sample) >> 2, 8158) + 33
  const segment = 31 - Math.clz32(magnitude) - 5
  const step = (magnitude >> (segment + 1)) & 0x0f
  return ~(sign | (segment << 4) | step) & 0xff
}

function decodeMu(byte: number): number {
  const bits = ~byte & 0xff
  const segment = (bits >> 4) & 7
  const magnitude = ((((bits & 0x0f) << 1) + 33) << segment) - 33
  return (bits & 0x80 ? -magnitude : magnitude) << 2
}

/** 13-bit input, even bits inverted. */
function encodeA(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80
  const magnitude = (sample < 0 ? ~sample : sample) >> 3
  const segment = magnitude < 32 ? 0 : 31 - Math.clz32(magnitude) - 4
  const step = segment === 0 ? magnitude >> 1 : magnitude >> segment
  return (sign | (segment << 4) | (step & 0x0f)) ^ 0x55
}

function decodeA(byte: number): number {
  const bits = byte ^ 0x55
  const segment = (bits >> 4) & 7
  const step = bits & 0x0f
  const magnitude = segment === 0 ? (step << 1) + 1 : ((step << 1) + 33) << (segment - 1)
  return (bits & 0x80 ? magnitude : -magnitude) << 3
}
