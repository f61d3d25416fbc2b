import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { KeyTones } from './key-tones.ts'
import { resample } from './resample.ts'
import { KeyDetector } from './tones.ts'
import { readWav } from './wav.ts'

/** Pulls until nothing is under way; what is the speaker's own is filled with `own`. */
function sounding(digits: string, durationMs: number, own = 0): Int16Array {
  const tones = new KeyTones(8000)
  tones.add(digits, durationMs)
  const parts: number[] = []
  const frame = new Int16Array(160)
  while (tones.busy) {
    if (!tones.pull(frame)) frame.fill(own)
    parts.push(...frame)
  }
  return Int16Array.from(parts)
}

function found(sound: Int16Array): [string, number][] {
  const keys: [string, number][] = []
  const detector = new KeyDetector((key, ms) => keys.push([key, ms]))
  for (let at = 0; at < sound.length; at += 160) detector.push(sound.subarray(at, at + 160))
  detector.push(new Int16Array(400))
  return keys
}

test('keys that are made are found again, in order and as long as they were', () => {
  for (const durationMs of [45, 100, 400]) {
    const keys = found(sounding('0123456789*#ABCD', durationMs))
    assert.equal(keys.map(([key]) => key).join(''), '0123456789*#ABCD')
    // In blocks of 12.75 ms, of which those at the edges are not told apart.
    for (const [key, ms] of keys) assert.ok(Math.abs(ms - durationMs) <= 26, `${key}: ${ms} of ${durationMs}`)
  }
})

test('the same key twice is two keys, and a comma leaves a second to the speaker', () => {
  assert.equal(
    found(sounding('55', 60))
      .map(([key]) => key)
      .join(''),
    '55',
  )
  const paused = sounding('1,2', 60, 77)
  assert.equal(paused.filter((sample) => sample === 77).length, 8000)
})

test('what waits is bounded', () => {
  const tones = new KeyTones(8000)
  for (let i = 0; i < 10; i++) tones.add('1'.repeat(100), 40)
  const frame = new Int16Array(160)
  let frames = 0
  while (tones.busy && tones.pull(frame)) frames++
  assert.equal(frames, 256 * 6)
})

test('speech presses no keys', () => {
  for (const name of ['alice', 'bob', 'stranger']) {
    const { samples, sampleRate } = readWav(readFileSync(new URL(`../scenarios/speech/${name}.wav`, import.meta.url)))
    for (const louder of [1, 4]) {
      const sound = resample(samples, sampleRate, 8000).map((sample) =>
        Math.max(-32_768, Math.min(32_767, sample * louder)),
      )
      assert.deepEqual(found(sound), [], name)
    }
  }
})
