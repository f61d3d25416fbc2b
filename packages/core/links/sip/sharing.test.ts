// A link that several have part in, over one that only remembers what it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhoneState } from '@openparley/contract'
import { type AgentInput, Headers, type SipRequest } from '@openparley/protocols/sip'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { SipLink, SipLinkOptions } from './link.ts'
import { sharing } from './sharing.ts'

function house() {
  const clock = virtualClock()
  const fed: AgentInput[] = []
  const seen: string[] = []
  const made: SipLinkOptions[] = []
  const link = {
    address: '<sip:alice@example.com>',
    own: 'sip:alice@example.com',
    way: () => ({ hop: { transport: 'udp', address: '192.0.2.1', port: 5060 }, contact: 'sip:alice@192.0.2.2' }),
    feed: (input: AgentInput) => fed.push(input),
    close: async () => void seen.push('closed'),
  } as unknown as SipLink
  const shared = sharing({ clock, dice: seededDice(1), wall: () => '' }, (options) => {
    made.push(options)
    // A link that has no server says so before it is there.
    options.tell(state('connecting'))
    return link
  })
  const open = (): SipLink =>
    shared.open({
      tell: ({ is }: PhoneState) => seen.push(`phone ${is}`),
      onRequest: (id: string) => seen.push(`phone ${id}`),
      onSubscription: (subscription: string) => seen.push(`phone ${subscription}`),
    } as unknown as SipLinkOptions)
  return { clock, fed, seen, shared, open, inner: () => made.at(-1) as SipLinkOptions }
}

const state = (is: PhoneState['is']): PhoneState => ({ is, since: '' })
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const request = (method: string): SipRequest => ({
  kind: 'request',
  method,
  uri: 'sip:alice@192.0.2.2',
  headers: new Headers(),
  body: new Uint8Array(0),
})

test('each is told what is theirs, and the phone all else', () => {
  const { shared, open, inner, seen, fed } = house()
  const part = {
    ready: (is: boolean) => seen.push(`part ${is}`),
    subscription: (subscription: string) => seen.push(`part ${subscription}`),
    request: (id: string, { method }: SipRequest) => {
      if (method === 'MESSAGE') seen.push(`part ${id}`)
      return method === 'MESSAGE'
    },
  }
  shared.use(part)
  open()
  inner().tell(state('ready'))
  const presence = { uri: 'sip:bob@example.com', event: 'presence', accept: 'application/pidf+xml', expiresS: 3600 }
  const own = shared.subscribe(part, presence) ?? ''
  assert.equal(fed.at(-1)?.type, 'subscribe')
  const notified = { type: 'notified', state: 'active', contentType: '', body: '' } as const
  inner().onSubscription(own, notified)
  inner().onSubscription('watch-1', notified)
  inner().onRequest('r1', request('MESSAGE'), undefined)
  inner().onRequest('r2', request('MESSAGE'), 'of a call')
  inner().onRequest('r3', request('NOTIFY'), undefined)
  inner().onSubscription(own, { type: 'ended', end: { why: 'over' } })
  inner().onSubscription(own, notified)
  inner().tell(state('waiting'))
  assert.deepEqual(seen, [
    'phone connecting',
    'phone ready',
    'part true',
    `part ${own}`,
    'phone watch-1',
    'part r1',
    'phone r2',
    'phone r3',
    `part ${own}`,
    `phone ${own}`,
    'phone waiting',
    'part false',
  ])
})

test('a request is answered by what became of it, and by nothing once the link is closed', async () => {
  const { shared, open, inner, fed } = house()
  const asking = { method: 'PUBLISH', uri: 'sip:alice@example.com', headers: [] }
  assert.equal(await shared.ask(asking), 'transport', 'there is no link')
  const link = open()
  const answer = shared.ask(asking)
  const last = fed.at(-1)
  assert(last?.type === 'ask')
  assert.equal(last.to, '<sip:alice@example.com>')
  inner().onAnswer?.('another', 'timeout')
  inner().onAnswer?.(last.id, 'timeout')
  assert.equal(await answer, 'timeout')
  const unanswered = shared.ask(asking)
  await link.close()
  assert.equal(await unanswered, 'transport')
  assert.equal(shared.own, undefined)
})

test('it is closed when all have taken back what they had at the server, or at the end of a second', async () => {
  const { shared, open, inner, seen, clock } = house()
  const taken = Promise.withResolvers<void>()
  let patience: Promise<void> = taken.promise
  shared.use({ ready: (is) => seen.push(`part ${is}`), leaving: () => patience })
  const first = open()
  inner().tell(state('ready'))
  seen.length = 0
  const closing = first.close()
  await settled()
  assert.deepEqual(seen, [])
  taken.resolve()
  await closing
  assert.deepEqual(seen, ['part false', 'closed'])
  assert.equal(clock.pending, 0)

  patience = new Promise(() => {})
  const [second, before] = [open(), inner()]
  before.tell(state('ready'))
  const left = second.close()
  clock.pass(1000)
  await left
  // What a link that is closed still tells is no news of the next one.
  open()
  seen.length = 0
  before.tell(state('ready'))
  assert.deepEqual(seen, ['phone ready'])
})
