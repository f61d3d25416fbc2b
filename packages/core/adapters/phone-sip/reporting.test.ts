import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Settings } from '@openparley/contract'
import { readQualityReport } from '@openparley/protocols/quality'
import { Headers, type SipResponse } from '@openparley/protocols/sip'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { SipLink } from '../../links/sip/index.ts'
import type { Leg, Measured } from '../../services/media/port.ts'
import { Reporting } from './reporting.ts'

const heard = {
  loss: 0.05,
  discarded: 0.02,
  burstDensity: 0.33,
  gapDensity: 0.04,
  burstMs: 120,
  gapMs: 520,
  gapThreshold: 16,
  roundTripMs: 200,
  endSystemMs: 140,
  rating: 85,
  mosListening: 4.2,
  mosConversational: 4.1,
  concealment: 'standard',
  jitterBuffer: { kind: 'adaptive', rate: 0, nominalMs: 40, maximumMs: 80, mostMs: 120 },
} as const
const measured: Measured = {
  ssrc: 0x1a3b5c7d,
  remote: { address: '192.0.2.20', port: 5002, ssrc: 0x2468abcd },
  codec: { payloadType: 0, name: 'PCMU', clockRate: 8000 },
  packetMs: 20,
  jitterMs: 2,
  heard,
}
const bob = { number: 'bob', displayName: 'Bob', uri: 'sip:bob@example.net' }

interface Asked {
  readonly id: string
  readonly uri: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

function house(given: Partial<Settings> = {}, measures: () => Measured | undefined = () => measured) {
  const asked: Asked[] = []
  const clock = virtualClock()
  const link = {
    address: '"Alice" <sip:alice@example.com>',
    way: () => ({ hop: { transport: 'udp', address: '127.0.0.1', port: 5060 }, contact: '', localAddress: '' }),
    dialogOf: () => ({ callId: 'call-id', localTag: 'ours', remoteTag: 'theirs', remoteTarget: '' }),
    feed: (act: never) => asked.push(act),
  } as unknown as SipLink
  const leg = {
    local: { address: '192.0.2.10', port: 5000 },
    measured: async () => measures(),
  } as unknown as Leg
  const settings = { 'softphone.qualityReports': 'sip:collector@example.com', ...given } as Settings
  const wall = (): string => new Date(Date.UTC(2026, 0, 1) + clock.now()).toISOString()
  const world = { clock, dice: seededDice(1), wall }
  const reporting = new Reporting({ world, link: () => link, settings: () => settings })
  return {
    asked,
    clock,
    leg,
    reporting,
    settings,
    begin: (call = 'call_a') => {
      reporting.begin(call, bob, 'local')
      reporting.told({ type: 'connected', call }, 'out', async () => leg)
    },
    end: async (call = 'call_a') => {
      await reporting.ends(call, leg)
      reporting.told({ type: 'ended', call, end: { by: 'local' } }, 'out', async () => leg)
    },
  }
}

const response = (status: number): SipResponse => ({
  kind: 'response',
  status,
  reason: '',
  headers: new Headers(),
  body: new Uint8Array(0),
})

test('at the end of a call the collector is told of it, with what was measured', async () => {
  const { asked, clock, begin, end } = house()
  begin()
  clock.pass(139_000)
  await end()
  assert.equal(asked.length, 1)
  const [{ uri, headers, body }] = asked as [Asked]
  assert.equal(uri, 'sip:collector@example.com')
  assert.deepEqual(Object.fromEntries(headers), {
    Event: 'vq-rtcpxr',
    Expires: '0',
    'Content-Type': 'application/vq-rtcpxr',
  })
  const report = readQualityReport(body)
  const { local, ...who } = report as NonNullable<typeof report>
  assert.deepEqual(who, {
    kind: 'session',
    isLast: true,
    callId: 'call-id',
    localId: '"Alice" <sip:alice@example.com>',
    remoteId: '"Bob" <sip:bob@example.net>',
    originId: '"Alice" <sip:alice@example.com>',
    localAddress: { address: '192.0.2.10', port: 5000, ssrc: 0x1a3b5c7d },
    remoteAddress: { address: '192.0.2.20', port: 5002, ssrc: 0x2468abcd },
    localGroup: 'example.com',
    remoteGroup: 'example.net',
    dialog: { callId: 'call-id', toTag: 'theirs', fromTag: 'ours' },
  })
  assert.deepEqual([local.start, local.stop], ['2026-01-01T00:00:00Z', '2026-01-01T00:02:19Z'])
  assert.deepEqual(
    [local.codec, local.lossPercent, local.burstLossPercent, local.gapMs, local.mosConversational, local.jitterBuffer],
    ['PCMU', 5, 33, 520, 4.1, 3],
  )
})

test('nobody is told where no collector is set, where the call was not answered, or where nothing was heard', async () => {
  for (const { given, measures, answered } of [
    {
      given: { 'softphone.qualityReports': undefined } as unknown as Partial<Settings>,
      measures: () => measured,
      answered: true,
    },
    { given: {}, measures: () => measured, answered: false },
    { given: {}, measures: () => undefined, answered: true },
  ]) {
    const { asked, reporting, begin, end } = house(given, measures)
    if (answered) begin()
    else reporting.begin('call_a', bob, 'local')
    await end()
    assert.deepEqual(asked, [])
    await reporting.settled()
  }
})

test('in a call it is told as often as is set, and no more after the end', async () => {
  const { asked, clock, begin, end } = house({ 'softphone.qualityReports.everyS': 10 })
  begin()
  for (let second = 0; second < 35; second++) {
    clock.pass(1000)
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }
  await end()
  clock.pass(60_000)
  assert.deepEqual(
    asked.map(({ body }) => body.split('\r\n')[0]),
    ['VQIntervalReport', 'VQIntervalReport', 'VQIntervalReport', 'VQSessionReport: CallTerm'],
  )
})

test('a collector that takes no such events is asked no more, one that is overloaded is', async () => {
  const { asked, reporting, begin, end } = house()
  for (const [status, count] of [
    [503, 1],
    [489, 2],
    [200, 2],
  ] as const) {
    begin()
    await end()
    assert.equal(asked.length, count)
    reporting.answered(asked.at(-1)?.id ?? '', response(status))
  }
})

test('who closes waits until what is owed is answered, and no longer than a second', async () => {
  const { asked, clock, reporting, begin, end } = house()
  begin()
  const settled = new Array<string>()
  const first = reporting.settled().then(() => settled.push('answered'))
  await end()
  assert.equal(settled.length, 0)
  reporting.answered(asked[0]?.id ?? '', response(200))
  await first
  begin('call_b')
  await end('call_b')
  const second = reporting.settled().then(() => settled.push('given up'))
  clock.pass(1000)
  await second
  assert.deepEqual(settled, ['answered', 'given up'])
})
