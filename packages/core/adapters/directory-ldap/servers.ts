// Which server is asked: the best that stands, the next where it fails, and the best again when it is back.
import { ParleyError, errorValue, type ErrorValue } from '@openparley/contract'
import { backoff } from '@openparley/protocols/common'
import { resting } from '../../runtime/resting.ts'
import type { World } from '../../runtime/world.ts'
import type { TellSource } from '../../services/directory/port.ts'
import type { Connection } from './connection.ts'
import { failureOf, isAnswer } from './failure.ts'
import type { Place } from './plan.ts'

export interface ServersOptions {
  readonly world: World
  readonly places: readonly Place[]
  readonly connect: (place: Place, over: () => void) => Promise<Connection>
  readonly tell: TellSource
}

export interface Servers {
  /** Acts at the best server that can be asked. Rejects with a ParleyError: the last one's. */
  use<T>(signal: AbortSignal, act: (connection: Connection) => Promise<T>): Promise<T>
  close(): void
}

interface Server {
  readonly place: Place
  connection: Connection | undefined
  connecting: Promise<Connection> | undefined
}

export function directoryServers({ world, places, connect, tell }: ServersOptions): Servers {
  const servers = places.map((place): Server => ({ place, connection: undefined, connecting: undefined }))
  const rest = resting(world, (failures) => backoff(failures, pause, world.dice))
  /** The directory has refused who binds: nobody asks it again with the same. */
  let refused: ParleyError | undefined
  let isClosed = false
  let cancelIdle: (() => void) | undefined
  let asking = 0
  let told = ''
  /** The same is not said again: who hears it forgets what was found before. */
  const say = (is: 'ready' | 'waiting' | 'failed', { place }: Server, error?: ErrorValue): void => {
    const state = { is, address: place.address, ...(error ? { error } : {}) }
    const next = JSON.stringify(state)
    if (next === told) return
    told = next
    tell(state)
  }

  const connected = (server: Server): Promise<Connection> => {
    if (server.connection?.isOpen) return Promise.resolve(server.connection)
    server.connecting ??= connect(server.place, () => {
      server.connection = undefined
    })
      .then((connection) => {
        if (isClosed) connection.close()
        else server.connection = connection
        return connection
      })
      .finally(() => {
        server.connecting = undefined
      })
    return server.connecting
  }
  const failed = (server: Server, { code, detail, peer }: ParleyError): void => {
    server.connection?.close()
    server.connection = undefined
    rest.failed(server.place.address, errorValue(code, detail ?? server.place.address, peer))
  }
  const stands = ({ place }: Server): void => rest.works(place.address)
  const whyNot = ({ place }: Server): ErrorValue | undefined => rest.why(place.address)
  /** Better ones are tried again beside the one that answers, so that nobody waits for them. */
  const lookBack = (current: Server): void => {
    for (const better of servers.slice(0, servers.indexOf(current))) {
      if (better.connecting || better.connection?.isOpen || rest.rests(better.place.address)) continue
      connected(better).then(
        () => stands(better),
        (thrown: unknown) => failed(better, failureOf(thrown)),
      )
    }
  }
  const inOrder = (): Server[] => {
    const rank = ({ connection, place }: Server): number => (connection?.isOpen ? 0 : rest.rests(place.address) ? 2 : 1)
    return servers.toSorted((one, other) => rank(one) - rank(other))
  }
  /** A connection that has stood idle may be dead without anybody's having said so: then a new one is tried. */
  const actAt = async <T>(
    server: Server,
    act: (connection: Connection) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    const stood = server.connection?.isOpen ? server.connection : undefined
    try {
      return await act(stood ?? (await unlessEnded(connected(server), signal)))
    } catch (thrown) {
      if (!stood || signal.aborted || failureOf(thrown).code !== 'server-closed') throw thrown
      return await act(await unlessEnded(connected(server), signal))
    }
  }
  const idle = (): void => {
    cancelIdle?.()
    cancelIdle = undefined
    if (asking > 0 || isClosed) return
    cancelIdle = world.clock.at(world.clock.now() + idleMs, () => {
      for (const server of servers) server.connection?.close()
    })
  }
  const use = async <T>(signal: AbortSignal, act: (connection: Connection) => Promise<T>): Promise<T> => {
    let last: ParleyError | undefined
    for (const server of inOrder()) {
      if (refused) throw refused
      const ready = (): void => {
        stands(server)
        say('ready', server, servers.slice(0, servers.indexOf(server)).map(whyNot).findLast(Boolean))
      }
      try {
        const answer = await actAt(server, act, signal)
        ready()
        lookBack(server)
        return answer
      } catch (thrown) {
        const failure = failureOf(thrown)
        if (signal.aborted || isClosed) throw failure
        if (isAnswer(failure)) {
          stands(server)
          say('waiting', server, errorValue(failure.code, failure.detail, failure.peer))
          throw failure
        }
        failed(server, failure)
        last = failure
        // Another server of the same people would say the same, and wrong passwords lock accounts.
        if (finals.includes(failure.code)) {
          refused = failure
          say('failed', server, whyNot(server))
          throw failure
        }
        say('waiting', server, whyNot(server))
      }
    }
    throw last ?? new ParleyError('setting-missing', 'directory.servers')
  }
  return {
    use: async (signal, act) => {
      asking++
      try {
        return await use(signal, act)
      } finally {
        asking--
        idle()
      }
    },
    close: () => {
      isClosed = true
      cancelIdle?.()
      for (const server of servers) server.connection?.close()
    },
  }
}

/** A connection is made for all who want one: one who does not wait any more leaves it to the others. */
function unlessEnded<T>(made: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new ParleyError('cancelled'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    made.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
}

const finals: readonly string[] = [
  'credentials-rejected',
  'credentials-missing',
  'account-unknown',
  'directory-not-secure',
]
const pause = { baseMs: 30_000, mostMs: 600_000 }
/** A connection that nobody has used for so long is closed: many servers do it after some minutes, without a word. */
const idleMs = 240_000
