// History: what is over is written down, and told.
import { type ChangeOf, type HistoryEntry, ParleyError, type services, type StateOf } from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import type { HistoryPort } from './port.ts'

type History = (typeof services)['history']

export interface HistoryService extends ServiceBody<History> {
  readonly state: Broadcast<StateOf<History>, ChangeOf<History>>
  /** Writes a call down. */
  add(entry: HistoryEntry): void
  /** The last calls, newest first. */
  latest(): Promise<HistoryEntry[]>
  /** The number that was dialled last; undefined where none was lately. */
  lastDialled(): Promise<string | undefined>
  /** Waits until all that was added is on disk, then ends the watches. */
  close(): Promise<void>
}

/** `failed` is told why the store cannot be used, and undefined when it can again. */
export function history(
  epoch: string,
  port: HistoryPort,
  failed: (error: ParleyError | undefined) => void,
): HistoryService {
  let total = 0
  const state = broadcast<StateOf<History>, ChangeOf<History>>(epoch, () => ({ total }))
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act()
      failed(undefined)
    } catch (thrown) {
      failed(thrown instanceof ParleyError ? thrown : new ParleyError('store-unusable', String(thrown)))
    }
  }
  // One after the other, so that what is told is in the order of what was written.
  let writing = attempt(async () => {
    total = await port.total()
  })
  return {
    state,
    add: (entry) => {
      writing = writing.then(() =>
        attempt(async () => {
          await port.add(entry)
          total++
          state.publish({ type: 'added', entry })
        }),
      )
    },
    latest: async () => {
      await writing
      return (await port.list(undefined, latest)).entries
    },
    lastDialled: async () => {
      await writing
      const { entries } = await port.list(undefined, latest)
      return entries.find(({ direction }) => direction === 'outgoing')?.remote.number
    },
    close: async () => {
      await writing
      state.close()
    },
    handlers: {
      list: async ({ cursor, limit }) => {
        await writing
        return port.list(cursor, limit)
      },
      search: () => ({ records: [] }),
      export: () => ({ content: '' }),
      forget: () => ({ forgotten: 0 }),
    },
  }
}

/** So far back it is looked for what was dialled last. */
const latest = 200
