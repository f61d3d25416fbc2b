// What whoever keeps conversations must show.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '@openparley/contract'
import type { ChatStore, Kept, Sought } from './port.ts'

export function kept(
  n: number,
  more: Partial<Omit<Kept, 'message'>> & { readonly message?: Partial<Message> } = {},
): Kept {
  const { message, ...rest } = more
  return {
    kind: 'person',
    origin: `origin-${n}`,
    wire: `wire-${n}`,
    archive: undefined,
    ...rest,
    message: {
      id: `message_${String(n).padStart(22, '0')}`,
      conversation: 'bob@x',
      direction: 'incoming',
      from: 'bob@x',
      at: '2026-01-01T00:00:00.000Z',
      text: `text ${n}`,
      state: 'received',
      ...message,
    },
  }
}

const texts = (page: { readonly messages: readonly Message[] }): string[] => page.messages.map(({ text }) => text)

export function chatStoreSuite(open: () => Promise<ChatStore>): void {
  test('a message that was there already, by its origin or by its archive’s id, is not added again', async () => {
    const store = await open()
    assert.equal(await store.add(kept(1, { archive: { id: 'a1', of: '' } })), true)
    assert.equal(await store.add(kept(2, { origin: 'origin-1' })), false)
    assert.equal(await store.add(kept(3, { archive: { id: 'a1', of: '' } })), false)
    // The same id of another archive, the same origin of somebody else, and no id at all are others.
    assert.equal(await store.add(kept(4, { archive: { id: 'a1', of: 'room@x' } })), true)
    assert.equal(await store.add(kept(5, { origin: 'origin-1', message: { from: 'carol@x' } })), true)
    assert.equal(await store.add(kept(6, { origin: undefined })), true)
    assert.equal(await store.add(kept(7, { origin: undefined })), true)
    assert.deepEqual(texts(await store.list('bob@x', undefined, 10)), [
      'text 7',
      'text 6',
      'text 5',
      'text 4',
      'text 1',
    ])
  })

  test('pages go on where the one before ended, whatever comes meanwhile', async () => {
    const store = await open()
    for (let n = 1; n <= 5; n++) await store.add(kept(n))
    const first = await store.list('bob@x', undefined, 2)
    await store.add(kept(6))
    const second = await store.list('bob@x', first.next, 2)
    const third = await store.list('bob@x', second.next, 2)
    assert.deepEqual(
      [texts(first), texts(second), texts(third)],
      [['text 5', 'text 4'], ['text 3', 'text 2'], ['text 1']],
    )
    assert.equal(third.next, undefined)
    assert.deepEqual(texts(await store.list('bob@x', 'nonsense', 1)), ['text 6'])
    assert.deepEqual(texts(await store.list('nobody@x', undefined, 1)), [])
  })

  test('what waits to be sent is found oldest first, and no more when it was sent', async () => {
    const store = await open()
    const own = (n: number): Kept => kept(n, { message: { direction: 'outgoing', from: 'alice@x', state: 'queued' } })
    for (const n of [1, 2]) await store.add(own(n))
    await store.add(kept(3))
    assert.deepEqual(
      (await store.waiting()).map(({ message }) => message.text),
      ['text 1', 'text 2'],
    )
    const [first] = await store.waiting()
    assert.ok(first)
    await store.put({ ...first, message: { ...first.message, state: 'sent' } })
    assert.deepEqual(
      (await store.waiting()).map(({ message }) => message.text),
      ['text 2'],
    )
    assert.equal((await store.newest('bob@x', 'outgoing'))?.message.text, 'text 2')
  })

  test('what nobody else knows, such as a call, is not the newest that others know, and is unread where it was missed', async () => {
    const store = await open()
    await store.add(kept(1))
    await store.add(kept(2, { wire: undefined }))
    await store.add(kept(3, { wire: undefined, message: { state: 'read' } }))
    assert.equal((await store.newest('bob@x', 'incoming'))?.message.text, 'text 1')
    assert.equal(await store.newest('bob@x', 'outgoing'), undefined)
    assert.equal((await store.conversations())[0]?.unread, 2)
  })

  test('the copy of a file is known for as long as its message needs it, and the file is found by its name', async () => {
    const store = await open()
    const file = { name: 'très cool.png', type: 'image/png', bytes: 5 }
    const own = { direction: 'outgoing', from: 'alice@x', state: 'queued', text: file.name, file } as const
    await store.add(kept(1, { copy: 'copy-1', message: own }))
    await store.add(kept(2))
    assert.deepEqual(await store.copies(), ['copy-1'])
    const [waiting] = await store.waiting()
    assert.ok(waiting)
    assert.deepEqual([waiting.copy, waiting.message.file], ['copy-1', file])
    const address = 'https://files.x/tr%C3%A8s%20cool.png'
    const sent = { ...waiting.message, text: address, file: { ...file, address }, state: 'sent' } as const
    await store.put({ ...waiting, copy: undefined, message: sent })
    assert.deepEqual(await store.copies(), [])
    assert.equal((await store.byId(sent.id))?.copy, undefined)
    const { messages } = await store.search('très cool', undefined, undefined, 10)
    assert.deepEqual(messages, [sent])
  })

  test('a message is found by its own id, by what others call it, and by who asked for it', async () => {
    const store = await open()
    await store.add(kept(1, { archive: { id: 'a1', of: '' }, request: 'application\nr1' }))
    const id = kept(1).message.id
    for (const found of [
      await store.byId(id),
      await store.byRequest('application\nr1'),
      await store.byOrigin('bob@x', 'bob@x', 'origin-1'),
      await store.byWire('bob@x', 'wire-1'),
      await store.byWire('bob@x', 'origin-1'),
      await store.byWire('bob@x', 'a1'),
    ])
      assert.equal(found?.message.id, id)
    for (const found of [
      await store.byId('message_0'),
      await store.byRequest('other\nr1'),
      await store.byOrigin('bob@x', 'carol@x', 'origin-1'),
      await store.byWire('carol@x', 'wire-1'),
    ])
      assert.equal(found, undefined)
  })

  test('what is unread is what came after it was read last, and one’s own words never are', async () => {
    const store = await open()
    for (const n of [1, 2]) await store.add(kept(n))
    await store.add(kept(3, { message: { direction: 'outgoing', from: 'alice@x', state: 'sent' } }))
    const unread = async (): Promise<number | undefined> => (await store.conversations())[0]?.unread
    assert.equal(await unread(), 2)
    await store.read('bob@x')
    assert.equal(await unread(), 0)
    await store.add(kept(4))
    assert.equal(await unread(), 1)
    assert.equal((await store.conversations())[0]?.last?.text, 'text 4')
  })

  test('words are found as they begin, all of them, by what a message says now; none of them is a command', async () => {
    const store = await open()
    await store.add(kept(1, { message: { text: 'The budget of Zürich' } }))
    await store.add(kept(2, { message: { text: 'budget lunch' } }))
    await store.put(kept(2, { message: { text: 'budgets: none' } }))
    const found = async (words: string): Promise<string[]> => texts(await store.search(words, undefined, undefined, 10))
    assert.deepEqual(await found('budget'), ['budgets: none', 'The budget of Zürich'])
    assert.deepEqual(await found('züri BUD'), ['The budget of Zürich'])
    assert.deepEqual(await found('lunch'), [])
    for (const words of ['" OR "', 'text:budget', '*', 'NEAR(', "'; DROP TABLE chat_messages"]) await found(words)
    assert.deepEqual(texts(await store.search('budget', 'carol@x', undefined, 10)), [])
    const page = await store.search('budget', 'bob@x', undefined, 1)
    assert.deepEqual(texts(await store.search('budget', 'bob@x', page.next, 1)), ['The budget of Zürich'])
  })

  test('the place in an archive is where it was left, and moves with each message of it', async () => {
    const store = await open()
    assert.equal(await store.placeIn(''), undefined)
    await store.setPlace('', '@2026-01-01T00:00:00.000Z')
    await store.add(kept(1, { archive: { id: 'a1', of: '' } }))
    await store.setPlace('room@x', 'r9')
    assert.deepEqual([await store.placeIn(''), await store.placeIn('room@x')], ['a1 2026-01-01T00:00:00.000Z', 'r9'])
  })

  test('a room that the person wants to be in is remembered with the name there', async () => {
    const store = await open()
    await store.setNickname('room@x', 'Alice')
    await store.setNickname('room@x', 'Alicia')
    const [room] = await store.conversations()
    assert.deepEqual([room?.address, room?.kind, room?.nickname], ['room@x', 'room', 'Alicia'])
    await store.setNickname('room@x', undefined)
    assert.equal((await store.conversations())[0]?.nickname, undefined)
  })

  test('over all conversations, messages are found by when they were, by whose they are, and by words; calls are none', async () => {
    const store = await open()
    const said = (n: number, message: Partial<Message>, more: Partial<Omit<Kept, 'message'>> = {}) =>
      store.add(kept(n, { ...more, message: { at: `2026-01-01T00:0${n}:00.000Z`, from: 'x', ...message } }))
    await said(3, { text: 'budget, late' })
    await said(1, { text: 'the budget' })
    await said(2, { conversation: 'room@x' }, { kind: 'room' })
    await said(4, { conversation: 'sip:carol@x' })
    const call = { id: 'call_1', missed: true, end: { by: 'remote' } } as const
    await said(5, { text: '', call })
    const newest = { at: Number.MAX_SAFE_INTEGER, n: Number.MAX_SAFE_INTEGER }
    const found = async (sought: Sought): Promise<string[]> =>
      (await store.find(sought, newest, 10)).map(({ message, person }) => `${message.at.slice(15, 16)} ${person}`)
    const all = ['4 sip:carol@x', '3 bob@x', '2 undefined', '1 bob@x']
    assert.deepEqual(await found({}), all)
    const first = await store.find({}, newest, 3)
    const rest = await store.find({}, first[2]?.place ?? newest, 3)
    assert.deepEqual(
      rest.map(({ message }) => message.text),
      ['the budget'],
    )
    assert.deepEqual(await found({ who: { people: ['bob@x'] } }), ['3 bob@x', '1 bob@x'])
    assert.deepEqual(await found({ text: { words: 'BUD', people: ['room@x'] } }), ['3 bob@x', '2 undefined', '1 bob@x'])
    assert.deepEqual(await found({ text: { words: '" OR "*', people: [] } }), [])
    const [from, to] = ['2026-01-01T00:02:00.000Z', '2026-01-01T00:04:00.000Z'].map((at) => Date.parse(at)) as [
      number,
      number,
    ]
    assert.deepEqual(await found({ from, to }), ['3 bob@x', '2 undefined'])
  })

  test('what is forgotten is found by nothing, and what is still to be sent stays', async () => {
    const store = await open()
    for (const n of [1, 2, 3])
      await store.add(kept(n, { message: { text: `words ${n}`, at: `2026-01-0${n}T00:00:00.000Z` } }))
    const own = { direction: 'outgoing', from: 'alice@x', state: 'queued', text: 'words 4' } as const
    await store.add(kept(4, { message: own }))
    const call = { id: 'call_1', missed: true, end: { by: 'remote' } } as const
    await store.add(kept(5, { origin: 'call_1', wire: undefined, message: { text: '', call } }))
    const forgotten = async (...which: Parameters<ChatStore['forget']>): Promise<number[]> =>
      Object.values(await store.forget(...which))
    const ids = [kept(2).message.id, kept(4).message.id, 'call_1', 'origin-1']
    assert.deepEqual(await forgotten({ ids }), [1, 1])
    assert.deepEqual(await forgotten({ who: { people: ['carol@x'] } }), [0, 0])
    assert.deepEqual(
      await forgotten({ who: { people: ['bob@x'] }, to: Date.parse('2026-01-02T00:00:00.000Z') }),
      [1, 0],
    )
    assert.deepEqual(texts(await store.search('words', undefined, undefined, 10)), ['words 4', 'words 3'])
    assert.deepEqual(texts(await store.list('bob@x', undefined, 10)), ['words 4', 'words 3'])
  })
}
