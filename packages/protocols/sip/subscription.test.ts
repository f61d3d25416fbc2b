// Subscriptions between two agents on one wire of bytes (RFC 6665), and inside of a call.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds, type Link, seededDice, virtualNetwork } from '@openparley/testkit'
import { Agent } from './agent.ts'
import type { AgentEffect, AgentInput, SubscriptionAct, SubscriptionEvent, WatcherEvent } from './agent-types.ts'
import type { SipRequest } from './message.ts'
import { parseMessage } from './parse.ts'
import type { Hop } from './transactions.ts'
import { writeMessage } from './write.ts'

const hops: Record<string, Hop> = {
  a: { transport: 'udp', address: '10.0.0.1', port: 5060 },
  b: { transport: 'udp', address: '10.0.0.2', port: 5060 },
}

/** a subscribes; b is asked, and does what `onAsked` says. */
function wire(
  seed: number,
  link: Link = {},
  onWatcher: (w: Wire, watcher: string, event: WatcherEvent) => void = take,
) {
  const dice = seededDice(seed)
  const notified: SubscriptionEvent[] = []
  const watched: WatcherEvent[] = []
  const sent: string[] = []
  const sessions: string[] = []
  const asked: SipRequest[] = []
  const make = (name: string): Agent =>
    new Agent({
      dice,
      sentBy: () => `${hops[name]?.address}:5060`,
      contact: () => `sip:${name}@${hops[name]?.address}:5060`,
      userAgent: 'test',
      methods: ['SUBSCRIBE', 'NOTIFY', 'REFER'],
      events: name === 'b' ? ['kpml', 'dialog', 'refer'] : [],
      ringMs: () => 60_000,
      sessionExpiresS: () => 1800,
      mostSessions: 100,
    })
  const agents: Record<string, Agent> = { a: make('a'), b: make('b') }
  const perform = (name: string, effect: AgentEffect): void => {
    if (effect.type === 'subscription') notified.push(effect.event)
    else if (effect.type === 'watcher') {
      watched.push(effect.event)
      onWatcher(w, effect.watcher, effect.event)
    } else if (effect.type === 'session' && effect.event.type === 'incoming') sessions.push(effect.session)
    else if (effect.type === 'request') {
      asked.push(effect.request)
      w.feed(name, { type: 'reply', id: effect.id, status: 202 })
    }
    if (effect.type !== 'send') return
    const { message, hop } = effect
    sent.push(`${name} ${message.kind === 'request' ? message.method : message.status}`)
    const read = parseMessage(writeMessage(message))
    assert(read.kind !== 'malformed')
    network.send(hop.address === '10.0.0.1' ? 'a' : 'b', { type: 'received', message: read, hop: hops[name] as Hop })
  }
  const network = virtualNetwork<AgentInput, AgentEffect>(agents, perform, dice.roll, link)
  const subscribe = (more: Partial<Extract<SubscriptionAct, { type: 'subscribe' }>> = {}): void =>
    network.feed('a', {
      type: 'subscribe',
      subscription: 'one',
      uri: 'sip:b@10.0.0.2:5060',
      from: '<sip:a@10.0.0.1>',
      to: '<sip:b@10.0.0.2>',
      event: 'dialog',
      expiresS: 600,
      contact: 'sip:a@10.0.0.1:5060',
      ...more,
    })
  const w = { ...network, agents, notified, watched, sent, sessions, asked, subscribe }
  return w
}

type Wire = Omit<ReturnType<typeof wire>, never>

function take(w: Wire, watcher: string, event: WatcherEvent): void {
  if (event.type === 'asked') {
    w.feed('b', { type: 'watch', watcher, expiresS: 300 })
    w.feed('b', { type: 'notify', watcher, state: 'active', contentType: 'text/plain', body: 'now' })
  } else if (event.why !== 'gone') w.feed('b', { type: 'notify', watcher, state: 'terminated', reason: 'timeout' })
}

const bodies = (w: Wire): unknown[] =>
  w.notified.map((event) => (event.type === 'notified' ? event.body : event.end.why))
const nothingLeft = (w: Wire): void => {
  for (const name of ['a', 'b'])
    assert.deepEqual(w.agents[name]?.alive, { sessions: 0, transactions: 0, requests: 0, subscriptions: 0, timers: 0 })
}

describe('a subscription', () => {
  test('is told the state at once, asked for again before it ends, and ended by who made it', () => {
    const w = wire(1)
    w.subscribe()
    w.run(1000)
    assert.deepEqual(bodies(w), ['now'])
    w.run(290_000)
    assert.equal(w.watched.filter(({ type }) => type === 'asked').length, 2)
    w.feed('a', { type: 'unsubscribe', subscription: 'one' })
    w.run(400_000)
    assert.deepEqual(bodies(w), ['now', 'now', 'unsubscribed'])
    nothingLeft(w)
  })

  test('that nobody takes any more ends with what the other side says', () => {
    const w = wire(2)
    w.subscribe()
    w.run(1000)
    const [watcher] = ['watcher']
    assert(watcher)
    const ended = wire(3, {}, (inner, id, event) => {
      take(inner, id, event)
      if (event.type === 'asked')
        inner.feed('b', { type: 'notify', watcher: id, state: 'terminated', reason: 'rejected' })
    })
    ended.subscribe()
    ended.run(100_000)
    assert.deepEqual(ended.notified.at(-1), { type: 'ended', end: { why: 'terminated', reason: 'rejected' } })
    nothingLeft(ended)
  })

  test('to a package that is not offered is refused with those that are', () => {
    const w = wire(4)
    w.subscribe({ event: 'presence' })
    w.run(100_000)
    assert.deepEqual(w.notified, [
      { type: 'ended', end: { why: 'refused', cause: { is: 'status', status: 489, reason: 'Bad Event' } } },
    ])
    nothingLeft(w)
  })

  test('that is refused by the user ends so; one that is taken and never told is given up', () => {
    const refused = wire(5, {}, (w, watcher) => w.feed('b', { type: 'refuse-watch', watcher, status: 403 }))
    refused.subscribe()
    refused.run(100_000)
    assert.equal(bodies(refused)[0], 'refused')
    nothingLeft(refused)
    const silent = wire(6, {}, (w, watcher, event) => {
      if (event.type === 'asked') w.feed('b', { type: 'watch', watcher, expiresS: 300 })
      else if (event.why !== 'gone') w.feed('b', { type: 'notify', watcher, state: 'terminated' })
    })
    silent.subscribe()
    silent.run(31_000)
    assert.deepEqual(silent.notified, [])
    silent.run(33_000)
    assert.deepEqual(bodies(silent), ['silent'])
    silent.run(400_000)
    nothingLeft(silent)
  })

  test('of a REFER is implied: taken with 202, told how it goes until it is over, and not asked about again', () => {
    const w = wire(10, {}, (inner, watcher, event) => {
      if (event.type !== 'asked') return
      assert.deepEqual([event.event, event.request.headers.get('Refer-To')], ['refer', '<sip:c@10.0.0.3>'])
      inner.feed('b', { type: 'watch', watcher, expiresS: 60 })
      const tell = (state: 'active' | 'terminated', body: string): void =>
        inner.feed('b', { type: 'notify', watcher, state, contentType: 'message/sipfrag', body })
      tell('active', 'SIP/2.0 180 Ringing')
      tell('terminated', 'SIP/2.0 200 OK')
    })
    w.subscribe({ method: 'REFER', event: 'refer', headers: [['Refer-To', '<sip:c@10.0.0.3>']] })
    w.run(1000)
    assert.deepEqual(bodies(w), ['SIP/2.0 180 Ringing', 'SIP/2.0 200 OK', 'terminated'])
    assert.deepEqual(w.sent.slice(0, 2), ['a REFER', 'b 202'])
    assert.deepEqual(
      w.sent.filter((each) => each.includes('SUBSCRIBE')),
      [],
    )
    w.run(100_000)
    nothingLeft(w)
  })

  test('to one who is not there ends in half a minute', () => {
    const w = wire(7, { loss: 1 })
    w.subscribe()
    w.run(100_000)
    assert.deepEqual(w.notified, [{ type: 'ended', end: { why: 'refused', cause: { is: 'timeout' } } }])
    nothingLeft(w)
  })

  test('of no duration asks once', () => {
    const w = wire(8)
    w.subscribe({ expiresS: 0 })
    w.run(100_000)
    assert.equal(bodies(w)[0], 'now')
    nothingLeft(w)
  })

  test('is told everything once and in order, whatever the wire loses', () => {
    forSeeds(50, (_roll, seed) => {
      const w = wire(seed, { loss: 0.3, jitterMs: 400 }, (inner, watcher, event) => {
        if (event.type !== 'asked') return take(inner, watcher, event)
        inner.feed('b', { type: 'watch', watcher, expiresS: 300 })
        for (const body of ['1', '2', '3', '4', '5'])
          inner.feed('b', { type: 'notify', watcher, state: 'active', body })
      })
      w.subscribe()
      w.run(120_000)
      const told = bodies(w).filter((body) => typeof body === 'string' && /\d/.test(body))
      // What nobody answered in half a minute may be missing; nothing comes twice or too early.
      assert.deepEqual(
        told,
        [...new Set(told)].toSorted((one, other) => Number(one) - Number(other)),
      )
      w.feed('a', { type: 'unsubscribe', subscription: 'one' })
      w.run(1_000_000)
      nothingLeft(w)
    })
  })
})

describe('in a call that is not answered yet', () => {
  test('the callee may subscribe, is told, and both ends are clean when the call is over', () => {
    // b, the callee, is a server that collects digits: roles are turned, a offers the package.
    const dice = seededDice(9)
    const told: string[] = []
    let session = ''
    let watcher = ''
    const make = (name: string): Agent =>
      new Agent({
        dice,
        sentBy: () => `${hops[name]?.address}:5060`,
        contact: () => `sip:${name}@${hops[name]?.address}:5060`,
        userAgent: 'test',
        methods: ['SUBSCRIBE', 'NOTIFY'],
        events: ['kpml'],
        ringMs: () => 60_000,
        sessionExpiresS: () => 1800,
        mostSessions: 100,
      })
    const agents: Record<string, Agent> = { a: make('a'), b: make('b') }
    const perform = (name: string, effect: AgentEffect): void => {
      if (effect.type === 'session' && effect.event.type === 'incoming') session = effect.session
      if (effect.type === 'watcher') {
        told.push(`${name} ${effect.event.type}`)
        if (effect.event.type === 'asked') {
          watcher = effect.watcher
          assert.equal(effect.event.session, 'call')
          network.feed(name, { type: 'watch', watcher, expiresS: 60 })
          network.feed(name, { type: 'notify', watcher, state: 'active' })
        }
      }
      if (effect.type === 'request') {
        told.push(`${name} ${effect.request.method} ${new TextDecoder().decode(effect.request.body)}`)
        network.feed(name, { type: 'reply', id: effect.id, status: 200 })
      }
      if (effect.type !== 'send') return
      const read = parseMessage(writeMessage(effect.message))
      assert(read.kind !== 'malformed')
      const to = effect.hop.address === '10.0.0.1' ? 'a' : 'b'
      network.send(to, { type: 'received', message: read, hop: hops[name] as Hop })
    }
    const network = virtualNetwork<AgentInput, AgentEffect>(agents, perform, dice.roll, {})
    network.feed('a', {
      type: 'invite',
      session: 'call',
      uri: 'sip:9@10.0.0.2:5060',
      from: '<sip:a@10.0.0.1>',
      to: '<sip:9@10.0.0.2>',
      body: 'v=0',
      contact: 'sip:a@10.0.0.1:5060',
    })
    network.run(500)
    network.feed('b', { type: 'ring', session, status: 183 })
    network.run(1000)
    const ask = (expires: string): void =>
      network.feed('b', {
        type: 'send',
        session,
        id: 'digits',
        method: 'SUBSCRIBE',
        headers: [
          ['Event', 'kpml'],
          ['Expires', expires],
        ],
      })
    ask('60')
    network.run(1500)
    network.feed('a', { type: 'notify', watcher, state: 'active', body: '5' })
    network.run(2000)
    assert.deepEqual(told, ['a asked', 'b NOTIFY ', 'b NOTIFY 5'])
    network.feed('b', { type: 'accept', session, body: 'v=0' })
    network.run(2500)
    // The numbers of the early dialog go on in the one that stands.
    network.feed('a', { type: 'notify', watcher, state: 'active', body: '6' })
    ask('0')
    network.run(3000)
    assert.deepEqual(told.slice(3), ['b NOTIFY 6', 'a ending'])
    network.feed('a', { type: 'notify', watcher, state: 'terminated', reason: 'timeout', body: 'bye' })
    network.feed('a', { type: 'end', session: 'call' })
    network.run(100_000)
    for (const name of ['a', 'b'])
      assert.deepEqual(agents[name]?.alive, { sessions: 0, transactions: 0, requests: 0, subscriptions: 0, timers: 0 })
  })
})
