// What history needs of the world: a store for what is over, and whoever keeps messages. Types only.
import type { HistoryEntry, HistoryRecord, Message } from '@openparley/contract'

/** Where something stands among what is as old: newest first, by `at` (milliseconds since 1970) and then by `n`. */
export interface Place {
  readonly at: number
  readonly n: number
}

/** With whom: contacts by their addresses, and numbers in any form. */
export interface Who {
  readonly people: readonly string[]
  readonly numbers: readonly string[]
}

/** What is looked for: all of what is said of it. Times are milliseconds since 1970. */
export interface Sought {
  readonly who?: Who
  readonly text?: Text
  /** Not before. */
  readonly from?: number
  /** Before. */
  readonly to?: number
}

/** Words that it holds, or whom it was with: contacts that are called so. */
export interface Text {
  readonly words: string
  readonly people: readonly string[]
}

export type KeptKind = Exclude<HistoryRecord['kind'], 'message'>

export interface SoughtRecords extends Sought {
  readonly kinds?: readonly KeptKind[]
  /** Of calls; undefined: all. */
  readonly missed?: boolean
}

export interface FoundRecord {
  readonly record: HistoryRecord
  readonly place: Place
}

/** Which are deleted: all of what is said of them. */
export interface Forgotten {
  readonly ids?: readonly string[]
  readonly who?: Who
  readonly to?: number
}

/** Each resolves when it is on disk, and fails with `store-unusable` or `store-newer`. */
export interface HistoryPort {
  /** False: it was there, and as it is. A call that was there is kept as it was, all else is kept as it is now; what was forgotten stays so. */
  put(record: Exclude<HistoryRecord, { kind: 'message' }>): Promise<boolean>
  /** Calls alone, newest first; `before` is a `next` of an earlier page. */
  list(before: string | undefined, limit: number): Promise<{ entries: HistoryEntry[]; next?: string }>
  /** Of calls. */
  total(): Promise<number>
  /** Those that stand before that place, newest first. */
  search(sought: SoughtRecords, before: Place, limit: number): Promise<FoundRecord[]>
  /** Whom the record knows by these numbers, and by which numbers it knows these people: a bounded few. */
  known(who: Who): Promise<Who>
  /** How many there were. */
  forget(which: Forgotten): Promise<number>
}

export interface FoundMessage {
  readonly message: Message
  /** Absent of a room. */
  readonly person?: string
  readonly place: Place
}

/** Who keeps messages. Calls that stand in a conversation are none of those that are found. */
export interface MessagesPort {
  find(sought: Sought, before: Place, limit: number): Promise<FoundMessage[]>
  /** By ids of messages and of calls. Calls in conversations are deleted with them, and not counted; what is still to be sent is not. */
  forget(which: Forgotten): Promise<number>
}
