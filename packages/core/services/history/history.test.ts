// History: what two keepers hold as one record, as a file, and for as long as is wanted. The stores are lists here; what they must show is in the suites.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChangeOf, type HistoryRecord, type Message, ParleyError, type services } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { type HistoryNeeds, history } from './history.ts'
import { call, conference, voicemail } from './port.suite.ts'
import type { Forgotten, FoundMessage, HistoryPort, Place, Sought, SoughtRecords } from './port.ts'

const dayMs = 24 * 60 * 60 * 1000

const isBefore = (place: Place, before: Place): boolean =>
  place.at < before.at || (place.at === before.at && place.n < before.n)

function message(n: number, at: string, more: Partial<Message> = {}): Message {
  return {
    id: `message_${String(n).padStart(22, '0')}`,
    ...{
      conversation: 'bob@x',
      direction: 'incoming',
      from: 'bob@x',
      at,
      text: `text ${n}`,
      state: 'received',
      ...more,
    },
  }
}

function house(more: Partial<HistoryNeeds> = {}) {
  const kept: HistoryRecord[] = []
  const said: Message[] = []
  const asked: (Sought | SoughtRecords | Forgotten)[] = []
  const newestFirst = <T extends { readonly place: Place }>(all: T[], before: Place, limit: number): T[] =>
    all
      .filter(({ place }) => isBefore(place, before))
      .sort((a, b) => b.place.at - a.place.at || b.place.n - a.place.n)
      .slice(0, limit)
  const store: HistoryPort = {
    put: async (record) => {
      const isNew = !kept.some(({ id }) => id === record.id)
      if (isNew) kept.push(record)
      return isNew
    },
    list: async () => ({ entries: kept.flatMap((each) => (each.kind === 'call' ? [each.call] : [])).toReversed() }),
    total: async () => kept.filter(({ kind }) => kind === 'call').length,
    search: async (sought, before, limit) => {
      asked.push(sought)
      const all = kept.map((record, n) => ({ record, place: { at: Date.parse(record.at), n } }))
      return newestFirst(
        all.filter(({ record }) => !sought.kinds || sought.kinds.some((kind) => kind === record.kind)),
        before,
        limit,
      )
    },
    known: async () => ({ people: [], numbers: ['13035550100'] }),
    forget: async (which) => {
      asked.push(which)
      const gone = kept.filter(({ at, id }) =>
        which.ids ? which.ids.includes(id) : Date.parse(at) < (which.to ?? Infinity),
      )
      for (const each of gone) kept.splice(kept.indexOf(each), 1)
      return gone.length
    },
  }
  const clock = virtualClock()
  const begin = Date.UTC(2026, 0, 10)
  const world = { clock, dice: seededDice(1), wall: () => new Date(begin + clock.now()).toISOString() }
  const failures: (string | undefined)[] = []
  const service = history(world, 'epoch', {
    store,
    messages: {
      find: async (sought, before, limit) => {
        asked.push(sought)
        const all = said.map(
          (each, n): FoundMessage => ({ message: each, person: 'bob@x', place: { at: Date.parse(each.at), n } }),
        )
        return newestFirst(all, before, limit)
      },
      forget: async (which) => {
        asked.push(which)
        return 0
      },
    },
    waysTo: async () => ['+1 303 555 0100'],
    personAt: async (number) => (number === '204' ? 'bob@x' : undefined),
    named: (words) => (words === 'Bob' ? ['bob@x'] : []),
    keepDays: () => 0,
    failed: (error) => failures.push(error?.code),
    ...more,
  })
  const changes: ChangeOf<(typeof services)['history']>[] = []
  service.state.follow((change) => changes.push(change))
  const search = (params: Partial<Parameters<typeof service.handlers.search>[0]> = {}) =>
    service.handlers.search({ limit: 50, ...params }, {} as Caller)
  /** Waits until all that was added is written. */
  const written = () => service.handlers.list({ limit: 1 }, {} as Caller)
  return { service, kept, said, asked, clock, failures, changes, search, written, store }
}

test('records and messages come as one, newest first, and pages lose and repeat nothing, also where times are the same', async () => {
  const { service, said, search } = house()
  const times = [1, 2, 2, 2, 3, 3, 4]
  for (const [n, minute] of times.entries()) {
    service.add(call(minute, { call: `call_${String(n).padStart(22, 'x')}` }).call)
    said.push(message(n, call(minute).at))
  }
  const whole = (await search()).records
  assert.equal(whole.length, 2 * times.length)
  const minutes = whole.map(({ at }) => Date.parse(at))
  assert.deepEqual(
    minutes,
    minutes.toSorted((a, b) => b - a),
  )
  for (let limit = 1; limit < whole.length; limit++) {
    const paged: HistoryRecord[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await search({ limit, ...(cursor === undefined ? {} : { cursor }) })
      paged.push(...page.records)
      cursor = page.next
      if (cursor === undefined) break
    }
    assert.deepEqual(
      paged.map(({ id }) => id),
      whole.map(({ id }) => id),
      `${limit} a page`,
    )
  }
})

test('a cursor that was never given out is refused', async () => {
  const { search } = house()
  for (const cursor of ['', 'x', '1.r', '1.r.1.1', '9999999999999999.m.9999999999999999', "1.r.1' OR 1"])
    await assert.rejects(async () => search({ cursor }), { code: 'request-malformed' }, cursor)
})

test('a person is looked for by all that is known of how they are reached, whether address or number was said', async () => {
  const { search, asked } = house()
  const who = { people: ['bob@x', 'sip:bob@x'], numbers: ['13035550100', '+1 303 555 0100'] }
  await search({ with: 'Bob@x ' })
  await search({ with: 'sip:bob@x' })
  assert.deepEqual(asked, [{ who }, { who }, { who }, { who }])
  asked.length = 0
  await search({ with: '204' })
  assert.deepEqual(asked[0], { who: { ...who, numbers: ['204', ...who.numbers] } })
  asked.length = 0
  await search({ with: '  ' })
  assert.deepEqual(asked, [{}, {}])
})

test('what was missed is only looked for among calls, and kinds only where they are kept', async () => {
  const { search, asked } = house()
  await search({ missed: true })
  await search({ missed: true, kinds: ['message'] })
  await search({ kinds: ['message'] })
  await search({ kinds: ['voicemail', 'message'], text: 'Bob', from: '2026-01-01T00:00:00+01:00' })
  const text = { words: 'Bob', people: ['bob@x'] }
  const from = Date.UTC(2025, 11, 31, 23)
  assert.deepEqual(asked, [{ kinds: ['call'], missed: true }, {}, { text, from, kinds: ['voicemail'] }, { text, from }])
})

test('each record that is new is told, a call also as one, and a call that stands in a conversation is no message', async () => {
  const { service, changes, written, search } = house()
  service.add(call(1).call)
  service.add(call(1).call)
  service.voicemail(voicemail(2, { from: { person: 'bob@x' } }).voicemail)
  service.said(message(3, call(3).at), 'bob@x')
  service.said({ ...message(4, call(4).at), call: { id: 'call_1', missed: true, end: { by: 'remote' } } }, 'bob@x')
  await written()
  assert.deepEqual(
    changes.map((change) => [change.type, change.type === 'recorded' ? change.record.id : '']),
    [
      ['recorded', `message:${message(3, '').id}`],
      ['added', ''],
      ['recorded', call(1).id],
      ['recorded', voicemail(2).id],
    ],
  )
  assert.equal(service.state.read().state.total, 1)
  assert.deepEqual(
    (await search({ kinds: ['voicemail'] })).records.map(({ person }) => person),
    ['bob@x'],
  )
})

test('what is older than it is to be kept is deleted when that is set and once a day, and is not written down any more', async () => {
  let days = 0
  const { service, kept, clock, changes, written, asked } = house({ keepDays: () => days })
  service.add(call(1).call)
  service.add(call(2, { startedAt: '2026-01-08T12:00:00.000Z' }).call)
  await written()
  assert.equal(clock.pending, 0)
  days = 3
  service.look()
  await written()
  assert.deepEqual(
    kept.map(({ at }) => at),
    ['2026-01-08T12:00:00.000Z'],
  )
  assert.deepEqual(asked, [{ to: Date.UTC(2026, 0, 7) }, { to: Date.UTC(2026, 0, 7) }])
  assert.deepEqual(changes.at(-1), { type: 'forgotten', total: 1 })
  service.voicemail(voicemail(1).voicemail)
  await written()
  assert.equal(kept.length, 1)
  clock.pass(dayMs)
  await written()
  assert.equal(kept.length, 1)
  clock.pass(dayMs)
  await written()
  assert.equal(kept.length, 0)
  assert.equal(service.state.read().state.total, 0)
  days = 0
  service.look()
  assert.equal(clock.pending, 0)
  days = 1
  service.look()
  await service.close()
  assert.equal(clock.pending, 0)
})

test('nothing is deleted where nothing is said, and what is said goes to whoever keeps it', async () => {
  const { service, asked } = house()
  const forget = (params: Parameters<typeof service.handlers.forget>[0]) =>
    service.handlers.forget(params, {} as Caller)
  assert.deepEqual(await forget({}), { forgotten: 0 })
  assert.deepEqual(asked, [])
  service.add(call(1).call)
  assert.deepEqual(await forget({ ids: [call(1).id, 'message:m1'] }), { forgotten: 1 })
  assert.deepEqual(asked, [{ ids: [call(1).id, 'message:m1'] }, { ids: [call(1).call.call, 'm1'] }])
  asked.length = 0
  await forget({ with: 'bob@x', before: '2026-01-01T00:00:00.000Z' })
  const who = { people: ['bob@x', 'sip:bob@x'], numbers: ['13035550100', '+1 303 555 0100'] }
  assert.deepEqual(asked, [
    { who, to: Date.UTC(2026, 0, 1) },
    { who, to: Date.UTC(2026, 0, 1) },
  ])
})

test('as a file it is lines, with names before the first, and text of others is no formula', async () => {
  const { service, said } = house()
  const remote = { number: '+13035550100', displayName: '=HYPERLINK("http://x")' }
  service.add(call(1, { remote, account: '4711', talkedMs: 1001 }).call)
  said.push(message(2, call(2).at, { text: 'one,\n"two"' }), message(3, call(3).at, { text: '+cmd|x' }))
  service.conference((conference(4, '@sum') as Extract<HistoryRecord, { kind: 'conference' }>).conference)
  const page = async (as: 'csv' | 'json', limit: number, cursor?: string) =>
    service.handlers.export({ as, limit, ...(cursor === undefined ? {} : { cursor }) }, {} as Caller)
  const first = await page('csv', 3)
  const rest = await page('csv', 3, first.next)
  assert.deepEqual(
    (first.content + rest.content)
      .split('\r\n')
      .map((line) => line.replaceAll(/(call|message|webconference)[:_][^,]*/g, 'ID')),
    [
      'kind,id,at,person,direction,number,name,text,answered,ended,seconds,missed,account,matter,error,transferred_to',
      "conference,conference:ID,2026-01-01T00:04:00.000Z,bob@x,,,Bob; Zoë,'@sum,,2026-01-01T00:04:00.000Z,,,,,,",
      "message,ID,2026-01-01T00:03:00.000Z,bob@x,incoming,,bob@x,'+cmd|x,,,,,,,,",
      'message,ID,2026-01-01T00:02:00.000Z,bob@x,incoming,,bob@x,"one,\n""two""",,,,,,,,',
      `call,ID,2026-01-01T00:01:00.000Z,,incoming,+13035550100,"'=HYPERLINK(""http://x"")",,,2026-01-01T00:01:00.000Z,2,,4711,,,`,
      '',
    ],
  )
  const { content } = await page('json', 10)
  const lines = content.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as HistoryRecord).kind),
    ['conference', 'message', 'message', 'call'],
  )
})

test('a store that cannot be used is told of, and that it can again', async () => {
  let isBroken = true
  const { service, failures, written, store } = house()
  await written()
  const { put } = store
  store.put = async (record) => {
    if (isBroken) throw new ParleyError('store-unusable', 'the disk is full')
    return put(record)
  }
  service.add(call(1).call)
  await written()
  isBroken = false
  service.add(call(2).call)
  await written()
  assert.deepEqual(failures, [undefined, 'store-unusable', undefined])
})
