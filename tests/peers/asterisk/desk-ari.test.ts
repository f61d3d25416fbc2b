// The phone on the desk through Asterisk’s REST interface, held against what every phone shows, and touched by hand.
import assert from 'node:assert/strict'
import { phonePortSuite } from '../../../packages/core/services/calls/port.suite.ts'
import { ari } from './desk-ari.ts'
import { openDesk } from './desk-house.ts'
import { atDesks, dialled } from './desk-watched.ts'

const { house, test } = await atDesks(ari)

if (house)
  phonePortSuite('a phone on the desk through Asterisk’s REST interface', (tell) => openDesk(house, { tell }), {
    answer: 'ARI answers only what is handed to an application',
    hold: 'ARI holds only what is handed to an application',
    sound: 'it is at the phone on the desk',
    'ends-with-us': 'the phone on the desk goes on by itself',
  })

test('a call that is dialled at the phone is told with its whole life over ARI', async (at) => {
  const { desk, far, told } = at
  await desk.dial('102')
  assert.equal((await at.until('outgoing')).to.number, '102')
  await at.until('alerting')
  far.answer()
  assert.equal((await at.until('connected')).remote?.number, '102')
  await far.until('talking')
  await desk.does('hold')
  await at.until('held')
  await desk.does('resume')
  await at.until('resumed')
  await desk.does('hangup')
  const { end } = await at.until('ended')
  assert.deepEqual([end.by, end.error], ['local', undefined])
  assert.deepEqual(told(), ['outgoing', 'alerting', 'connected', 'held by local', 'resumed by local', 'ended'])
})

test('a call that is taken at the phone is told as connected with who calls over ARI', async (at) => {
  at.far.call()
  const { from } = await at.until('incoming')
  assert.deepEqual([from.number, from.displayName], ['102', 'Bob'])
  await at.desk.does('accept')
  await at.until('connected')
  await at.far.until('talking')
  at.far.hangUp()
  assert.equal((await at.until('ended')).end.by, 'remote')
})

test('a number dialled at the phone that is busy is told as busy over ARI', async (at) => {
  await at.desk.dial('102')
  await at.far.called()
  at.far.refuse('busy')
  const { end } = await at.until('ended')
  assert.deepEqual([end.by, end.error?.code], ['remote', 'call-busy'])
})

test('a phone at which the call is declined makes none over ARI', async (at) => {
  await at.ringsFor(dialled)
  await at.desk.does('hangup')
  const { end } = await at.until('ended')
  assert.deepEqual([end.by, end.error], ['local', undefined])
  assert.equal(at.far.state, 'idle')
})

test('a call that is given up before the phone is picked up rings there no more over ARI', async (at) => {
  await at.ringsFor(dialled)
  at.perform({ type: 'end', call: 'call_a' })
  assert.equal((await at.until('ended')).end.by, 'local')
  assert.equal(at.far.state, 'idle')
})

test('a number that the dial plan does not know is told as unknown over ARI', async (at) => {
  at.perform({ ...dialled, to: '9' })
  const { end } = await at.until('ended')
  assert.deepEqual([end.by, end.error?.code], ['remote', 'number-unknown'])
})
