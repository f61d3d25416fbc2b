import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { JitterBuffer, lost, slotBytes, waiting } from './jitter-buffer.ts'

/** A buffer whose packets bear their number, from a timestamp just before its wrap. */
function numbered(first: number = 2 ** 32 - 800) {
  const buffer = new JitterBuffer()
  const packet = new Uint8Array(160)
  return {
    buffer,
    put: (n: number): void => {
      packet[0] = n >> 8
      packet[1] = n & 0xff
      buffer.put((first + n * 160) >>> 0, packet, 0, 160, 160)
    },
    take: (): number | 'waiting' | 'lost' => {
      const slot = buffer.take()
      if (slot === waiting) return 'waiting'
      if (slot === lost) return 'lost'
      return ((buffer.data[slot * slotBytes] as number) << 8) | (buffer.data[slot * slotBytes + 1] as number)
    },
  }
}

test('what comes in disorder is played in order over the wrap of the timestamp, what is lost and what is late is told', () => {
  const { buffer, put, take } = numbered()
  assert.equal(take(), 'waiting')
  put(2)
  put(1)
  put(4)
  assert.deepEqual([take(), take(), take(), take()], [1, 2, 'lost', 4])
  put(3)
  assert.equal(buffer.late, 1)
  assert.equal(take(), 'lost')
  put(6)
  assert.deepEqual([take()], [6])
})

test('a lost packet takes its time: what follows is played when it would have been', () => {
  const { put, take } = numbered()
  const played: (number | string)[] = []
  for (let n = 0; n < 40; n++) {
    if (n % 7 < 4) put(n)
    played.push(take())
  }
  // One packet is held back, so packet n is played at turn n + 1.
  for (let n = 0; n < 39; n++) assert.equal(played[n + 1], n % 7 < 4 ? n : 'lost', `turn ${n + 1}`)
})

test('one late packet changes nothing; many late ones make the delay grow until none is late; time in hand lets it shrink', () => {
  const { buffer, put, take } = numbered()
  let turn = 0
  const run = (turns: number, delay: (n: number) => number): { lost: number; held: number } => {
    let missing = 0
    const due = new Map<number, number[]>()
    for (const end = turn + turns; turn < end; turn++) {
      const at = turn + delay(turn)
      due.set(at, [...(due.get(at) ?? []), turn])
      for (const n of due.get(turn) ?? []) put(n)
      if (typeof take() === 'string') missing++
    }
    for (const [at, ns] of due) if (at >= turn) for (const n of ns) put(n)
    return { lost: missing, held: buffer.held }
  }
  run(200, () => 0)
  assert.deepEqual(
    run(100, (n) => (n === 250 ? 2 : 0)),
    { lost: 1, held: 1 },
  )
  const rough = (n: number): number => (n % 5 === 0 ? 4 : n % 5 === 1 ? 3 : 0)
  run(300, rough)
  const { late } = buffer
  assert.ok(run(200, rough).lost <= 1, 'it has grown')
  assert.ok(buffer.late - late <= 1)
  const grown = buffer.held
  assert.ok(grown >= 3, `held ${grown}`)
  run(3000, () => 0)
  assert.equal(buffer.held, 1)
  assert.equal(run(200, () => 0).lost, 0)
})

test('when the delay shrinks, the packet after what was left out says so', () => {
  const { buffer, put, take } = numbered()
  for (let n = 0; n < 4; n++) put(n)
  let joins = 0
  let before = -1
  for (let n = 4; n < 1200; n++) {
    const now = take()
    assert.equal(typeof now, 'number')
    assert.equal(now as number, before + (buffer.joined ? 2 : 1))
    if (buffer.joined) joins++
    before = now as number
    put(n)
  }
  assert.ok(joins >= 1 && joins <= 3, `joined ${joins} times`)
})

test('a pause of the speaker (silence suppressed) is no loss, and after it playing begins anew', () => {
  const { buffer, put, take } = numbered()
  put(0)
  put(1)
  assert.deepEqual([take(), take()], [0, 1])
  const pause = Array.from({ length: 200 }, take)
  assert.ok(pause.filter((what) => what === 'lost').length <= 10)
  put(202)
  assert.equal(take(), 'waiting')
  put(203)
  assert.deepEqual([take(), take()], [202, 203])
  assert.equal(buffer.late, 0)
})

test('a leap of the timestamp, forward or back, begins anew', () => {
  for (const leap of [100_000, -100_000]) {
    const { put, take } = numbered()
    for (const n of [0, 1, 2]) put(n)
    assert.equal(take(), 0)
    put(leap)
    put(leap + 1)
    assert.deepEqual([take(), take()], [leap & 0xffff, (leap + 1) & 0xffff], `leap ${leap}`)
  }
})

test('whatever comes, no packet is played twice and memory is bounded', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 400 }), (acts) => {
      const { buffer, put, take } = numbered(1000)
      const played = new Set<number>()
      for (const act of acts) {
        if (act >= 0) {
          put(act)
          continue
        }
        const now = take()
        // After a pause everything begins anew: what came before is forgotten.
        if (now === 'waiting' && played.size > 0) return
        if (typeof now !== 'number') continue
        assert.ok(!played.has(now), `${now} twice`)
        played.add(now)
      }
      assert.ok(buffer.held <= 64)
      assert.equal(buffer.data.length, 64 * slotBytes)
    }),
    { seed: 1, numRuns: 500 },
  )
})
