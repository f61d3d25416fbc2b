import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readRtp, rtpView, writeRtpHeader } from './packet.ts'
import { EventSender } from './event-sender.ts'
import { rtcpInterval } from './rtcp-interval.ts'
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
  assert.deepEqual(read, { reports: [{ ssrc: 9, sender, blocks: [block] }], goodbyes: [9], extended: [] })
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

test('a packet is read field by field as RFC 3550 §5.1 draws it', () => {
  const packet = Uint8Array.from([0x80, 0x88, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef, 0xca, 0xfe, 0xba, 0xbe, 1, 2, 3])
  const view = rtpView()
  assert.equal(readRtp(packet, view), true)
  assert.deepEqual(view, {
    payloadType: 8,
    marker: true,
    sequence: 0x1234,
    timestamp: 0xdeadbeef,
    ssrc: 0xcafebabe,
    from: 12,
    to: 15,
  })
  for (const [what, bytes] of [
    ['version 1', [0x40, ...packet.subarray(1)]],
    ['a header cut short', [...packet.subarray(0, 11)]],
    ['fifteen sources and none there', [0x8f, ...packet.subarray(1)]],
    ['an extension that is not there', [0x90, ...packet.subarray(1)]],
    ['an extension past the end', [0x90, ...packet.subarray(1, 12), 0, 0, 0, 9, 0, 0, 0, 0]],
    ['more padding than payload', [0xa0, ...packet.subarray(1, 14), 200]],
    ['a sender report', [0x80, 200, ...packet.subarray(2)]],
  ] as const) {
    assert.equal(readRtp(Uint8Array.from(bytes), view), false, what)
  }
})

test('a sender report is read from the bytes that RFC 3550 §6.4.1 draws', () => {
  const packet = Uint8Array.from(
    (
      '81c8000c 11111111 b44db705 20000000 00000100 00000002 00000140 ' +
      '22222222 40fffffe 00012345 00000010 b7052000 00054000 ' +
      '81ca0003 11111111 01036140 62000000 81cb0001 11111111'
    )
      .replaceAll(' ', '')
      .match(/../g) as string[],
    (byte) => Number.parseInt(byte, 16),
  )
  const read = readRtcp(packet)
  assert.deepEqual(read, {
    reports: [
      {
        ssrc: 0x11111111,
        sender: { seconds: 0xb44db705, fraction: 0x20000000, timestamp: 256, packets: 2, bytes: 320 },
        blocks: [
          {
            ssrc: 0x22222222,
            fractionLost: 64,
            lost: -2,
            extendedHighest: 0x12345,
            jitter: 16,
            lastReport: 0xb7052000,
            delaySinceLast: 0x00054000,
          },
        ],
      },
    ],
    goodbyes: [0x11111111],
    extended: [],
  })
  const report = read?.reports[0]
  assert.ok(report)
  assert.deepEqual([...writeRtcp(report, 'a@b', true)], [...packet])
})

test('the round trip of the RFC’s own example is 6.125 s (§6.4.1, figure 2)', () => {
  const block = {
    ssrc: 1,
    fractionLost: 0,
    lost: 0,
    extendedHighest: 0,
    jitter: 0,
    lastReport: 0xb7052000,
    delaySinceLast: 0x00054000,
  }
  assert.equal(roundTripMs(block, 0xb7108000), 6125)
  assert.equal(roundTripMs({ ...block, lastReport: 0 }, 0xb7108000), undefined)
})

test('a packet far out of sequence is not taken; two in a row are a source that has begun anew (§A.1)', () => {
  const source = new Source(1, 8000)
  for (let n = 0; n < 10; n++) assert.equal(source.take(n, n * 160, n * 20), true)
  assert.equal(source.take(30_000, 0, 200), false)
  assert.equal(source.take(10, 1600, 200), true)
  assert.deepEqual([source.received, source.lost], [11, 0])
  assert.equal(source.take(40_000, 0, 220), false)
  assert.equal(source.take(40_001, 160, 240), true)
  assert.deepEqual([source.received, source.lost], [12, 0])
  assert.equal(source.extendedHighest, 40_001)
})

test('jitter does not notice that the timestamp wraps', () => {
  const source = new Source(1, 8000)
  for (let n = 0; n < 100; n++) source.take(n, (2 ** 32 - 8000 + n * 160) >>> 0, n * 20)
  assert.equal(source.jitterMs, 0)
})

test('reports of two come every 5 s, between half and one and a half of it, sooner the first time (§6.2)', () => {
  const session = { members: 2, senders: 2, weSent: true, bandwidth: 500, averageBytes: 120, initial: false }
  const compensation = Math.E - 1.5
  const at = (roll: number, changed: Partial<typeof session> = {}): number =>
    Math.round(rtcpInterval({ ...session, ...changed }, { roll: () => roll }) * compensation)
  assert.deepEqual([at(0), at(0.5), at(0.999)], [2500, 5000, 7495])
  assert.equal(at(0.5, { initial: true }), 2500)
  // A hundred listeners share three quarters of the bandwidth: 99 × 120 / 375 s.
  assert.equal(at(0.5, { members: 100, senders: 1, weSent: false }), 31_680)
  // And the one who speaks has a quarter: 120 / 125 s, so the minimum holds.
  assert.equal(at(0.5, { members: 100, senders: 1 }), 5000)
})

test('a key is sent as RFC 4733 §2.5.1 says: marker first, the duration grows, the end three times; a comma waits', () => {
  const sender = new EventSender(8000, 20)
  sender.add('5,#', 60)
  const payload = new Uint8Array(4)
  const sent: (string | undefined)[] = []
  for (let beat = 0; beat < 66; beat++) {
    const is = sender.next(payload, 0, beat * 160)
    sent.push(is ? `${Buffer.from(payload).toString('hex')}@${sender.timestamp}${sender.first ? ' M' : ''}` : undefined)
  }
  assert.deepEqual(sent.slice(0, 6), [
    '050a00a0@0 M',
    '050a0140@0',
    '058a01e0@0',
    '058a01e0@0',
    '058a01e0@0',
    undefined,
  ])
  // Four beats between keys, and fifty for the comma.
  const second = sent.findLastIndex((what) => what?.endsWith(' M'))
  assert.equal(second, 5 + 4 + 50)
  assert.equal(sent[second], `0b0a00a0@${second * 160} M`)
  assert.equal(sender.busy, true)
})

test('events that are no keys (flash, tones) are not told as keys', () => {
  const told: string[] = []
  const receiver = new EventReceiver(8000, (key) => told.push(key))
  receiver.take(Uint8Array.from([16, 0x8a, 3, 32]), 0, 4, 0, 0)
  receiver.take(Uint8Array.from([5, 0x8a, 3]), 0, 3, 160, 0)
  assert.deepEqual(told, [])
  receiver.take(Uint8Array.from([5, 0x8a, 3, 32]), 0, 4, 320, 0)
  assert.deepEqual(told, ['5'])
})
