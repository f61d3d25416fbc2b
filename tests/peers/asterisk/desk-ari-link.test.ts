// The link with Asterisk’s REST interface: servers, TLS, passwords, a connection that is cut; and a phone that answers by itself.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between } from './between.ts'
import { ari } from './desk-ari.ts'
import { farAt, openPort } from './desk-house.ts'
import { atDesks, dialled, survivesCuts } from './desk-watched.ts'

const desks = await atDesks(ari)
const { programs, house } = desks

test('a phone that knows that it is asked to answers by itself when a call is made for it over ARI', {
  ...programs,
  timeout: 30_000,
}, async () => {
  assert.ok(house)
  // One of ours at another desk: baresip knows nothing of it.
  const carol = await farAt(house, '103', { settings: { 'calls.autoAnswer': 'asked' } })
  const bob = await farAt(house, '102')
  const port = await openPort(house, { settings: { 'deskPhone.line': '103' }, tell: () => {} })
  try {
    port.perform(dialled)
    await bob.called()
    bob.answer()
    await carol.until('talking')
    port.perform({ type: 'end', call: 'call_a' })
    await Promise.all([carol.until('idle'), bob.until('idle')])
  } finally {
    await port.close()
    await bob.close()
    await carol.close()
  }
})

test('over TLS ARI is spoken with whom the authority vouches for, and with nobody else', {
  ...programs,
  timeout: 30_000,
}, async () => {
  assert.ok(house)
  const { httpPort, ca } = house.asterisk
  const over = { 'deskPhone.servers': `127.0.0.1:${httpPort + 1}`, 'deskPhone.tls': true }
  for (const [settings, expected] of [
    [{ ...over, 'deskPhone.tls.ca': ca }, 'ready'],
    [over, 'tls-untrusted'],
  ] as const) {
    const states: string[] = []
    const port = await openPort(house, {
      settings,
      tell: (event) => {
        if (event.type === 'state') states.push(event.state.error?.code ?? event.state.is)
      },
    })
    await port.close()
    assert.deepEqual(states, ['connecting', expected])
  }
})

test(
  'a WebSocket that is cut is made again: what went on is told once, what ended and began meanwhile as well',
  {
    ...programs,
    timeout: 60_000,
  },
  () => survivesCuts(desks),
)

test('where a server of the list does not answer, ARI is spoken with the next', {
  ...programs,
  timeout: 30_000,
}, async () => {
  assert.ok(house)
  const closed = await between(1)
  await closed.close()
  const states: string[] = []
  const port = await openPort(house, {
    settings: { 'deskPhone.servers': [`127.0.0.1:${closed.port}`, `127.0.0.1:${house.asterisk.httpPort}`] },
    tell: (event) => {
      if (event.type === 'state') states.push(event.state.is)
    },
  })
  await port.close()
  assert.deepEqual(states, ['connecting', 'connecting', 'ready'])
})

test('a password that ARI does not take is told, and nothing is tried again', {
  ...programs,
  timeout: 30_000,
}, async () => {
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
