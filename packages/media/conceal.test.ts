import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Concealer } from './conceal.ts'

const frame = 160

/** A vowel: harmonics of one pitch. `period` in samples of 8 kHz. */
function vowel(period: number, count: number, from = 0): Int16Array {
  return Int16Array.from({ length: count }, (_, i) =>
    Math.round(
      8000 * Math.sin((2 * Math.PI * (i + from)) / period) + 3000 * Math.sin((4 * Math.PI * (i + from)) / period),
    ),
  )
}

function likeness(a: Int16Array, b: Int16Array): number {
  let [product, ownA, ownB] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    product += x * y
    ownA += x * x
    ownB += y * y
  }
  return product / Math.sqrt(ownA * ownB || 1)
}

function after(wave: Int16Array, frames: number): Concealer {
  const concealer = new Concealer()
  for (let at = 0; at < frames * frame; at += frame) concealer.good(wave.slice(at, at + frame))
  return concealer
}

test('a lost frame of a vowel goes on as the vowel did, at every pitch of a human voice', () => {
  for (let period = 40; period <= 120; period += 5) {
    const wave = vowel(period, 7 * frame)
    const made = new Int16Array(frame)
    after(wave, 5).lost(made)
    const like = likeness(made, wave.subarray(5 * frame, 6 * frame))
    assert.ok(like > 0.95, `period ${period}: ${like}`)
  }
})

test('the frame after the gap makes it better where the pitch moves', () => {
  // A voice that falls, as at the end of a sentence.
  const wave = Int16Array.from({ length: 8 * frame }, (_, i) => {
    const phase = (2 * Math.PI * i) / (60 + (20 * i) / (8 * frame))
    return Math.round(8000 * Math.sin(phase) + 3000 * Math.sin(2 * phase))
  })
  const there = wave.subarray(5 * frame, 6 * frame)
  const [blind, seeing] = [new Int16Array(frame), new Int16Array(frame)]
  after(wave, 5).lost(blind)
  after(wave, 5).lost(seeing, wave.slice(6 * frame, 7 * frame))
  assert.ok(likeness(seeing, there) > likeness(blind, there), `${likeness(seeing, there)} ${likeness(blind, there)}`)
  assert.ok(likeness(seeing, there) > 0.9)
})

test('a gap fades: quieter after 20 ms, silent after 60 (G.711 Appendix I)', () => {
  const concealer = after(vowel(64, 5 * frame), 5)
  const peaks = Array.from({ length: 4 }, () => {
    const made = new Int16Array(frame)
    concealer.lost(made)
    return made.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  })
  assert.ok((peaks[1] as number) < (peaks[0] as number))
  assert.ok((peaks[2] as number) < (peaks[1] as number))
  assert.equal(peaks[3], 0)
})

test('no seam clicks: into the gap, out of it, and where a frame was left out', () => {
  const wave = vowel(64, 12 * frame)
  // The steepest step of the sound itself.
  let steepest = 0
  for (let i = 1; i < wave.length; i++)
    steepest = Math.max(steepest, Math.abs((wave[i] as number) - (wave[i - 1] as number)))
  const concealer = after(wave, 5)
  const heard = new Int16Array(5 * frame)
  heard.set(wave.subarray(4 * frame, 5 * frame))
  const put = (at: number, sound: Int16Array): void => heard.set(sound, at * frame)
  const made = new Int16Array(frame)
  concealer.lost(made)
  put(1, made)
  const back = wave.slice(6 * frame, 7 * frame)
  concealer.good(back)
  put(2, back)
  // 30 samples out of step.
  const joined = wave.slice(8 * frame + 30, 9 * frame + 30)
  concealer.joined(joined)
  put(3, joined)
  for (let i = 1; i < 4 * frame; i++) {
    const step = Math.abs((heard[i] as number) - (heard[i - 1] as number))
    assert.ok(step <= steepest * 2, `step of ${step} at ${i}`)
  }
})

test('at 16 kHz a lost frame goes on as well, though all is twice as long', () => {
  for (let period = 80; period <= 240; period += 10) {
    const wave = vowel(period, 14 * frame)
    const concealer = new Concealer(16_000)
    for (let at = 0; at < 10 * frame; at += 2 * frame) concealer.good(wave.slice(at, at + 2 * frame))
    const made = Array.from({ length: 4 }, () => new Int16Array(2 * frame))
    for (const each of made) concealer.lost(each)
    const like = likeness(made[0] as Int16Array, wave.subarray(10 * frame, 12 * frame))
    assert.ok(like > 0.95, `period ${period}: ${like}`)
    assert.ok(made[3]?.every((sample) => sample === 0))
  }
})

test('nothing was heard yet: a gap is silence', () => {
  const made = new Int16Array(frame).fill(99)
  new Concealer().lost(made)
  assert.ok(made.every((sample) => sample === 0))
})
