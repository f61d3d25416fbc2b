import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ReplayWindow, replayWindow } from './replay-window.ts'

test('a packet is new once, in whatever order packets come within the window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff }),
      fc.shuffledSubarray([...Array(replayWindow).keys()], { minLength: 1 }),
      (first, order) => {
        const window = new ReplayWindow()
        for (const each of order) assert.equal(window.accept(7, (first + each) & 0xffff), true)
        for (const each of order) assert.equal(window.accept(7, (first + each) & 0xffff), false)
      },
    ),
  )
})

test('nothing is taken twice in three turns of the sequence number, whatever is replayed of the last half turn', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff }),
      fc.array(fc.integer({ min: 0, max: 0x7fff }), { minLength: 50, maxLength: 900, size: 'max' }),
      (first, back) => {
        const window = new ReplayWindow()
        for (let sent = 0; sent < 3 * 0x10000; sent++) {
          assert.equal(window.accept(1, (first + sent) & 0xffff), true, `packet ${sent}`)
          const ago = back[sent % 997]
          if (ago !== undefined && ago <= sent) {
            assert.equal(window.accept(1, (first + sent - ago) & 0xffff), false, `${ago} before packet ${sent}`)
          }
        }
      },
    ),
    { numRuns: 5 },
  )
})

test('two old packets in a row, which begin a source anew in RFC 3550 §A.1, are replayed ones here', () => {
  const window = new ReplayWindow()
  for (let sequence = 0; sequence < 10_000; sequence++) window.accept(1, sequence)
  assert.deepEqual(
    [100, 101, 102].map((sequence) => window.accept(1, sequence)),
    [false, false, false],
  )
  assert.equal(window.accept(1, 10_000), true)
})

test('what is older than the window is refused, seen or not', () => {
  const window = new ReplayWindow()
  window.accept(1, 1000)
  assert.equal(window.accept(1, 1000 - replayWindow), false)
  assert.equal(window.accept(1, 1000 - replayWindow + 1), true)
})

test('each source has its own window, and only so many are kept', () => {
  const window = new ReplayWindow()
  const taken = [...Array(20).keys()].map((ssrc) => window.accept(ssrc, 5))
  assert.deepEqual(
    taken,
    [...Array(20).keys()].map((ssrc) => ssrc < 8),
  )
  assert.equal(window.accept(0, 5), false)
  assert.equal(window.accept(0, 6), true)
})
