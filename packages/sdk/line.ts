// The way to the core as an application has it: one connection after another, opened again with back-off when one is lost.
import type { Connection, Greeting, Opener } from './connection.ts'
import { asProblem, problem, type ParleyError } from './error.ts'

/** connected; waiting: lost, opened again soon; closed: over for good. */
export type Status = 'connected' | 'waiting' | 'closed'

export interface Line {
  readonly status: Status
  /** Why the line is closed for good; undefined while it is not, and when this side closed it. */
  readonly why: ParleyError | undefined
  /** Settles when the connection that is open now, or was last, is over. */
  readonly lost: Promise<void>
  /** The open connection, or the next one. Rejects when the line is closed, and `core-unreachable` after `patienceMs`. */
  ready(options?: {
    readonly signal?: AbortSignal | undefined
    readonly patienceMs?: number | undefined
  }): Promise<Connection>
  close(): void
}

export interface LineOptions {
  readonly greeting: Greeting
  readonly opener: Opener
  /** Done on each connection after the first before anybody else uses it: sessions are opened again. */
  readonly restore: (connection: Connection) => Promise<void>
  readonly onStatus?: ((status: Status, why: ParleyError | undefined) => void) | undefined
  /** Chance for the back-off's jitter, in [0, 1). */
  readonly roll: () => number
}

/** The connection, or why there is none. */
type State =
  | { readonly is: 'connected'; readonly connection: Connection }
  | { readonly is: 'waiting'; readonly next: Promise<Connection> }
  | { readonly is: 'closed'; readonly why: ParleyError | undefined }

/** Opens the first connection; its failure is the caller's. */
export async function openLine({ greeting, opener, restore, onStatus, roll }: LineOptions): Promise<Line> {
  const closing = new AbortController()
  const first = await opener(greeting, { signal: closing.signal, before: undefined })
  let state: State = { is: 'connected', connection: first }
  let latest = first

  const become = (next: State, why?: ParleyError): void => {
    state = next
    onStatus?.(next.is, why)
  }
  const follow = (connection: Connection): void => {
    void connection.over.then((why) => {
      if (state.is !== 'connected' || state.connection !== connection) return
      if (isFinal(why)) become({ is: 'closed', why }, why)
      else lost(why)
    })
  }
  const lost = (why: ParleyError): void => {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>()
    // Nobody may be waiting for it.
    promise.catch(() => undefined)
    become({ is: 'waiting', next: promise }, why)
    void again(why).then(resolve, (thrown) => {
      const last = asProblem(thrown)
      if (state.is !== 'closed') become({ is: 'closed', why: last }, last)
      reject(last)
    })
  }
  const again = async (before: ParleyError): Promise<Connection> => {
    for (let tries = 0; ; tries++) {
      await pause(Math.min(longestMs, firstMs * 2 ** tries) * (0.5 + roll() / 2), closing.signal)
      let connection: Connection | undefined
      try {
        connection = await opener(greeting, { signal: closing.signal, before })
        await restore(connection)
        if (closing.signal.aborted) throw left()
        latest = connection
        become({ is: 'connected', connection })
        follow(connection)
        return connection
      } catch (thrown) {
        connection?.close()
        const why = asProblem(thrown)
        if (closing.signal.aborted || isFinal(why)) throw why
      }
    }
  }
  follow(first)
  return {
    get status() {
      return state.is
    },
    get lost() {
      return latest.over.then(() => undefined)
    },
    get why() {
      return state.is === 'closed' ? state.why : undefined
    },
    ready: async ({ signal, patienceMs } = {}) => {
      if (signal?.aborted) throw problem('cancelled')
      // Lost in this very turn: `follow`, which waits for the same, comes first.
      if (state.is === 'connected' && state.connection.ended) await state.connection.over
      if (state.is === 'connected') return state.connection
      if (state.is === 'closed') throw state.why ?? left()
      return within(state.next, signal, patienceMs)
    },
    close: () => {
      if (state.is === 'closed') return
      const open = state.is === 'connected' ? state.connection : undefined
      become({ is: 'closed', why: undefined })
      closing.abort()
      open?.close()
    },
  }
}

/** These do not mend by trying again. */
function isFinal({ code }: ParleyError): boolean {
  return code === 'token-rejected' || code === 'origin-refused' || code === 'contract-unsupported'
}

function left(): ParleyError {
  return problem('core-unreachable', 'closed by this side')
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(left())
    }
    if (signal.aborted) {
      reject(left())
      return
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}

function within<T>(wanted: Promise<T>, signal: AbortSignal | undefined, patienceMs: number | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = patienceMs === undefined ? undefined : setTimeout(() => fail(problem('core-unreachable')), patienceMs)
    const cancel = (): void => fail(problem('cancelled'))
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    }
    const fail = (why: unknown): void => {
      done()
      reject(why)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    wanted.then((value) => {
      done()
      resolve(value)
    }, fail)
  })
}

const firstMs = 250
const longestMs = 10_000
