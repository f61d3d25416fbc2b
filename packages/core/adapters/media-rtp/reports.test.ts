import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRtcp, Source } from '@openparley/protocols/rtp'
import { Reports } from './reports.ts'

test('two sides that report to one another know the round trip and what the other lost', () => {
  const [here, there] = [new Reports(1, () => 77), new Reports(2, () => 78)]
  const heardThere = new Source(1, 8000)
  for (const n of [1, 2, 3, 5, 6, 7, 8, 9, 10]) heardThere.take(n, n * 160, n * 20)
  const sent = { packets: 10, bytes: 1600, timestamp: 1600 }
  // 30 ms there, 400 ms until the other side reports, 50 ms back.
  there.read(here.write(sent, undefined, 1000, false), 1030)
  here.read(there.write({ packets: 0, bytes: 0, timestamp: 0 }, heardThere, 1430, false), 1480)
  assert.ok(Math.abs((here.roundTripMs ?? 0) - 80) < 0.1, String(here.roundTripMs))
  assert.equal(here.remoteLost, 1)
  assert.equal(there.remoteLost, undefined)
})

test('who has not sent reports as a receiver, who has as a sender; the last report says goodbye', () => {
  const reports = new Reports(5, () => 1)
  const idle = readRtcp(reports.write({ packets: 0, bytes: 0, timestamp: 9 }, undefined, 0, false))
  assert.equal(idle?.reports[0]?.sender, undefined)
  const sending = readRtcp(reports.write({ packets: 3, bytes: 480, timestamp: 9 }, undefined, 0, true))
  assert.deepEqual(
    [sending?.reports[0]?.sender?.packets, sending?.reports[0]?.sender?.bytes, sending?.goodbyes],
    [3, 480, [5]],
  )
})

test('in ten minutes of a call a report is sent every 2 to 6.2 s, and about every 4.1', () => {
  let state = 1
  const reports = new Reports(1, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  })
  const gaps: number[] = []
  let gap = 0
  for (let beat = 0; beat < 30_000; beat++) {
    gap += 20
    if (!reports.due({ packets: 1, bytes: 1, timestamp: 1 }, undefined)) continue
    gaps.push(gap)
    gap = 0
  }
  assert.ok((gaps[0] as number) < 3100)
  assert.ok(
    gaps.slice(1).every((each) => each >= 2040 && each <= 6180),
    String(gaps),
  )
  const mean = gaps.slice(1).reduce((sum, each) => sum + each, 0) / (gaps.length - 1)
  assert.ok(Math.abs(mean - 5000 / (Math.E - 1.5)) < 300, String(mean))
})

test('what is no RTCP, and reports about others, are passed over', () => {
  const reports = new Reports(1, () => 1)
  reports.read(Uint8Array.from([1, 2, 3]), 0)
  const others = new Source(99, 8000)
  others.take(1, 1, 1)
  reports.read(new Reports(3, () => 1).write({ packets: 1, bytes: 1, timestamp: 1 }, others, 0, false), 0)
  assert.equal(reports.roundTripMs, undefined)
  assert.equal(reports.remoteLost, undefined)
})

test('two sides of whom one only listens both know the round trip, by reference times (RFC 3611 §4.4)', () => {
  const [listener, speaker] = [new Reports(1, () => 77), new Reports(2, () => 78)]
  for (const each of [listener, speaker]) each.want({ voipMetrics: true, roundTrip: 'all' })
  const [nothing, some] = [
    { packets: 0, bytes: 0, timestamp: 0 },
    { packets: 10, bytes: 1600, timestamp: 1600 },
  ]
  speaker.read(listener.write(nothing, undefined, 1000, false), 1020)
  const answer = speaker.write(some, undefined, 1520, false)
  listener.read(answer, 1550)
  assert.ok(Math.abs((listener.roundTripMs ?? 0) - 50) < 0.1, String(listener.roundTripMs))
  // It is answered once.
  assert.deepEqual(readRtcp(answer)?.extended[0]?.receivers.length, 1)
  assert.deepEqual(readRtcp(speaker.write(some, undefined, 2000, false))?.extended, [])
})

test('who wants only senders to answer gets no answer from a listener, and who wants nothing gets nothing more', () => {
  const [asking, silent] = [new Reports(1, () => 77), new Reports(2, () => 78)]
  const nothing = { packets: 0, bytes: 0, timestamp: 0 }
  assert.deepEqual(readRtcp(asking.write(nothing, undefined, 0, false))?.extended, [])
  asking.want({ voipMetrics: false, roundTrip: 'all' })
  silent.want({ voipMetrics: false, roundTrip: 'sender' })
  silent.read(asking.write(nothing, undefined, 1000, false), 1020)
  assert.deepEqual(readRtcp(silent.write(nothing, undefined, 2000, false))?.extended[0]?.receivers, [])
})
