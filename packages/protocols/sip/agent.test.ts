import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forSeeds, type Link, seededDice, virtualNetwork } from '@openparley/testkit'
import { Agent } from './agent.ts'
import type { AgentEffect, AgentInput, AgentOptions, SessionEvent } from './agent-types.ts'
import type { SipMessage } from './message.ts'
import { parseMessage } from './parse.ts'
import type { Hop } from './transactions.ts'
import { writeMessage } from './write.ts'

/** Two agents on one wire of bytes. Everything follows from the seed. */
function wire(seed: number, link: Link = {}, more: Partial<AgentOptions> = {}) {
  const dice = seededDice(seed)
  const told: Record<string, { session: string; event: SessionEvent }[]> = { a: [], b: [] }
  const hops: Record<string, Hop> = {
    a: { transport: 'udp', address: '10.0.0.1', port: 5060 },
    b: { transport: 'udp', address: '10.0.0.2', port: 5060 },
  }
  const log: string[] = []
  const sent: SipMessage[] = []
  const make = (name: string): Agent =>
    new Agent({
      dice,
      sentBy: () => `${hops[name]?.address}:5060`,
      contact: () => `sip:${name}@${hops[name]?.address}:5060`,
      userAgent: 'test',
      ringMs: () => 60_000,
      sessionExpiresS: () => 1800,
      mostSessions: 100,
      ...more,
    })
  const agents: Record<string, Agent> = { a: make('a'), b: make('b') }
  const perform = (name: string, effect: AgentEffect): void => {
    if (effect.type === 'session') told[name]?.push({ session: effect.session, event: effect.event })
    if (effect.type !== 'send') return
    const { message, hop } = effect
    sent.push(message)
    log.push(`${network.now()} ${name} ${message.kind === 'request' ? message.method : message.status}`)
    const read = parseMessage(writeMessage(message))
    assert(read.kind !== 'malformed')
    network.send(hop.address === '10.0.0.1' ? 'a' : 'b', { type: 'received', message: read, hop: hops[name] as Hop })
  }
  const network = virtualNetwork<AgentInput, AgentEffect>(agents, perform, dice.roll, link)
  const { feed, run, now } = network
  const events = (name: string, type: SessionEvent['type']): { session: string; event: SessionEvent }[] =>
    (told[name] ?? []).filter(({ event }) => event.type === type)
  const invite = (session = 'one'): void =>
    feed('a', {
      type: 'invite',
      session,
      uri: 'sip:b@10.0.0.2:5060',
      from: '<sip:a@10.0.0.1>',
      to: '<sip:b@10.0.0.2>',
      body: 'v=0 offer',
      contact: 'sip:a@10.0.0.1:5060',
    })
  return { agents, feed, run, events, told, log, sent, invite, now }
}

const incoming = (w: ReturnType<typeof wire>): string => w.events('b', 'incoming')[0]?.session as string

test('an unanswered INVITE goes out seven times, at the times of RFC 3261 §17.1.1.2, and ends at 32 s', () => {
  const w = wire(1, { loss: 1 })
  w.invite()
  w.run(60_000)
  assert.deepEqual(
    w.log.map((line) => line.split(' ')[0]),
    ['0', '500', '1500', '3500', '7500', '15500', '31500'],
  )
  assert.deepEqual(
    w.events('a', 'ended').map(({ event }) => event.type === 'ended' && event.cause),
    [{ is: 'timeout' }],
  )
})

test('a call is made, answered, and ended by the caller; nothing is left behind', () => {
  const w = wire(2)
  w.invite()
  w.run(1000)
  const session = incoming(w)
  w.feed('b', { type: 'ring', session })
  w.run(2000)
  w.feed('b', { type: 'accept', session, body: 'v=0 answer' })
  w.run(3000)
  assert.deepEqual(
    w.told.a?.map(({ event }) => event.type),
    ['proceeding', 'provisional', 'accepted'],
  )
  assert.equal(w.events('b', 'confirmed').length, 1)
  w.feed('a', { type: 'end', session: 'one' })
  w.run(100_000)
  assert.deepEqual(
    w.events('b', 'ended').map(({ event }) => event.type === 'ended' && [event.by, event.cause]),
    [['remote', { is: 'bye' }]],
  )
  for (const name of ['a', 'b']) {
    assert.deepEqual(w.agents[name]?.alive, { sessions: 0, transactions: 0, requests: 0, subscriptions: 0, timers: 0 })
  }
})

test('giving up before the answer cancels: the callee stops ringing and nobody is connected', () => {
  const w = wire(3)
  w.invite()
  w.run(500)
  w.feed('a', { type: 'end', session: 'one' })
  w.run(100_000)
  assert.deepEqual(
    w.events('b', 'ended').map(({ event }) => event.type === 'ended' && event.cause),
    [{ is: 'cancelled' }],
  )
  assert.deepEqual(
    w.events('a', 'ended').map(({ event }) => event.type === 'ended' && [event.by, event.cause]),
    [['local', { is: 'cancelled' }]],
  )
})

test('giving up and answering that cross end in no call on either side', () => {
  const w = wire(4)
  w.invite()
  w.run(500)
  w.feed('b', { type: 'accept', session: incoming(w), body: 'v=0 answer' })
  w.feed('a', { type: 'end', session: 'one' })
  w.run(100_000)
  assert.equal(w.events('a', 'ended').length, 1)
  assert.equal(w.events('b', 'ended').length, 1)
  assert.equal(w.events('a', 'accepted').length, 0)
})

test('a re-INVITE changes the session, and a refused one leaves it as it was', () => {
  const w = wire(5)
  w.invite()
  w.run(500)
  const session = incoming(w)
  w.feed('b', { type: 'accept', session, body: 'v=0 answer' })
  w.run(1000)
  w.feed('a', { type: 'offer', session: 'one', body: 'v=0 hold' })
  w.run(1500)
  assert.deepEqual(
    w.events('b', 'offered').map(({ event }) => event.type === 'offered' && event.body),
    ['v=0 hold'],
  )
  w.feed('b', { type: 'answer', session, body: 'v=0 held' })
  w.run(2000)
  assert.deepEqual(
    w.events('a', 'offer-answered').map(({ event }) => event.type === 'offer-answered' && event.body),
    ['v=0 held'],
  )
  w.feed('b', { type: 'offer', session, body: 'v=0 video' })
  w.run(2500)
  w.feed('a', { type: 'refuse', session: 'one' })
  w.run(3000)
  assert.deepEqual(
    w.events('b', 'offer-refused').map(({ event }) => event.type === 'offer-refused' && event.status),
    [488],
  )
  w.feed('b', { type: 'end', session })
  w.run(4000)
  assert.equal(w.events('a', 'ended').length, 1)
})

test('offers that cross are both refused with 491 and both come through later, one after the other', () => {
  const w = wire(6)
  w.invite()
  w.run(500)
  const session = incoming(w)
  w.feed('b', { type: 'accept', session, body: 'v=0 answer' })
  w.run(1000)
  w.feed('a', { type: 'offer', session: 'one', body: 'v=0 of a' })
  w.feed('b', { type: 'offer', session, body: 'v=0 of b' })
  w.run(2000, () => w.events('a', 'offered').length > 0)
  for (let i = 0; i < 20; i++) {
    w.run(1000 + i * 500)
    if (w.events('a', 'offered').length === 1) w.feed('a', { type: 'answer', session: 'one', body: 'v=0 yes a' })
    if (w.events('b', 'offered').length === 1) w.feed('b', { type: 'answer', session, body: 'v=0 yes b' })
  }
  assert.equal(w.events('a', 'offer-answered').length, 1)
  assert.equal(w.events('b', 'offer-answered').length, 1)
})

test('a session that nobody refreshes ends in time, on the side that is left', () => {
  const w = wire(7)
  w.invite()
  w.run(500)
  const session = incoming(w)
  w.feed('b', { type: 'accept', session, body: 'v=0 answer' })
  w.run(1000)
  // The caller is gone: what it would do, it does no more.
  w.agents.a = new Agent({
    dice: { roll: () => 0, token: () => 'x' },
    sentBy: () => '10.0.0.1:5060',
    contact: () => 'sip:a@10.0.0.1:5060',
    userAgent: 'test',
    ringMs: () => 1,
    sessionExpiresS: () => 90,
    mostSessions: 0,
  })
  w.run(4_000_000, () => w.events('b', 'ended').length > 0)
  assert.deepEqual(
    w.events('b', 'ended').map(({ event }) => event.type === 'ended' && event.cause),
    [{ is: 'expired' }],
  )
  assert.ok(w.now() < 1_800_000, `ended at ${w.now()}`)
})

test('a call in progress is refreshed before its session timer runs out', () => {
  const w = wire(8)
  w.invite()
  w.run(500)
  w.feed('b', { type: 'accept', session: incoming(w), body: 'v=0 answer' })
  w.run(10_000_000)
  assert.equal(w.events('a', 'ended').length, 0)
  assert.equal(w.events('b', 'ended').length, 0)
  assert.ok(w.log.filter((line) => line.endsWith('UPDATE')).length >= 10)
})

test('on a link that loses, delays and doubles packets each side is told the end exactly once, whatever the seed', () => {
  forSeeds(400, (_roll, seed) => {
    const w = wire(seed, { loss: 0.3, jitterMs: 200, twice: 0.1 })
    w.invite()
    w.run(40_000, () => w.events('b', 'incoming').length > 0)
    const session = incoming(w)
    if (session === undefined) {
      w.run(200_000)
      assert.equal(w.events('a', 'ended').length, 1)
      return
    }
    if (seed % 3 === 0) w.feed('b', { type: 'reject', session, status: 486 })
    else w.feed('b', { type: 'accept', session, body: 'v=0 answer' })
    w.run(w.now() + (seed % 5) * 300)
    if (seed % 2 === 0) w.feed('a', { type: 'end', session: 'one' })
    else w.feed('b', { type: 'end', session })
    w.run(w.now() + 200_000)
    assert.equal(w.events('a', 'ended').length, 1, `caller ${JSON.stringify(w.told.a?.map(({ event }) => event.type))}`)
    assert.equal(w.events('b', 'ended').length, 1, `callee ${JSON.stringify(w.told.b?.map(({ event }) => event.type))}`)
    for (const name of ['a', 'b']) assert.equal(w.agents[name]?.alive.transactions, 0)
  })
})

test('a session may be about something else than sound: its INVITEs, answers and refreshes say so', () => {
  const describes = {
    contentType: 'application/csta+xml',
    fields: [['Content-Disposition', 'signal;handling=required']],
  } as const
  const w = wire(5, {}, { describes, methods: ['INFO'] })
  w.invite()
  w.run(100)
  w.feed('b', { type: 'accept', session: incoming(w), body: '<status/>' })
  w.run(200)
  assert.equal(w.events('a', 'accepted').length, 1)
  w.feed('a', { type: 'offer', session: 'one', body: '<again/>' })
  w.run(300)
  w.feed('b', { type: 'answer', session: incoming(w), body: '<status/>' })
  w.run(400)
  const [answered] = w.events('a', 'offer-answered')
  assert.deepEqual(answered?.event, { type: 'offer-answered', body: '<status/>' })
  for (const { headers, body } of w.sent.filter((each) => each.body.length > 0)) {
    assert.equal(headers.get('Content-Type'), 'application/csta+xml')
    assert.equal(headers.get('Content-Disposition'), 'signal;handling=required')
    assert(body.length > 0)
  }
  assert.equal(w.sent.filter(({ body }) => body.length > 0).length, 4)
})

test('an INVITE about something else than this agent’s sessions is refused by its type', () => {
  const w = wire(6)
  w.feed('a', {
    type: 'ask',
    id: 'odd',
    method: 'INVITE',
    uri: 'sip:b@10.0.0.2:5060',
    from: '<sip:a@10.0.0.1>',
    to: '<sip:b@10.0.0.2>',
    headers: [
      ['Contact', '<sip:a@10.0.0.1>'],
      ['Content-Type', 'application/csta+xml'],
    ],
    body: '<status/>',
  })
  w.run(100)
  assert.equal(
    w.sent.find((each) => each.kind === 'response' && each.status === 415)?.headers.get('Accept'),
    'application/sdp',
  )
})
