import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estimateMos, rating } from './quality.ts'

test('without loss and delay the rating is G.107’s 93.2, a MOS of 4.41', () => {
  assert.equal(rating({ loss: 0, delayMs: 0 }), 93.2)
  assert.equal(estimateMos({ loss: 0, delayMs: 0 }), 4.41)
})

test('the estimate falls with loss, with loss in bursts, and with delay', () => {
  const falls = (figures: readonly number[]): void => {
    for (const [i, figure] of figures.entries())
      assert.ok(i === 0 || figure < (figures[i - 1] as number), String(figures))
  }
  falls([0, 0.01, 0.05, 0.1, 0.2].map((loss) => estimateMos({ loss, delayMs: 50 })))
  falls([1, 2, 4].map((burstRatio) => estimateMos({ loss: 0.05, burstRatio, delayMs: 50 })))
  falls([0, 150, 250, 400].map((delayMs) => estimateMos({ loss: 0, delayMs })))
})

test('the equipment’s part is G.107’s equation 7-29 with G.113’s Bpl of 25.1', () => {
  assert.ok(Math.abs(rating({ loss: 0.05, delayMs: 0 }) - (93.2 - (95 * 5) / (5 + 25.1))) < 1e-9)
  assert.ok(Math.abs(rating({ loss: 0.1, burstRatio: 2, delayMs: 0 }) - (93.2 - (95 * 10) / (10 / 2 + 25.1))) < 1e-9)
})

test('MOS stays between 1 and 4.5 whatever the figures', () => {
  assert.equal(estimateMos({ loss: 1, delayMs: 1000 }), 1)
  assert.equal(estimateMos({ loss: 7, delayMs: 1e9 }), 1)
  assert.ok(estimateMos({ loss: -1, delayMs: 0 }) <= 4.5)
})
