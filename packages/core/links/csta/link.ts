// The association with a switching function: made again for as long as it is wanted, with each server of the list in turn.
import { type ErrorValue, errorValue, ParleyError, type PhoneState } from '@openparley/contract'
import { drive } from '@openparley/net'
import { backoff } from '@openparley/protocols/common'
import {
  Association,
  type AssociationInput,
  type AssociationOptions,
  type CstaEvent,
  type CstaMessage,
  type SnapshotItem,
} from '@openparley/protocols/csta'
import type { World } from '../../runtime/world.ts'
import type { Carried, Carry } from './carry.ts'
import { isFinal, overValue } from './causes.ts'

export interface CstaLinkOptions extends Omit<AssociationOptions, 'login'> {
  readonly world: World
  readonly carry: Carry
  /** host:port, best first. */
  readonly servers: readonly string[]
  readonly login: () => AssociationOptions['login']
  readonly state: (state: PhoneState) => void
  /** All the calls that there are, each time that it stands. */
  readonly calls: (calls: readonly SnapshotItem[]) => void
  readonly event: (event: CstaEvent) => void
}

export interface CstaLink {
  /** Told at once, before what comes after it. Undefined: no answer, or no server. */
  ask(message: CstaMessage, answered: (message: CstaMessage | undefined) => void): void
  close(): Promise<void>
}

export function cstaLink(options: CstaLinkOptions): CstaLink {
  const { world, servers, device } = options
  const giveUp = new AbortController()
  const asked = new Map<string, (message: CstaMessage | undefined) => void>()
  let feed: ((input: AssociationInput) => void) | undefined
  let failures = 0
  let last = 0
  let cancel: (() => void) | undefined
  let ended: Promise<void> = Promise.resolve()
  const show = (is: PhoneState['is'], rest: Omit<PhoneState, 'is' | 'since'> = {}): void => {
    if (!giveUp.signal.aborted) options.state({ is, since: world.wall(), ...rest })
  }

  const answer = (id: string, message: CstaMessage | undefined): void => {
    const answered = asked.get(id)
    asked.delete(id)
    answered?.(message)
  }

  /** Until it is over; the error is why. */
  const at = async (server: string): Promise<ErrorValue> => {
    const terms = termsOf(options)
    if ('code' in terms) return terms
    const over = Promise.withResolvers<ErrorValue>()
    const association = new Association(terms)
    let carried: Carried | undefined
    const driven = drive(association, world.clock, (effect) => {
      switch (effect.type) {
        case 'send':
          carried?.send(effect)
          return
        case 'ready':
          failures = 0
          feed = driven.feed
          show('ready', { server })
          return options.calls(effect.calls)
        case 'event':
          return options.event(effect.event)
        case 'answer':
          return answer(effect.id, effect.message)
        case 'over':
          return over.resolve(overValue(effect.over, device))
      }
    })
    const leave = (): void => driven.feed({ type: 'close' })
    try {
      const opened = await options.carry(server, {
        signal: giveUp.signal,
        received: (invokeId, text) => driven.feed({ type: 'received', invokeId, text }),
        garbled: (detail) => driven.feed({ type: 'garbled', detail }),
        over: over.resolve,
      })
      if ('code' in opened) return opened
      carried = opened
      giveUp.signal.addEventListener('abort', leave, { once: true })
      driven.feed({ type: 'connected' })
      if (giveUp.signal.aborted) leave()
      return await over.promise
    } finally {
      giveUp.signal.removeEventListener('abort', leave)
      feed = undefined
      driven.stop()
      await carried?.close()
      for (const id of [...asked.keys()]) answer(id, undefined)
    }
  }

  const tryAll = async (): Promise<void> => {
    let error = errorValue('setting-missing', 'deskPhone.servers')
    for (const server of servers) {
      if (giveUp.signal.aborted) return
      show('connecting', { server })
      error = await at(server)
      if (isFinal(error)) break
    }
    if (isFinal(error)) return show('failed', { error })
    if (giveUp.signal.aborted) return
    const forMs = backoff(++failures, { baseMs: 1000, mostMs: 120_000 }, world.dice)
    show('waiting', { error, nextTryAt: new Date(Date.parse(world.wall()) + forMs).toISOString() })
    cancel = world.clock.at(world.clock.now() + forMs, begin)
  }
  const begin = (): void => {
    ended = tryAll()
  }
  begin()

  return {
    ask: (message, answered) => {
      if (!feed) return answered(undefined)
      const id = String(++last)
      asked.set(id, answered)
      feed({ type: 'ask', id, message })
    },
    close: async () => {
      giveUp.abort()
      cancel?.()
      await ended
    },
  }
}

/** The error where the password cannot be had. */
function termsOf({ device, edition, session, application, login }: CstaLinkOptions): AssociationOptions | ErrorValue {
  try {
    const given = login()
    return { device, edition, session, application, ...(given ? { login: given } : {}) }
  } catch (error) {
    if (error instanceof ParleyError) return errorValue(error.code, error.detail)
    throw error
  }
}
