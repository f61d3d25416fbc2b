// A conference on the other side, by a link that only remembers what it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeConferenceInfo } from '@openparley/protocols/events'
import { type AgentInput, Headers, type SipRequest, type SipResponse } from '@openparley/protocols/sip'
import { virtualClock } from '@openparley/testkit'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import { Focus } from './focus.ts'

const uri = 'sip:conf@10.0.0.9:5060'

function house(status = 202) {
  const fed: AgentInput[] = []
  const asked: { readonly method: string; readonly headers: Headers }[] = []
  const told: PhoneEvent[] = []
  const adopted: string[] = []
  const clock = virtualClock()
  const link: SipLink = {
    feed: (input) => fed.push(input),
    address: '"Alice" <sip:alice@example.com>',
    own: 'sip:alice@example.com:5070',
    targetOf: (dialled) => dialled,
    way: () => ({ hop: { transport: 'udp', address: '10.0.0.1', port: 5060 }, contact: 'sip:a@1', localAddress: '1' }),
    standingOf: () => undefined,
    dialogOf: () => undefined,
    ask: async (_, method, headers) => {
      asked.push({ method, headers: new Headers(headers.map(([name, value]) => ({ name, value }))) })
      return { kind: 'response', status, reason: '', headers: new Headers(), body: new Uint8Array(0) } as SipResponse
    },
    record: () => ({ answer: (value) => value, turn: () => {} }),
    isAlive: async () => true,
    close: async () => {},
  }
  const focus = new Focus({
    call: 'call_a',
    link,
    clock,
    session: () => 'one',
    adopt: (name) => adopted.push(name),
    tell: (event) => told.push(event),
  })
  const contact = (value: string): Headers => new Headers([{ name: 'Contact', value }])
  return {
    focus,
    told,
    asked,
    clock,
    contact,
    adopted,
    fed: (type: AgentInput['type']) => fed.filter((input) => input.type === type),
    /** The other side is a conference, and tells who is in it. */
    lists: (): void => {
      focus.look(contact(`<${uri}>;isfocus`))
      focus.subscribed(adopted.at(-1) as string, notified(0, 'full', ['connected', 'muted-via-focus', 'disconnected']))
    },
    /** How what it was asked goes on. */
    goes: (code: number): boolean =>
      focus.notified('n', {
        kind: 'request',
        method: 'NOTIFY',
        uri: '',
        headers: new Headers([
          { name: 'Event', value: 'refer' },
          { name: 'Subscription-State', value: code < 200 ? 'active' : 'terminated' },
        ]),
        body: new TextEncoder().encode(`SIP/2.0 ${code} x\r\n`),
      } satisfies SipRequest),
  }
}

const names = ['alice', 'bob', 'carol']

function notified(
  version: number,
  state: 'full' | 'partial',
  statuses: readonly ('connected' | 'muted-via-focus' | 'disconnected')[],
) {
  const all = statuses.map((status, at) => ({
    entity: `sip:${names[at]}@example.com`,
    state: 'full' as const,
    displayText: `${names[at]}`,
    endpoints: [{ entity: 'sip:x', state: 'full' as const, status }],
  }))
  const body = writeConferenceInfo({ entity: uri, version, state, subject: 'Goals', users: { state, all } })
  return { type: 'notified', state: 'active', contentType: 'application/conference-info+xml', body } as const
}

test('a Contact with isfocus is a conference: who is in it is asked for and told', () => {
  const { focus, told, fed, lists, contact } = house()
  focus.look(contact('<sip:bob@10.0.0.2>'))
  focus.look(new Headers())
  assert.equal(told.length, 0)
  lists()
  const [subscribe] = fed('subscribe')
  assert(subscribe?.type === 'subscribe')
  assert.deepEqual([subscribe.uri, subscribe.event], [uri, 'conference'])
  assert.deepEqual(told[0], { type: 'focus', call: 'call_a', focus: { uri, members: [] } })
  const now = told.at(-1)
  assert(now?.type === 'focus')
  assert.equal(now.focus?.subject, 'Goals')
  assert.deepEqual(
    now.focus?.members.map(({ number, displayName, is, muted, self }) => [number, displayName, is, muted, self]),
    [
      ['alice', 'alice', 'connected', false, true],
      ['bob', 'bob', 'connected', true, false],
      ['carol', 'carol', 'left', false, false],
    ],
  )
  // Said again it changes nothing, and a message without a Contact says nothing.
  const before = told.length
  focus.look(contact(`<${uri}>;isfocus`))
  focus.look(new Headers())
  assert.equal(told.length, before)
})

test('what was missed is asked for again, as a whole', () => {
  const { focus, told, fed, adopted, lists } = house()
  lists()
  const before = told.length
  focus.subscribed(adopted[0] as string, notified(5, 'partial', ['disconnected']))
  assert.equal(told.length, before)
  assert.deepEqual([fed('subscribe').length, fed('unsubscribe').length, new Set(adopted).size], [2, 1, 2])
  focus.subscribed(adopted[0] as string, notified(6, 'full', []))
  assert.equal(told.length, before, 'of the subscription before')
  focus.subscribed(adopted[1] as string, notified(7, 'full', ['connected']))
  const now = told.at(-1)
  assert(now?.type === 'focus')
  assert.equal(now.focus?.members.length, 1)
})

test('a side that is a conference no longer is none, and is watched no longer', () => {
  const { focus, told, fed, contact, lists } = house()
  lists()
  focus.look(contact('<sip:bob@10.0.0.2>'))
  assert.deepEqual(told.at(-1), { type: 'focus', call: 'call_a', focus: undefined })
  assert.equal(fed('unsubscribe').length, 1)
})

test('a member is dropped by a REFER of the method BYE (RFC 4579 §5.11), and another one after that', async () => {
  const { focus, told, asked, lists, goes } = house()
  lists()
  for (const name of ['bob', 'carol']) {
    focus.drop(`sip:${name}@example.com`)
    await new Promise(setImmediate)
    assert.equal(asked.at(-1)?.headers.get('Refer-To'), `<sip:${name}@example.com;method=BYE>`)
    assert.ok(goes(100) && goes(200))
    assert.deepEqual(told.at(-1), { type: 'dropped', call: 'call_a' })
  }
  assert.equal(asked.length, 2)
})

test('who is not in it cannot be dropped, and what the conference refuses or never does is told', async () => {
  const { focus, told, lists, goes, clock } = house()
  lists()
  const refused = (): unknown => {
    const last = told.at(-1)
    return last?.type === 'refused' && [last.command, last.code]
  }
  focus.drop('sip:dave@example.com')
  assert.deepEqual(refused(), ['drop', 'call-wrong-state'])
  focus.drop('sip:bob@example.com')
  await new Promise(setImmediate)
  goes(403)
  assert.deepEqual(refused(), ['drop', 'conference-refused'])
  focus.drop('sip:carol@example.com')
  await new Promise(setImmediate)
  const before = told.length
  clock.pass(30_000)
  assert.equal(told.length, before + 1)
  assert.deepEqual(refused(), ['drop', 'conference-refused'])
  const other = house(403)
  other.lists()
  other.focus.drop('sip:bob@example.com')
  await new Promise(setImmediate)
  const last = other.told.at(-1)
  assert(last?.type === 'refused')
  assert.deepEqual([last.code, last.cause?.status], ['conference-refused', 403])
})

test('the conference is asked to call the other side of a dialog in its place (REFER with Replaces)', async () => {
  const { focus, told, asked, lists, goes } = house()
  lists()
  focus.bring({
    callId: 'c@d',
    localTag: 'ours',
    remoteTag: 'theirs',
    remote: '',
    remoteTarget: 'sip:bob@10.0.0.2:5062',
  })
  await new Promise(setImmediate)
  const target = asked[0]?.headers.get('Refer-To') ?? ''
  assert.match(target, /^<sip:bob@10\.0\.0\.2:5062\?Replaces=/)
  assert.match(decodeURIComponent(target), /c@d;to-tag=theirs;from-tag=ours/)
  goes(200)
  assert.deepEqual(told.at(-1), { type: 'brought', call: 'call_a' })
})

test('a side that is no conference is asked for nothing', () => {
  const { focus, told, asked } = house()
  focus.bring({ callId: 'c', localTag: 'o', remoteTag: 't', remote: '', remoteTarget: 'sip:bob@10.0.0.2' })
  assert.deepEqual([asked.length, told[0]?.type], [0, 'refused'])
})
