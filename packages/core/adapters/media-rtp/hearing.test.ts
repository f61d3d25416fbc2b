import assert from 'node:assert/strict'
import { test } from 'node:test'
import { muLaw } from '@openparley/media'
import { lawDecoder } from './codecs.ts'
import { Hearing } from './hearing.ts'

const seconds = 2
const tone = Int16Array.from({ length: seconds * 8000 }, (_, i) =>
  Math.round(8000 * Math.sin((2 * Math.PI * 300 * i) / 8000)),
)

/** Sends the tone in packets of `samples`, plays it beat by beat; `lost` tells which packets do not come. */
function hear(samples: number, lost: (n: number) => boolean, hearing: Hearing = new Hearing()) {
  hearing.begin(lawDecoder(muLaw))
  const packet = new Uint8Array(12 + samples)
  const heard = new Int16Array(tone.length)
  let n = 0
  for (let beat = 0; (beat + 1) * 160 <= tone.length; beat++) {
    for (; n * samples < (beat + 1) * 160 && (n + 1) * samples <= tone.length; n++) {
      if (lost(n)) continue
      muLaw.encode(tone.subarray(n * samples, (n + 1) * samples), packet, 12)
      if (hearing.accept(7, n & 0xffff, n * samples, beat * 20)) hearing.put(n * samples, packet, 12, 12 + samples)
    }
    hearing.pull(heard.subarray(beat * 160, (beat + 1) * 160))
  }
  return { hearing, heard }
}

/** How like the tone a stretch is, at the best shift within a period. */
function likeness(heard: Int16Array, from: number, to: number): number {
  let best = 0
  for (let shift = 0; shift < 80; shift++) {
    let [product, a, b] = [0, 0, 0]
    for (let i = from; i < to; i++) {
      const [x, y] = [heard[i] as number, tone[(i + shift) % 8000] as number]
      product += x * y
      a += x * x
      b += y * y
    }
    best = Math.max(best, product / Math.sqrt(a * b || 1))
  }
  return best
}

test('packets of 10, 20, 30 and 60 ms are heard as one sound', () => {
  for (const samples of [80, 160, 240, 480]) {
    const { heard, hearing } = hear(samples, () => false)
    assert.ok(likeness(heard, 4000, 12_000) > 0.99, `${samples / 8} ms: ${likeness(heard, 4000, 12_000)}`)
    assert.equal(hearing.lost, 0)
    assert.equal(hearing.loss, 0)
  }
})

test('what is lost is counted, made up for, and told with how it came: one by one or in bursts', () => {
  const single = hear(160, (n) => n % 10 === 5)
  assert.equal(single.hearing.lost, 10)
  assert.ok(Math.abs(single.hearing.loss - 0.1) < 0.02)
  assert.equal(single.hearing.burstRatio, 1)
  assert.ok(likeness(single.heard, 4000, 12_000) > 0.95)
  const bursts = hear(160, (n) => n % 40 >= 20 && n % 40 < 24)
  assert.ok(bursts.hearing.burstRatio > 3, String(bursts.hearing.burstRatio))
})

test('a packet of another source is not heard, and two in a row are a new source whose losses are counted from there', () => {
  const { hearing } = hear(160, () => false)
  const { received } = hearing
  assert.equal(hearing.accept(8, 1, 0, 2000), false)
  assert.equal(hearing.accept(7, 100, 16_000, 2000), true)
  assert.equal(hearing.accept(9, 500, 0, 2020), false)
  assert.equal(hearing.accept(9, 501, 160, 2040), true)
  assert.equal(hearing.received, received + 2)
  assert.equal(hearing.lost, 0)
})

test('a key press is silence and no loss', () => {
  const hearing = new Hearing()
  hearing.begin(lawDecoder(muLaw))
  const packet = new Uint8Array(172)
  const frame = new Int16Array(160)
  let loud = 0
  for (let n = 0; n < 60; n++) {
    const isKey = n >= 20 && n < 30
    if (isKey) {
      assert.equal(hearing.accept(7, n, 20 * 160, n * 20), true)
      hearing.silence(20 * 160 + (n - 19) * 160, packet)
    } else {
      muLaw.encode(tone.subarray(n * 160, n * 160 + 160), packet, 12)
      assert.equal(hearing.accept(7, n, n * 160, n * 20), true)
      hearing.put(n * 160, packet, 12, 172)
    }
    hearing.pull(frame)
    // One packet is held back; the first frame of the key is still joined to the sound before.
    if (n >= 23 && n <= 30 && frame.some((sample) => Math.abs(sample) > 100)) loud++
  }
  assert.equal(loud, 0)
  assert.equal(hearing.loss, 0)
  assert.equal(hearing.late, 0)
})
