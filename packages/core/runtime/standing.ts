// A connection that is wanted: with one server of a list after another, again and again with growing pauses, until it is given up or trying changes nothing.
import { type ErrorCode, type ErrorValue, errorValue, ParleyError, type PhoneState } from '@openparley/contract'
import type { World } from './world.ts'

export interface StandingOptions {
  readonly world: World
  /** Best first. */
  readonly servers: readonly string[]
  /** Which setting names them. */
  readonly setting: string
  /** Milliseconds to wait after so many times that all have failed. */
  readonly pauseMs: (failures: number) => number
  readonly state: (state: PhoneState) => void
  /** Stands at one until it is over; why is its result, or what a ParleyError says that is thrown before. `ready` is called once it stands. */
  readonly at: (server: string, signal: AbortSignal, ready: () => void) => Promise<ErrorValue>
}

export interface Standing {
  close(): Promise<void>
}

export function standing({ world, servers, setting, pauseMs, state, at }: StandingOptions): Standing {
  const giveUp = new AbortController()
  let failures = 0
  let cancel: (() => void) | undefined
  let ended: Promise<void> = Promise.resolve()
  const show = (is: PhoneState['is'], rest: Omit<PhoneState, 'is' | 'since'> = {}): void => {
    if (!giveUp.signal.aborted) state({ is, since: world.wall(), ...rest })
  }
  const stand = async (server: string): Promise<ErrorValue> => {
    show('connecting', { server })
    try {
      return await at(server, giveUp.signal, () => {
        failures = 0
        show('ready', { server })
      })
    } catch (error) {
      if (error instanceof ParleyError) return errorValue(error.code, error.detail, error.peer)
      throw error
    }
  }
  const tryAll = async (): Promise<void> => {
    let error = errorValue('setting-missing', setting)
    for (const server of servers) {
      if (giveUp.signal.aborted) return
      error = await stand(server)
      if (isFinal(error)) break
    }
    if (isFinal(error)) return show('failed', { error })
    if (giveUp.signal.aborted) return
    const forMs = pauseMs(++failures)
    show('waiting', { error, nextTryAt: new Date(Date.parse(world.wall()) + forMs).toISOString() })
    cancel = world.clock.at(world.clock.now() + forMs, begin)
  }
  const begin = (): void => {
    ended = tryAll()
  }
  begin()
  return {
    close: async () => {
      giveUp.abort()
      cancel?.()
      await ended
    },
  }
}

/** Trying again changes nothing before somebody changes something. */
function isFinal({ code }: ErrorValue): boolean {
  return (finals as readonly string[]).includes(code)
}

const finals = [
  'credentials-rejected',
  'credentials-missing',
  'account-forbidden',
  'account-unknown',
  'setting-missing',
] as const satisfies readonly ErrorCode[]
