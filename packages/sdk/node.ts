// The SDK for Node: the same client, and `connect` finds this user's core or starts it.
import { type ConnectOptions, connectOver, type Core } from './client.ts'
import type { Opener } from './connection.ts'
import { asProblem, problem } from './error.ts'
import { myPlaces, socketOf, type Starting, startCore } from './find-core.ts'
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
export { asProblem, problem } from './error.ts'
export { logFile, myPlaces, readLock } from './find-core.ts'
export { localSocket } from './local-socket.ts'
export { requirements } from './requirements.generated.ts'
export { type SettingEntry, settingsSchema } from './settings.generated.ts'
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
  /** The environment that names where the core is and that one is started with; this process's own unless said. */
  readonly env?: NodeJS.ProcessEnv
}

export function connect({
  start = true,
  url,
  over,
  startMs = 10_000,
  env = process.env,
  ...options
}: NodeOptions): Promise<Core> {
  const opener =
    over ??
    (url === undefined ? ownCore({ start, startMs, env }) : /^wss?:/.test(url) ? webSocket(url) : localSocket(url))
  return connectOver(opener, options)
}

/** Finds this user's core each time anew: after a restart its socket may be another. */
function ownCore({ start, startMs, env }: Required<Pick<NodeOptions, 'start' | 'startMs' | 'env'>>): Opener {
  return async (greeting, options) => {
    const places = myPlaces(env)
    // A core that was stopped on purpose stays so until somebody asks for it.
    const mayStart = start && options.before?.code !== 'core-stopping'
    const last = performance.now() + startMs
    let starting: Starting | undefined
    try {
      for (;;) {
        try {
          return await localSocket(socketOf(places))(greeting, options)
        } catch (thrown) {
          const { code } = asProblem(thrown)
          const isThere = code !== 'core-unreachable' && code !== 'core-stopping'
          if (isThere || !mayStart || options.signal.aborted) throw thrown
        }
        if (performance.now() > last) throw problem('core-start-failed', `it did not answer within ${startMs} ms`)
        // Whoever held the lock may have been about to end: then it is tried again.
        if (!starting || starting.steppedBack) {
          starting?.done()
          starting = startCore(places, env)
        }
        await Promise.race([starting.failed, new Promise((resolve) => setTimeout(resolve, betweenMs))])
      }
    } finally {
      starting?.done()
    }
  }
}

const betweenMs = 25
