import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readRtcp, writeRtcp } from './rtcp.ts'
import { readExtended, writeExtended } from './rtcp-xr.ts'
import { concealments, jitterBuffers, type VoipMetrics } from './voip-metrics.ts'

const metrics: VoipMetrics = {
  ssrc: 0x2468abcd,
  loss: 12 / 256,
  discarded: 5 / 256,
  burstDensity: 84 / 256,
  gapDensity: 10 / 256,
  burstMs: 120,
  gapMs: 520,
  gapThreshold: 16,
  roundTripMs: 200,
  endSystemMs: 140,
  signalDbm: -21,
  noiseDbm: -50,
  echoReturnLossDb: 55,
  rating: 85,
  externalRating: 90,
  mosListening: 4.2,
  mosConversational: 4.1,
  concealment: 'standard',
  jitterBuffer: { kind: 'adaptive', rate: 2, nominalMs: 40, maximumMs: 80, mostMs: 120 },
}

test('the blocks lie byte for byte as RFC 3611 §4.4, §4.5 and §4.7 draw them', () => {
  const report = {
    ssrc: 0x1a3b5c7d,
    reference: { seconds: 0xc0000001, fraction: 0x80000000 },
    receivers: [{ ssrc: 0x2468abcd, lastReport: 0x00018000, delaySinceLast: 0x00010000 }],
    metrics: [metrics],
  }
  const bytes = hex(`80cf0011 1a3b5c7d
    04000002 c0000001 80000000
    05000003 2468abcd 00018000 00010000
    07000008 2468abcd 0c05540a 00780208 00c8008c ebce3710 555a2a29 f2000028 00500078`)
  assert.deepEqual(writeExtended(report), bytes)
  assert.deepEqual(readExtended(bytes, 4, bytes.length), report)
})

test('what is not known is told as 127, and read as nothing', () => {
  const left = ['signalDbm', 'noiseDbm', 'rating', 'mosListening', 'externalRating']
  const few = Object.fromEntries(
    Object.entries(metrics).filter(([name]) => !left.includes(name)),
  ) as unknown as VoipMetrics
  const packet = writeExtended({ ssrc: 1, receivers: [], metrics: [few] })
  assert.deepEqual([packet[28], packet[29], packet[32], packet[33], packet[34]], [127, 127, 127, 127, 127])
  assert.deepEqual(readExtended(packet, 4, packet.length)?.metrics, [few])
})

test('any figures come back within a step of what the block can tell', () => {
  const share = fc.float({ min: 0, max: 1, noNaN: true })
  const ms = fc.integer({ min: 0, max: 0xffff })
  const some = fc.record({
    ssrc: fc.integer({ min: 0, max: 0xffffffff }),
    loss: share,
    discarded: share,
    burstDensity: share,
    gapDensity: share,
    burstMs: ms,
    gapMs: ms,
    gapThreshold: fc.integer({ min: 1, max: 255 }),
    roundTripMs: ms,
    endSystemMs: ms,
    concealment: fc.constantFrom(...concealments),
    jitterBuffer: fc.record({
      kind: fc.constantFrom(...jitterBuffers),
      rate: fc.integer({ min: 0, max: 15 }),
      nominalMs: ms,
      maximumMs: ms,
      mostMs: ms,
    }),
  })
  fc.assert(
    fc.property(some, (any) => {
      const one = structuredClone(any)
      const packet = writeExtended({ ssrc: 1, receivers: [], metrics: [one] })
      const [back] = readExtended(packet, 4, packet.length)?.metrics ?? []
      const { loss, discarded, burstDensity, gapDensity, ...exact } = one
      assert.deepEqual(
        { ...back, ...{ loss, discarded, burstDensity, gapDensity } },
        { ...exact, loss, discarded, burstDensity, gapDensity },
      )
      for (const name of ['loss', 'discarded', 'burstDensity', 'gapDensity'] as const)
        assert.ok(one[name] - (back?.[name] ?? -1) <= 1 / 255.99 && one[name] >= (back?.[name] ?? -1))
    }),
  )
})

test('an extended report goes along in a compound packet, before the goodbye', () => {
  const extended = { ssrc: 7, receivers: [], metrics: [metrics] }
  const packet = writeRtcp({ ssrc: 7, blocks: [] }, 'name', true, extended)
  assert.equal(packet.at(-7), 203)
  assert.deepEqual(readRtcp(packet), { reports: [{ ssrc: 7, blocks: [] }], goodbyes: [7], extended: [extended] })
})

test('blocks of other types, and of a length that their type cannot have, are passed over', () => {
  const packet = hex(
    '80cf000a 00000007 01000001 00000000 04000001 00000000 63000000 05000004 0000000a 0000000b 0000000c 00000000',
  )
  const receivers = [{ ssrc: 10, lastReport: 11, delaySinceLast: 12 }]
  assert.deepEqual(readExtended(packet, 4, packet.length), { ssrc: 7, receivers, metrics: [] })
})

test('a block that is longer than its packet spoils the extended report and not the others', () => {
  const good = writeRtcp({ ssrc: 7, blocks: [] }, 'name')
  const bad = hex('80cf0002 00000007 07000008')
  const packet = new Uint8Array([...good, ...bad])
  assert.deepEqual(readRtcp(packet), { reports: [{ ssrc: 7, blocks: [] }], goodbyes: [], extended: [] })
})

test('whatever comes is read without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      const extended = readExtended(bytes, 0, bytes.length)
      assert.ok(extended === undefined || extended.metrics.length + extended.receivers.length <= bytes.length / 12)
    }),
  )
})

function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'))
}
