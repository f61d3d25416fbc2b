// What whoever keeps the record must show.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConferenceEntry, HistoryEntry, VoiceMessage } from '@openparley/contract'
import type { HistoryPort, Place, SoughtRecords } from './port.ts'

type Kept = Parameters<HistoryPort['put']>[0]

const at = (n: number): string => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString()
const id = (kind: string, n: number): string => `${kind}_${String(n).padStart(22, '0')}`

export function call(n: number, more: Partial<HistoryEntry> = {}): Extract<Kept, { kind: 'call' }> {
  const entry: HistoryEntry = {
    call: id('call', n),
    direction: 'incoming',
    remote: { number: '204' },
    startedAt: at(n),
    endedAt: at(n),
    end: { by: 'remote' },
    ...more,
  }
  const { person } = entry
  return { kind: 'call', id: `call:${entry.call}`, at: entry.startedAt, ...(person ? { person } : {}), call: entry }
}

export function voicemail(n: number, more: Partial<VoiceMessage> = {}): Extract<Kept, { kind: 'voicemail' }> {
  const message: VoiceMessage = {
    id: id('voice', n),
    from: { number: '+1 (303) 555-0100' },
    at: at(n),
    isNew: true,
    ...{ urgent: false, private: false, secure: false, dispatch: false, deleted: false },
    ...more,
  }
  const { person } = message.from
  return {
    kind: 'voicemail',
    id: `voicemail:${message.id}`,
    at: message.at,
    ...(person ? { person } : {}),
    voicemail: message,
  }
}

export function conference(n: number, subject: string): Kept {
  const entry: ConferenceEntry = {
    conference: id('webconference', n),
    kind: 'janus',
    ...{ subject, from: 'bob@x', startedAt: at(n), endedAt: at(n), members: ['Bob', 'Zoë'] },
  }
  return {
    kind: 'conference',
    id: `conference:${entry.conference}`,
    at: entry.startedAt,
    person: 'bob@x',
    conference: entry,
  }
}

const newest: Place = { at: Number.MAX_SAFE_INTEGER, n: Number.MAX_SAFE_INTEGER }

export function historyStoreSuite(open: () => Promise<HistoryPort>): void {
  const filled = async (...records: readonly Kept[]) => {
    const store = await open()
    for (const record of records) await store.put(record)
    const found = async (sought: SoughtRecords): Promise<string[]> =>
      (await store.search(sought, newest, 100)).map(({ record }) => record.id)
    return { store, found }
  }

  test('what was found is what was kept, newest first, whenever it was kept, and goes on where it ended', async () => {
    const [old, mid, young] = [conference(1, 'Budget'), call(2), voicemail(3)]
    const { store } = await filled(young, old, mid)
    const page = await store.search({}, newest, 2)
    assert.deepEqual(
      page.map(({ record }) => record),
      [young, mid],
    )
    const rest = await store.search({}, page[1]?.place ?? newest, 2)
    assert.deepEqual(
      rest.map(({ record }) => record),
      [old],
    )
  })

  test('a call is kept as it was first, a voice message as it is now, and what is the same is no news', async () => {
    const { store, found } = await filled()
    assert.equal(await store.put(call(1)), true)
    assert.equal(await store.put(call(1, { missed: true })), false)
    assert.equal(await store.put(voicemail(2)), true)
    assert.equal(await store.put(voicemail(2)), false)
    assert.equal(await store.put(voicemail(2, { isNew: false, transcription: 'Call me' })), true)
    assert.deepEqual(await found({ missed: true }), [])
    assert.deepEqual(await found({ text: { words: 'call me', people: [] } }), [voicemail(2).id])
    assert.equal(await store.total(), 1)
  })

  test('a person is found by address and by number, however that is written, and a number of somebody else’s is not', async () => {
    const byAddress = call(1, { remote: { number: 'sip:bob@x' }, person: 'bob@x' })
    const byNumber = call(2, { remote: { number: '0013035550100' } })
    const byMail = voicemail(3)
    const ofCarol = call(4, { remote: { number: '+13035550100' }, person: 'carol@x' })
    const other = call(5, { remote: { number: '+14445550100' } })
    const inHouse = call(6, { remote: { number: '0100' } })
    const { found } = await filled(byAddress, byNumber, byMail, ofCarol, other, inHouse)
    assert.deepEqual(await found({ who: { people: ['bob@x'], numbers: ['303 555 0100'] } }), [
      byMail.id,
      byNumber.id,
      byAddress.id,
    ])
    assert.deepEqual(await found({ who: { people: [], numbers: ['0100'] } }), [inHouse.id])
    assert.deepEqual(await found({ who: { people: [], numbers: [] } }), [])
  })

  test('whom a number belongs to is known from what was recorded with both, and no more when that is forgotten', async () => {
    const both = call(1, { remote: { number: '+13035550100' }, person: 'bob@x' })
    const { store } = await filled(both)
    assert.deepEqual(await store.known({ people: [], numbers: ['(303) 555-0100'] }), {
      people: ['bob@x'],
      numbers: ['13035550100'],
    })
    assert.deepEqual((await store.known({ people: ['bob@x'], numbers: [] })).numbers, ['13035550100'])
    await store.forget({ ids: [both.id] })
    assert.deepEqual(await store.known({ people: ['bob@x'], numbers: ['3035550100'] }), { people: [], numbers: [] })
  })

  test('kinds, times, words and what was missed narrow what is found; no word is a command', async () => {
    const { found } = await filled(
      call(1, { missed: true, remote: { number: '+13035550100', displayName: 'Zoë Müller' } }),
      call(2, { person: 'bob@x', account: '4711' }),
      conference(3, 'The budget'),
    )
    const ids = [call(1).id, call(2).id, conference(3, '').id] as const
    const words = (text: string, people: string[] = []): Promise<string[]> => found({ text: { words: text, people } })
    assert.deepEqual(await found({ kinds: ['conference', 'voicemail'] }), [ids[2]])
    assert.deepEqual(await found({ from: Date.parse(at(2)), to: Date.parse(at(3)) }), [ids[1]])
    assert.deepEqual(await found({ missed: true }), [ids[0]])
    assert.deepEqual(await found({ missed: false, kinds: ['call'] }), [ids[1]])
    assert.deepEqual(await words('müll zo'), [ids[0]])
    assert.deepEqual(await words('zoe'), [ids[2], ids[0]])
    assert.deepEqual(await words('budget'), [ids[2]])
    assert.deepEqual(await words('4711'), [ids[1]])
    assert.deepEqual(await words('555-0100'), [ids[0]])
    assert.deepEqual(await words('nothing', ['bob@x']), [ids[2], ids[1]])
    for (const text of ['" OR "', 'words:budget', '*', 'NEAR(', "'; DROP TABLE history_records", '%']) await words(text)
    assert.deepEqual(await words('%'), [])
  })

  test('what is forgotten is found by nothing, all that is said of it must be so, and a voice message does not come back', async () => {
    const all = [call(1), call(2, { remote: { number: '205' } }), voicemail(3), voicemail(4)]
    const { store, found } = await filled(...all)
    assert.equal(await store.forget({ ids: ['call:1'] }), 0)
    assert.equal(await store.forget({ who: { people: [], numbers: ['204'] }, to: Date.parse(at(1)) }), 0)
    assert.equal(await store.forget({ who: { people: [], numbers: ['204'] }, to: Date.parse(at(2)) }), 1)
    assert.equal(await store.forget({ ids: [voicemail(3).id, call(1).id] }), 1)
    assert.deepEqual(await found({}), [voicemail(4).id, call(2).id])
    assert.deepEqual(await found({ text: { words: '204', people: [] } }), [])
    assert.equal(await store.put(voicemail(3, { isNew: false })), false)
    assert.deepEqual(await found({}), [voicemail(4).id, call(2).id])
    assert.equal(await store.total(), 1)
  })
}
