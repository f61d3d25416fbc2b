import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Pictures } from './video-pictures.ts'
import { Rewriting } from './video-rewriting.ts'

/** What comes out of packets of a source, each a sequence number and a time. */
function passed(
  out: Rewriting,
  ssrc: number,
  packets: readonly (readonly [number, number])[],
  nowMs: number,
): number[][] {
  return packets.flatMap(([sequence, timestamp]) =>
    out.take(ssrc, sequence, timestamp, nowMs) ? [[out.sequence, out.timestamp]] : [],
  )
}

test('what is lost stays a gap, and what was overtaken stays behind', () => {
  const out = new Rewriting(() => 100)
  const packets = [
    [65_534, 5000],
    [0, 8000],
    [65_535, 8000],
    [3, 14_000],
  ] as const
  const first = 101
  assert.deepEqual(passed(out, 1, packets, 10), [
    [first, 101],
    [first + 2, 3101],
    [first + 1, 3101],
    [first + 5, 9101],
  ])
})

test('another source goes on where the one before was, as much later as it came, and a last packet of the one before is passed over', () => {
  const out = new Rewriting(() => 0)
  passed(out, 1, [[10, 9000]], 1000)
  assert.deepEqual(passed(out, 2, [[40_000, 77]], 1500), [[2, 1 + 500 * 90]])
  assert.deepEqual(passed(out, 1, [[11, 9000]], 1501), [])
  assert.deepEqual(passed(out, 2, [[40_001, 77 + 3000]], 1533), [[3, 1 + 500 * 90 + 3000]])
})

test('after it has begun anew the same source goes on without a gap, whatever it counts by then', () => {
  const out = new Rewriting(() => 0)
  passed(out, 1, [[10, 9000]], 1000)
  out.begin()
  assert.deepEqual(passed(out, 1, [[500, 1]], 1020), [[2, 1 + 20 * 90]])
})

test('a packet that is not passed on leaves no gap', () => {
  const out = new Rewriting(() => 0)
  passed(out, 1, [[10, 0]], 0)
  out.skip(1, 11)
  // Of another source, and one that is not the next: nothing can be left out for them.
  out.skip(2, 12)
  out.skip(1, 99)
  assert.deepEqual(
    passed(out, 1, [[12, 0]], 0).map(([sequence]) => sequence),
    [2],
  )
})

test('whatever comes, numbers stay within their bits, and one source in order comes out in order', () => {
  fc.assert(
    fc.property(
      fc.nat(0xffff),
      fc.nat(0xffffffff),
      fc.array(fc.nat(5), { maxLength: 50 }),
      (sequence, timestamp, steps) => {
        const out = new Rewriting(() => 0xffffffff)
        let before: number | undefined
        let at = 0
        for (const step of [0, ...steps]) {
          at += step
          assert.ok(out.take(9, (sequence + at) & 0xffff, (timestamp + at * 3000) >>> 0, at))
          assert.ok(out.sequence >= 0 && out.sequence <= 0xffff && out.timestamp >= 0 && out.timestamp <= 0xffffffff)
          if (before !== undefined) assert.equal((out.sequence - before) & 0xffff, step)
          before = out.sequence
        }
      },
    ),
  )
})

test('a whole picture is asked for at once, then once a second at most, and what was asked meanwhile is not forgotten', () => {
  const pictures = new Pictures()
  assert.equal(pictures.due(0), false)
  pictures.ask()
  assert.equal(pictures.due(20), true)
  for (let n = 0; n < 10; n++) pictures.ask()
  assert.equal(pictures.due(1019), false)
  assert.equal(pictures.due(1020), true)
  assert.equal(pictures.due(5000), false)
  pictures.ask()
  pictures.forget()
  assert.equal(pictures.due(9000), false)
})
