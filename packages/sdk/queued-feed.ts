// A feed over a wire: what the core sent and the application has not read yet, bounded.
import type { Revision } from '@openparley/contract'
import { type Feed, type FeedMessage, maxBacklog } from './connection.ts'

/** A `SERVICE.changed` notification's parameters. */
export interface Arrived {
  readonly watch: number
  readonly revision: Revision
  readonly change?: unknown
  readonly state?: unknown
  readonly resync?: true
  readonly ended?: true
}

export interface QueuedFeed extends Feed {
  push(arrived: Arrived): void
  /** The connection is over. */
  end(): void
}

export interface FeedWire {
  /** Tells the core that nobody listens any more. */
  leave(): void
  /** Watches again, for a fresh state. */
  again(): Promise<Feed['snapshot']>
}

export function queuedFeed(snapshot: Feed['snapshot'], wire: FeedWire): QueuedFeed {
  // following: messages wait here. overflown: they were dropped and the core was left. ended: no more will come.
  let is: 'following' | 'overflown' | 'ended' = 'following'
  let waiting: FeedMessage[] = []
  let pull: ((message: FeedMessage | undefined) => void) | undefined
  const hand = (message: FeedMessage | undefined): boolean => {
    const taker = pull
    pull = undefined
    taker?.(message)
    return taker !== undefined
  }
  const stopped = (): boolean => is === 'ended'
  return {
    snapshot,
    push: (arrived) => {
      if (is !== 'following') return
      if (arrived.ended) {
        is = 'ended'
        hand(undefined)
        return
      }
      const { revision } = arrived
      const message: FeedMessage = arrived.resync
        ? { type: 'resync', revision, state: arrived.state }
        : { type: 'change', revision, change: arrived.change }
      if (hand(message)) return
      // A fresh state makes what came before it needless.
      if (arrived.resync) waiting = []
      if (waiting.length < maxBacklog) {
        waiting.push(message)
      } else {
        is = 'overflown'
        waiting = []
        wire.leave()
      }
    },
    end: () => {
      is = 'ended'
      hand(undefined)
    },
    next: async () => {
      const message = waiting.shift()
      if (message) return message
      if (is === 'ended') return undefined
      if (is === 'following') {
        return new Promise((resolve) => {
          hand(undefined)
          pull = resolve
        })
      }
      is = 'following'
      try {
        const fresh = await wire.again()
        if (stopped()) wire.leave()
        else return { type: 'resync', ...fresh }
      } catch (thrown) {
        is = 'ended'
        throw thrown
      }
      return undefined
    },
    stop: () => {
      if (is === 'following') wire.leave()
      is = 'ended'
      waiting = []
      hand(undefined)
    },
  }
}
