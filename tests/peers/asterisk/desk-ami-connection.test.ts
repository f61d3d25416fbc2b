// The way to a phone on a desk through Asterisk's manager interface: how the connection is made and made again, and what else a line shows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhoneEvent } from '../../../packages/core/services/calls/port.ts'
import { dial, hangUp, played, speech } from '../person.ts'
import { between } from './between.ts'
import { ami } from './desk-ami.ts'
import { farAt, openPort, personAt } from './desk-house.ts'
import { atDesks, dialled, survivesCuts } from './desk-watched.ts'

const desks = await atDesks(ami)
const { programs, house } = desks

test(
  'a lost connection is made again: what went on is told once, what ended and began meanwhile as well',
  {
    ...programs,
    timeout: 60_000,
  },
  () => survivesCuts(desks),
)

test('a password that is wrong is told, and nothing is tried again', { ...programs, timeout: 30_000 }, async () => {
  assert.ok(house)
  const states: string[] = []
  const port = await openPort(house, {
    settings: { 'deskPhone.password': 'wrong' },
    tell: (event) => {
      if (event.type === 'state') states.push(event.state.error?.code ?? event.state.is)
    },
  })
  await port.close()
  assert.deepEqual(states, ['connecting', 'credentials-rejected'])
})

test('a phone that can is asked to pick up by itself', { ...programs, timeout: 30_000 }, async () => {
  assert.ok(house)
  // A soft phone that does so where it is asked to, in the place of a desk phone.
  const answers = await personAt(house, '103', { 'calls.autoAnswer': 'asked' })
  const far = await farAt(house, '102')
  const connected = Promise.withResolvers<void>()
  const port = await openPort(house, {
    settings: { 'deskPhone.line': 'PJSIP/103' },
    tell: (event) => void (event.type === 'connected' && connected.resolve()),
  })
  try {
    port.perform(dialled)
    await far.called()
    far.answer()
    await connected.promise
    port.perform({ type: 'end', call: 'call_a' })
    await far.until('idle')
  } finally {
    await port.close()
    await far.close()
    await answers.close()
  }
})

test('a phone that is not there makes no call', { ...programs, timeout: 30_000 }, async () => {
  assert.ok(house)
  const ended = Promise.withResolvers<PhoneEvent>()
  const port = await openPort(house, {
    settings: { 'deskPhone.line': 'PJSIP/104' },
    tell: (event) => void (event.type === 'ended' && ended.resolve(event)),
  })
  port.perform(dialled)
  const told = await ended.promise
  assert.ok(told.type === 'ended')
  assert.deepEqual([told.end.by, told.end.error?.code], ['network', 'phone-unavailable'])
  await port.close()
})

test('a message that waits in the mailbox is shown at once and as it comes', {
  ...programs,
  timeout: 60_000,
}, async () => {
  assert.ok(house)
  const bob = await personAt(house, '102')
  const fresh: (number | undefined)[] = []
  const more = Promise.withResolvers<void>()
  const port = await openPort(house, {
    settings: { 'deskPhone.ami.mailbox': '101@default' },
    tell: (event) => {
      if (event.type === 'line') fresh.push(event.line.messages?.fresh)
      if (fresh.at(-1) === 1) more.resolve()
    },
  })
  try {
    const call = await dial(bob.session, '*7101', { play: speech('bob') })
    await played(bob.session, call.id)
    await hangUp(bob.session, call.id)
    await more.promise
    assert.deepEqual(fresh, [0, 1])
  } finally {
    await port.close()
    await bob.close()
  }
})

test('the manager is reached over TLS, and a server of the list that is not there is passed by', {
  ...programs,
  timeout: 30_000,
}, async () => {
  assert.ok(house)
  const { asterisk } = house
  const gone = await between(asterisk.managerPort)
  await gone.close()
  const states: string[] = []
  const port = await openPort(house, {
    settings: {
      'deskPhone.servers': [`127.0.0.1:${gone.port}`, `127.0.0.1:${asterisk.managerPort + 1}`],
      'deskPhone.tls': true,
      'deskPhone.tls.ca': asterisk.ca,
    },
    tell: (event) => {
      if (event.type === 'state') states.push(event.state.is)
    },
  })
  await port.close()
  assert.deepEqual(states, ['connecting', 'connecting', 'ready'])
})
