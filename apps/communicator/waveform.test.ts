import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barsOf, pathOf } from './waveform.ts'

test('each bar is the loudest of its part, the loudest of all is 1, and every sample counts once', () => {
  const samples = Float32Array.from([0, 0.1, -0.5, 0.2, 0.25, 0])
  assert.deepEqual(
    barsOf(samples, 3).map((bar) => Number(bar.toFixed(3))),
    [0.2, 1, 0.5],
  )
})

test('silence is flat, also where a codec hums, and so is what is no sound at all', () => {
  assert.deepEqual(barsOf(new Float32Array(100), 4), [0, 0, 0, 0])
  assert.deepEqual(barsOf(new Float32Array(100).fill(0.001), 2), [0, 0])
  assert.deepEqual(barsOf(new Float32Array(0), 2), [0, 0])
})

test('a sound with fewer samples than bars has as many bars all the same', () => {
  assert.equal(barsOf(Float32Array.from([0.5]), 4).length, 4)
})

test('a bar is drawn about the middle, and a silent one is seen', () => {
  assert.equal(pathOf([1, 0]), 'M0.2 0.00h.6v2.00h-.6zM1.2 0.96h.6v0.08h-.6z')
})
