// What the page shows of the record: so much of it as was asked for, by what narrows it, and as it is now.
import type { HistoryRecord, Session } from '@openparley/sdk/browser'
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'

export type Kind = 'all' | 'missed' | HistoryRecord['kind']

export interface Narrowed {
  readonly kind: Kind
  /** A contact's address or a number. */
  readonly who: string
  readonly words: string
  /** Days as the browser's fields write them: 2026-01-31. Empty ones narrow nothing. */
  readonly from: string
  readonly to: string
}
export const everything: Narrowed = { kind: 'all', who: '', words: '', from: '', to: '' }

type Sought = NonNullable<Parameters<Session['history']['search']>[0]>

export interface PastModel {
  readonly narrowed: Signal<Narrowed>
  /** Newest first; undefined: not known yet. */
  readonly records: ReadonlySignal<readonly HistoryRecord[] | undefined>
  /** Whether there is more of it. */
  readonly hasMore: ReadonlySignal<boolean>
  /** Asks for what is narrowed now, from its beginning. */
  load(): Promise<void>
  more(): Promise<void>
  /** Something of it is otherwise: it is read again soon, where it was read at all. */
  changed(): void
}

/** `failed` is told why it could not be read. */
export function openPast({ history }: Session, failed: (thrown: unknown) => void): PastModel {
  const narrowed = signal(everything)
  const records = signal<readonly HistoryRecord[] | undefined>(undefined)
  const next = signal<string | undefined>(undefined)
  const hasMore = signal(false)
  let asked = 0
  let isAwaited = false
  const show = (page: Awaited<ReturnType<Session['history']['search']>>, before: readonly HistoryRecord[]): void => {
    const known = new Set(before.map(({ id }) => id))
    records.value = [...before, ...page.records.filter(({ id }) => !known.has(id))]
    next.value = page.next
    hasMore.value = page.next !== undefined
  }
  const read = async (limit: number): Promise<void> => {
    const turn = ++asked
    try {
      const page = await history.search({ ...soughtOf(narrowed.value), limit })
      if (turn === asked) show(page, [])
    } catch (thrown) {
      if (turn === asked) failed(thrown)
    }
  }
  return {
    narrowed,
    records,
    hasMore,
    load: () => read(pageLength),
    more: async () => {
      const cursor = next.value
      const turn = asked
      if (cursor === undefined) return
      const page = await history.search({ ...soughtOf(narrowed.value), cursor, limit: pageLength })
      if (turn === asked) show(page, records.value ?? [])
    },
    changed: () => {
      if (isAwaited || records.value === undefined) return
      isAwaited = true
      setTimeout(() => {
        isAwaited = false
        void read(Math.min(Math.max(records.value?.length ?? 0, pageLength), mostAtOnce))
      }, readAfterMs)
    },
  }
}

/** What narrows it, as the core is asked. A day ends where the next one begins. */
export function soughtOf({ kind, who, words, from, to }: Narrowed): Sought {
  const day = (text: string, more: number): string => {
    const [year = 0, month = 1, date = 1] = text.split('-').map(Number)
    return new Date(year, month - 1, date + more).toISOString()
  }
  return {
    ...(kind === 'missed' ? { missed: true } : kind === 'all' ? {} : { kinds: [kind] }),
    ...(who.trim() === '' ? {} : { with: who.trim() }),
    ...(words.trim() === '' ? {} : { text: words.trim() }),
    ...(from === '' ? {} : { from: day(from, 0) }),
    ...(to === '' ? {} : { to: day(to, 1) }),
  }
}

const pageLength = 50
/** As many as the core answers at once. */
const mostAtOnce = 500
/** Many may come in one breath, as after a time without the server. */
const readAfterMs = 200
