// What Parley needs of a directory. Types only.
import type { DirectoryEntry, ErrorValue, Photo } from '@openparley/contract'

/** An entry as its source has it: numbers as they are written there, `id` unique within the source. */
export type Listed = Omit<DirectoryEntry, 'source' | 'numbers'> & {
  readonly numbers: readonly { readonly number: string; readonly kind: 'work' | 'home' | 'mobile' | 'other' }[]
}

export interface SourceState {
  readonly is: 'starting' | 'ready' | 'waiting' | 'failed'
  readonly address?: string
  /** Of a source that is held here whole. */
  readonly entries?: number
  readonly error?: ErrorValue
}

export interface Query {
  /** What somebody typed, words apart. Text of the person’s: it is data wherever it goes, never syntax. */
  readonly text: string
  readonly limit: number
}

/** One source of entries. What it asks of a server ends with `signal` and rejects with an error of the contract. */
export interface DirectoryPort {
  readonly kind: DirectoryEntry['source']
  /** Whether searching costs no question to a server: it is not waited for that typing pauses. */
  readonly isHere: boolean
  start(): void
  /** A setting has changed that needs no new sign-in. */
  look?(): void
  stop(): Promise<void>
  search(query: Query, signal: AbortSignal): Promise<readonly Listed[]>
  /** Those who have one of these numbers: forms in which the same number may be written, the likeliest first. */
  byNumber(forms: readonly string[], signal: AbortSignal): Promise<readonly Listed[]>
  /** The one with that address for chat, or that mail address. */
  byAddress(address: string, signal: AbortSignal): Promise<Listed | undefined>
  entry(id: string, signal: AbortSignal): Promise<Listed | undefined>
  photo(id: string, signal: AbortSignal): Promise<Photo | undefined>
}

/** How a source is told to stand. */
export type TellSource = (state: SourceState) => void
