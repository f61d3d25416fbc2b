// History in the user's store.
import { type HistoryEntry, type HistoryRecord, ParleyError } from '@openparley/contract'
import type { Row, Store, Value } from '../../links/store/index.ts'
import type { FoundRecord, HistoryPort, Who } from '../../services/history/port.ts'
import { migrations } from './migrations.ts'
import { wayOf } from './ways.ts'
import { type Where, whereOf } from './where.ts'

export function historyStore(store: Store): HistoryPort {
  // Asked again after a failure: a disk that was full may have room.
  let ready: Promise<void> | undefined
  const prepared = async (): Promise<void> => {
    ready ??= store.migrate('history', migrations)
    try {
      await ready
    } catch (error) {
      ready = undefined
      throw error
    }
  }
  const all = async (sql: string, ...values: Value[]): Promise<Row[]> => {
    await prepared()
    return store.all(sql, ...values)
  }
  return {
    put: async (record) => {
      await prepared()
      const { id, kind, at, person = null } = record
      const { way, tail } = waysOf(record) ?? { way: null, tail: null }
      // Both before either is waited for: they share one transaction.
      const [changed] = await Promise.all([
        store.run(
          `INSERT INTO history_records (id, kind, at, person, way, tail, missed, words, entry)
           SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM history_forgotten WHERE id = ?)
           ON CONFLICT (id) DO UPDATE SET at = excluded.at, person = excluded.person, way = excluded.way, tail = excluded.tail,
             words = excluded.words, entry = excluded.entry
           WHERE kind <> 'call' AND (entry <> excluded.entry OR person IS NOT excluded.person)`,
          ...[id, kind, Date.parse(at), person, way, tail],
          ...[missedOf(record), wordsOf(record), JSON.stringify(entryOf(record)), id],
        ),
        person !== null && way !== null
          ? store.run('INSERT OR IGNORE INTO history_ways (person, way, tail) VALUES (?, ?, ?)', person, way, tail)
          : 0,
      ])
      return changed > 0
    },
    list: async (before, limit) => {
      const from = before === undefined ? Number.MAX_SAFE_INTEGER : readCursor(before)
      const rows = await all(
        "SELECT n, entry FROM history_records WHERE kind = 'call' AND n < ? ORDER BY n DESC LIMIT ?",
        from,
        limit + 1,
      )
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        entries: page.map((row) => JSON.parse(String(row['entry'])) as HistoryEntry),
        ...(rows.length > limit && last ? { next: String(last['n']) } : {}),
      }
    },
    total: async () => {
      const [row] = await all("SELECT count(*) AS total FROM history_records WHERE kind = 'call'")
      return Number(row?.['total'] ?? 0)
    },
    search: async (sought, before, limit) => {
      const { sql, values } = whereOf(sought)
      const rows = await all(
        `SELECT n, id, kind, at, person, entry FROM history_records
         WHERE (at, n) < (?, ?)${sql} ORDER BY at DESC, n DESC LIMIT ?`,
        ...[before.at, before.n, ...values, limit],
      )
      return rows.map(foundIn)
    },
    known: async ({ people, numbers }): Promise<Who> => {
      const ways = numbers.map(wayOf)
      const rows = await all(
        `SELECT person, way FROM history_ways WHERE person IN (SELECT value FROM json_each(?))
           OR (tail IN (SELECT value FROM json_each(?)) AND EXISTS (
             SELECT 1 FROM json_each(?) AS w WHERE substr(way, -length(w.value)) = w.value OR substr(w.value, -length(way)) = way))
         LIMIT ?`,
        ...[people, ways.map(({ tail }) => tail), ways.map(({ way }) => way)].map((each) => JSON.stringify(each)),
        mostKnown,
      )
      return { people: distinct(rows, 'person'), numbers: distinct(rows, 'way') }
    },
    forget: async ({ ids, who, to }) => {
      await prepared()
      const chosen = whereOf({ ...(who ? { who } : {}), ...(to === undefined ? {} : { to }) })
      const { sql, values }: Where =
        ids === undefined
          ? chosen
          : {
              sql: `${chosen.sql} AND id IN (SELECT value FROM json_each(?))`,
              values: [...chosen.values, JSON.stringify(ids)],
            }
      // All before any is waited for: they share one transaction.
      const [, gone] = await Promise.all([
        store.run(
          `INSERT OR IGNORE INTO history_forgotten SELECT id FROM history_records WHERE kind = 'voicemail'${sql}`,
          ...values,
        ),
        store.run(`DELETE FROM history_records WHERE true${sql}`, ...values),
        store.run(
          `DELETE FROM history_ways WHERE NOT EXISTS (
             SELECT 1 FROM history_records r WHERE r.person = history_ways.person AND r.way = history_ways.way)`,
        ),
      ])
      return gone
    },
  }
}

type Kept = Parameters<HistoryPort['put']>[0]

function entryOf(record: Kept): unknown {
  if (record.kind === 'call') return record.call
  return record.kind === 'voicemail' ? record.voicemail : record.conference
}

function foundIn(row: Row): FoundRecord {
  const { n, id, kind, at, person, entry } = row
  const value = JSON.parse(String(entry)) as Record<string, unknown>
  const time = value[kind === 'voicemail' ? 'at' : 'startedAt']
  const record = {
    ...{ kind, id, at: time },
    ...(person === null ? {} : { person }),
    [String(kind)]: value,
  } as unknown as HistoryRecord
  return { record, place: { at: Number(at), n: Number(n) } }
}

function numberOf(record: Kept): string | undefined {
  if (record.kind === 'call') return record.call.remote.number
  return record.kind === 'voicemail' ? record.voicemail.from.number : undefined
}

function waysOf(record: Kept): ReturnType<typeof wayOf> | undefined {
  const number = numberOf(record)
  return number === undefined ? undefined : wayOf(number)
}

function missedOf(record: Kept): number | null {
  if (record.kind !== 'call' || record.call.missed === undefined) return null
  return record.call.missed ? 1 : 0
}

/** By which words it is found. A number also by its bare digits. */
function wordsOf(record: Kept): string {
  const number = numberOf(record)
  return [...said(record), number, number === undefined ? undefined : wayOf(number).way, record.person]
    .filter((each) => each !== undefined)
    .join(' ')
}

function said(record: Kept): (string | undefined)[] {
  switch (record.kind) {
    case 'call':
      return [record.call.remote.displayName, record.call.account, record.call.matter]
    case 'voicemail':
      return [record.voicemail.from.name, record.voicemail.transcription]
    case 'conference':
      return [record.conference.subject, ...record.conference.members]
  }
}

function distinct(rows: readonly Row[], column: string): string[] {
  return [...new Set(rows.map((row) => String(row[column])))]
}

function readCursor(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 0) throw new ParleyError('request-malformed', 'cursor')
  return n
}

const mostKnown = 200
