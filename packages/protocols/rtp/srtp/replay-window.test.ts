import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { packetIndex, ReplayWindow, windowPackets } from './replay-window.ts'

const sequences = fc.integer({ min: 0, max: 0xffff })

test('the index of a packet is the one of its sequence number that is nearest to the highest (RFC 3711 §3.3.1)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), sequences, (highest, sequence) => {
      const index = packetIndex(highest, sequence)
      assert.equal(Math.abs(index - sequence) % 0x10000, 0)
      assert.ok(Math.abs(index - highest) <= 0x8000, `${index} is far from ${highest}`)
    }),
  )
})

test('half the way round counts as ahead in the lower half and as behind in the upper (appendix A)', () => {
  assert.equal(packetIndex(0x10000, 0x8000), 0x18000)
  assert.equal(packetIndex(0x10000, 0x8001), 0x8001)
  assert.equal(packetIndex(0x18000, 0), 0x10000)
  assert.equal(packetIndex(0x18001, 0), 0x20000)
})

test('the first packet has roll-over counter 0; there is no index before it and none past 48 bits', () => {
  assert.equal(packetIndex(-1, 0xffff), 0xffff)
  assert.ok(packetIndex(3, 0xfffe) < 0)
  assert.equal(packetIndex(2 ** 48 - 2, 0xffff), 2 ** 48 - 1)
  assert.ok(packetIndex(2 ** 48 - 1, 0) < 0)
})

test('a window judges each index as a plain set of all that was taken would', () => {
  const steps = fc.array(fc.integer({ min: -windowPackets - 5, max: windowPackets + 5 }), { maxLength: 200 })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), steps, (first, offsets) => {
      const window = new ReplayWindow()
      const taken = new Set<number>()
      window.take(first)
      taken.add(first)
      for (const offset of offsets) {
        const index = window.highest + offset
        const old = index < 0 || index <= window.highest - windowPackets
        const expected = old ? 'too-old' : taken.has(index) ? 'replayed' : 'fresh'
        assert.equal(window.judge(index), expected, `index ${index}, highest ${window.highest}`)
        if (expected !== 'fresh') continue
        window.take(index)
        taken.add(index)
      }
    }),
  )
})

test('what was skipped is fresh, however far the window moved and whatever was seen a window before', () => {
  for (let step = 2; step <= windowPackets + 2; step++) {
    const window = new ReplayWindow()
    for (let index = 0; index < windowPackets; index++) window.take(index)
    const index = windowPackets - 1 + step
    window.take(index)
    for (const skipped of [Math.max(windowPackets, index - windowPackets + 1), index - 1]) {
      assert.equal(window.judge(skipped), 'fresh', `step ${step}`)
    }
    assert.equal(window.judge(index), 'replayed')
  }
})
