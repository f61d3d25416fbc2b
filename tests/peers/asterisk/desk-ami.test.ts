// The phone on the desk through Asterisk's manager interface, held against what every phone shows, and touched by hand.
import assert from 'node:assert/strict'
import { phonePortSuite } from '../../../packages/core/services/calls/port.suite.ts'
import { type Peer, until } from '../peer.ts'
import { ami } from './desk-ami.ts'
import { farAt, openDesk } from './desk-house.ts'
import { atDesks, dialled } from './desk-watched.ts'

const { house, test } = await atDesks(ami)

if (house)
  phonePortSuite('a phone on the desk through Asterisk’s manager interface', (tell) => openDesk(house, { tell }), {
    answer: 'a manager has no action that takes the handset up',
    hold: 'a manager has no action that holds at the phone',
    sound: 'it is at the phone on the desk',
    'ends-with-us': 'the phone on the desk goes on by itself',
  })

test('a call that is dialled at the phone is told with its whole life', async (at) => {
  const { desk, far, until, told } = at
  await desk.dial('102')
  const { to } = await until('outgoing')
  assert.equal(to.number, '102')
  await until('alerting')
  far.answer()
  assert.equal((await until('connected')).remote?.number, '102')
  await far.until('talking')
  await desk.does('hold')
  await until('held')
  await desk.does('resume')
  await until('resumed')
  await desk.does('hangup')
  const { end } = await until('ended')
  assert.deepEqual([end.by, end.error], ['local', undefined])
  assert.deepEqual(told(), ['outgoing', 'alerting', 'connected', 'held by local', 'resumed by local', 'ended'])
})

test('a call that is taken at the phone is told as connected with who calls', async ({ desk, far, until }) => {
  far.call()
  const { from } = await until('incoming')
  assert.deepEqual([from.number, from.displayName], ['102', 'Bob'])
  await desk.does('accept')
  await until('connected')
  await far.until('talking')
  far.hangUp()
  assert.equal((await until('ended')).end.by, 'remote')
})

test('a dialled number that is busy is told as busy, whoever dialled it', async ({ desk, far, until }) => {
  await desk.dial('102')
  await far.called()
  far.refuse('busy')
  const { end } = await until('ended')
  assert.deepEqual([end.by, end.error?.code], ['remote', 'call-busy'])
})

test('a phone at which the call is declined makes none', async ({ desk, far, ringsFor, until }) => {
  await ringsFor(dialled)
  await desk.does('hangup')
  const { end } = await until('ended')
  assert.deepEqual([end.by, end.error?.code], ['local', undefined])
  assert.equal(far.state, 'idle')
})

test('a call that is given up before the phone is picked up rings there no more', async (at) => {
  await at.ringsFor(dialled)
  at.perform({ type: 'end', call: 'call_a' })
  assert.equal((await at.until('ended')).end.by, 'local')
  assert.equal(at.far.state, 'idle')
})

test('a number that the dial plan does not know is told as unknown, and the phone does not ring for it', async ({
  untouched,
  until,
}) => {
  untouched.perform({ ...dialled, to: '9' })
  const { end } = await until('ended')
  assert.deepEqual([end.by, end.error?.code], ['network', 'number-unknown'])
})

test('keys are pressed as if they were pressed at the phone', async ({ perform, until, asterisk }) => {
  const hears = hearing(asterisk)
  perform({ ...dialled, to: '8610' })
  await until('connected')
  await hears("Playing 'beep", 1)
  perform({ type: 'send-digits', call: 'call_a', digits: '47110815#', durationMs: 100 })
  await hears("Playing 'beep", 2)
  perform({ type: 'send-digits', call: 'call_a', digits: '77#', durationMs: 100 })
  await hears('Echo(', 1)
})

test('a call is sent on to somebody, and what becomes of it is theirs', async (at) => {
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

test('two calls are brought together, and are over at the phone', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    at.perform({ ...dialled, call: 'call_b', to: '103' })
    await carol.called()
    carol.answer()
    await at.until('connected')
    at.perform({ type: 'transfer', call: 'call_a', to: { number: '103' }, with: 'call_b' })
    const ends = [await at.until('ended'), await at.until('ended')]
    assert.deepEqual(
      new Map(ends.map(({ call, end }) => [call, [end.by, end.transferredTo?.number]])),
      new Map([
        ['call_a', ['local', '103']],
        ['call_b', ['local', '102']],
      ]),
    )
    carol.hangUp()
    await at.far.until('idle')
  } finally {
    await carol.close()
  }
})

test('who is sent on at the phone is told with whom they are', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    await at.desk.does('transfer', '103')
    await carol.called()
    carol.answer()
    const { end } = await at.until('ended')
    assert.deepEqual([end.by, end.error, end.transferredTo?.number], ['local', undefined, '103'])
  } finally {
    await carol.close()
  }
})

test('who is sent on by the other side has somebody else at the other end', async (at) => {
  const carol = await farAt(at, '103')
  try {
    await at.connect(dialled)
    at.far.sendOn('103')
    await carol.called()
    carol.answer()
    await carol.until('talking')
    assert.equal((await at.until('transferred')).remote.number, '103')
    carol.hangUp()
    assert.equal((await at.until('ended')).end.by, 'remote')
  } finally {
    await carol.close()
  }
})

/** From now on: resolves when Asterisk has said it so many times. */
function hearing(asterisk: Peer): (what: string, times: number) => Promise<void> {
  const before = asterisk.log().length
  return (what, times) => until(what, () => asterisk.log().slice(before).split(what).length > times, asterisk)
}
