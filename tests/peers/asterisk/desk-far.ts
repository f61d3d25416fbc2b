// The other side of a desk phone's calls: a soft phone of ours, signed in to Asterisk.
import type { Call } from '@openparley/sdk'
import type { FarSide } from '../../../packages/core/services/calls/port.suite.ts'
import type { Signed } from '../person.ts'

export interface SoftFar extends FarSide {
  readonly person: Signed
  /** The call that it is in, or was in last. */
  current(): Call | undefined
  /** Puts who they are with through to that number. */
  sendOn(to: string): void
  close(): Promise<void>
}

export interface SoftFarOptions {
  readonly of: Signed
  readonly number: string
  /** What it calls to reach the desk phone. */
  readonly desk: string
  /** Refuses what rings there as a number that does not exist: a phone cannot say so, its server can. */
  readonly unknown: () => void
}

export function softFar({ of, number, desk, unknown }: SoftFarOptions): SoftFar {
  const { session, close } = of
  const calls = new Map<string, Call>()
  const waiting = new Set<() => void>()
  const stop = new AbortController()
  const last = (): Call | undefined => [...calls.values()].at(-1)
  const state = (): FarSide['state'] => {
    const call = last()
    if (!call || call.state === 'ended') return 'idle'
    if (call.state === 'connected') return call.held === 'remote' || call.held === 'both' ? 'held' : 'talking'
    return call.direction === 'incoming' ? 'called' : 'calling'
  }
  const watched = (async () => {
    for await (const seen of session.calls.watch({ signal: stop.signal })) {
      if (seen.type === 'snapshot') for (const call of seen.state.calls) calls.set(call.id, call)
      else if (seen.change.type === 'call') calls.set(seen.change.call.id, seen.change.call)
      for (const look of waiting) look()
    }
  })().catch(() => undefined)
  const until = (wanted: FarSide['state']): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (state() !== wanted) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  /** Whoever was faster: the call may be over already. */
  const act = async (does: (call: string) => Promise<unknown>): Promise<void> => {
    const call = last()
    if (call) await does(call.id).catch(() => undefined)
  }
  return {
    person: of,
    number,
    get state() {
      return state()
    },
    until,
    current: last,
    called: () => until('called'),
    // It rings by itself.
    ring: () => {},
    answer: () => void act((call) => session.calls.answer({ call })),
    refuse: (how) => (how === 'unknown' ? unknown() : void act((call) => session.calls.decline({ call, reason: how }))),
    call: () => void session.calls.dial({ to: desk }).catch(() => undefined),
    hangUp: () => void act((call) => session.calls.end({ call })),
    hold: async () => void (await session.calls.hold({ call: last()?.id ?? '' })),
    resume: async () => void (await session.calls.resume({ call: last()?.id ?? '' })),
    sendOn: (to) => void act((call) => session.calls.transfer({ call, to })),
    close: async () => {
      await act((call) => session.calls.end({ call }))
      stop.abort()
      await close()
      await watched
    },
  }
}
