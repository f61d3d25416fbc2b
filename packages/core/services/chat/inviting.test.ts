// Invitations to web conferences by messages: who is asked, what is believed, and what is taken back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError } from '@openparley/contract'
import { inviting } from './inviting.ts'
import type { Incoming, Kept } from './port.ts'

const wall = '2026-03-10T09:00:00.000Z'
const conference = 'webconference_AAAAAAAAAAAAAAAAAAAAAA'
/** The message that nobody has carried yet. */
const unsent = 'message_6'

function house() {
  const accepted: Record<string, unknown>[] = []
  const withdrawn: string[] = []
  let isCarrying = true
  const invited: unknown[] = []
  let count = 0
  const service = inviting({
    accept: async (about, what) => {
      if (about.to.startsWith('room')) throw new ParleyError('chat-room-not-in')
      const message = `message_${++count}`
      accepted.push({ ...about, ...(await what(message)) })
      return { message }
    },
    isCarried: (to) => !to.startsWith('sip:'),
    over: async (id) => (id === unsent ? undefined : ({ message: { id } } as Kept)),
    withdraw: ({ message }) => isCarrying && withdrawn.push(message.id) > 0,
    newRequest: () => `request_${++count}`,
    nowMs: () => Date.parse(wall),
    invited: (by) => {
      invited.push(by)
      return by.address.startsWith('https://meet.x/') ? conference : undefined
    },
  })
  const carry = (is: boolean): void => {
    isCarrying = is
  }
  return { service, accepted, withdrawn, invited, carry }
}

const incoming = (more: Partial<Incoming> = {}): Incoming => ({
  ...{ conversation: 'bob@x', kind: 'person', direction: 'incoming', from: 'bob@x', at: wall, text: 'Lunch' },
  ...{ origin: undefined, wire: 'wire', archive: undefined },
  invitation: { address: 'https://meet.x/1', video: true },
  ...more,
})

test('each is asked by a message of their own, whose text says it to any program', async () => {
  const { service, accepted } = house()
  await service.ask(['bob@x', 'carol@x'], { conference, address: 'https://meet.x/1', subject: 'Lunch', video: true })
  const said = { text: 'Lunch: https://meet.x/1' }
  const invitation = { address: 'https://meet.x/1', video: true, subject: 'Lunch', conference }
  assert.deepEqual(accepted, [
    { to: 'bob@x', request: 'request_1', ...said, invitation },
    { to: 'carol@x', request: 'request_3', ...said, invitation },
  ])
})

test('who cannot be asked is named, and all others are asked', async () => {
  const { service, accepted } = house()
  const to = ['sip:bob@x', 'room@x', 'carol@x']
  await assert.rejects(service.ask(to, { conference, address: 'https://meet.x/1', video: true }), {
    code: 'chat-unavailable',
    detail: 'sip:bob@x, room@x (chat-room-not-in)',
  })
  assert.deepEqual(
    accepted.map((each) => [each['to'], each['text']]),
    [['carol@x', 'https://meet.x/1']],
  )
})

test('what is over is taken back from all who were asked, once', async () => {
  const { service, withdrawn } = house()
  await service.ask(['bob@x', 'carol@x'], { conference, address: 'https://meet.x/1', video: true })
  await service.takeBack('webconference_of_another')
  assert.deepEqual(withdrawn, [])
  await service.takeBack(conference)
  await service.takeBack(conference)
  assert.deepEqual(withdrawn, ['message_2', 'message_4'])
})

test('what could not be taken back is when somebody carries messages again; what never left needs no taking back', async () => {
  const { service, withdrawn, carry } = house()
  await service.ask(['bob@x', 'carol@x', 'dan@x'], { conference, address: 'https://meet.x/1', video: true })
  carry(false)
  await service.takeBack(conference)
  service.again()
  assert.deepEqual(withdrawn, [])
  carry(true)
  service.again()
  service.again()
  assert.deepEqual(withdrawn, ['message_2', 'message_4'])
})

test('an invitation that comes is one that can be joined where it leads to a server of the settings', () => {
  const { service, invited } = house()
  assert.deepEqual(service.received(incoming()), { address: 'https://meet.x/1', video: true, conference })
  const strange = { address: 'https://evil.example/1', video: false, subject: 'Prize' }
  assert.deepEqual(service.received(incoming({ invitation: strange })), strange)
  assert.deepEqual(invited[0], { address: 'https://meet.x/1', video: true, from: 'bob@x' })
  assert.equal(service.received(incoming({ invitation: undefined })), undefined)
})

test('of a room it is the room that asks: a name in it is nobody’s address', () => {
  const { service, invited } = house()
  service.received(incoming({ kind: 'room', conversation: 'plans@rooms.x', from: 'Bob' }))
  assert.deepEqual(invited, [{ address: 'https://meet.x/1', video: true, from: 'plans@rooms.x' }])
})

test('one’s own, come by another client, and what was sent last week ask nobody into anything', () => {
  const { service, invited } = house()
  const before = new Date(Date.parse(wall) - 13 * 3_600_000).toISOString()
  for (const more of [{ direction: 'outgoing' }, { at: before }] as const)
    assert.deepEqual(service.received(incoming(more)), { address: 'https://meet.x/1', video: true })
  assert.deepEqual(invited, [])
})
