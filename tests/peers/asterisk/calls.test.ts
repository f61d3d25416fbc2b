// Calls in full through Asterisk: transfers of each kind, and codes that it collects.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { answers, connected, hangUp, heard, hears, played, seen, speech } from '../person.ts'
import { throughAsterisk } from './people.ts'

const { options, folder, person } = await throughAsterisk()

test('through Asterisk one is transferred to a third without being asked first, and hears them', options, async () => {
  const [alice, bob, carol] = await Promise.all([person('101'), person('102'), person('103')])
  const ids = await connected(alice, bob, '102')
  const coming = answers(carol)
  await bob.session.calls.transfer({ call: ids.callee, to: '103' })
  const third = await coming
  const ended = await seen(bob, ids.callee, ({ state }) => state === 'ended')
  assert.deepEqual([ended.end?.error, ended.end?.transferredTo?.number], [undefined, '103'])
  const heardIt = await hears(folder, alice, ids.caller, carol, third, 'alice')
  await hangUp(carol.session, third)
  await seen(alice, ids.caller, ({ state }) => state === 'ended')
  await heardIt()
  await Promise.all([alice.close(), bob.close(), carol.close()])
})

test('through Asterisk two calls become one: after a consultation, and of two that others made', options, async () => {
  const [alice, bob, carol] = await Promise.all([person('101'), person('102'), person('103')])
  for (const consulted of [true, false]) {
    const first = await connected(alice, bob, '102')
    await bob.session.calls.hold({ call: first.callee })
    const second = consulted ? await connected(bob, carol, '103') : await connected(carol, bob, '102')
    const [ofBob, ofCarol] = consulted ? [second.caller, second.callee] : [second.callee, second.caller]
    await bob.session.calls.transfer({ call: first.callee, with: ofBob })
    for (const id of [first.callee, ofBob]) await seen(bob, id, ({ state }) => state === 'ended')
    const heardAlice = await hears(folder, alice, first.caller, carol, ofCarol, 'alice')
    const heardBob = await hears(folder, carol, ofCarol, alice, first.caller, 'bob')
    await hangUp(alice.session, first.caller)
    await seen(carol, ofCarol, ({ state }) => state === 'ended')
    await heardAlice()
    await heardBob()
  }
  await Promise.all([alice.close(), bob.close(), carol.close()])
})

test(
  'codes that Asterisk asks for by tones, before the answer or after it, are given when one dials',
  options,
  async () => {
    const alice = await person('101')
    for (const [number, answered] of [
      ['9610', false],
      ['8610', true],
    ] as const) {
      const made = await alice.session.calls.dial({ to: number, codes: { account: '47110815', matter: '77' } })
      const call = await seen(alice, made.call, ({ state }) => state === 'connected' || state === 'ended')
      assert.equal(call.state, 'connected', JSON.stringify(call.end))
      // Answered at once or not, the echo is reached only with the code.
      const record = join(folder, `echo-${number}.wav`)
      const say = async (more: { readonly record?: string } = {}): Promise<void> => {
        const over = played(alice.session, made.call)
        await alice.session.calls.attach({
          call: made.call,
          endpoint: { kind: 'file', play: speech('alice'), ...more },
        })
        await over
      }
      // Answered before the codes: while they are sent one speaks to nobody.
      if (answered) await say()
      await say({ record })
      await hangUp(alice.session, made.call)
      const found = await heard(speech('alice'), record)
      assert.ok(found >= 0.9, `with ${number} heard ${found}`)
      const { entries } = await alice.session.history.list({ limit: 1 })
      assert.deepEqual([entries[0]?.account, entries[0]?.matter], ['47110815', '77'])
    }
    const wrong = await alice.session.calls.dial({ to: '9610', codes: { account: '99999999', matter: '77' } })
    const refused = await seen(alice, wrong.call, ({ state }) => state === 'ended')
    assert.equal(refused.answeredAt, undefined)
    assert.equal(refused.end?.error?.code, 'call-forbidden')
    await alice.close()
  },
)
