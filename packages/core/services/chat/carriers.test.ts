// Chat between several that carry messages, over a store in memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError, readSettings } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { chat } from './chat.ts'
import type { Carrier, ChatPort, ChatStore, FileCopies, Kept } from './port.ts'

function house() {
  const kept = new Map<string, Kept>()
  const sent: string[] = []
  const joined: string[] = []
  const up = new Set<Carrier>()
  const store = {
    conversations: async () => [],
    add: async (each: Kept) => !!kept.set(each.message.id, each),
    put: async (each: Kept) => void kept.set(each.message.id, each),
    byId: async (id: string) => kept.get(id),
    byRequest: async () => undefined,
    waiting: async () => [...kept.values()].filter(({ message }) => message.state === 'queued'),
    setNickname: async () => {},
    copies: async () => [],
  } as unknown as ChatStore
  const portOf = (by: Carrier): ChatPort => ({
    send: ({ to, text }) => {
      if (up.has(by)) sent.push(`${by} ${to} ${text}`)
      return up.has(by)
    },
    join: async (room) => void joined.push(`${by} ${room}`),
    typing: () => {},
    receipt: () => {},
    react: () => false,
    withdraw: () => false,
    leave: () => {},
  })
  const ports = { xmpp: portOf('xmpp'), sip: portOf('sip') }
  const world = { clock: virtualClock(), dice: seededDice(1), wall: () => '2026-01-01T00:00:00.000Z' }
  const service = chat(world, 'epoch', {
    store,
    port: (by) => ports[by],
    settings: () => readSettings({}),
    filePort: () => undefined,
    copies: { sweep: async () => {} } as unknown as FileCopies,
    own: (by) => `alice by ${by}`,
    invited: () => undefined,
    withdrawn: () => {},
    failed: (error) => assert.equal(error, undefined),
  })
  const by = { application: 'application_a', name: 'a' } as Caller
  let count = 0
  return {
    sent,
    joined,
    kept,
    turn: async (is: 'ready' | 'away', carrier: Carrier) => {
      if (is === 'ready') up.add(carrier)
      else up.delete(carrier)
      service.take({ type: is, by: carrier })
      await settled()
    },
    write: async (to: string, text: string) => service.handlers.send({ to, text, requestId: `${++count}` }, by),
    join: async (room: string) => service.handlers.join({ room, nickname: 'alice' }, by),
    take: service.take,
    service,
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('an address says who carries its messages, and whose they are', async () => {
  const { write, turn, sent, kept } = house()
  await turn('ready', 'xmpp')
  await turn('ready', 'sip')
  await write('bob@example.com', 'one')
  await write('sip:Bob@example.com:5070', 'two')
  assert.deepEqual(sent, ['xmpp bob@example.com one', 'sip sip:bob@example.com:5070 two'])
  assert.deepEqual(
    [...kept.values()].map(({ message }) => message.from),
    ['alice by xmpp', 'alice by sip'],
  )
})

test('what one cannot carry waits for that one, and holds up nothing of the other', async () => {
  const { write, turn, sent } = house()
  await turn('ready', 'sip')
  await write('bob@example.com', 'one')
  await write('sip:bob@example.com', 'two')
  assert.deepEqual(sent, ['sip sip:bob@example.com two'])
  await turn('ready', 'xmpp')
  assert.deepEqual(sent.slice(1), ['xmpp bob@example.com one'])
  await turn('away', 'sip')
  await write('sip:bob@example.com', 'three')
  await write('bob@example.com', 'four')
  assert.deepEqual(sent.slice(2), ['xmpp bob@example.com four'])
  await turn('ready', 'sip')
  assert.deepEqual(sent.slice(3), ['sip sip:bob@example.com three'])
})

test('rooms are entered anew by those who have rooms, and by nobody else', async () => {
  const { join, turn, joined } = house()
  await turn('ready', 'xmpp')
  await join('room@rooms.example.com')
  await turn('ready', 'sip')
  assert.deepEqual(joined, ['xmpp room@rooms.example.com'])
  await turn('away', 'xmpp')
  await turn('ready', 'xmpp')
  assert.equal(joined.length, 2)
  await assert.rejects(join('sip:room@example.com'), (error) => (error as ParleyError).code === 'contact-invalid')
})

test('what is neither address is none', async () => {
  const { write } = house()
  for (const to of ['bob', 'sip:bob', 'sips:bob@example.com', 'tel:1', 'a:b@example.com', 'sip:a b@example.com'])
    await assert.rejects(write(to, 'x'), (error) => (error as ParleyError).code === 'contact-invalid')
})

test('an invitation to who is reached over SIP is its address, as a text', async () => {
  const { service, turn, sent } = house()
  await turn('ready', 'sip')
  const invitation = { address: 'https://meet.example.com/1', subject: 'Plans', video: true }
  await service.invitations.ask(['sip:bob@example.com'], {
    ...invitation,
    conference: 'webconference_AAAAAAAAAAAAAAAAAAAAAA',
  })
  assert.deepEqual(sent, ['sip sip:bob@example.com Plans: https://meet.example.com/1'])
})
