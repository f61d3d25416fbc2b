// What history needs of a store. Types only.
import type { HistoryEntry } from '@openparley/contract'

export interface HistoryPort {
  /** Resolves when the entry is on disk. Adding a call twice keeps the first. Fails with `store-unusable` or `store-newer`. */
  add(entry: HistoryEntry): Promise<void>
  /** Newest first; `before` is a `next` of an earlier page. */
  list(before: string | undefined, limit: number): Promise<{ entries: HistoryEntry[]; next?: string }>
  total(): Promise<number>
}
