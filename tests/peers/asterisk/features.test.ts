// What Asterisk does beside calls of two: messages, conferences, parking, pick-up, lamps, and sound that must be protected.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connected, dial, hangUp, hears, played, type Signed, seen, speech } from '../person.ts'
import { throughAsterisk } from './people.ts'

const { options, folder, person, overTls, port } = await throughAsterisk()

async function light(of: Signed, waiting: boolean): Promise<void> {
  for await (const _ of of.session.phones.watch({ signal: AbortSignal.timeout(10_000) }))
    if ((await of.session.phones.get()).state.phones[0]?.messages?.waiting === waiting) return
  throw new Error(`the light never was ${waiting}`)
}

async function lamp(of: Signed, is: string): Promise<void> {
  for await (const _ of of.session.calls.watch({ signal: AbortSignal.timeout(10_000) }))
    if ((await of.session.calls.get()).state.lamps[0]?.is === is) return
  throw new Error(`the lamp never was ${is}`)
}

test('a message left at Asterisk lights the lights that ask and those that do not', options, async () => {
  const [alice, bob, carol] = await Promise.all([person('101'), person('102'), person('103')])
  for (const [whose, number] of [
    [alice, '101'],
    [bob, '102'],
  ] as const) {
    const left = await dial(carol.session, `*7${number}`, { play: speech('bob') })
    await played(carol.session, left.id)
    await hangUp(carol.session, left.id)
    await light(whose, true)
  }
  await Promise.all([alice.close(), bob.close(), carol.close()])
})

test(
  'those on a list that Asterisk keeps are the contacts, and each is seen as they are (RFC 4662)',
  options,
  async () => {
    const [bob, carol] = await Promise.all([person('102'), person('103')])
    const alice = await person('101', { 'presence.sip.lists': [`sip:friends@127.0.0.1:${port()}`] })
    const are = async (...expected: string[]): Promise<void> => {
      try {
        await alice.session.until(
          'contacts',
          ({ contacts }) =>
            expected.join() ===
            contacts
              .map(({ name, presence }) => `${name} ${presence.availability}`)
              .sort()
              .join(),
          10_000,
        )
      } catch (error) {
        throw new Error(JSON.stringify((await alice.session.contacts.get()).state), { cause: error })
      }
    }
    await are('102 available', '103 available')
    const ids = await connected(carol, bob, '102')
    await are('102 on-the-phone', '103 on-the-phone')
    await hangUp(carol.session, ids.caller)
    await are('102 available', '103 available')
    await Promise.all([alice.close(), bob.close(), carol.close()])
  },
)

test('in a conference of Asterisk each of three hears who speaks', options, async () => {
  const people = await Promise.all([person('101'), person('102'), person('103')])
  const [alice, bob, carol] = people
  const calls = await Promise.all(people.map(({ session }) => dial(session, '600')))
  const [ofAlice, ofBob, ofCarol] = calls.map(({ id }) => id) as [string, string, string]
  const checks = [
    await hears(folder, alice, ofAlice, bob, ofBob, 'alice'),
    await hears(folder, bob, ofBob, carol, ofCarol, 'bob'),
    await hears(folder, carol, ofCarol, alice, ofAlice, 'alice'),
  ]
  for (const [at, { session }] of people.entries()) await hangUp(session, calls[at]?.id as string)
  for (const check of checks) await check()
  await Promise.all(people.map(({ close }) => close()))
})

test('a call that is parked at Asterisk is fetched by another, and the lamp tells', options, async () => {
  const [alice, bob, carol] = await Promise.all([
    person('101'),
    person('102', { 'calls.park.number': '700' }),
    person('103', { 'calls.lamps': ['102'] }),
  ])
  await lamp(carol, 'idle')
  const ids = await connected(alice, bob, '102')
  await lamp(carol, 'busy')
  await bob.session.calls.park({ call: ids.callee, requestId: 'park' })
  await seen(bob, ids.callee, ({ state }) => state === 'ended')
  await lamp(carol, 'idle')
  const { call } = await carol.session.calls.retrieve({ at: '701', requestId: 'fetch' })
  await seen(carol, call, ({ state }) => state === 'connected')
  const heardIt = await hears(folder, alice, ids.caller, carol, call, 'alice')
  await hangUp(carol.session, call)
  await seen(alice, ids.caller, ({ state }) => state === 'ended')
  await heardIt()
  await Promise.all([alice.close(), bob.close(), carol.close()])
})

for (const from of ['102', undefined]) {
  const where = from === undefined ? 'in the group' : 'at a line'
  test(`a call that rings ${where} of Asterisk is picked up by another`, options, async () => {
    const [alice, bob, carol] = await Promise.all([
      person('101'),
      person('102'),
      person('103', { 'calls.pickUp.line': '**{number}', 'calls.pickUp.group': '*8', 'calls.lamps': ['102'] }),
    ])
    const { call: calling } = await alice.session.calls.dial({ to: '102' })
    await lamp(carol, 'ringing')
    const { call } = await carol.session.calls.pickUp({ ...(from && { from }), requestId: 'take' })
    await Promise.all([
      seen(carol, call, ({ state }) => state === 'connected'),
      seen(alice, calling, ({ state }) => state === 'connected'),
    ])
    const heardIt = await hears(folder, alice, calling, carol, call, 'alice')
    await hangUp(carol.session, call)
    await heardIt()
    await Promise.all([alice.close(), bob.close(), carol.close()])
  })
}

test('who must have protected sound at Asterisk calls and is called with it', options, async () => {
  const [alice, dave] = await Promise.all([person('101'), person('104', { ...overTls(), 'media.srtp': 'require' })])
  for (const [caller, callee, number] of [
    [alice, dave, '104'],
    [dave, alice, '101'],
  ] as const) {
    const ids = await connected(caller, callee, number)
    const heardIt = await hears(folder, caller, ids.caller, callee, ids.callee, 'alice')
    await hangUp(caller.session, ids.caller)
    await heardIt()
  }
  await Promise.all([alice.close(), dave.close()])
})

test('sound without protection is refused by Asterisk where it must have it', options, async () => {
  const dave = await person('104', { 'media.srtp': 'off' })
  const refused = await dial(dave.session, '610')
  assert.deepEqual([refused.end?.peer?.status, refused.end?.error?.code], [488, 'call-incompatible'])
  await dave.close()
})
