// The lines of others at a server that others tell of their calls, and that tells of those through it (RFC 4235, RFC 3903).
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { whenInstalled } from '../peer.ts'
import { answers, hangUp, type Signed, seen, signIn } from '../person.ts'
import { calls, response, script } from '../sipp/script.ts'
import { sippPlays } from '../sipp/start.ts'
import { type Kamailio, presenceModule, startKamailio } from './start.ts'

const options = whenInstalled('kamailio-presence-modules or sip-tester', [presenceModule, 'kamailio', 'sipp'])
let kamailio: Kamailio

before(async () => {
  if (options.skip === false) kamailio = await startKamailio({ presence: true })
})
after(() => kamailio?.stop())

const people: Signed[] = []
afterEach(async () => {
  for (const each of people.splice(0)) await each.close()
})

async function person(name: string, more: Record<string, unknown> = {}): Promise<Signed> {
  const signed = await signIn({
    'softphone.servers': `sip:127.0.0.1:${kamailio.port};transport=udp`,
    'softphone.user': name,
    'softphone.password': `secret-${name}`,
    ...more,
  })
  people.push(signed)
  return signed
}

async function lamp(of: Signed, is: string): Promise<void> {
  for await (const _ of of.session.calls.watch({ signal: AbortSignal.timeout(10_000) }))
    if ((await of.session.calls.get()).state.lamps[0]?.is === is) return
  throw new Error(`the lamp never was ${is}\n${kamailio.log().slice(-3000)}`)
}

test('a lamp shows what somebody publishes of a line', options, async () => {
  const alice = await person('alice', { 'calls.lamps': ['dora'] })
  await lamp(alice, 'idle')
  for (const [state, is] of [
    ['early', 'ringing'],
    ['confirmed', 'busy'],
    ['terminated', 'idle'],
  ] as const) {
    const sipp = await sippPlays(
      script(
        calls('PUBLISH', {
          headers: ['Event: dialog', 'Expires: 600'],
          body: ['application/dialog-info+xml', published(state)],
        }),
        response(200),
      ),
      { to: ['dora', `127.0.0.1:${kamailio.port}`] },
    )
    await lamp(alice, is)
    assert.equal(await sipp.ended, 0, sipp.log().slice(-3000))
    await sipp.stop()
  }
})

test('a lamp shows the calls of a line that go through Kamailio', options, async () => {
  const [alice, bob, carol] = await Promise.all([
    person('alice', { 'calls.lamps': ['bob'] }),
    person('bob'),
    person('carol'),
  ])
  await lamp(alice, 'idle')
  const { call } = await carol.session.calls.dial({ to: 'bob' })
  await lamp(alice, 'ringing')
  await answers(bob)
  await seen(carol, call, ({ state }) => state === 'connected')
  await lamp(alice, 'busy')
  await hangUp(carol.session, call)
  await lamp(alice, 'idle')
})

const published = (state: string): string => `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="sip:dora@127.0.0.1">
<dialog id="one" direction="recipient"><state>${state}</state></dialog>
</dialog-info>`

test(
  'a call that rings at a line of Kamailio is taken by another, as its lamp tells which it is',
  options,
  async () => {
    const [alice, bob, carol] = [
      await person('alice', { 'calls.lamps': ['bob'] }),
      await person('bob'),
      await person('carol'),
    ]
    const { call: calling } = await carol.session.calls.dial({ to: 'bob' })
    await lamp(alice, 'ringing')
    const { call } = await alice.session.calls.pickUp({ from: 'bob', requestId: 'take' })
    await Promise.all([
      seen(alice, call, ({ state }) => state === 'connected'),
      seen(carol, calling, ({ state, remote }) => state === 'connected' && remote.number === 'alice'),
    ])
    for (const { id } of (await bob.session.calls.get()).state.calls)
      await seen(bob, id, ({ state }) => state === 'ended')
    await hangUp(alice.session, call)
  },
)
