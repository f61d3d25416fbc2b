// What every error says beside its code.

export interface ErrorEntry {
  /** One sentence for the person in front of the screen. */
  readonly sentence: string
  /** What to do next. */
  readonly next: string
  /** Whether the same act may succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** Who can mend it. */
  readonly origin: 'user' | 'admin' | 'server' | 'network' | 'us'
}

export function error(origin: ErrorEntry['origin'], sentence: string, next: string, retry?: 'retryable'): ErrorEntry {
  return { sentence, next, retryable: retry === 'retryable', origin }
}
