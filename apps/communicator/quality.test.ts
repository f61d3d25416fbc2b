import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Statistics } from '@openparley/sdk/browser'
import { lossOf, qualityOf } from './quality.ts'

const clean: Statistics = {
  packetsSent: 100,
  packetsReceived: 100,
  packetsLost: 0,
  packetsLate: 0,
  jitterMs: 1,
  roundTripMs: 20,
  mos: 4.4,
}
const later = (change: Partial<Statistics>): Statistics => ({ ...clean, packetsReceived: 200, ...change })

test('a score is said in the word of its step in table B.1 of G.107', () => {
  const words = [4.41, 4.34, 4.33, 4.03, 4.02, 3.6, 3.59, 3.1, 3.09, 1].map((mos) => qualityOf({ ...clean, mos }).word)
  assert.deepEqual(words, ['excellent', 'excellent', 'good', 'good', 'fair', 'fair', 'poor', 'poor', 'bad', 'bad'])
})

test('before anything was heard there is no word, and no reason is made up', () => {
  const { mos: _, ...unheard } = clean
  assert.deepEqual(qualityOf({ ...unheard, packetsReceived: 0 }), {})
})

test('a good call has no reason to be told', () => {
  assert.deepEqual(qualityOf(later({ packetsLost: 1, mos: 4.2 }), clean), { word: 'good' })
})

test('the reason is what takes most away: lost packets, late packets, or the way', () => {
  assert.deepEqual(qualityOf(later({ packetsLost: 25, mos: 3 }), clean).reason, { is: 'loss', share: 0.2 })
  assert.deepEqual(qualityOf(later({ packetsLate: 25, packetsLost: 2, jitterMs: 61.4, mos: 3 }), clean).reason, {
    is: 'jitter',
    ms: 61,
  })
  assert.deepEqual(qualityOf(later({ roundTripMs: 900, packetsLost: 1, mos: 3 }), clean).reason, {
    is: 'delay',
    ms: 900,
  })
})

test('what was lost long ago is not the reason now', () => {
  const before = { ...clean, packetsLost: 500 }
  assert.deepEqual(qualityOf(later({ packetsLost: 500, roundTripMs: 800, mos: 3 }), before).reason, {
    is: 'delay',
    ms: 800,
  })
})

test('a call of which nothing more comes is told as silent, however good it was', () => {
  assert.deepEqual(qualityOf(clean, clean), { word: 'excellent', reason: { is: 'silent' } })
})

test('what came too late counts as not played, and there is no more than all', () => {
  assert.equal(lossOf({ ...clean, packetsReceived: 90, packetsLost: 10, packetsLate: 5 }), 0.15)
  assert.equal(lossOf({ ...clean, packetsReceived: 0, packetsLost: 10, packetsLate: 5 }), 1)
})
