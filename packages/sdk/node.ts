// The SDK for Node: the same client, and `connect` finds this user's core or starts it.
import { type ConnectOptions, connectOver, type Core } from './client.ts'
import type { Connection, Opener } from './connection.ts'
import { asProblem, problem } from './error.ts'
import { myPlaces, socketOf, startCore } from './find-core.ts'
import { localSocket } from './local-socket.ts'
import { webSocket } from './web-socket.ts'

export {
  type CallOptions,
  type Connection,
  type ConnectOptions,
  connectOver,
  type Core,
  type DirectApplication,
  type DirectAttachment,
  direct,
  type Feed,
  type Greeting,
  type Opener,
  ParleyError,
  type Status,
  type Welcome,
  webSocket,
} from './browser.ts'
export { myPlaces, readLock } from './find-core.ts'
export { localSocket } from './local-socket.ts'
export type * from './types.ts'

export interface NodeOptions extends ConnectOptions {
  /** Whether a core is started when none runs: true unless said. */
  readonly start?: boolean
  /** The core's socket or pipe, or `ws://…`; this user's own core unless said. */
  readonly url?: string
  /** Another way than these, such as `direct(…)`. */
  readonly over?: Opener
  /** How long a core that is started may take, in milliseconds; 10,000 unless said. */
  readonly startMs?: number
}

export function connect({ start = true, url, over, startMs = 10_000, ...options }: NodeOptions): Promise<Core> {
  const opener =
    over ?? (url === undefined ? ownCore({ start, startMs }) : /^wss?:/.test(url) ? webSocket(url) : localSocket(url))
  return connectOver(opener, options)
}

/** Finds this user's core each time anew: after a restart its socket may be another. */
function ownCore({ start, startMs }: { readonly start: boolean; readonly startMs: number }): Opener {
  return async (greeting, options) => {
    const places = myPlaces()
    const reach = (): Promise<Connection> => localSocket(socketOf(places))(greeting, options)
    try {
      return await reach()
    } catch (thrown) {
      const why = asProblem(thrown)
      // A core that was stopped on purpose stays so until somebody asks for it.
      if (!start || why.code !== 'core-unreachable' || options.before?.code === 'core-stopping') throw why
    }
    const starting = startCore(places)
    const enough = new AbortController()
    try {
      const signal = AbortSignal.any([options.signal, enough.signal])
      return await Promise.race([until(reach, startMs, signal), starting.failed])
    } finally {
      enough.abort()
      starting.done()
    }
  }
}

async function until(reach: () => Promise<Connection>, withinMs: number, signal: AbortSignal): Promise<Connection> {
  const last = performance.now() + withinMs
  for (;;) {
    try {
      return await reach()
    } catch (thrown) {
      const why = asProblem(thrown)
      if (signal.aborted || !['core-unreachable', 'core-stopping'].includes(why.code)) throw why
      if (performance.now() > last) throw problem('core-start-failed', `it did not answer within ${withinMs} ms`)
    }
    await new Promise((resolve) => setTimeout(resolve, betweenMs))
  }
}

const betweenMs = 25
