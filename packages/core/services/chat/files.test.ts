// Files in conversations: accepted with a copy, brought before their message is sent, and overtaken by nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, type Message, ParleyError, readSettings } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { chat } from './chat.ts'
import type { ChatPort, ChatStore, FileCopies, FilePort, Kept, Outgoing, OwnFile } from './port.ts'

interface Disk {
  readonly kept: Map<string, Kept>
  readonly copies: Map<string, OwnFile>
}

const emptyDisk = (): Disk => ({ kept: new Map(), copies: new Map() })

function house(disk = emptyDisk(), settings: object = {}) {
  const { kept, copies } = disk
  const clock = virtualClock()
  const handed = new Map<string, OwnFile>()
  const saved: unknown[][] = []
  const sent: Outgoing[] = []
  /** What was asked to be brought, and what settles it. */
  const brought: { file: OwnFile; lies(at: string): void; fails(code: ErrorCode): void }[] = []
  const all = (): Kept[] => [...kept.values()]
  const store = {
    conversations: async () => [],
    add: async (each: Kept) => !!kept.set(each.message.id, each),
    put: async (each: Kept) => void kept.set(each.message.id, each),
    byId: async (id: string) => kept.get(id),
    byRequest: async (request: string) => all().find((each) => each.request === request),
    waiting: async () => all().filter(({ message }) => message.state === 'queued'),
    copies: async () => all().flatMap(({ copy }) => copy ?? []),
    newest: async () => all().at(-1),
    read: async () => {},
  } as unknown as ChatStore
  const fileCopies: FileCopies = {
    keep: async (file) => {
      handed.set(`file_${handed.size}`, file)
      return `file_${handed.size - 1}`
    },
    take: async (name, { as, mayNamePaths }) => {
      const file = handed.get(name)
      if (!file) throw new ParleyError(mayNamePaths ? 'chat-file-unreadable' : 'chat-file-path-refused')
      copies.set(as, file)
      return { name: file.name, type: file.type, bytes: file.content.length }
    },
    read: async (copy) => {
      const file = copies.get(copy)
      if (!file) throw new ParleyError('chat-file-unreadable')
      return file.content
    },
    remove: async (copy) => void copies.delete(copy),
    sweep: async (but) => {
      for (const each of copies.keys()) if (!but.includes(each)) copies.delete(each)
    },
    save: async (...given) => void saved.push(given),
    fromBase64: (text) => new Uint8Array(Buffer.from(text, 'base64')),
    toBase64: (content) => Buffer.from(content).toString('base64'),
    close: async () => {},
  }
  const files: FilePort = {
    upload: (file) =>
      new Promise((lies, reject) => brought.push({ file, lies, fails: (code) => reject(new ParleyError(code)) })),
    fetch: async (address, mostBytes) => new TextEncoder().encode(`${address} ${mostBytes}`),
  }
  const port = { send: (message: Outgoing) => sent.push(message) > 0 } as unknown as ChatPort
  const world = { clock, dice: seededDice(11), wall: () => '2026-01-01T00:00:00.000Z' }
  const service = chat(world, 'epoch', {
    store,
    port: () => port,
    filePort: () => files,
    copies: fileCopies,
    settings: () => readSettings({ ...settings }),
    own: () => 'alice@x',
    invited: () => undefined,
    withdrawn: () => {},
    failed: (error) => assert.equal(error, undefined),
  })
  const caller = { name: 'a', mayNamePaths: false, signal: new AbortController().signal } as Caller
  const { upload, sendFile, fetchFile, send, correct, read } = service.handlers
  let count = 0
  return {
    ...{ disk, clock, sent, brought, saved, service, caller },
    message: (id: string): Message => kept.get(id)?.message as Message,
    upload: async (name = 'photo.png', type?: string, content = 'aGVsbG8=') =>
      (await upload({ name, content, ...(type === undefined ? {} : { type }) }, caller)).handle,
    file: async (handle: string, to = 'bob@x', requestId = `r${++count}`) =>
      (await sendFile({ to, file: handle, requestId }, caller)).message,
    write: async (text: string, to = 'bob@x') => (await send({ to, text, requestId: `r${++count}` }, caller)).message,
    fetch: async (message: string, more: object = {}, by = caller) => fetchFile({ message, force: false, ...more }, by),
    correct: async (message: string) => correct({ message, text: 'x', requestId: 'c' }, caller),
    stream: async (is: 'ready' | 'away') => {
      service.take({ type: is, by: 'xmpp' })
      await read({ conversation: 'nobody@x' }, caller)
      await settled()
    },
    settled: async () => {
      await settled()
      await read({ conversation: 'nobody@x' }, caller)
    },
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const texts = (sent: readonly Outgoing[]): string[] => sent.map(({ to, text }) => `${to} ${text}`)

test('a file is accepted with its copy, is brought, and only then its message is sent; then the copy is gone', async () => {
  const { upload, file, message, sent, brought, disk, stream, settled: quiet, service } = house()
  const id = await file(await upload())
  const about = { name: 'photo.png', type: 'image/png', bytes: 5 }
  assert.deepEqual([message(id).state, message(id).text, message(id).file], ['queued', 'photo.png', about])
  assert.deepEqual([...disk.copies.keys()], [id])
  await stream('ready')
  assert.deepEqual([brought.length, sent.length], [1, 0])
  assert.deepEqual(brought[0]?.file, {
    name: 'photo.png',
    type: 'image/png',
    content: new TextEncoder().encode('hello'),
  })
  brought[0]?.lies('https://x/photo.png')
  await quiet()
  assert.deepEqual(
    sent.map(({ id: of, text, file: at }) => [of, text, at]),
    [[id, 'https://x/photo.png', 'https://x/photo.png']],
  )
  assert.deepEqual(message(id).file, { ...about, address: 'https://x/photo.png' })
  assert.equal(disk.copies.size, 1)
  service.take({ type: 'sent', id })
  await quiet()
  assert.deepEqual([message(id).state, disk.copies.size, disk.kept.get(id)?.copy], ['sent', 0, undefined])
})

test('nothing overtakes a file in its conversation, and nobody else waits for it', async () => {
  const { upload, file, write, sent, brought, stream, settled: quiet } = house()
  await stream('ready')
  await write('one')
  const handle = await upload()
  await file(handle)
  await write('two')
  await file(handle)
  await write('three')
  await write('hello', 'carol@x')
  assert.deepEqual(texts(sent), ['bob@x one', 'carol@x hello'])
  assert.equal(brought.length, 1)
  brought[0]?.lies('https://x/1')
  await quiet()
  assert.deepEqual(texts(sent).slice(2), ['bob@x https://x/1', 'bob@x two'])
  brought[1]?.lies('https://x/2')
  await quiet()
  assert.deepEqual(texts(sent).slice(4), ['bob@x https://x/2', 'bob@x three'])
})

test('a crash in between has it brought and sent again under the same id, and leaves no copy behind', async () => {
  const disk = emptyDisk()
  const before = house(disk)
  const [first, second] = [await before.file(await before.upload()), await before.file(await before.upload())]
  await before.stream('ready')
  before.brought[0]?.lies('https://x/1')
  await before.settled()
  disk.copies.set('message_left_behind', { name: 'x', type: 'x/x', content: new Uint8Array() })
  // Nobody has acknowledged the one, and the other is on its way.
  const after = house(disk)
  await after.stream('ready')
  assert.deepEqual([...disk.copies.keys()], [first, second])
  assert.deepEqual(
    after.sent.map(({ id, file }) => [id, file]),
    [[first, 'https://x/1']],
  )
  assert.equal(after.brought.length, 1)
})

test('while there is no stream it waits, and the next one begins with it', async () => {
  const { upload, file, brought, sent, stream, settled: quiet } = house()
  await stream('ready')
  await file(await upload())
  await stream('away')
  brought[0]?.fails('chat-unavailable')
  await quiet()
  await stream('ready')
  brought[1]?.lies('https://x/1')
  await quiet()
  assert.deepEqual(texts(sent), ['bob@x https://x/1'])
})

test('what may go later is tried five times, each after a longer rest; then it has failed, and what waited for it goes', async () => {
  const { upload, file, write, brought, sent, message, clock, disk, stream, settled: quiet } = house()
  await stream('ready')
  const id = await file(await upload())
  await write('after it')
  for (const restMs of [2000, 8000, 32_000, 128_000]) {
    brought.at(-1)?.fails('chat-upload-failed')
    await quiet()
    const count = brought.length
    clock.pass(restMs - 1)
    await quiet()
    await write('elsewhere', 'carol@x')
    assert.equal(brought.length, count)
    clock.pass(1)
    await quiet()
    assert.equal(brought.length, count + 1)
  }
  brought.at(-1)?.fails('chat-upload-failed')
  await quiet()
  assert.deepEqual([message(id).state, message(id).error?.code, disk.copies.size], ['failed', 'chat-upload-failed', 0])
  assert.equal(texts(sent).at(-1), 'bob@x after it')
})

test('a server that takes no files has it fail at once, with that as its error', async () => {
  const { upload, file, brought, message, disk, stream, settled: quiet } = house()
  await stream('ready')
  const id = await file(await upload())
  brought[0]?.fails('chat-upload-unavailable')
  await quiet()
  assert.deepEqual([message(id).state, message(id).error?.code], ['failed', 'chat-upload-unavailable'])
  assert.equal(disk.copies.size, 0)
})

test('of what is too large, or of a type that is not sent, whatever it is called, nothing is kept', async () => {
  const { upload, file, disk } = house(emptyDisk(), {
    'chat.files.mostBytes': 5,
    'chat.files.types': ['image/*', 'text/plain', '!image/svg+xml'],
  })
  await assert.rejects(upload('a.png', undefined, 'aGVsbG8h'), { code: 'chat-file-too-large' })
  for (const [name, type] of [
    ['a.zip', undefined],
    ['a.svg', undefined],
    ['a.png', 'image/svg+xml'],
    ['a.png', 'IMAGE/SVG+XML'],
    ['a.exe', 'image/png'],
  ] as const)
    await assert.rejects(upload(name, type), { code: 'chat-file-type-refused' }, name)
  await upload('a.txt')
  await assert.rejects(file('/etc/passwd'), { code: 'chat-file-path-refused' })
  await assert.rejects(file('file_9'), { code: 'chat-file-path-refused' })
  const handle = await upload('a.png')
  await assert.rejects(file(handle, 'sip:bob@x'), { code: 'chat-upload-unavailable' })
  await assert.rejects(file(handle, 'bob'), { code: 'contact-invalid' })
  assert.deepEqual([disk.kept.size, disk.copies.size], [0, 0])
})

test('programs are not sent unless somebody says so', async () => {
  await assert.rejects(house().upload('setup.exe'), { code: 'chat-file-type-refused' })
  await assert.rejects(house().upload('harmless.png', 'application/x-msdownload'), { code: 'chat-file-type-refused' })
  await house(emptyDisk(), { 'chat.files.types': '*/*' }).upload('setup.exe')
})

test('the same request is the same message with one copy, and a file is not corrected', async () => {
  const { upload, file, disk, correct } = house()
  const handle = await upload()
  const id = await file(handle, 'bob@x', 'r')
  assert.equal(await file(handle, 'bob@x', 'r'), id)
  assert.equal(disk.copies.size, 1)
  await assert.rejects(correct(id), { code: 'message-is-file' })
})

test('a file is fetched when it is asked for, saved by the user’s own process alone, and not where its type is refused', async () => {
  const { fetch, service, caller, disk, saved, settled: quiet, write, upload, file } = house()
  const incoming = async (n: number, name: string): Promise<string> => {
    const address = `https://x/${name}`
    service.take({
      type: 'message',
      message: {
        ...{ conversation: 'bob@x', kind: 'person', direction: 'incoming', from: 'bob@x', text: address },
        ...{ at: '2026-01-01T00:00:00.000Z', origin: `o${n}`, wire: `w${n}`, archive: undefined },
        file: { name, type: 'image/png', address },
      },
    })
    await quiet()
    return [...disk.kept.keys()].at(-1) as string
  }
  const id = await incoming(1, 'a.png')
  const { name, type, content } = await fetch(id)
  assert.deepEqual([name, type, atob(content ?? '')], ['a.png', 'image/png', 'https://x/a.png 10000000'])
  await assert.rejects(fetch(id, { saveAs: '/tmp/a.png' }), { code: 'chat-file-path-refused' })
  const is = await fetch(id, { saveAs: '/tmp/a.png', force: true }, { ...caller, mayNamePaths: true })
  assert.deepEqual([is.content, saved.map(([path, , force]) => [path, force])], [undefined, [['/tmp/a.png', true]]])
  await assert.rejects(fetch(await incoming(2, 'a.png.exe')), { code: 'chat-file-type-refused' })
  await assert.rejects(fetch(await write('text')), { code: 'message-without-file' })
  // One's own that waits is here.
  const { content: own } = await fetch(await file(await upload()))
  assert.equal(atob(own ?? ''), 'hello')
})
