import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ComfortNoise } from './noise.ts'

function made(...payload: number[]): Int16Array {
  const noise = new ComfortNoise()
  noise.tune(Uint8Array.from([99, ...payload]), 1, 1 + payload.length)
  const sound = new Int16Array(16_000)
  for (let at = 0; at < sound.length; at += 160) noise.pull(sound.subarray(at, at + 160))
  return sound
}

/** Below full scale, in dB: 0 is a square wave as loud as can be. */
function levelOf(sound: Int16Array): number {
  const power = sound.reduce((sum, each) => sum + each * each, 0) / sound.length
  return 10 * Math.log10(power / 32_767 ** 2)
}

/** How like each sample is the one before it: 1 for a deep rumble, -1 for a hiss. */
function smoothness(sound: Int16Array): number {
  let [product, power] = [0, 0]
  for (let i = 1; i < sound.length; i++) {
    product += (sound[i] as number) * (sound[i - 1] as number)
    power += (sound[i] as number) ** 2
  }
  return product / power
}

test('noise is as loud as was said, whatever its spectrum (RFC 3389 §3.1)', () => {
  for (const level of [30, 45, 60]) {
    for (const spectrum of [[], [20], [230], [60, 140, 100, 160]]) {
      const found = levelOf(made(level, ...spectrum))
      assert.ok(Math.abs(found + level) < 1, `${level} dB, ${spectrum.join(' ')}: ${found}`)
    }
  }
  // The highest bit is not of the level; 127 is as good as silence.
  assert.ok(Math.abs(levelOf(made(0x80 | 40)) + 40) < 1)
  assert.ok(made(127).every((sample) => Math.abs(sample) <= 1))
})

test('reflection coefficients shape it: an all-pole filter of one is as smooth as its coefficient says (§3.2)', () => {
  for (const index of [20, 77, 127, 177, 234]) {
    const reflection = (258 * (index - 127)) / 32_768
    const found = smoothness(made(35, index))
    assert.ok(Math.abs(found + reflection) < 0.05, `${index}: ${found}, ${-reflection}`)
  }
})

test('whatever bytes come, it is no louder than full scale and does not stop', () => {
  for (let first = 0; first < 256; first += 15) {
    const sound = made(0, ...Array.from({ length: 20 }, (_, i) => (first + i * 37) & 0xff))
    assert.ok(sound.some((sample) => sample !== 0))
  }
})
