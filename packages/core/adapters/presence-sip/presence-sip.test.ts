// Presence over SIP by a link that only remembers what it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { availabilities, type Presence, readSettings, type SettingsInput } from '@openparley/contract'
import { readPidf, type ResourceList, writePidf, writeResourceList } from '@openparley/protocols/events'
import { type Field, Headers, type SipResponse } from '@openparley/protocols/sip'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { SharedLink, SipPart } from '../../links/sip/index.ts'
import type { ContactsEvent } from '../../services/contacts/port.ts'
import { sipPresence } from './presence-sip.ts'
import { documentOf, presenceIn } from './words.ts'

interface Asked {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  answer(status: number, headers?: readonly Field[]): Promise<void>
}

function house(given: SettingsInput = {}, isList = false) {
  const clock = virtualClock()
  const asked: Asked[] = []
  const subscribed: string[] = []
  const unsubscribed: string[] = []
  const published: boolean[] = []
  const told: ContactsEvent[] = []
  let part: SipPart | undefined
  let settings = readSettings(given)
  const link: SharedLink = {
    own: 'sip:alice@example.com',
    transport: 'udp',
    use: (used) => (part = used),
    ask: ({ headers, body }) =>
      new Promise((resolve) =>
        asked.push({
          headers: Object.fromEntries(headers),
          body,
          answer: async (status, fields = []) => {
            const list = fields.map(([name, value]) => ({ name, value }))
            resolve({ kind: 'response', status, reason: '', headers: new Headers(list), body: none } as SipResponse)
            await settled()
          },
        }),
      ),
    reply: () => {},
    subscribe: (_, { uri }) => `${subscribed.push(uri)}`,
    unsubscribe: (name) => unsubscribed.push(name),
  }
  const adapter = sipPresence({
    world: { clock, dice: seededDice(1), wall: () => '2026-01-01T00:00:00.000Z' },
    link,
    settings: () => settings,
    published: (is) => published.push(is),
    tell: (event) => told.push(event),
    isList: () => isList,
  })
  return {
    clock,
    adapter,
    asked,
    subscribed,
    unsubscribed,
    published,
    told,
    last: () => asked.at(-1) as Asked,
    ready: (is: boolean) => part?.ready(is),
    leave: () => part?.leaving?.(),
    event: (...event: Parameters<NonNullable<SipPart['subscription']>>) => part?.subscription?.(...event),
    set: (more: SettingsInput) => {
      settings = readSettings({ ...given, ...more })
      adapter.look()
    },
  }
}

const none = new Uint8Array(0)
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const granted = (etag: string, s = 600): Field[] => [
  ['SIP-ETag', etag],
  ['Expires', String(s)],
]
const publish = { 'presence.sip.publish': true } as const

test('nothing is published that was not asked for', () => {
  const { adapter, ready, asked } = house()
  adapter.publish({ availability: 'busy' })
  ready(true)
  assert.equal(asked.length, 0)
})

test('the own presence is told, changed by its entity-tag, kept up before it runs out, and taken back at the end', async () => {
  const { adapter, ready, asked, last, clock, published, leave } = house(publish)
  adapter.publish({ availability: 'available' })
  assert.equal(asked.length, 0, 'there is no server yet')
  ready(true)
  assert.deepEqual(last().headers, { Event: 'presence', Expires: '3600', 'Content-Type': 'application/pidf+xml' })
  adapter.publish({ availability: 'busy' })
  assert.equal(asked.length, 1, 'one at a time')
  await last().answer(200, granted('a'))
  assert.equal(last().headers['SIP-If-Match'], 'a')
  assert.deepEqual(readPidf(last().body ?? '')?.persons[0]?.activities, ['busy'])
  await last().answer(200, granted('b'))
  clock.pass(539_000)
  assert.equal(asked.length, 2)
  clock.pass(1000)
  assert.equal(asked.length, 3)
  assert.deepEqual(last().headers, { Event: 'presence', Expires: '3600', 'SIP-If-Match': 'b' })
  assert.equal(last().body, undefined)
  await last().answer(200, granted('c'))
  const left = leave()
  assert.deepEqual(last().headers, { Event: 'presence', Expires: '0', 'SIP-If-Match': 'c' })
  adapter.publish({ availability: 'away' })
  await last().answer(200, granted('d', 0))
  await left
  assert.equal(asked.length, 4)
  assert.equal(clock.pending, 0)
  assert.equal(published.at(-1), false)
  ready(false)
  ready(true)
  adapter.publish({ availability: 'away' })
  assert.equal(last().headers['SIP-If-Match'], undefined)
})

test('what the server has forgotten (412) is told anew, whole', async () => {
  const { adapter, ready, asked, last, clock } = house(publish)
  adapter.publish({ availability: 'busy' })
  ready(true)
  await last().answer(200, granted('a'))
  clock.pass(540_000)
  await last().answer(412)
  assert.equal(asked.length, 3)
  assert.equal(last().headers['SIP-If-Match'], undefined)
  assert.notEqual(last().body, undefined)
  await last().answer(412)
  assert.equal(asked.length, 3, 'a server that forgets what it never had is not asked on and on')
})

test('a server that wants longer (423) is told for longer, and one that does not do it is asked at the next sign-in', async () => {
  const { adapter, ready, asked, last, clock, published } = house(publish)
  adapter.publish({ availability: 'busy' })
  ready(true)
  await last().answer(423, [['Min-Expires', '7200']])
  assert.equal(last().headers['Expires'], '7200')
  await last().answer(503, [['Retry-After', '120 (soon)']])
  clock.pass(119_000)
  assert.equal(asked.length, 2)
  clock.pass(1000)
  assert.equal(asked.length, 3)
  await last().answer(489)
  clock.pass(86_400_000)
  assert.equal(asked.length, 3)
  assert.equal(published.includes(true), false)
  ready(false)
  ready(true)
  assert.equal(asked.length, 4)
})

test('an answer that comes after its server was lost says nothing', async () => {
  const { adapter, ready, last, published, clock } = house(publish)
  adapter.publish({ availability: 'busy' })
  ready(true)
  ready(false)
  await last().answer(200, granted('a'))
  assert.deepEqual(published, [false])
  assert.equal(clock.pending, 0)
})

test('who signs in again is told of again, even if the server was lost before', async () => {
  const { adapter, ready, asked, last, leave } = house(publish)
  adapter.publish({ availability: 'busy' })
  ready(true)
  await last().answer(200, granted('a'))
  ready(false)
  await leave()
  ready(true)
  assert.equal(asked.length, 2)
  assert.equal(last().headers['SIP-If-Match'], undefined)
})

test('switched off, what was published is taken back', async () => {
  const { adapter, ready, last, set } = house(publish)
  adapter.publish({ availability: 'busy' })
  ready(true)
  await last().answer(200, granted('a'))
  set({ 'presence.sip.publish': false })
  assert.equal(last().headers['Expires'], '0')
})

test('those who are watched are told of, and nothing is known of them when the server is lost or does not tell', () => {
  const { ready, subscribed, unsubscribed, told, event, adapter, clock } = house({
    'presence.sip.watch': ['Bob@example.com', 'carol@example.com'],
  })
  ready(true)
  assert.deepEqual(subscribed, ['sip:bob@example.com', 'sip:carol@example.com'])
  const says = (body: string): void =>
    event('1', { type: 'notified', state: 'active', contentType: 'application/pidf+xml', body })
  const bob = (presence: Presence | undefined): ContactsEvent => ({
    type: 'presence',
    address: 'bob@example.com',
    source: 'sip',
    presence,
  })
  says(writePidf(documentOf('sip:bob@example.com', { availability: 'on-the-phone', note: 'Hm' }, 'then')))
  assert.deepEqual(told, [bob({ availability: 'on-the-phone', note: 'Hm', can: ['call'] })])
  says('<nonsense')
  assert.equal(told.length, 1)
  adapter.again()
  assert.equal(told.length, 2)
  event('1', { type: 'ended', end: { why: 'terminated', reason: 'deactivated', retryAfterMs: 1 } })
  assert.deepEqual(told.at(-1), bob(undefined))
  clock.pass(5000)
  assert.equal(subscribed.length, 3)
  event('3', { type: 'ended', end: { why: 'refused', cause: { is: 'status', status: 403, reason: 'No' } } })
  clock.pass(86_400_000)
  assert.equal(subscribed.length, 3)
  ready(false)
  assert.deepEqual(unsubscribed, ['2'])
})

test('where no server keeps a list, those who are watched are it', () => {
  const { told, set, subscribed, ready } = house({ 'presence.sip.watch': 'bob@example.com' }, true)
  ready(true)
  const [first] = told
  assert.deepEqual(first, {
    type: 'list',
    contacts: [{ address: 'bob@example.com', name: undefined, groups: [], sees: 'to' }],
  })
  set({ 'presence.sip.watch': [] })
  assert.deepEqual(
    told.findLast(({ type }) => type === 'list'),
    { type: 'list', contacts: [] },
  )
  assert.equal(subscribed.length, 1)
})

test('those on a list of the server are told of by one subscription, and one that missed something is begun anew', () => {
  const { ready, subscribed, unsubscribed, told, event, set } = house({ 'presence.sip.lists': 'sip:friends@x' }, true)
  ready(true)
  assert.deepEqual(subscribed, ['sip:friends@x'])
  const says = (subscription: string, version: number, isFull: boolean, ...names: string[]): void => {
    const list: Omit<ResourceList, 'lists'> = {
      ...{ uri: 'sip:friends@x', version, isFull },
      resources: names.map((name) => {
        const body = writePidf(documentOf(`sip:${name}@x`, { availability: 'busy' }, 'then'))
        const document = { contentType: 'application/pidf+xml', id: name, body }
        return { uri: `sip:${name}@x`, name: `The ${name}`, instances: [{ id: '1', state: 'active', document }] }
      }),
    }
    event(subscription, { type: 'notified', state: 'active', ...writeResourceList(list, 'b') })
  }
  const names = (): unknown =>
    told.flatMap((each) => (each.type === 'list' ? [each.contacts.map(({ address, name }) => [address, name])] : []))
  says('1', 0, true, 'bob', 'carol')
  assert.deepEqual(names(), [
    [
      ['bob@x', 'The bob'],
      ['carol@x', 'The carol'],
    ],
  ])
  const last = (): unknown =>
    told.flatMap((each) => (each.type === 'presence' ? [[each.address, each.presence?.availability]] : [])).at(-1)
  assert.deepEqual(last(), ['carol@x', 'busy'])
  says('1', 3, false, 'bob')
  assert.deepEqual([subscribed.length, unsubscribed], [2, ['1']])
  says('2', 9, true, 'bob')
  assert.deepEqual(names(), [
    [
      ['bob@x', 'The bob'],
      ['carol@x', 'The carol'],
    ],
    [['bob@x', 'The bob']],
  ])
  event('2', { type: 'ended', end: { why: 'refused', cause: { is: 'status', status: 489, reason: 'Bad Event' } } })
  assert.deepEqual(last(), ['bob@x', undefined])
  set({ 'presence.sip.lists': [] })
  assert.deepEqual((names() as unknown[]).at(-1), [])
})

test('every word of the contract that can be told comes back as itself', () => {
  for (const availability of availabilities) {
    if (availability === 'unknown') continue
    const at = '2026-01-01T00:00:00.000Z'
    const idle = availability === 'away' ? { idleSince: at } : {}
    const read = readPidf(writePidf(documentOf('sip:a@b', { availability, ...idle }, at)))
    assert.deepEqual(read && presenceIn(read), {
      availability,
      ...idle,
      ...(availability === 'offline' ? { lastSeen: at } : { can: ['call'] }),
    })
  }
})

test('of several that tell of one person what counts most counts, and who only is idle is away', () => {
  const tuple = { id: 't', basic: 'open' } as const
  const of = (...persons: { activities: string[]; userInput?: { is: 'idle' } }[]): string | undefined =>
    presenceIn({
      entity: '',
      tuples: [tuple, { id: 'u', basic: 'closed' }],
      persons: persons.map((person) => ({ id: 'p', ...person })),
    })?.availability
  assert.equal(of({ activities: ['away'] }, { activities: ['constructor', 'meeting'] }), 'in-a-meeting')
  assert.equal(of({ activities: [], userInput: { is: 'idle' } }), 'away')
  assert.equal(of({ activities: ['working'] }), 'available')
  assert.equal(presenceIn({ entity: '', tuples: [], persons: [] }), undefined)
})
