// Who is on the other side of a call: as the contacts name them, else as the directory does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { house, who } from './calls-house.suite.ts'
import type { KnownParty } from './port.ts'

test('a contact’s address is dialled as the contact is reached, and who is on the other side is named as long as it is them', async () => {
  const { service, told, phone, call } = house()
  const { call: id } = await service.handlers.dial({ to: 'bob@x', requestId: 'r' }, who('a'))
  assert.deepEqual(told, [{ type: 'dial', call: id, to: '204', endpoint: { kind: 'none' } }])
  assert.equal(call(id).person, 'bob@x')
  phone({ type: 'connected', call: id })
  phone({ type: 'transferred', call: id, remote: { number: '205' } })
  assert.equal(call(id).person, undefined)
})

test('a number that is nobody’s contact has the directory’s name when it is found, as long as it is theirs, and the history keeps it', async () => {
  const known = new Map<string, KnownParty>([
    ['2044', { name: 'Bob Baker', entry: 'vcard:b' }],
    ['2045', { name: 'Cleo', entry: 'vcard:c', person: 'cleo@x' }],
  ])
  const { phone, call, recorded } = house({}, { known })
  const from = (id: string, number: string, more = {}): void =>
    phone({ type: 'incoming', call: id, from: { number, ...more }, to: { number: 'alice' }, peerId: id })
  from('1', '2044')
  assert.equal(call('1').known, undefined, 'nobody waits for it')
  from('2', '2044', { anonymous: true })
  from('3', '2045')
  from('4', '204')
  await new Promise(setImmediate)
  assert.deepEqual(
    ['1', '2', '3', '4'].map((id) => [call(id).known, call(id).person]),
    [
      [{ name: 'Bob Baker', entry: 'vcard:b' }, undefined],
      [undefined, undefined],
      [undefined, 'cleo@x'],
      [undefined, 'bob@x'],
    ],
  )
  phone({ type: 'connected', call: '1' })
  phone({ type: 'transferred', call: '1', remote: { number: '2099' } })
  assert.equal(call('1').known, undefined)
  phone({ type: 'updated', call: '1', remote: { number: '2044' } })
  await new Promise(setImmediate)
  phone({ type: 'ended', call: '1', end: { by: 'remote' } })
  assert.deepEqual(recorded.at(-1)?.known, { name: 'Bob Baker', entry: 'vcard:b' })
})
