// Conferences on a phone that does at once what it is told, or refuses it as the test says.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorValue, type Focus } from '@openparley/contract'
import { house as callsHouse, who as caller } from './calls-house.suite.ts'
import type { PhoneCommand, PhoneEvent } from './port.ts'

const focus: Focus = { uri: 'sip:conference-1@10.0.0.9:5060', members: [] }

/** What the phone does with a command; nothing unless said. */
type Does = Partial<Record<PhoneCommand['type'], (command: never) => readonly PhoneEvent[]>>

function house(does: Does = {}, settings: Record<string, unknown> = { 'calls.conference.factory': '800' }) {
  const { told, ...rest } = callsHouse(settings, {
    does: (command) =>
      (does[command.type] as ((of: PhoneCommand) => readonly PhoneEvent[]) | undefined)?.(command) ?? [],
  })
  const { service, phone } = rest
  return {
    ...rest,
    told: (...types: PhoneCommand['type'][]): PhoneCommand[] => told.filter(({ type }) => types.includes(type)),
    /** A call that came in, and was answered. */
    talks: (id: string): string => {
      phone({ type: 'incoming', call: id, from: { number: id }, to: { number: 'alice' }, peerId: id })
      phone({ type: 'connected', call: id })
      return id
    },
    confer: async (...ids: string[]) => service.handlers.conference({ calls: ids }, who),
  }
}

const who = caller('a')

/** The factory answers with a conference, and whoever is asked to go there says that they will. */
const works = {
  dial: ({ call }: { call: string }): PhoneEvent[] => [
    { type: 'focus', call, focus },
    { type: 'connected', call },
  ],
  transfer: ({ call, to }: Extract<PhoneCommand, { type: 'transfer' }>): PhoneEvent[] => [
    { type: 'transferring', call, transfer: { is: 'asked', to } },
  ],
}
const refuses =
  (type: 'transfer' | 'bring') =>
  ({ call }: { call: string }): PhoneEvent[] => [
    {
      type: 'refused',
      call,
      command: type,
      code: type === 'bring' ? 'conference-refused' : 'transfer-refused',
    },
  ]

test('with a factory the server is called, and each other side is asked to go there; this phone mixes nothing', async () => {
  const { talks, confer, told, call } = house(works)
  const made = await confer(talks('b'), talks('c'))
  assert.equal(made.conference, undefined)
  assert.deepEqual(call(made.call as string).focus, focus)
  assert.ok(call(made.call as string).capabilities.includes('drop'))
  assert.deepEqual(told('dial', 'transfer', 'join', 'resume'), [
    { type: 'dial', call: made.call, to: '800', endpoint: { kind: 'none' } },
    { type: 'transfer', call: 'b', to: { number: focus.uri } },
    { type: 'transfer', call: 'c', to: { number: focus.uri } },
  ])
})

test('a further call goes into the conference that there is, and the factory is not called again', async () => {
  const { talks, confer, told } = house(works)
  const { call: there } = await confer(talks('b'), talks('c'))
  assert.deepEqual(await confer(there as string, talks('d')), { call: there })
  assert.equal(told('dial').length, 1)
  assert.deepEqual(told('transfer').at(-1), { type: 'transfer', call: 'd', to: { number: focus.uri } })
})

test('whose phone lets itself not be sent there is fetched; who cannot be is mixed with it by this phone', async () => {
  for (const fetches of [true, false]) {
    const bring = fetches ? ({ call }: { call: string }): PhoneEvent[] => [{ type: 'brought', call }] : refuses('bring')
    const { talks, confer, told, call } = house({ ...works, transfer: refuses('transfer'), bring })
    const { call: there } = await confer(talks('b'), talks('c'))
    assert.deepEqual(
      told('bring'),
      ['b', 'c'].map((other) => ({ type: 'bring', call: there, other })),
    )
    const conferences = new Set(['b', 'c', there as string].map((id) => call(id).conference))
    if (fetches) assert.deepEqual([...conferences], [undefined])
    else assert.equal(conferences.size === 1 && !conferences.has(undefined), true)
  }
})

test('who said that they would go there, and did not get there, is fetched', async () => {
  const { talks, confer, told, phone } = house(works)
  const { call: there } = await confer(talks('b'), talks('c'))
  const to = { number: focus.uri }
  phone({ type: 'transferring', call: 'b', transfer: { is: 'failed', to } })
  await new Promise(setImmediate)
  assert.deepEqual(told('bring'), [{ type: 'bring', call: there, other: 'b' }])
  phone({ type: 'ended', call: 'c', end: { by: 'local', transferredTo: to } })
  phone({ type: 'transferring', call: 'c', transfer: { is: 'failed', to } })
  await new Promise(setImmediate)
  assert.equal(told('bring').length, 1)
})

test('where the server makes none this phone mixes, takes off hold what is on it, and says why', async () => {
  const resume = ({ call }: { call: string }): PhoneEvent[] => [{ type: 'resumed', call, by: 'local' }]
  const busy = ({ call }: { call: string }): PhoneEvent[] => [
    { type: 'ended', call, end: { by: 'remote', error: errorValue('call-forbidden') } },
  ]
  const { talks, confer, phone, call } = house({ dial: busy, resume })
  phone({ type: 'held', call: talks('b'), by: 'local' })
  const made = await confer('b', talks('c'))
  assert.equal(made.refused?.code, 'call-forbidden')
  assert.equal(made.call, undefined)
  assert.deepEqual([call('b').conference, call('c').conference], [made.conference, made.conference])
  assert.equal(call('b').held, 'no')
})

test('what answers at the factory and is no conference is hung up, and this phone mixes', async () => {
  const answers = ({ call }: { call: string }): PhoneEvent[] => [{ type: 'connected', call }]
  const { talks, confer, told } = house({ dial: answers })
  const made = await confer(talks('b'), talks('c'))
  assert.equal(made.refused?.code, 'conference-refused')
  assert.equal(told('end').length, 1)
  assert.equal(told('join').length, 2)
})

test('a factory that never answers is given up, and this phone mixes', async () => {
  const { talks, confer, told, pass } = house()
  const making = confer(talks('b'), talks('c'))
  await new Promise(setImmediate)
  pass(100_000)
  assert.ok((await making).conference)
  assert.equal(told('end').length, 1)
})

test('a member is dropped where the call is with a conference, and what the server refuses is told', async () => {
  const drop = ({ call, member }: Extract<PhoneCommand, { type: 'drop' }>): PhoneEvent[] =>
    member === 'sip:b@x'
      ? [{ type: 'dropped', call }]
      : [{ type: 'refused', call, command: 'drop', code: 'conference-refused' }]
  const { talks, service, phone } = house({ drop })
  const call = talks('b')
  await assert.rejects(async () => service.handlers.drop({ call, member: 'sip:b@x' }, who), {
    code: 'call-wrong-state',
  })
  phone({ type: 'focus', call, focus })
  await service.handlers.drop({ call, member: 'sip:b@x' }, who)
  await assert.rejects(async () => service.handlers.drop({ call, member: 'sip:c@x' }, who), {
    code: 'conference-refused',
  })
})

test('a call that asks to join another is brought together with it when it is answered, and not before', () => {
  const { talks, told, phone, call } = house({}, {})
  talks('b')
  phone({ type: 'incoming', call: 'c', from: { number: 'c' }, to: { number: 'alice' }, peerId: 'c', joins: 'b' })
  assert.equal(call('c').joins, 'b')
  assert.deepEqual(told('join'), [])
  phone({ type: 'connected', call: 'c' })
  const { conference } = call('b')
  assert.ok(conference)
  assert.deepEqual(told('join'), [
    { type: 'join', call: 'b', conference },
    { type: 'join', call: 'c', conference },
  ])
  // A third one comes into the conference that there is.
  phone({ type: 'incoming', call: 'd', from: { number: 'd' }, to: { number: 'alice' }, peerId: 'd', joins: 'c' })
  phone({ type: 'connected', call: 'd' })
  assert.equal(call('d').conference, conference)
  assert.equal(told('join').length, 3)
})

test('a call that asks to join one that has ended is a call like others', () => {
  const { talks, told, phone, call } = house({}, {})
  talks('b')
  phone({ type: 'incoming', call: 'c', from: { number: 'c' }, to: { number: 'alice' }, peerId: 'c', joins: 'b' })
  phone({ type: 'ended', call: 'b', end: { by: 'remote' } })
  phone({ type: 'incoming', call: 'd', from: { number: 'd' }, to: { number: 'alice' }, peerId: 'd', joins: 'b' })
  assert.equal(call('d').joins, undefined)
  for (const id of ['c', 'd']) phone({ type: 'connected', call: id })
  assert.deepEqual(told('join'), [])
  assert.equal(call('c').conference, undefined)
})
