import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readRtp, rtpView, writeRtpHeader } from './packet.ts'
import { ntpTime, readRtcp, roundTripMs, writeRtcp } from './rtcp.ts'
import { Source } from './source.ts'
import { EventReceiver, keys, writeEvent } from './telephone-event.ts'

test('a header that is written is read again, whatever its fields', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 127 }).filter((type) => type < 72 || type > 76),
      fc.boolean(),
      fc.integer({ min: 0, max: 65_535 }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (payloadType, marker, sequence, timestamp, ssrc) => {
        const packet = new Uint8Array(20)
        writeRtpHeader(packet, payloadType, marker, sequence, timestamp, ssrc)
        const view = rtpView()
        assert.equal(readRtp(packet, view), true)
        assert.deepEqual(view, { payloadType, marker, sequence, timestamp, ssrc, from: 12, to: 20 })
      },
    ),
  )
})

test('contributing sources, an extension and padding are stepped over (RFC 3550 §5.1, §5.3.1)', () => {
  const packet = Uint8Array.from([
    0xb1, 0x00, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 7, 7, 7, 7, 42, 43, 0, 0, 3,
  ])
  const view = rtpView()
  assert.equal(readRtp(packet, view), true)
  assert.deepEqual([...packet.subarray(view.from, view.to)], [42, 43])
})

test('random bytes are judged without an exception and never point outside the packet', () => {
  const view = rtpView()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      if (readRtp(bytes, view)) assert.ok(view.from <= view.to && view.to <= bytes.length)
      readRtcp(bytes)
    }),
  )
})

test('loss counts what is missing between the first and the highest, over the wrap of the sequence number', () => {
  const source = new Source(1, 8000)
  const sent = Array.from({ length: 1000 }, (_, i) => 65_000 + i)
  for (const n of sent) if (n % 10 !== 3) source.take(n & 0xffff, n * 160, n * 20)
  assert.equal(source.received, 900)
  assert.equal(source.lost, 100)
  assert.equal(source.fractionLost(), Math.floor(25.6))
})

test('jitter is nothing on a steady stream and follows RFC 3550 §A.8 on an uneven one', () => {
  const steady = new Source(1, 8000)
  for (let i = 0; i < 100; i++) steady.take(i, i * 160, i * 20)
  assert.equal(steady.jitterMs, 0)
  const uneven = new Source(1, 8000)
  let expected = 0
  for (let i = 0; i < 100; i++) {
    uneven.take(i, i * 160, i * 20 + (i % 2) * 8)
    if (i > 0) expected += (8 - expected) / 16
  }
  assert.ok(Math.abs(uneven.jitterMs - expected) < 1e-9)
})

test('a report is read as it was written, with loss below zero, and the round trip comes out', () => {
  const sent = ntpTime(1_700_000_000_000)
  const block = {
    ssrc: 7,
    fractionLost: 12,
    lost: -3,
    extendedHighest: 70_000,
    jitter: 55,
    lastReport: sent.middle,
    delaySinceLast: 65_536,
  }
  const sender = { seconds: 1, fraction: 2, timestamp: 3, packets: 4, bytes: 5 }
  const read = readRtcp(writeRtcp({ ssrc: 9, sender, blocks: [block] }, 'name@host', true))
  assert.deepEqual(read, { reports: [{ ssrc: 9, sender, blocks: [block] }], goodbyes: [9] })
  const trip = roundTripMs(block, ntpTime(1_700_000_001_040).middle) as number
  assert.ok(Math.abs(trip - 40) < 0.1, String(trip))
})

test('each key is told once with its length, whichever of its packets are lost', () => {
  for (let lost = 0; lost < 64; lost++) {
    const told: [string, number][] = []
    const receiver = new EventReceiver(8000, (key, ms) => told.push([key, ms]))
    const payload = new Uint8Array(4)
    let now = 0
    for (const [place, key] of ['1', '1', '#'].entries()) {
      for (let i = 0; i < 6; i++) {
        now += 20
        writeEvent(payload, 0, key, i >= 3, Math.min(i + 1, 4) * 160)
        if (!(lost & (1 << i)) || i === 2) receiver.take(payload, 0, 4, 1000 + place * 2000, now)
      }
    }
    receiver.wake(now + 1000)
    assert.deepEqual(
      told.map(([key]) => key),
      ['1', '1', '#'],
      `lost ${lost}`,
    )
  }
  assert.equal(keys.length, 16)
})
