// What is done over ARI to calls that are up at the phone on the desk: keys, transfers, and acts that are not there.
import assert from 'node:assert/strict'
import { type Peer, until } from '../peer.ts'
import { ari } from './desk-ari.ts'
import { farAt } from './desk-house.ts'
import { atDesks, dialled } from './desk-watched.ts'

const { test } = await atDesks(ari)

test('keys that are sent over ARI reach a menu of Asterisk, those that are sent at once one after another', async (at) => {
  const beeps = heard(at.asterisk, 'beep.slin')
  const echo = heard(at.asterisk, 'Echo(')
  at.perform({ ...dialled, to: '8610' })
  await at.until('connected')
  await beeps(1)
  for (const digits of ['4711', '0815', '#'])
    at.perform({ type: 'send-digits', call: 'call_a', digits, durationMs: 100 })
  await beeps(2)
  at.perform({ type: 'send-digits', call: 'call_a', digits: '77#', durationMs: 100 })
  await echo(1)
})

test('a call is sent on over ARI to somebody, and what becomes of it is theirs', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    at.perform({ type: 'transfer', call: 'call_a', to: { number: '103' } })
    const { end } = await at.until('ended')
    assert.deepEqual([end.by, end.error, end.transferredTo?.number], ['local', undefined, '103'])
    await carol.called()
    carol.answer()
    await carol.until('talking')
    assert.equal(at.far.state, 'talking')
  } finally {
    await carol.close()
  }
})

test('two calls are brought together over ARI, and are over at the phone', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    at.perform({ ...dialled, call: 'call_b', to: '103' })
    await carol.called()
    carol.answer()
    await at.until('connected')
    at.perform({ type: 'transfer', call: 'call_a', to: { number: '103' }, with: 'call_b' })
    const ends = [await at.until('ended'), await at.until('ended')]
    assert.deepEqual(ends.map(({ call, end }) => `${call} ${end.by} ${end.transferredTo?.number}`).sort(), [
      'call_a local 103',
      'call_b local 102',
    ])
    assert.deepEqual([at.far.state, carol.state], ['talking', 'talking'])
    carol.hangUp()
    await at.far.until('idle')
  } finally {
    await carol.close()
  }
})

test(
  'an act that the dial plan does not have is refused, and the call goes on',
  async (at) => {
    await at.desk.dial('102')
    await at.far.called()
    at.far.answer()
    const { call } = await at.until('connected')
    await at.far.until('talking')
    at.perform({ type: 'transfer', call, to: { number: '103' } })
    const { command, code } = await at.until('refused')
    assert.deepEqual([command, code], ['transfer', 'call-failed'])
    assert.equal(at.far.state, 'talking')
    at.far.hangUp()
    const { end } = await at.until('ended')
    assert.deepEqual([end.by, end.transferredTo], ['remote', undefined])
  },
  { 'deskPhone.ari.acts': 'no-such-acts' },
)

test('a call that is sent on by hand at the phone is over there, and says to whom over ARI', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    await at.desk.does('transfer', `sip:103@127.0.0.1:${at.asterisk.port}`)
    const { end } = await at.until('ended')
    assert.deepEqual([end.by, end.error, end.transferredTo?.number], ['local', undefined, '103'])
    await carol.called()
  } finally {
    await carol.close()
  }
})

test('whom the other side sends the phone to is shown over ARI', async (at) => {
  const carol = await farAt(at, '103')
  try {
    at.far.call()
    await at.until('incoming')
    await at.desk.does('accept')
    await at.until('connected')
    await at.far.until('talking')
    at.far.sendOn('103')
    await carol.called()
    carol.answer()
    assert.equal((await at.until('transferred')).remote.number, '103')
    await carol.until('talking')
    await at.desk.does('hangup')
    assert.equal((await at.until('ended')).end.by, 'local')
  } finally {
    await carol.close()
  }
})

/** Resolves when Asterisk has said it so many times since. */
function heard(asterisk: Peer, what: string): (times: number) => Promise<void> {
  const count = (): number => asterisk.log().split(what).length
  const before = count()
  return (times) => until(what, () => count() >= before + times, asterisk)
}
