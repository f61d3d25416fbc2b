// History in the user's store.
import { type HistoryEntry, ParleyError } from '@openparley/contract'
import type { Migrations, Store } from '../../links/store/index.ts'
import type { HistoryPort } from '../../services/history/port.ts'

export const migrations: Migrations = [
  // `entry` is the whole record as the contract has it; the columns beside it are what is searched by.
  `CREATE TABLE history_calls (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     call TEXT NOT NULL UNIQUE,
     number TEXT NOT NULL,
     started_at TEXT NOT NULL,
     entry TEXT NOT NULL
   ) STRICT;
   CREATE INDEX history_calls_number ON history_calls (number)`,
]

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
  return {
    add: async (entry) => {
      await prepared()
      await store.run(
        'INSERT INTO history_calls (call, number, started_at, entry) VALUES (?, ?, ?, ?) ON CONFLICT (call) DO NOTHING',
        entry.call,
        entry.remote.number,
        entry.startedAt,
        JSON.stringify(entry),
      )
    },
    list: async (before, limit) => {
      await prepared()
      const from = before === undefined ? Number.MAX_SAFE_INTEGER : readCursor(before)
      const rows = await store.all(
        'SELECT n, entry FROM history_calls WHERE n < ? ORDER BY n DESC LIMIT ?',
        from,
        limit + 1,
      )
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        entries: page.map((row) => JSON.parse(row.entry as string) as HistoryEntry),
        ...(rows.length > limit && last ? { next: String(last.n) } : {}),
      }
    },
    total: async () => {
      await prepared()
      const [row] = await store.all('SELECT count(*) AS total FROM history_calls')
      return Number(row?.total ?? 0)
    },
  }
}

function readCursor(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 0) throw new ParleyError('request-malformed', 'cursor')
  return n
}
