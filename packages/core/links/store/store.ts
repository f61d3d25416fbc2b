// The store: one SQLite file a user, one writer thread for all of them, answers only when what was written is on disk.
import { Worker } from 'node:worker_threads'
import { ParleyError } from '@openparley/contract'
import type { Answer, Ask, Row, Value } from './thread.ts'

export type { Row, Value } from './thread.ts'

/** Forward steps of one service's tables, the first is version 1. A published step is never changed. */
export type Migrations = readonly string[]

/** One user's file, or memory where there is no data folder. */
export interface Store {
  /** Brings a service's tables to the newest version. Rejects with `store-newer`, and changes nothing, where the file is ahead. */
  migrate(service: string, migrations: Migrations): Promise<void>
  /** Resolves when the change is on disk; the number of rows changed. */
  run(sql: string, ...values: Value[]): Promise<number>
  all(sql: string, ...values: Value[]): Promise<Row[]>
  close(): Promise<void>
}

export interface StoreLink {
  /** `file` is a path, or undefined for a store that lives in memory and ends with `close`. */
  open(file: string | undefined): Store
  /** Writes what waits and ends the thread. */
  close(): Promise<void>
}

export function storeLink(): StoreLink {
  let thread: Worker | undefined
  let asked = 0
  let memories = 0
  let awake: NodeJS.Timeout | undefined
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: ParleyError): void }>()

  const start = (): Worker => {
    const worker = new Worker(
      new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url),
      {
        execArgv: ['--disable-warning=ExperimentalWarning'],
      },
    )
    worker.unref()
    worker.on('message', (answer: Answer) => {
      const { resolve } = waiting.get(answer.id) ?? {}
      waiting.delete(answer.id)
      if (waiting.size === 0) rest()
      resolve?.(answer)
    })
    worker.on('error', (error) => lost(worker, error.message))
    worker.on('exit', (code) => lost(worker, `the store's thread ended with ${code}`))
    return worker
  }
  const rest = (): void => {
    clearInterval(awake)
    awake = undefined
  }
  const lost = (worker: Worker, why: string): void => {
    if (thread !== worker) return
    thread = undefined
    for (const { reject } of waiting.values()) reject(new ParleyError('store-unusable', why))
    waiting.clear()
    rest()
  }
  const ask = async (request: AskWithoutId): Promise<Answer> => {
    thread ??= start()
    const worker = thread
    const id = ++asked
    const answer = await new Promise<Answer>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      // The thread alone keeps no process alive; whoever waits for the disk does. (Not by `ref`: Node 22 forgets it before the thread runs.)
      awake ??= setInterval(() => {}, 2 ** 30)
      worker.postMessage({ ...request, id } satisfies Ask)
    })
    if (answer.is === 'failed') throw new ParleyError(answer.code, answer.detail)
    return answer
  }

  return {
    open: (path) => {
      const file = path ?? `:memory:${++memories}`
      return {
        migrate: async (service, migrations) => {
          await ask({ is: 'migrate', file, service, migrations })
        },
        run: async (sql, ...values) => {
          const answer = await ask({ is: 'run', file, sql, values })
          return answer.is === 'ran' ? answer.changes : 0
        },
        all: async (sql, ...values) => {
          const answer = await ask({ is: 'all', file, sql, values })
          return answer.is === 'rows' ? answer.rows : []
        },
        close: async () => {
          if (thread) await ask({ is: 'close', file })
        },
      }
    },
    close: async () => {
      const worker = thread
      if (!worker) return
      await ask({ is: 'end' })
      thread = undefined
      await worker.terminate()
    },
  }
}

type AskWithoutId = Ask extends infer A ? (A extends Ask ? Omit<A, 'id'> : never) : never
