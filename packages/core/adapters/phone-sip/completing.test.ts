import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeCallCompletion, writeDialogInfo } from '@openparley/protocols/events'
import { Headers } from '@openparley/protocols/sip'
import { virtualClock } from '@openparley/testkit'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import { Completing } from './completing.ts'

function house() {
  const told: PhoneEvent['type'][] = []
  const fed: { type: string; subscription?: string; uri?: string; event?: string }[] = []
  const clock = virtualClock()
  const link = {
    address: '<sip:alice@example.com>',
    way: () => ({ hop: { transport: 'udp', address: '127.0.0.1', port: 5060 }, contact: 'sip:alice@127.0.0.1' }),
    targetOf: (number: string) => `sip:${number}@example.com`,
    feed: (act: never) => fed.push(act),
  } as unknown as SipLink
  const completing = new Completing({ clock, link: () => link, tell: ({ type }) => told.push(type) })
  const notify = (body: string): boolean =>
    completing.event(fed.findLast(({ type }) => type === 'subscribe')?.subscription ?? '', {
      type: 'notified',
      state: 'active',
      contentType: '',
      body,
    })
  let version = 0
  const line = (...states: ('early' | 'confirmed')[]): boolean =>
    notify(
      writeDialogInfo({
        version: version++,
        state: 'full',
        entity: 'sip:bob@example.com',
        dialogs: states.map((state, i) => ({ id: `d${i}`, state, direction: 'recipient' })),
      }),
    )
  return { completing, told, fed, clock, notify, line }
}

const monitored = (): Headers => {
  const headers = new Headers()
  headers.append('Call-Info', '<http://x/card>;purpose=card, <sip:monitor@example.com>;purpose=call-completion;m=BS')
  return headers
}

test('where the server has a monitor it is asked, and what it says counts (RFC 6910)', () => {
  const { completing, told, fed, notify, clock } = house()
  completing.heard('call_a', monitored())
  completing.ask({ type: 'call-back', call: 'call_a', to: 'bob', busy: true })
  assert.deepEqual(
    fed.map(({ uri, event }) => [uri, event]),
    [['sip:monitor@example.com;m=BS', 'call-completion']],
  )
  notify(writeCallCompletion({ state: 'queued', retained: false }))
  assert.deepEqual(told, ['call-back-taken'])
  notify('nonsense')
  notify(writeCallCompletion({ state: 'ready', retained: false, uri: 'sip:bob@192.0.2.7' }))
  assert.deepEqual(told, ['call-back-taken', 'call-back-ready'])
  assert.deepEqual(completing.recall('bob'), {
    uri: 'sip:bob@192.0.2.7;m=BS',
    headers: [['Call-Info', '<sip:monitor@example.com>;purpose=call-completion;m=BS']],
  })
  assert.equal(fed.at(-1)?.type, 'unsubscribe')
  // It is made again once.
  assert.equal(completing.recall('bob'), undefined)
  assert.equal(clock.pending, 0)
})

test('a side that is kept free is let go when nobody calls it', () => {
  const { completing, fed, notify, clock } = house()
  completing.heard('call_a', monitored())
  completing.ask({ type: 'call-back', call: 'call_a', to: 'bob', busy: true })
  notify(writeCallCompletion({ state: 'ready', retained: false }))
  clock.pass(31_000)
  assert.equal(fed.at(-1)?.type, 'unsubscribe')
  assert.equal(completing.recall('bob'), undefined)
})

test('else the calls of that side are watched: of who was busy the next free moment counts', () => {
  const { completing, told, fed, line } = house()
  completing.ask({ type: 'call-back', call: 'call_a', to: 'bob', busy: true })
  assert.deepEqual([fed[0]?.uri, fed[0]?.event], ['sip:bob@example.com', 'dialog'])
  line('confirmed')
  assert.deepEqual(told, ['call-back-taken'])
  line()
  assert.deepEqual(told, ['call-back-taken', 'call-back-ready'])
  assert.equal(fed.at(-1)?.type, 'unsubscribe')
})

test('of who did not answer the free moment after they were seen at their phone', () => {
  const { completing, told, line } = house()
  completing.ask({ type: 'call-back', call: 'call_a', to: 'bob', busy: false })
  line()
  line()
  assert.deepEqual(told, ['call-back-taken'])
  line('early')
  line()
  assert.deepEqual(told, ['call-back-taken', 'call-back-ready'])
})

test('a server that tells nothing of it refuses, and what ends is forgotten', () => {
  const { completing, told, fed } = house()
  completing.ask({ type: 'call-back', call: 'call_a', to: 'bob', busy: true })
  const refused = { why: 'refused', cause: { is: 'status', status: 489, reason: 'Bad Event' } } as const
  const subscription = fed[0]?.subscription ?? ''
  assert.equal(completing.event(subscription, { type: 'ended', end: refused }), true)
  assert.deepEqual(told, ['refused'])
  assert.equal(completing.event(subscription, { type: 'ended', end: refused }), false)
  assert.equal(completing.event('watch-1', { type: 'ended', end: refused }), false)
})
