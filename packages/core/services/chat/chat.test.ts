// Chat: accepted on disk, sent in order and once, changed by who may change it. The store is a list here; what it must show is in store.suite.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ChangeOf,
  type HistoryEntry,
  type Message,
  ParleyError,
  readSettings,
  type services,
} from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { chat } from './chat.ts'
import type { ChatEvent, ChatPort, ChatStore, FileCopies, Incoming, Kept, Outgoing } from './port.ts'

/** As little of a store as these tests need. */
function list(): ChatStore & { readonly kept: Kept[]; broken: boolean } {
  const kept: Kept[] = []
  const find = (is: (each: Kept) => boolean): Kept | undefined => kept.findLast(is)
  const store = {
    kept,
    broken: false,
    conversations: async () => [],
    add: async (each: Kept) => {
      if (store.broken) throw new ParleyError('store-unusable', 'the disk is full')
      const { conversation, from } = each.message
      const isThere = kept.some(
        (other) =>
          each.origin !== undefined &&
          other.origin === each.origin &&
          other.message.conversation === conversation &&
          other.message.from === from,
      )
      if (!isThere) kept.push(each)
      return !isThere
    },
    put: async (each: Kept) => {
      kept[kept.findIndex(({ message }) => message.id === each.message.id)] = each
    },
    byId: async (id: string) => find(({ message }) => message.id === id),
    byRequest: async (request: string) => find((each) => each.request === request),
    byOrigin: async (conversation: string, from: string, origin: string) =>
      find(
        (each) => each.origin === origin && each.message.from === from && each.message.conversation === conversation,
      ),
    byWire: async (conversation: string, wire: string) =>
      find((each) => each.wire === wire && each.message.conversation === conversation),
    copies: async () => [],
    waiting: async () => kept.filter(({ message }) => message.state === 'queued'),
    newest: async (conversation: string, direction: Message['direction']) =>
      find(
        ({ message, wire }) =>
          wire !== undefined && message.direction === direction && message.conversation === conversation,
      ),
    list: async () => ({ messages: kept.map(({ message }) => message).toReversed() }),
    search: async () => ({ messages: [] }),
    placeIn: async () => undefined,
    setPlace: async () => {},
    read: async () => {},
    setNickname: async () => {},
    find: async () => [],
    forget: async ({ ids = [] }: { readonly ids?: readonly string[] }) => {
      const before = kept.length
      for (const id of ids)
        kept.splice(
          kept.findIndex(({ message }) => message.id === id),
          1,
        )
      return { messages: before - kept.length, calls: 0 }
    },
  }
  return store
}

const conference = 'webconference_AAAAAAAAAAAAAAAAAAAAAA'

function house(store = list()) {
  const invited: string[] = []
  const withdrawn: string[] = []
  const sent: Outgoing[] = []
  const receipts: unknown[][] = []
  const failures: (string | undefined)[] = []
  const port: ChatPort = {
    send: (message) => {
      sent.push(message)
      return true
    },
    typing: () => {},
    receipt: (...given) => void receipts.push(given),
    react: () => true,
    withdraw: (to, _, of) => withdrawn.push(`${to} ${of}`) > 0,
    join: async () => {},
    leave: () => {},
  }
  const world = { clock: virtualClock(), dice: seededDice(7), wall: () => '2026-01-01T00:00:00.000Z' }
  const service = chat(world, 'epoch', {
    store,
    port: () => port,
    settings: () => readSettings({}),
    filePort: () => undefined,
    copies: { sweep: async () => {} } as unknown as FileCopies,
    own: () => 'alice@x',
    invited: (by) => {
      if (!by.address.startsWith('https://meet.x/')) return undefined
      invited.push(`${by.from} ${by.subject ?? ''} ${by.address}`)
      return conference
    },
    withdrawn: (address, from) => void withdrawn.push(`${from} ${address}`),
    failed: (error) => failures.push(error?.code),
  })
  const changes: ChangeOf<(typeof services)['chat']>[] = []
  service.state.follow((change) => changes.push(change))
  const caller = { name: 'an application' } as Caller
  return {
    service,
    sent,
    invited,
    withdrawn,
    receipts,
    failures,
    store,
    told: (): Message[] => changes.flatMap((change) => (change.type === 'message' ? [change.message] : [])),
    send: async (text: string, requestId = text, to = 'bob@x') =>
      (await service.handlers.send({ to, text, requestId }, caller)).message,
    /** Takes the events, and waits until all that follows is done. */
    take: async (...events: ChatEvent[]): Promise<void> => {
      for (const event of events) service.take(event)
      await service.handlers.read({ conversation: 'nobody@x' }, caller)
    },
    correct: async (message: string, text: string) =>
      service.handlers.correct({ message, text, requestId: text }, caller),
  }
}

const incoming = (text: string, more: Partial<Incoming> = {}): ChatEvent => ({
  type: 'message',
  message: {
    ...{ conversation: 'bob@x', kind: 'person', direction: 'incoming', from: 'bob@x', text },
    at: '2026-01-01T00:00:00.000Z',
    origin: `origin of ${text}`,
    wire: `wire of ${text}`,
    archive: undefined,
    ...more,
  },
})

test('what is accepted while nobody carries it is sent in its order when somebody does, and each once', async () => {
  const { send, sent, take } = house()
  const ids = [await send('one'), await send('two'), await send('three')]
  assert.deepEqual(sent, [])
  await take({ type: 'ready', by: 'xmpp' })
  assert.deepEqual(
    sent.map(({ id }) => id),
    ids,
  )
  // The stream broke and was taken up: what is under way is not sent beside what the stream itself sends again.
  await take({ type: 'away', by: 'xmpp' }, { type: 'ready', by: 'xmpp' })
  assert.equal(sent.length, 3)
  // It was lost: what the server may not have goes again, under the same id, and in its order.
  await take({ type: 'sent', id: ids[0] as string })
  await take(
    { type: 'away', by: 'xmpp' },
    { type: 'unsent', id: ids[1] as string },
    { type: 'unsent', id: ids[2] as string },
  )
  await take({ type: 'ready', by: 'xmpp' })
  assert.deepEqual(
    sent.slice(3).map(({ id }) => id),
    ids.slice(1),
  )
})

test('one’s own that comes back from a room was sent; what lies in one’s own archive alone is sent again, under the same id', async () => {
  const { send, sent, take, told, service } = house()
  const id = await send('hello')
  const own = { direction: 'outgoing', from: 'alice@x', origin: id, archive: { id: 'a1', of: '' } } as const
  await take(incoming('hello', own))
  assert.equal(told().at(-1)?.state, 'queued')
  await take({ type: 'ready', by: 'xmpp' })
  assert.deepEqual(
    sent.map((each) => each.id),
    [id],
  )
  await service.handlers.join({ room: 'room@x', nickname: 'Alice' }, {} as Caller)
  const inRoom = await send('all', 'all', 'room@x')
  await take(incoming('all', { ...own, conversation: 'room@x', kind: 'room', from: 'Alice', origin: inRoom }))
  assert.equal(told().at(-1)?.state, 'sent')
})

test('the same request is the same message, and another application’s is another', async () => {
  const { send, store } = house()
  assert.equal(await send('hello', 'r1'), await send('hello', 'r1'))
  assert.notEqual(await send('hello', 'r1'), await send('hello', 'r2'))
  assert.equal(store.kept.length, 2)
})

test('a message that comes twice is told once, and its writer hears each time that it was delivered', async () => {
  const { take, told, receipts } = house()
  await take(incoming('hello', { asks: 'read' }), incoming('hello', { asks: 'read' }))
  assert.equal(told().length, 1)
  const delivered = ['bob@x', 'wire of hello', 'delivered']
  assert.deepEqual(receipts, [delivered, delivered])
})

test('only the writer of a message corrects it', async () => {
  const { take, store } = house()
  await take(incoming('hello'))
  const text = (): string | undefined => store.kept[0]?.message.text
  const by = (from: string, conversation = 'bob@x'): ChatEvent => ({
    type: 'correction',
    ...{ conversation, from, replaces: 'wire of hello', text: `by ${from}`, at: '2026-01-01T00:00:00.000Z' },
  })
  await take(by('mallory@x'), by('bob@x', 'mallory@x'))
  assert.equal(text(), 'hello')
  await take(by('bob@x'))
  assert.equal(text(), 'by bob@x')
})

test('what was read is never only delivered again, and nobody’s receipt marks what they wrote themselves', async () => {
  const { send, take, store } = house()
  const id = await send('hello')
  await take(incoming('yes'))
  const receipt = (of: string, is: 'delivered' | 'read'): ChatEvent => ({
    type: 'receipt',
    conversation: 'bob@x',
    of,
    is,
  })
  await take(receipt(id, 'read'), receipt(id, 'delivered'), { type: 'sent', id }, receipt('wire of yes', 'read'))
  assert.deepEqual(
    store.kept.map(({ message }) => message.state),
    ['read', 'received'],
  )
})

test('only the last of one’s own in a conversation is corrected', async () => {
  const { send, correct, sent } = house()
  const first = await send('one')
  const second = await send('two')
  await assert.rejects(correct(first, 'uno'), { code: 'message-not-last' })
  await correct(second, 'due')
  assert.deepEqual(
    sent.map(({ text, replaces }) => [text, replaces]),
    [['due', second]],
  )
  await assert.rejects(correct('message_0', 'x'), { code: 'message-unknown' })
})

test('what the disk does not take is not accepted, and it is told until it does', async () => {
  const { send, store, take, failures, sent } = house()
  await take({ type: 'ready', by: 'xmpp' })
  store.broken = true
  await assert.rejects(send('hello'), { code: 'store-unusable' })
  await take(incoming('lost'))
  assert.deepEqual([sent, failures], [[], ['store-unusable']])
  store.broken = false
  await take(incoming('kept'))
  assert.deepEqual(failures, ['store-unusable', undefined])
  await send('hello')
  assert.equal(sent.length, 1)
})

test('nothing is written to what is no address, and in no room that one is not in', async () => {
  const { send } = house()
  for (const to of ['bob', 'bob@', '@x', 'bob@x/desk<', 'a b@x'])
    await assert.rejects(send('hello', to, to), { code: 'contact-invalid' }, to)
})

test('a call that is over is in the conversation once, unread where it was missed, and is not what is corrected or receipted', async () => {
  const { service, send, correct, sent, take, told, receipts } = house()
  const entry = (n: number, more: Partial<HistoryEntry>): HistoryEntry => ({
    call: `call_${String(n).padStart(22, '0')}`,
    direction: 'incoming',
    remote: { number: '204' },
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    end: { by: 'remote' },
    ...more,
  })
  const unread = (): number | undefined => service.state.read().state.conversations[0]?.unread
  const mine = await send('call me')
  await take(incoming('now?'))
  service.called(entry(1, { talkedMs: 60_000, missed: false }), 'bob@x')
  service.called(entry(1, { talkedMs: 60_000, missed: false }), 'bob@x')
  service.called(entry(2, { missed: true }), 'bob@x')
  await take()
  assert.deepEqual(
    told().map(({ call, state }) => [call?.talkedMs, call?.missed, state]),
    [
      [undefined, undefined, 'queued'],
      [undefined, undefined, 'received'],
      [60_000, false, 'read'],
      [undefined, true, 'received'],
    ],
  )
  assert.equal(unread(), 2)
  await service.handlers.read({ conversation: 'bob@x' }, {} as Caller)
  assert.deepEqual(receipts.at(-1), ['bob@x', 'wire of now?', 'read'])
  service.called(entry(3, { direction: 'outgoing' }), 'bob@x')
  await take()
  await correct(mine, 'call me later')
  assert.deepEqual(sent.at(-1)?.replaces, mine)
})

test('what is written just as the stream breaks does not overtake what was lost, though the next stream stands already', async () => {
  const { send, sent, take, store, service } = house()
  await take({ type: 'ready', by: 'xmpp' })
  const first = await send('one')
  const added = Promise.withResolvers<void>()
  const { add } = store
  Object.assign(store, { add: async (each: Kept) => (await added.promise, add(each)) })
  const second = send('two')
  await new Promise(setImmediate)
  service.take({ type: 'away', by: 'xmpp' })
  service.take({ type: 'unsent', id: first })
  // Of the stream that was: it breaks again before that is taken.
  service.take({ type: 'ready', by: 'xmpp' })
  service.take({ type: 'away', by: 'xmpp' })
  added.resolve()
  await second
  await take()
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['one'],
  )
  await take({ type: 'ready', by: 'xmpp' })
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['one', 'one', 'two'],
  )
})

test('an invitation is kept with its message, and only who sent it takes it back', async () => {
  const { take, told, invited, withdrawn, store } = house()
  const invitation = { address: 'https://meet.x/1', subject: 'Lunch', video: true }
  await take(incoming('Lunch: https://meet.x/1', { invitation, wire: 'i1' }))
  assert.deepEqual(invited, ['bob@x Lunch https://meet.x/1'])
  assert.deepEqual(told()[0]?.invitation, { ...invitation, conference })
  await take({ type: 'withdrawn', conversation: 'bob@x', from: 'mallory@x', of: 'i1' })
  await take({ type: 'withdrawn', conversation: 'carol@x', from: 'carol@x', of: 'i1' })
  assert.deepEqual(withdrawn, [])
  const retract = { type: 'withdrawn', conversation: 'bob@x', from: 'bob@x', of: 'i1' } as const
  await take(retract, retract)
  assert.deepEqual(withdrawn, ['bob@x https://meet.x/1'])
  assert.equal(store.kept[0]?.message.invitation?.withdrawn, true)
})

test('the person’s own invitation goes with its address, and what takes it back names it', async () => {
  const { service, sent, withdrawn, take, store } = house()
  await take({ type: 'ready', by: 'xmpp' })
  await service.invitations.ask(['bob@x'], { conference, address: 'https://meet.x/1', video: true })
  assert.deepEqual(sent[0]?.invitation, { address: 'https://meet.x/1', video: true, conference })
  await service.invitations.takeBack(conference)
  assert.deepEqual(withdrawn, [`bob@x ${sent[0]?.id}`])
  assert.equal(store.kept[0]?.message.invitation?.withdrawn, true)
})

test('an invitation that never left does not leave when it is too late', async () => {
  const { service, sent, take, store } = house()
  await service.invitations.ask(['bob@x'], { conference, address: 'https://meet.x/1', video: true })
  await service.invitations.takeBack(conference)
  await take({ type: 'ready', by: 'xmpp' })
  assert.deepEqual(sent, [])
  assert.deepEqual([store.kept[0]?.message.state, store.kept[0]?.message.invitation?.withdrawn], ['failed', true])
})

test('a correction says something else than the invitation it was', async () => {
  const { take, store } = house()
  const invitation = { address: 'https://meet.x/1', video: true }
  await take(incoming('https://meet.x/1', { invitation, wire: 'i1' }), {
    ...{ type: 'correction', conversation: 'bob@x', from: 'bob@x', replaces: 'i1', text: 'Sorry' },
    at: '2026-01-01T00:00:00.000Z',
  })
  assert.deepEqual([store.kept[0]?.message.text, store.kept[0]?.message.invitation], ['Sorry', undefined])
})
