import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { storeLink } from '../../links/store/index.ts'
import { call, historyStoreSuite } from '../../services/history/port.suite.ts'
import { historyStore } from './history-store.ts'
import { migrations } from './migrations.ts'
import { wayOf } from './ways.ts'

const newest = { at: Number.MAX_SAFE_INTEGER, n: Number.MAX_SAFE_INTEGER }

describe('the record in the user’s store', () => {
  const link = storeLink()
  after(() => link.close())
  historyStoreSuite(async () => historyStore(link.open(undefined)))

  test('calls that an earlier version of the tables holds are found in every way after they were brought forward', async () => {
    const numbers = ['204', 'sip:Bob@x', '+1 (303) 555-0100', '0049.30/1234567', '0100', 'anonymous', '*72']
    const calls = numbers.map((number, n) => call(n, { remote: { number }, ...(n === 2 ? { person: 'bob@x' } : {}) }))
    const store = link.open(undefined)
    await store.migrate('history', migrations.slice(0, 1))
    for (const { call: entry } of calls)
      await store.run(
        'INSERT INTO history_calls (call, number, started_at, entry) VALUES (?, ?, ?, ?)',
        ...[entry.call, entry.remote.number, entry.startedAt, JSON.stringify(entry)],
      )
    const now = historyStore(store)
    assert.deepEqual(
      (await now.search({}, newest, 10)).map(({ record }) => record),
      calls.toReversed(),
    )
    const { entries, next } = await now.list(undefined, 2)
    assert.deepEqual(
      entries.map(({ remote }) => remote.number),
      ['*72', 'anonymous'],
    )
    assert.deepEqual((await now.list(next, 1)).entries[0]?.remote.number, '0100')
    assert.equal(await now.total(), calls.length)
    for (const number of numbers) {
      const found = await now.search(
        { who: { people: number.startsWith('+1') ? ['bob@x'] : [], numbers: [number] } },
        newest,
        10,
      )
      assert.deepEqual(
        found.map(({ record }) => record.kind === 'call' && record.call.remote.number),
        [number],
      )
    }
    const rows = await store.all('SELECT way, tail FROM history_records ORDER BY n')
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      numbers.map((number) => ({ ...wayOf(number) })),
    )
    assert.deepEqual((await now.known({ people: [], numbers: ['3035550100'] })).people, ['bob@x'])
    assert.equal((await now.search({ text: { words: '3035550100', people: [] } }, newest, 10)).length, 1)
    await now.put(call(9))
    assert.equal(await now.total(), calls.length + 1)
  })

  test('among a hundred thousand records a page is found at once, however it is narrowed', async () => {
    const store = link.open(undefined)
    const history = historyStore(store)
    const lots = 100_000
    await history.total()
    await store.run(
      `WITH RECURSIVE each (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM each WHERE i < ${lots})
       INSERT INTO history_records (id, kind, at, person, way, tail, missed, words, entry)
       SELECT 'call:' || i, 'call', i * 60000, CASE i % 3 WHEN 0 THEN 'person' || (i % 500) || '@x' END,
         '1303555' || substr('0000' || (i % 9000), -4), '555' || substr('0000' || (i % 9000), -4), i % 2,
         'Person ' || (i % 500) || ' ' || CASE WHEN i = 77 THEN 'needle' ELSE 'straw' END, '{"startedAt":"2026-01-01T00:00:00.000Z"}' FROM each`,
    )
    const ways = {
      all: {},
      'a rare word': { text: { words: 'needle', people: [] } },
      'a word of all': { text: { words: 'straw', people: [] } },
      'two words': { text: { words: 'person 49', people: [] } },
      'no word': { text: { words: 'nowhere', people: ['person3@x'] } },
      'a number': { text: { words: '555-0123', people: [] } },
      somebody: { who: { people: ['person9@x'], numbers: ['+1 303 555 0009'] } },
      missed: { missed: true },
      'no such kind': { kinds: ['voicemail'] },
      'a time': { from: 5_000_000_000, to: 5_001_000_000 },
    } as const
    for (const [name, sought] of Object.entries(ways)) {
      const begun = performance.now()
      await history.search(sought, newest, 51)
      const ms = performance.now() - begun
      if (process.env['PARLEY_TELL']) console.log(name, ms.toFixed(1))
      assert.ok(ms < 1000, `${name}: ${ms.toFixed(0)} ms`)
    }
  })
})
