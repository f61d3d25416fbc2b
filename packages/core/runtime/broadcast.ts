// State first, events second: one service's state, its revision, and whoever watches it.
import { maxWatchBacklog, type Revision } from '@openparley/contract'
import type { AnyChange, Watch, WatchMessage } from './api.ts'

export interface Broadcast<State, Change> {
  read(): { readonly revision: Revision; readonly state: State }
  /** Tells every watcher. The state that `read` gives must hold the change already. */
  publish(change: Change): void
  watch(): Watch
  /** Calls back with every change, at once: for a part of the core itself, which neither waits nor throws. */
  follow(tell: (change: Change) => void): void
  /** Ends every watch. */
  close(): void
}

export function broadcast<State, Change extends AnyChange>(
  epoch: string,
  state: () => State,
): Broadcast<State, Change> {
  return new Telling(epoch, state)
}

/** One object each: a session has a dozen of these, and a process ten thousand sessions. */
class Telling<State, Change extends AnyChange> implements Broadcast<State, Change> {
  #n = 0
  #watches: Set<Queue> | undefined
  #followers: readonly ((change: Change) => void)[] = nobody
  readonly #epoch: string
  readonly #state: () => State

  constructor(epoch: string, state: () => State) {
    this.#epoch = epoch
    this.#state = state
  }
  #revision(): Revision {
    return { epoch: this.#epoch, n: this.#n }
  }
  read(): { readonly revision: Revision; readonly state: State } {
    return { revision: this.#revision(), state: this.#state() }
  }
  publish(change: Change): void {
    this.#n++
    if (this.#watches?.size) {
      const message: WatchMessage = { type: 'change', revision: this.#revision(), change }
      for (const queue of this.#watches) queue.push(message)
    }
    for (const tell of this.#followers) tell(change)
  }
  follow(tell: (change: Change) => void): void {
    this.#followers = [...this.#followers, tell]
  }
  watch(): Watch {
    const queue: Queue = new Queue(
      this.read(),
      () => ({ type: 'resync', ...this.read() }),
      () => this.#watches?.delete(queue),
    )
    this.#watches ??= new Set()
    this.#watches.add(queue)
    return queue
  }
  close(): void {
    for (const queue of [...(this.#watches ?? [])]) queue.stop()
  }
}

const nobody: readonly [] = []

/** Waiting changes, or the one mark that they were dropped. */
class Queue implements Watch {
  readonly snapshot: { readonly revision: Revision; readonly state: unknown }
  #is: 'following' | 'overflown' | 'stopped' = 'following'
  #waiting: WatchMessage[] = []
  #pull: ((message: WatchMessage | undefined) => void) | undefined
  readonly #fresh: () => WatchMessage
  readonly #ended: () => void

  constructor(snapshot: Watch['snapshot'], fresh: () => WatchMessage, ended: () => void) {
    this.snapshot = snapshot
    this.#fresh = fresh
    this.#ended = ended
  }

  push(message: WatchMessage): void {
    if (this.#pull) {
      const pull = this.#pull
      this.#pull = undefined
      pull(message)
    } else if (this.#is === 'following' && this.#waiting.length < maxWatchBacklog) {
      this.#waiting.push(message)
    } else if (this.#is === 'following') {
      this.#is = 'overflown'
      this.#waiting = []
    }
  }

  next(): Promise<WatchMessage | undefined> {
    if (this.#is === 'stopped') return Promise.resolve(undefined)
    if (this.#is === 'overflown') {
      this.#is = 'following'
      return Promise.resolve(this.#fresh())
    }
    const message = this.#waiting.shift()
    if (message) return Promise.resolve(message)
    return new Promise((resolve) => {
      this.#pull?.(undefined)
      this.#pull = resolve
    })
  }

  stop(): void {
    if (this.#is === 'stopped') return
    this.#is = 'stopped'
    this.#waiting = []
    this.#pull?.(undefined)
    this.#pull = undefined
    this.#ended()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<WatchMessage> {
    try {
      for (let message = await this.next(); message; message = await this.next()) yield message
    } finally {
      this.stop()
    }
  }
}
