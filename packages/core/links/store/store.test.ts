import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { storeLink } from './store.ts'

const folder = await mkdtemp(join(tmpdir(), 'parley-store-'))
after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

test('what was written is there after the thread has ended and another has begun', async () => {
  const file = join(folder, 'a.sqlite')
  const link = storeLink()
  const store = link.open(file)
  await store.migrate('notes', ['CREATE TABLE notes (text TEXT) STRICT'])
  assert.deepEqual(
    await Promise.all(Array.from({ length: 2500 }, (_, i) => store.run('INSERT INTO notes VALUES (?)', `note ${i}`))),
    Array.from({ length: 2500 }, () => 1),
  )
  await link.close()
  const [row] = await link.open(file).all('SELECT count(*) AS n FROM notes')
  assert.equal(row?.n, 2500)
  await link.close()
})

test('every earlier version of the tables is brought forward, step by step', async () => {
  const steps = [
    'CREATE TABLE notes (text TEXT) STRICT',
    'ALTER TABLE notes ADD COLUMN at INTEGER',
    'CREATE INDEX notes_at ON notes (at)',
  ]
  for (let from = 0; from <= steps.length; from++) {
    const link = storeLink()
    const store = link.open(join(folder, `from-${from}.sqlite`))
    await store.migrate('notes', steps.slice(0, from))
    if (from > 0) await store.run('INSERT INTO notes (text) VALUES (?)', 'kept')
    await store.migrate('notes', steps)
    const rows = await store.all('SELECT text, at FROM notes')
    assert.equal(rows.length, from > 0 ? 1 : 0, `from version ${from}`)
    await link.close()
  }
})

test('a file of a newer version is refused and not changed', async () => {
  const file = join(folder, 'newer.sqlite')
  const newer = storeLink()
  await newer
    .open(file)
    .migrate('notes', ['CREATE TABLE notes (text TEXT) STRICT', 'ALTER TABLE notes ADD COLUMN at INTEGER'])
  await newer.close()
  const before = await readFile(file)
  const older = storeLink()
  await assert.rejects(older.open(file).migrate('notes', ['CREATE TABLE notes (text TEXT) STRICT']), {
    code: 'store-newer',
  })
  await older.close()
  assert.deepEqual(await readFile(file), before)
})

test('a step that fails leaves the version and the tables before it', async () => {
  const link = storeLink()
  const store = link.open(undefined)
  await assert.rejects(store.migrate('notes', ['CREATE TABLE notes (text TEXT) STRICT', 'CREATE NONSENSE']), {
    code: 'store-unusable',
  })
  await store.run('INSERT INTO notes VALUES (?)', 'kept')
  await store.migrate('notes', ['CREATE TABLE notes (text TEXT) STRICT', 'ALTER TABLE notes ADD COLUMN at INTEGER'])
  assert.equal((await store.all('SELECT text, at FROM notes')).length, 1)
  await link.close()
})

test('a statement that is wrong costs its asker an error and nobody else anything', async () => {
  const link = storeLink()
  const store = link.open(undefined)
  await store.migrate('notes', ['CREATE TABLE notes (text TEXT NOT NULL) STRICT'])
  const outcomes = await Promise.allSettled([
    store.run('INSERT INTO notes VALUES (?)', 'first'),
    store.run('INSERT INTO notes VALUES (?)', null),
    store.run('INSERT INTO nowhere VALUES (1)'),
    store.run('INSERT INTO notes VALUES (?)', 'second'),
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  )
  assert.equal((await store.all('SELECT * FROM notes')).length, 2)
  await link.close()
})

test('a hundred users share 64 open files', async () => {
  const link = storeLink()
  const stores = Array.from({ length: 100 }, (_, i) => link.open(join(folder, `user-${i}.sqlite`)))
  for (const store of stores) await store.migrate('notes', ['CREATE TABLE notes (text TEXT) STRICT'])
  await Promise.all(stores.map((store, i) => store.run('INSERT INTO notes VALUES (?)', `of ${i}`)))
  for (const [i, store] of stores.entries())
    assert.deepEqual({ ...(await store.all('SELECT text FROM notes'))[0] }, { text: `of ${i}` })
  await link.close()
})
