// Calls of the phone on the desk that are brought together through ARI: who is in the room of the dial plan, who hears whom, and what holds where it could not be done.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../peer.ts'
import { heard, hears, speech } from '../person.ts'
import { ari } from './desk-ari.ts'
import type { SoftFar } from './desk-far.ts'
import { farAt } from './desk-house.ts'
import { atDesks, dialled, type Watched } from './desk-watched.ts'

const { test } = await atDesks(ari)

/** The phone has a call with each of the two, by hand; the first is held. */
async function twoByHand(at: Watched, carol: SoftFar): Promise<readonly [string, string]> {
  await at.desk.dial('102')
  await at.far.called()
  at.far.answer()
  const { call: first } = await at.until('connected')
  await at.far.until('talking')
  return [first, await alsoCarol(at, carol)]
}

async function alsoCarol(at: Watched, carol: SoftFar): Promise<string> {
  await at.desk.does('hold')
  await at.until('held')
  await at.desk.dial('103')
  await carol.called()
  carol.answer()
  const { call } = await at.until('connected')
  await carol.until('talking')
  return call
}

async function bring(at: Watched, call: string, other: string): Promise<void> {
  at.perform({ type: 'bring', call, other })
  const joined = await at.until('joined')
  assert.deepEqual([joined.call, joined.with], [call, other])
  await at.until('brought')
  await at.until('brought')
}

async function withCarol(at: Watched, does: (carol: SoftFar) => Promise<void>): Promise<void> {
  const carol = await farAt(at, '103')
  try {
    await does(carol)
  } finally {
    await carol.close()
  }
}

test('two calls that were dialled over ARI are one conference, in which all hear each other, and one goes on alone', (at) =>
  withCarol(at, async (carol) => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-at-desk-'))
    try {
      await at.connect(dialled)
      const before = at.desk.heard()
      const began = second()
      // baresip names what it heard by the second.
      await until('the next second', () => second() > began, at.desk)
      at.perform({ ...dialled, call: 'call_b', to: '103' })
      await carol.called()
      carol.answer()
      await at.until('connected')
      await carol.until('talking')
      await bring(at, 'call_a', 'call_b')
      assert.equal((await at.until('resumed')).call, 'call_a')
      const [bob, other] = [at.far.current()?.id ?? '', carol.current()?.id ?? '']
      const check = await hears(folder, at.far.person, bob, carol.person, other, 'bob')
      at.perform({ type: 'end', call: 'call_b' })
      const { call, end } = await at.until('ended')
      assert.deepEqual([call, end.by, end.error], ['call_b', 'local', undefined])
      await carol.until('idle')
      assert.equal(at.far.state, 'talking')
      at.far.hangUp()
      const last = await at.until('ended')
      assert.deepEqual([last.call, last.end.by], ['call_a', 'remote'])
      await check()
      const atPhone = await heard(speech('bob'), await at.desk.heardSince(before))
      assert.ok(atPhone >= 0.9, `the phone heard ${atPhone}`)
      await empty(at)
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    }
  }))

test('of two calls by hand that are brought together over ARI one leaves, and the phone is hung up with the other', (at) =>
  withCarol(at, async (carol) => {
    const [first, other] = await twoByHand(at, carol)
    await bring(at, other, first)
    carol.hangUp()
    const { call, end } = await at.until('ended')
    assert.deepEqual([call, end.by, end.error], [other, 'remote', undefined])
    assert.equal(at.far.state, 'talking')
    at.perform({ type: 'end', call: first })
    assert.equal((await at.until('ended')).end.by, 'local')
    await at.far.until('idle')
    await empty(at)
  }))

test('a third call is brought in over ARI though the phone holds the others, and whoever hangs up at the phone ends all', (at) =>
  withCarol(at, async (carol) => {
    at.far.call()
    const { call: first } = await at.until('incoming')
    await at.desk.does('accept')
    await at.until('connected')
    await at.far.until('talking')
    const other = await alsoCarol(at, carol)
    await bring(at, first, other)
    await at.until('resumed')
    at.perform({ ...dialled, to: '610' })
    await at.until('connected')
    const held = [await at.until('held'), await at.until('held')].map(({ call }) => call)
    assert.deepEqual(held.sort(), [first, other].sort())
    await bring(at, first, 'call_a')
    const resumed = [await at.until('resumed'), await at.until('resumed')].map(({ call }) => call)
    assert.deepEqual(resumed.sort(), [first, other].sort())
    assert.deepEqual([at.far.state, carol.state], ['talking', 'talking'])
    await at.desk.does('hangup')
    const ends = [await at.until('ended'), await at.until('ended'), await at.until('ended')]
    assert.deepEqual(
      ends.map(({ call, end }) => `${call} ${end.by}`).sort(),
      [`${first} local`, `${other} local`, 'call_a local'].sort(),
    )
    await Promise.all([at.far.until('idle'), carol.until('idle')])
    await empty(at)
  }))

test('who is in a conference is sent on over ARI to somebody, and the phone goes on with the other', (at) =>
  withCarol(at, async (carol) => {
    const [first, other] = await twoByHand(at, carol)
    await bring(at, first, other)
    at.perform({ type: 'transfer', call: first, to: { number: '610' } })
    const { call, end } = await at.until('ended')
    assert.deepEqual([call, end.by, end.transferredTo?.number], [first, 'local', '610'])
    assert.deepEqual([at.far.state, carol.state], ['talking', 'talking'])
    await at.desk.does('hangup')
    assert.equal((await at.until('ended')).call, other)
    await carol.until('idle')
    assert.equal(at.far.state, 'talking')
  }))

for (const [name, missing] of [
  ['no room', 'deskPhone.ari.conference'],
  ['no acts', 'deskPhone.ari.acts'],
] as const)
  test(
    `where the dial plan has ${name}, bringing together is refused, and both calls are as they were`,
    (at) =>
      withCarol(at, async (carol) => {
        const [first, other] = await twoByHand(at, carol)
        at.perform({ type: 'bring', call: first, other })
        const { call, command, code } = await at.until('refused')
        assert.deepEqual([call, command, code], [first, 'bring', 'call-failed'])
        await until('each is with the phone alone', async () => (await channels(at)).length === 4, at.asterisk)
        assert.deepEqual([at.far.state, carol.state], ['talking', 'talking'])
        at.perform({ type: 'end', call: other })
        assert.equal((await at.until('ended')).call, other)
        at.far.hangUp()
        const { end } = await at.until('ended')
        assert.equal(end.by, 'remote')
      }),
    { [missing]: 'no-such-context' },
  )

const second = (): number => Math.floor(Date.now() / 1000)

/** Nobody is left in Asterisk. */
const empty = (at: Watched): Promise<void> =>
  until('Asterisk has no channels', async () => (await channels(at)).length === 0, at.asterisk)

async function channels({ asterisk }: Watched): Promise<readonly unknown[]> {
  const authorization = `Basic ${Buffer.from('desk-ari:secret-desk').toString('base64')}`
  const answer = await fetch(`http://127.0.0.1:${asterisk.httpPort}/ari/channels`, { headers: { authorization } })
  return (await answer.json()) as unknown[]
}
