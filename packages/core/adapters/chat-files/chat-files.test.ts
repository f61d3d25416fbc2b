// Files on this machine: what is handed over, copied, saved and left behind.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { seededDice } from '@openparley/testkit'
import { chatFiles } from './chat-files.ts'

const folder = await mkdtemp(join(tmpdir(), 'parley-chat-files-'))
after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

const dice = seededDice(3)
const token = (): string => dice.token(128)
const copyName = (): string => `message_${token()}`
const hello = { name: 'hello.txt', type: 'text/plain', content: new TextEncoder().encode('hello') }
const how = (as: string, mayNamePaths = false, mostBytes = 1000) => ({ as, mayNamePaths, mostBytes })

test('what was handed over is copied under a name of ours, for nobody else to read, and outlives the session', async () => {
  const kept = join(folder, 'outlives')
  const files = chatFiles(token, kept)
  const as = copyName()
  const taken = await files.take(await files.keep(hello), how(as))
  assert.deepEqual(taken, { name: 'hello.txt', type: 'text/plain', bytes: 5 })
  await files.close()
  assert.equal((await stat(join(kept, as))).mode & 0o077, 0)
  const next = chatFiles(token, kept)
  assert.equal(new TextDecoder().decode(await next.read(as)), 'hello')
  await next.remove(as)
  await next.remove(as)
  await assert.rejects(next.read(as), { code: 'chat-file-unreadable' })
  await next.close()
})

test('of what was handed over the newest 16 are known, and what has no data folder goes with the session', async () => {
  const files = chatFiles(token, undefined)
  const handles: string[] = []
  for (let n = 0; n < 17; n++) handles.push(await files.keep(hello))
  await assert.rejects(files.take(handles[0] as string, how(copyName())), { code: 'chat-file-unknown' })
  const as = copyName()
  await files.take(handles[1] as string, how(as))
  assert.equal((await files.read(as)).length, 5)
  await files.close()
  await assert.rejects(files.read(as), { code: 'chat-file-unreadable' })
  await files.close()
})

test('a path is named by the user’s own process alone, and names a file that is not too large', async () => {
  const files = chatFiles(token, join(folder, 'paths'))
  const path = join(folder, 'a.txt')
  await writeFile(path, 'hello')
  await assert.rejects(files.take(path, how(copyName())), { code: 'chat-file-path-refused' })
  await assert.rejects(files.take(path, how(copyName(), true, 4)), { code: 'chat-file-too-large' })
  await assert.rejects(files.take(folder, how(copyName(), true)), { code: 'chat-file-unreadable' })
  await assert.rejects(files.take(join(folder, 'none'), how(copyName(), true)), { code: 'chat-file-unreadable' })
  assert.deepEqual(await readdir(join(folder, 'paths')).catch(() => []), [])
  const taken = await files.take(path, how(copyName(), true))
  assert.deepEqual(taken, { name: 'a.txt', type: undefined, bytes: 5 })
  await files.close()
})

test('what a crash has left behind is removed, and nothing that is needed or not ours', async () => {
  const kept = join(folder, 'sweep')
  await mkdir(kept)
  const [needed, left] = [copyName(), copyName()]
  const crashed = `file_${token()}`
  for (const each of [needed, left, crashed, 'notes.txt']) await writeFile(join(kept, each), 'x')
  const files = chatFiles(token, kept)
  const handed = await files.keep(hello)
  await files.sweep([needed])
  assert.deepEqual((await readdir(kept)).sort(), [needed, handed, 'notes.txt'].sort())
  await assert.rejects(files.read('../a.txt'), { code: 'chat-file-unreadable' })
  await files.close()
  assert.deepEqual((await readdir(kept)).sort(), [needed, 'notes.txt'].sort())
})

test('what is there is replaced only with force, and nothing half is left', async () => {
  const files = chatFiles(token, undefined)
  const into = join(folder, 'saved')
  await mkdir(into)
  const path = join(into, 'a.txt')
  await files.save(path, new TextEncoder().encode('one'), false)
  await assert.rejects(files.save(path, new TextEncoder().encode('two'), false), { code: 'chat-file-unwritable' })
  assert.equal(await readFile(path, 'utf8'), 'one')
  await files.save(path, new TextEncoder().encode('three'), true)
  assert.equal(await readFile(path, 'utf8'), 'three')
  await assert.rejects(files.save(join(into, 'no', 'a.txt'), hello.content, false), { code: 'chat-file-unwritable' })
  assert.deepEqual(await readdir(into), ['a.txt'])
  await files.close()
})
