// Read again and again, each time from the best server that answers; one that does not rests a while.
import { errorValue, type ErrorValue } from '@openparley/contract'
import { backoff } from '@openparley/protocols/common'
import { type Resting, resting } from '../../runtime/resting.ts'
import type { Millis, World } from '../../runtime/world.ts'
import { DavFailure } from './asking.ts'

export interface RoundsState {
  /** off: not wanted; waiting: tried again later; failed: not before somebody changes something. */
  readonly is: 'off' | 'reading' | 'ok' | 'waiting' | 'failed'
  readonly server?: string
  readonly error?: ErrorValue
  readonly warning?: ErrorValue
  readonly nextTryAt?: string
}

export interface RoundsOptions {
  readonly world: World
  /** Best first, and which setting names them. */
  readonly servers: () => readonly string[]
  readonly setting: string
  /** Seconds from one round to the next. */
  readonly pollS: () => number
  /** One reading; what it says beside that it went well. Rejects with a DavFailure. */
  readonly read: (server: string, signal: AbortSignal) => Promise<Pick<RoundsState, 'error' | 'warning'>>
  readonly show: (state: RoundsState) => void
}

export interface Rounds {
  start(): void
  /** A setting has changed. */
  look(): void
  /** Whether it was running; resolves when nothing is asked any more. */
  stop(): Promise<boolean>
}

export function rounds({ world, servers, setting, pollS, read, show }: RoundsOptions): Rounds {
  let running: AbortController | undefined
  let round: Promise<void> = Promise.resolve()
  let wake: (() => void) | undefined
  let waitsForS: number | undefined
  let failures = 0
  const newRest = (): Resting => resting(world, (count) => backoff(count, pause, world.dice))
  let rest = newRest()

  const after = (forMs: Millis, mine: AbortController): void => {
    wake = world.clock.at(world.clock.now() + forMs, () => begin(mine))
  }
  const begin = (mine: AbortController): void => {
    wake?.()
    wake = undefined
    waitsForS = undefined
    round = go(mine)
  }
  const go = async (mine: AbortController): Promise<void> => {
    let failure = errorValue('setting-missing', setting)
    let leastMs = 0
    for (const server of rest.order(servers())) {
      try {
        const said = await read(server, mine.signal)
        if (mine.signal.aborted) return
        failures = 0
        rest.works(server)
        waitsForS = pollS()
        show({ is: 'ok', server, ...said })
        return after(waitsForS * 1000 * (0.9 + world.dice.roll() / 5), mine)
      } catch (thrown) {
        if (mine.signal.aborted) return
        failure = thrown instanceof DavFailure ? thrown.error : errorValue('internal', String(thrown))
        if (thrown instanceof DavFailure) leastMs = Math.max(leastMs, thrown.afterMs)
        rest.failed(server, failure)
        // Another server of the same people would say the same, and wrong passwords lock accounts.
        if (finals.includes(failure.code)) return show({ is: 'failed', server, error: failure })
      }
    }
    const forMs = Math.max(leastMs, backoff(++failures, wait, world.dice))
    show({ is: 'waiting', error: failure, nextTryAt: new Date(Date.parse(world.wall()) + forMs).toISOString() })
    after(forMs, mine)
  }
  return {
    start: () => {
      if (running) return
      running = new AbortController()
      failures = 0
      show({ is: 'reading' })
      begin(running)
    },
    look: () => {
      if (running && waitsForS !== undefined && waitsForS !== pollS()) begin(running)
    },
    stop: async () => {
      if (!running) return false
      running.abort()
      running = undefined
      wake?.()
      wake = undefined
      rest = newRest()
      show({ is: 'off' })
      await round
      return true
    },
  }
}

const finals: readonly string[] = ['credentials-rejected', 'credentials-missing', 'setting-missing']
const wait = { baseMs: 5000, mostMs: 300_000 }
const pause = { baseMs: 30_000, mostMs: 600_000 }
