// The association with a switching function: made again for as long as it is wanted, with each server of the list in turn.
import type { ErrorValue, PhoneState } from '@openparley/contract'
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
import { standing, type StandingOptions } from '../../runtime/standing.ts'
import type { World } from '../../runtime/world.ts'
import type { Carried, Carry } from './carry.ts'
import { overValue } from './causes.ts'

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
  const asked = new Map<string, (message: CstaMessage | undefined) => void>()
  let feed: ((input: AssociationInput) => void) | undefined
  let last = 0
  const answer = (id: string, message: CstaMessage | undefined): void => {
    const answered = asked.get(id)
    asked.delete(id)
    answered?.(message)
  }

  const at: StandingOptions['at'] = async (server, signal, ready) => {
    const over = Promise.withResolvers<ErrorValue>()
    const association = new Association(termsOf(options))
    let carried: Carried | undefined
    const driven = drive(association, world.clock, (effect) => {
      switch (effect.type) {
        case 'send':
          carried?.send(effect)
          return
        case 'ready':
          feed = driven.feed
          ready()
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
        signal,
        received: (invokeId, text) => driven.feed({ type: 'received', invokeId, text }),
        garbled: (detail) => driven.feed({ type: 'garbled', detail }),
        over: over.resolve,
      })
      if ('code' in opened) return opened
      carried = opened
      signal.addEventListener('abort', leave, { once: true })
      driven.feed({ type: 'connected' })
      if (signal.aborted) leave()
      return await over.promise
    } finally {
      signal.removeEventListener('abort', leave)
      feed = undefined
      driven.stop()
      await carried?.close()
      for (const id of [...asked.keys()]) answer(id, undefined)
    }
  }

  const pauseMs = (failures: number): number => backoff(failures, { baseMs: 1000, mostMs: 120_000 }, world.dice)
  const stands = standing({ world, servers, setting: 'deskPhone.servers', pauseMs, state: options.state, at })

  return {
    ask: (message, answered) => {
      if (!feed) return answered(undefined)
      const id = String(++last)
      asked.set(id, answered)
      feed({ type: 'ask', id, message })
    },
    close: () => stands.close(),
  }
}

function termsOf({ device, edition, session, application, login }: CstaLinkOptions): AssociationOptions {
  const given = login()
  return { device, edition, session, application, ...(given ? { login: given } : {}) }
}
