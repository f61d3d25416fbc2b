import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busy, keyFrequencies, KeyDetector, ringback, ToneGenerator } from './tones.ts'

const keys = '0123456789*#ABCD'

/** Keys as sound: each `onMs` long, `offMs` between. */
function press(pressed: string, onMs: number, offMs: number, level = 0.25): Int16Array {
  const parts: number[] = []
  for (const key of pressed) {
    const tone = new Int16Array(onMs * 8)
    new ToneGenerator({ frequencies: keyFrequencies(key) ?? [], onOffMs: [] }, 8000, level).pull(tone)
    parts.push(...tone, ...new Int16Array(offMs * 8))
  }
  return Int16Array.from(parts)
}

function detect(sound: Int16Array): string {
  let found = ''
  const detector = new KeyDetector((key) => {
    found += key
  })
  for (let at = 0; at < sound.length; at += 160) detector.push(sound.subarray(at, at + 160))
  return found
}

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test('keys have the frequencies of Q.23', () => {
  assert.deepEqual(keyFrequencies('1'), [697, 1209])
  assert.deepEqual(keyFrequencies('0'), [941, 1336])
  assert.deepEqual(keyFrequencies('#'), [941, 1477])
  assert.deepEqual(keyFrequencies('d'), [941, 1633])
  assert.equal(keyFrequencies('x'), undefined)
  assert.equal(keyFrequencies('12'), undefined)
})

test('every key is found once, loud and quiet, short and long, and twice when it is pressed twice', () => {
  for (const level of [0.9, 0.25, 0.04]) {
    assert.equal(detect(press(keys, 45, 45, level)), keys, `level ${level}`)
    assert.equal(detect(press(keys, 300, 60, level)), keys, `level ${level}`)
  }
  assert.equal(detect(press('1122', 60, 60)), '1122')
})

test('keys are found in noise 15 dB below them', () => {
  const sound = press(keys, 60, 60)
  const roll = random(3)
  // The tones’ effective value is 0.25 / 2 of the full scale; even noise of ±a has a / √3.
  const a = (32_767 * 0.125 * Math.sqrt(3)) / 10 ** (15 / 20)
  assert.equal(detect(sound.map((sample) => sample + (roll() * 2 - 1) * a)), keys)
})

test('what is too short, one tone alone, tones of unequal strength, noise and silence are no keys', () => {
  assert.equal(detect(press('5', 20, 100)), '')
  const pull = (frequencies: number[]): Int16Array => {
    const sound = new Int16Array(8000)
    new ToneGenerator({ frequencies, onOffMs: [] }, 8000).pull(sound)
    return sound
  }
  for (const alone of [697, 941, 1209, 1633]) assert.equal(detect(pull([alone])), '', `${alone} Hz`)
  assert.equal(detect(pull([440, 480])), '')
  const [low, high] = [pull([697]), pull([1209])]
  assert.equal(detect(low.map((sample, i) => sample / 2 + (high[i] as number) / 40)), '')
  const roll = random(5)
  assert.equal(detect(Int16Array.from({ length: 80_000 }, () => (roll() * 2 - 1) * 10_000)), '')
  assert.equal(detect(new Int16Array(8000)), '')
})

test('progress tones sound and pause as long as they should, over any frames', () => {
  for (const [cadence, on, off] of [
    [ringback.europe, 1000, 4000],
    [ringback['north-america'], 2000, 4000],
    [busy.europe, 500, 500],
  ] as const) {
    const generator = new ToneGenerator(cadence, 8000)
    const sound = new Int16Array((on + off) * 8 * 2)
    for (let at = 0; at < sound.length; at += 160) generator.pull(sound.subarray(at, at + 160))
    const loud = (from: number, to: number): boolean => sound.subarray(from * 8, to * 8).some((sample) => sample > 2000)
    for (const start of [0, on + off]) {
      for (let ms = start; ms < start + on; ms += 20) assert.ok(loud(ms, ms + 20), `silent at ${ms}`)
      assert.ok(sound.subarray((start + on) * 8, (start + on + off) * 8).every((sample) => sample === 0))
    }
  }
})
