import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareSpeech } from './compare.ts'
import { aLaw, muLaw } from './g711.ts'
import { double, halve, resample } from './resample.ts'
import { readWav, WavError, writeWav } from './wav.ts'

function noise(seed: number, count: number): Int16Array {
  let state = seed
  return Int16Array.from({ length: count }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    // Loud and quiet in turns, as speech is, and never the same twice.
    return ((state / 2 ** 32 - 0.5) * 20_000 * (1 + Math.sin(i / 900))) / 2
  })
}

const decoded = (law: typeof muLaw, byte: number): number => {
  const into = new Int16Array(1)
  law.decode(Uint8Array.of(byte), 0, 1, into)
  return into[0] as number
}

test('µ-law has the decoder values of G.711 table 2a: ±8031 at the ends, 0 in the middle, steps that double', () => {
  assert.equal(decoded(muLaw, 0x80) / 4, 8031)
  assert.equal(decoded(muLaw, 0x00) / 4, -8031)
  assert.equal(decoded(muLaw, 0xff), 0)
  assert.equal(decoded(muLaw, 0xfe) / 4, 2)
  assert.equal(decoded(muLaw, 0xef) / 4, 33)
  assert.equal(decoded(muLaw, 0x8f) / 4, 4191)
})

test('A-law has the decoder values of G.711 table 1a: ±4032 at the ends, ±1 in the middle', () => {
  assert.equal(decoded(aLaw, 0xaa) / 8, 4032)
  assert.equal(decoded(aLaw, 0x2a) / 8, -4032)
  assert.equal(decoded(aLaw, 0xd5) / 8, 1)
  assert.equal(decoded(aLaw, 0x55) / 8, -1)
})

test('every byte of both laws is encoded as itself after it was decoded', () => {
  for (const law of [muLaw, aLaw]) {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    const samples = new Int16Array(256)
    law.decode(bytes, 0, 256, samples)
    const again = new Uint8Array(256)
    law.encode(samples, again, 0)
    // µ-law has two zeros; the negative one becomes the positive.
    for (let i = 0; i < 256; i++) if (!(law === muLaw && i === 0x7f)) assert.equal(again[i], i, `byte ${i}`)
  }
})

test('a wave file is read as it was written, and what is none is refused with a reason', () => {
  const sound = { samples: noise(1, 999), sampleRate: 16_000 }
  assert.deepEqual(readWav(writeWav(sound)), sound)
  const stereo = writeWav(sound)
  stereo[22] = 2
  for (const bytes of [
    new Uint8Array(3),
    stereo,
    writeWav(sound).subarray(0, 30),
    writeWav({ ...sound, sampleRate: 44_100 }),
  ]) {
    assert.throws(() => readWav(bytes), WavError)
  }
})

test('a tone keeps its shape from 8 to 16 kHz and back, frame by frame', () => {
  const tone = Int16Array.from({ length: 8000 }, (_, i) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * 700 * i) / 8000)),
  )
  const [up, down] = [double(), halve()]
  const back = new Int16Array(8000)
  for (let at = 0; at < 8000; at += 160) {
    const wide = new Int16Array(320)
    up.process(tone.subarray(at, at + 160), wide)
    down.process(wide, back.subarray(at, at + 160))
  }
  let worst = 0
  // Both filters together are 31 samples of 8 kHz late.
  for (let i = 200; i < 7900; i++) worst = Math.max(worst, Math.abs((back[i] as number) - (tone[i - 31] as number)))
  assert.ok(worst < 200, `off by ${worst}`)
  assert.equal(resample(tone, 8000, 16_000).length, 16_000)
})

test('what was said is found in a recording that is late, quieter and noisy; what was not said is not', () => {
  const said = { samples: noise(1, 48_000), sampleRate: 8000 }
  const other = { samples: noise(2, 48_000), sampleRate: 8000 }
  const disturbance = noise(3, 60_000)
  const recording = { samples: new Int16Array(60_000), sampleRate: 8000 }
  for (let i = 0; i < 48_000; i++) recording.samples[i + 4321] = (said.samples[i] as number) * 0.5
  for (let i = 0; i < 60_000; i++)
    recording.samples[i] = (recording.samples[i] as number) + (disturbance[i] as number) * 0.05
  const compared = compareSpeech({ reference: said, recording })
  assert.ok(compared.heard > 0.95, `heard ${compared.heard}`)
  assert.equal(compared.offsetMs, 540)
  assert.ok(compareSpeech({ reference: other, recording }).heard < 0.2)
  assert.equal(
    compareSpeech({ reference: said, recording: { samples: new Int16Array(60_000), sampleRate: 8000 } }).heard,
    0,
  )
})

test('a second that is missing is seen in the worst window and not in the median', () => {
  const said = { samples: noise(1, 48_000), sampleRate: 8000 }
  const samples = said.samples.slice()
  samples.fill(0, 16_000, 24_000)
  const compared = compareSpeech({ reference: said, recording: { samples, sampleRate: 8000 } })
  assert.ok(compared.heard > 0.99)
  assert.ok(compared.worst < 0.3)
})

test('both laws have the standard’s values and its decision values, segment by segment', () => {
  // G.711: a step of µ-law's segment s goes from (2n + 32) · 2^s − 33 to (2n + 34) · 2^s − 33 in 14 bits and is said as
  // its middle; A-law's from 2n to 2n + 2, and then from (2n + 32) · 2^(s − 1) to (2n + 34) · 2^(s − 1) in 13 bits.
  const cells = { mu: new Map<number, [number, number]>(), a: new Map<number, [number, number]>() }
  for (let s = 0; s < 8; s++) {
    for (let n = 0; n < 16; n++) {
      const mu = (k: number): number => ((2 * n + k) * 2 ** s - 33) * 4
      const a = (k: number): number => (s === 0 ? 2 * n + k - 32 : (2 * n + k) * 2 ** (s - 1)) * 8
      cells.mu.set(mu(33), [mu(32), mu(34)])
      cells.a.set(a(33), [a(32), a(34)])
    }
  }
  for (const [law, positive, unit] of [
    [muLaw, cells.mu, 4],
    [aLaw, cells.a, 8],
  ] as const) {
    const said = new Int16Array(256)
    law.decode(
      Uint8Array.from({ length: 256 }, (_, i) => i),
      0,
      256,
      said,
    )
    assert.deepEqual(
      [...new Set(said)].sort((x, y) => x - y),
      [...new Set([...positive.keys()].flatMap((value) => [value, 0 - value]))].sort((x, y) => x - y),
    )
    const byte = new Uint8Array(1)
    for (let sample = -32_768; sample < 32_768; sample += 7) {
      law.encode(Int16Array.of(sample), byte, 0)
      const got = decoded(law, byte[0] as number)
      const [from, to] = positive.get(Math.abs(got)) as [number, number]
      const size = Math.abs(sample)
      const isLast = Math.abs(got) === Math.max(...positive.keys())
      assert.ok(size >= from - unit && (size <= to + unit || isLast), `${sample} became ${got}`)
      if (size > unit) assert.equal(Math.sign(got), Math.sign(sample))
    }
  }
})

test('from 16 to 8 kHz what 8 kHz cannot hold is taken out, from 8 to 16 kHz nothing is put in there', () => {
  const tone = (frequency: number, rate: number): Int16Array =>
    Int16Array.from({ length: rate }, (_, i) => Math.round(16_000 * Math.sin((2 * Math.PI * frequency * i) / rate)))
  const power = (samples: Int16Array): number =>
    samples.subarray(200, -200).reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  const decibels = (samples: Int16Array, reference: Int16Array): number =>
    10 * Math.log10(power(samples) / power(reference) + 1e-12)
  for (const kept of [300, 1000, 2500, 3200]) {
    const level = decibels(resample(tone(kept, 16_000), 16_000, 8000), tone(kept, 8000))
    assert.ok(Math.abs(level) < 0.5, `${kept} Hz: ${level} dB`)
  }
  for (const removed of [4800, 5500, 7000]) {
    const level = decibels(resample(tone(removed, 16_000), 16_000, 8000), tone(1000, 8000))
    assert.ok(level < -55, `${removed} Hz: ${level} dB`)
  }
  for (const kept of [300, 1000, 3000]) {
    const wide = resample(tone(kept, 8000), 8000, 16_000)
    const own = tone(kept, 16_000)
    const rest = wide.map((sample, i) => sample - (own[i] as number))
    assert.ok(decibels(rest, own) < -40, `${kept} Hz: ${decibels(rest, own)} dB`)
  }
})

test('a file whose lengths lie is read as far as it goes', () => {
  const whole = writeWav({ samples: noise(1, 100), sampleRate: 8000 })
  const view = new DataView(whole.buffer)
  view.setUint32(40, 0xffff_ffff, true)
  assert.equal(readWav(whole).samples.length, 100)
  assert.equal(readWav(whole.subarray(0, 65)).samples.length, 10)
  view.setUint32(16, 0xffff_fff0, true)
  assert.throws(() => readWav(whole), WavError)
})
