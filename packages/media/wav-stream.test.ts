import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aLaw, muLaw } from './g711.ts'
import { wavStream } from './wav-stream.ts'
import { WavError, wavHeader, writeWav } from './wav.ts'

interface Made {
  readonly tag?: number
  readonly channels?: number
  readonly rate?: number
  readonly depth?: number
  readonly extra?: Uint8Array
  readonly before?: Uint8Array
  readonly size?: number
}

/** A file of those bytes of sound. */
function file(
  sound: Uint8Array,
  { tag = 1, channels = 1, rate = 8000, depth = 16, extra, before, size }: Made = {},
): Uint8Array {
  const format = new Uint8Array(16 + (extra?.length ?? 0))
  const view = new DataView(format.buffer)
  view.setUint16(0, tag, true)
  view.setUint16(2, channels, true)
  view.setUint32(4, rate, true)
  view.setUint16(14, depth, true)
  format.set(extra ?? [], 16)
  return Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WAVE'),
    ...(before ? [before] : []),
    chunk('fmt ', format),
    chunk('data', sound, size),
  ])
}

function chunk(name: string, bytes: Uint8Array, size = bytes.length): Uint8Array {
  const head = Buffer.alloc(8)
  head.write(name)
  head.writeUInt32LE(size, 4)
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length & 1)])
}

/** All samples of the file, cut into pieces of `length` bytes. */
function decode(bytes: Uint8Array, length = bytes.length): number[] {
  const stream = wavStream()
  const samples: number[] = []
  for (let at = 0; at < bytes.length; at += length) samples.push(...stream.push(bytes.subarray(at, at + length)))
  return [...samples, ...stream.end()]
}

const tone = (rate: number, ms: number, hz = 440): Int16Array =>
  Int16Array.from({ length: (rate * ms) / 1000 }, (_, i) => Math.round(9000 * Math.sin((2 * Math.PI * hz * i) / rate)))

test('PCM of 16 and of 8 bits, µ-law and A-law, one channel or two, become the same samples byte by byte as all at once', () => {
  const samples = tone(8000, 50)
  const wide = new Uint8Array(samples.buffer)
  const mu = new Uint8Array(samples.length)
  muLaw.encode(samples, mu, 0)
  const a = new Uint8Array(samples.length)
  aLaw.encode(samples, a, 0)
  const eight = Uint8Array.from(samples, (sample) => (sample >> 8) + 128)
  const twice = Uint8Array.from([...mu].flatMap((byte) => [byte, byte]))
  const close = (heard: number[], by: number): void => {
    assert.equal(heard.length, samples.length)
    for (const [i, sample] of heard.entries())
      assert.ok(Math.abs(sample - (samples[i] as number)) <= by, `${i}: ${sample}`)
  }
  for (const [bytes, by] of [
    [file(wide), 0],
    [file(eight, { depth: 8 }), 256],
    [file(mu, { tag: 7, depth: 8 }), 600],
    [file(a, { tag: 6, depth: 8, extra: new Uint8Array(2) }), 600],
    [file(twice, { tag: 7, depth: 8, channels: 2 }), 600],
    [file(mu, { tag: 0xfffe, depth: 8, extra: Uint8Array.from({ length: 24 }, (_, i) => (i === 8 ? 7 : 0)) }), 600],
    [file(wide, { before: chunk('LIST', new Uint8Array(999)) }), 0],
    [file(wide, { size: 0 }), 0],
    [file(wide, { size: 0xff_ff_ff_ff }), 0],
  ] as const) {
    const whole = decode(bytes)
    close(whole, by)
    for (const length of [1, 7, 333]) assert.deepEqual(decode(bytes, length), whole)
  }
})

test('every rate that files have becomes 8 kHz: as long, a tone as loud, one above 4 kHz gone', () => {
  for (const rate of [11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]) {
    const heard = decode(writeRate(tone(rate, 400), rate), 1001)
    assert.ok(Math.abs(heard.length - 3200) <= 1, `${rate}: ${heard.length}`)
    const expected = tone(8000, 400)
    for (let i = 200; i < 3000; i++)
      assert.ok(Math.abs((heard[i] as number) - (expected[i] as number)) < 100, `${rate}: ${i}`)
    const high = decode(writeRate(tone(rate, 400, 4900), rate))
    assert.ok(
      high.slice(200, 3000).every((sample) => Math.abs(sample) < 100),
      `${rate}: what is too high is heard`,
    )
  }
})

test('its length is known from the header on, and not where the header does not say it', () => {
  const stream = wavStream()
  assert.equal(stream.lengthMs, undefined)
  stream.push(wavHeader(8000, 16_000))
  assert.equal(stream.lengthMs, 1000)
  const endless = wavStream()
  endless.push(wavHeader(8000, 0))
  assert.equal(endless.lengthMs, undefined)
})

test('what it cannot play is told by its name', () => {
  for (const [bytes, why] of [
    [file(new Uint8Array(4), { tag: 0x31, depth: 0 }), 'it is GSM 6.10'],
    [file(new Uint8Array(4), { tag: 0x55, depth: 0 }), 'it is MP3'],
    [file(new Uint8Array(4), { tag: 0x1234 }), 'it is of format 4660'],
    [file(new Uint8Array(4), { channels: 6 }), 'it has 6 channels'],
    [file(new Uint8Array(4), { channels: 0 }), 'it has 0 channels'],
    [file(new Uint8Array(4), { depth: 24 }), 'it has 24 bits a sample'],
    [file(new Uint8Array(4), { rate: 0 }), 'it has 0 Hz'],
    [file(new Uint8Array(4), { rate: 4_000_000_000 }), 'it has 4000000000 Hz'],
    [Buffer.from('ID3\x04 is a piece of music'), 'it is no WAV file'],
    [Buffer.from('RIFF'), 'it is no WAV file'],
    [
      Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), chunk('data', new Uint8Array(8))]),
      'its format is not told before its sound',
    ],
    [Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), chunk('fmt ', new Uint8Array(4))]), 'its format has 4 bytes'],
    [
      Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), chunk('fmt ', new Uint8Array(0), 0xff_ff_ff_ff)]),
      'its format has 4294967295 bytes',
    ],
    [file(new Uint8Array(4), { before: chunk('JUNK', new Uint8Array(1_100_000)) }), 'its sound does not begin'],
    [Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), chunk('JUNK', new Uint8Array(20))]), 'it has no sound'],
  ] as const)
    assert.throws(() => decode(bytes, 1000), { name: 'Error', message: why })
})

test('whatever bytes come, it is samples or a WavError', () => {
  const good = Buffer.from(writeWav({ samples: tone(8000, 20), sampleRate: 8000 }))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }),
      fc.integer({ min: 1, max: 400 }),
      (changes, length) => {
        const bytes = Buffer.from(good)
        for (const [at, value] of changes) bytes[at] = value
        try {
          assert.ok(decode(bytes, length).length <= 320)
        } catch (error) {
          if (!(error instanceof WavError)) throw error
        }
      },
    ),
    { numRuns: 500 },
  )
})

function writeRate(samples: Int16Array, rate: number): Uint8Array {
  return file(new Uint8Array(samples.buffer), { rate })
}
