import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Hop, Headers } from '@openparley/protocols/sip'
import { readSettings } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import { keepingAlive } from './keeping-alive.ts'
import { outboundFields, readOutbound } from './outbound.ts'

const tcp: Hop = { transport: 'tcp', address: '10.0.0.1', port: 5060 }
const udp: Hop = { ...tcp, transport: 'udp' }

function watched(everyS?: number) {
  const clock = virtualClock()
  const pings: number[] = []
  const dead: string[] = []
  const server = { answers: true, isRefused: false }
  const alive = keepingAlive({
    world: { clock, dice: seededDice(1) },
    everyS,
    ping: (hop) => {
      pings.push(clock.now())
      if (server.answers) clock.at(clock.now() + 20, () => alive.pong(hop))
    },
    isRefused: async () => server.isRefused,
    dead: (_, { code }) => dead.push(`${code} ${Math.round(clock.now() / 1000)}`),
  })
  return { alive, clock, pings, dead, server }
}

test('a connection is tried every 95 to 119 s, and a way by datagrams every 23 to 29 s', () => {
  for (const [hop, least, most] of [
    [tcp, 95_000, 119_000],
    [udp, 23_000, 29_000],
  ] as const) {
    const { alive, clock, pings } = watched()
    alive.begin(hop, undefined)
    clock.pass(3_600_000)
    const gaps = pings.map((at, i) => at - (pings[i - 1] ?? 0))
    assert.ok(gaps.length > 20 && gaps.every((gap) => gap >= least && gap <= most), String(gaps))
    assert.ok(new Set(gaps).size > 10, 'not all of many at once')
  }
})

test('what the server says of how often comes first, and 0 in the settings is never', () => {
  const said = watched(600)
  said.alive.begin(tcp, 30)
  said.clock.pass(31_000)
  assert.equal(said.pings.length, 1)
  const never = watched(0)
  never.alive.begin(tcp, 30)
  never.clock.pass(3_600_000)
  assert.equal(never.clock.pending, 0)
})

test('who has answered and answers no more is dead ten seconds later, and who never has is left in peace', () => {
  const { alive, clock, dead, server } = watched(60)
  alive.begin(tcp, undefined)
  clock.pass(61_000)
  server.answers = false
  clock.pass(71_000)
  assert.equal(dead.length, 1)
  assert.match(dead[0] as string, /^server-silent /)
  const mute = watched(60)
  mute.server.answers = false
  mute.alive.begin(tcp, undefined)
  mute.clock.pass(3_600_000)
  assert.deepEqual(mute.dead, [])
})

test('who names a time answers within it from the first on', () => {
  const { alive, clock, dead, server } = watched()
  server.answers = false
  alive.begin(tcp, 120)
  clock.pass(131_000)
  assert.equal(dead.length, 1)
})

test('a datagram to where nobody listens any more is told at once', async () => {
  const { alive, clock, dead, server } = watched()
  alive.begin(udp, undefined)
  clock.pass(60_000)
  await Promise.resolve()
  server.isRefused = true
  clock.pass(29_000)
  await Promise.resolve()
  assert.equal(dead.length, 1)
  assert.match(dead[0] as string, /^server-refused /)
  alive.stop()
  assert.equal(clock.pending, 0)
})

test('a registrar is told which device it is, the same after each start, and another for another person', () => {
  const settings = readSettings({ 'softphone.servers': 'sip:example.com', 'softphone.user': 'alice' })
  const { contact, supported } = outboundFields(settings, 'sip:alice@example.com')
  assert.match(
    contact,
    /^;\+sip\.instance="<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>";reg-id=1$/,
  )
  assert.deepEqual(supported, ['path', 'outbound'])
  assert.deepEqual(outboundFields(settings, 'sip:alice@example.com').contact, contact)
  assert.notEqual(outboundFields(settings, 'sip:bob@example.com').contact, contact)
  const own = { ...settings, 'softphone.instance': '00000000-0000-1000-8000-000A95A0E128' }
  assert.match(outboundFields(own, 'sip:alice@example.com').contact, /00000000-0000-1000-8000-000A95A0E128/)
  assert.deepEqual(outboundFields({ ...settings, 'softphone.outbound': 'off' }, 'sip:alice@example.com'), {
    contact: '',
    supported: [],
  })
})

test('whether the registrar took it stands in what it requires, and how often it wants to hear from us beside it', () => {
  const said = (fields: Record<string, string>): Headers =>
    new Headers(Object.entries(fields).map(([name, value]) => ({ name, value })))
  assert.deepEqual(readOutbound(said({ Require: 'path, outbound', 'Flow-Timer': '120' })), {
    isTaken: true,
    flowTimerS: 120,
  })
  assert.deepEqual(readOutbound(said({ Supported: 'outbound', 'Flow-Timer': 'soon' })), {
    isTaken: false,
    flowTimerS: undefined,
  })
})
