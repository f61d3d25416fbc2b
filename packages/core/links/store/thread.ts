// The store's one thread. Writes that arrive together share a transaction: one wait for the disk serves all of them.
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'

export type Value = string | number | bigint | null | Uint8Array
export type Row = Record<string, Value>

export type Ask =
  | {
      readonly is: 'migrate'
      readonly id: number
      readonly file: string
      readonly service: string
      readonly migrations: readonly string[]
    }
  | {
      readonly is: 'run' | 'all'
      readonly id: number
      readonly file: string
      readonly sql: string
      readonly values: Value[]
    }
  | { readonly is: 'close'; readonly id: number; readonly file: string }
  | { readonly is: 'end'; readonly id: number }

export type Answer =
  | { readonly is: 'done'; readonly id: number }
  | { readonly is: 'ran'; readonly id: number; readonly changes: number }
  | { readonly is: 'rows'; readonly id: number; readonly rows: Row[] }
  | {
      readonly is: 'failed'
      readonly id: number
      readonly code: 'store-newer' | 'store-unusable'
      readonly detail: string
    }

interface Open {
  readonly database: DatabaseSync
  readonly statements: Map<string, StatementSync>
  /** Answers that wait for the commit; undefined: no transaction is open. */
  uncommitted: Answer[] | undefined
}

/** Least recently used first: a Map keeps the order in which keys were set. */
const files = new Map<string, Open>()

function use(file: string): Open {
  const open = files.get(file) ?? begin(file)
  files.delete(file)
  files.set(file, open)
  for (const [oldest, other] of files) {
    if (files.size <= openAtMost) break
    if (!oldest.startsWith(':memory:')) shut(oldest, other)
  }
  return open
}

function begin(file: string): Open {
  const database = new DatabaseSync(file.startsWith(':memory:') ? ':memory:' : file)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  )
  database.exec(
    'CREATE TABLE IF NOT EXISTS parley_versions (service TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT',
  )
  return { database, statements: new Map(), uncommitted: undefined }
}

function shut(file: string, open: Open): void {
  commit(open)
  open.database.close()
  files.delete(file)
}

function commit(open: Open): void {
  const answers = open.uncommitted
  if (!answers) return
  open.uncommitted = undefined
  try {
    open.database.exec('COMMIT')
    for (const answer of answers) reply(answer)
  } catch (error) {
    if (open.database.isTransaction) open.database.exec('ROLLBACK')
    for (const { id } of answers) reply(failed(id, error))
  }
}

function migrate(open: Open, service: string, migrations: readonly string[], id: number): Answer {
  const { database } = open
  const row = database.prepare('SELECT version FROM parley_versions WHERE service = ?').get(service)
  const version = Number(row?.version ?? 0)
  if (version > migrations.length) {
    return {
      is: 'failed',
      id,
      code: 'store-newer',
      detail: `${service} is at version ${version}, known are ${migrations.length}`,
    }
  }
  for (let step = version; step < migrations.length; step++) {
    database.exec('BEGIN IMMEDIATE')
    try {
      database.exec(migrations[step] as string)
      database
        .prepare(
          'INSERT INTO parley_versions VALUES (?, ?) ON CONFLICT (service) DO UPDATE SET version = excluded.version',
        )
        .run(service, step + 1)
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
  return { is: 'done', id }
}

function statement(open: Open, sql: string): StatementSync {
  const known = open.statements.get(sql)
  if (known) return known
  const made = open.database.prepare(sql)
  if (open.statements.size < statementsAtMost) open.statements.set(sql, made)
  return made
}

function take(ask: Ask): void {
  if (ask.is === 'end') {
    for (const [file, open] of [...files]) shut(file, open)
    return reply({ is: 'done', id: ask.id })
  }
  if (ask.is === 'close') {
    const open = files.get(ask.file)
    if (open) shut(ask.file, open)
    return reply({ is: 'done', id: ask.id })
  }
  const open = use(ask.file)
  switch (ask.is) {
    case 'migrate':
      commit(open)
      return reply(migrate(open, ask.service, ask.migrations, ask.id))
    case 'all':
      return reply({ is: 'rows', id: ask.id, rows: statement(open, ask.sql).all(...ask.values) })
    case 'run': {
      if (!open.uncommitted) {
        open.database.exec('BEGIN IMMEDIATE')
        open.uncommitted = []
        // After all asks that are here already.
        setImmediate(() => commit(open))
      }
      const { changes } = statement(open, ask.sql).run(...ask.values)
      open.uncommitted.push({ is: 'ran', id: ask.id, changes: Number(changes) })
      if (open.uncommitted.length >= writesTogether) commit(open)
    }
  }
}

function failed(id: number, error: unknown): Answer {
  return { is: 'failed', id, code: 'store-unusable', detail: error instanceof Error ? error.message : String(error) }
}

function reply(answer: Answer): void {
  parentPort?.postMessage(answer)
}

const openAtMost = 64
const statementsAtMost = 256
const writesTogether = 1000

parentPort?.on('message', (ask: Ask) => {
  try {
    take(ask)
  } catch (error) {
    reply(failed(ask.id, error))
  }
})
