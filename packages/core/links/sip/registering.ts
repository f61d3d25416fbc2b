// Being registered, as a host: each server by all its addresses, one attempt at a time, and what the phone's state shows.
import { errorValue, ParleyError, type PhoneState } from '@openparley/contract'
import { drive, netFailure } from '@openparley/net'
import {
  type Hop,
  Registration,
  type RegistrationEffect,
  type RegistrationInput,
  type SipUri,
} from '@openparley/protocols/sip'
import type { Recorder } from '../../runtime/recorder.ts'
import type { World } from '../../runtime/world.ts'
import { type Failure, finalCodes, networkFailure } from './causes.ts'
import type { Registered } from './registered.ts'

export interface Server {
  readonly text: string
  readonly uri: SipUri
}

export interface RegisteringOptions {
  readonly world: World
  readonly recorder: Recorder
  readonly servers: readonly Server[]
  /** Without it nothing is registered: a server that can be reached is enough. */
  readonly register: boolean
  readonly expiresS: number
  /** Whether a refresh tries the first server again. */
  readonly failsBack: boolean
  /** How long before its end a registration is refreshed, in seconds. */
  readonly refreshBeforeS: number | undefined
  readonly tell: (state: PhoneState) => void
  /** With which server of the list it is registered now; undefined: with none. */
  readonly registered: (server: number | undefined) => void
  /** RFC 3263: the addresses of a server, best first. */
  readonly hopsOf: (uri: SipUri) => Promise<readonly Hop[]>
  /** Without registering: the way to a server stands. */
  readonly reached: (hop: Hop) => void
  /** Opens the way to an address of the server. Rejects where there is none. */
  readonly open: (hop: Hop, uri: SipUri) => Promise<void>
  /** Whether nobody listens there, as far as its machine tells. */
  readonly isRefused: (hop: Hop) => Promise<boolean>
  /** Sends a REGISTER; its end comes back by `answered` or `failed` under the same id. */
  readonly ask: (id: string, hop: Hop, expiresS: number) => void
}

export interface Registering {
  /** The address that is registered with, or tried. */
  readonly hop: Hop | undefined
  /** With a server, and nothing is under way there. */
  readonly isRegistered: boolean
  start(): void
  /** We are reached at another address, or there is a way again: register at once. */
  moved(): void
  /** That server takes us now. */
  use(server: number): void
  /** Takes the registration back. */
  stop(): Promise<void>
  /** Whether an attempt is under way. */
  readonly isTrying: boolean
  isAttempt(id: string): boolean
  answered(id: string, result: Registered): void
  /** An attempt, or the registration itself where none is under way, came to nothing. */
  failed(why: Failure): void
  /** The same, where it is about this address. */
  failedAt(hop: Hop, why: Failure): void
}

interface Attempt {
  readonly id: string
  readonly uri: SipUri
  readonly expiresS: number
  readonly cancel: () => void
  /** Addresses of the same server that are not tried yet. */
  readonly rest: readonly Hop[]
  /** Of the addresses before this one: the first is the one that is told. */
  readonly first: Failure | undefined
}

export function registering(options: RegisteringOptions): Registering {
  const { world, servers } = options
  const { expiresS, failsBack, refreshBeforeS } = options
  const made = { servers: servers.length, expiresS, failsBack, refreshBeforeS }
  const record = options.recorder.engine('registration', 'registration', made)
  const registration = new Registration({ ...made, dice: { roll: () => record.answer(world.dice.roll()) } })
  let hop: Hop | undefined
  let attempt: Attempt | undefined
  let asked = 0
  let stopped: (() => void) | undefined

  const driven = drive<RegistrationInput, RegistrationEffect>(
    registration,
    world.clock,
    (effect) => {
      if (effect.type === 'register') void begin(effect.server, effect.expiresS)
      else show(effect.state)
    },
    record.turn,
  )

  const begin = async (index: number, expiresS: number): Promise<void> => {
    const server = servers[index] as Server
    const id = attemptAt({ uri: server.uri, expiresS, rest: [], first: undefined })
    try {
      const hops = await options.hopsOf(server.uri)
      if (attempt?.id !== id) return
      if (hops.length === 0) return failed({ code: 'server-unresolved', detail: server.uri.host })
      await attemptNext({ ...attempt, rest: hops })
    } catch (error) {
      if (attempt?.id === id) failed(failureOf(error))
    }
  }
  /** One that refuses, is silent or fails in TLS is as good as none (RFC 3263 §4.3). */
  const attemptNext = async ({ uri, expiresS, rest: [next, ...rest], first }: Attempt): Promise<void> => {
    const id = attemptAt({ uri, expiresS, rest, first })
    try {
      await options.open(next as Hop, uri)
      if (attempt?.id !== id) return
      hop = next as Hop
      if (hop.transport === 'udp') void probe(id, hop)
      options.ask(id, hop, expiresS)
    } catch (error) {
      if (attempt?.id === id) failed(failureOf(error))
    }
  }
  const attemptAt = (what: Omit<Attempt, 'id' | 'cancel'>): string => {
    const id = `register-${++asked}`
    attempt?.cancel()
    const cancel = world.clock.at(world.clock.now() + attemptMs, () => failed({ code: 'server-silent' }))
    attempt = { ...what, id, cancel }
    return id
  }
  const probe = async (id: string, at: Hop): Promise<void> => {
    if ((await options.isRefused(at)) && attempt?.id === id) failed({ code: 'server-refused' })
  }
  const settle = (): void => {
    attempt?.cancel()
    attempt = undefined
  }
  const failed = (why: Failure, retryAfterMs?: number, minExpiresS?: number): void => {
    const isFinal = finalCodes.includes(why.code)
    const before = attempt
    settle()
    if (before && before.rest.length > 0 && !isFinal && minExpiresS === undefined) {
      void attemptNext({ ...before, first: before.first ?? why })
      return
    }
    driven.feed({
      type: 'refused',
      refusal: {
        scope: isFinal ? 'final' : 'server',
        why: isFinal ? why : (before?.first ?? why),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(minExpiresS === undefined ? {} : { minExpiresS }),
      },
    })
  }

  const show = (state: Registration['state']): void => {
    options.registered(state.is === 'registered' ? state.server : undefined)
    const since = world.wall()
    const server = 'server' in state ? servers[state.server]?.text : undefined
    const base = { since, ...(server === undefined ? {} : { server }) }
    const error = 'why' in state ? errorOf(state.why as Failure) : undefined
    switch (state.is) {
      case 'off':
        options.tell({ is: 'off', ...base })
        stopped?.()
        return
      case 'registering':
        return options.tell({ is: 'connecting', ...base })
      case 'registered':
        return options.tell({ is: 'ready', ...base })
      case 'waiting': {
        const nextTryAt = new Date(Date.parse(since) + state.forMs).toISOString()
        return options.tell({ is: 'waiting', ...base, ...(error ? { error } : {}), nextTryAt })
      }
      case 'failed':
        return options.tell({ is: 'failed', ...base, ...(error ? { error } : {}) })
      case 'leaving':
        return
    }
  }

  const reach = async (): Promise<void> => {
    try {
      const [server] = servers
      if (!server) throw new ParleyError('setting-missing', 'softphone.servers')
      options.tell({ is: 'connecting', since: world.wall(), server: server.text })
      let failure: unknown = new ParleyError('server-unresolved', server.uri.host)
      for (const each of await options.hopsOf(server.uri)) {
        try {
          await options.open(each, server.uri)
          hop = each
          options.reached(each)
          return options.tell({ is: 'ready', since: world.wall(), server: server.text })
        } catch (error) {
          failure = error
        }
      }
      throw failure
    } catch (error) {
      options.tell({ is: 'failed', since: world.wall(), error: errorOf(failureOf(error)) })
    }
  }

  return {
    get hop() {
      return hop
    },
    start: () => {
      if (options.register) driven.feed({ type: 'start' })
      else void reach()
    },
    moved: () => {
      if (options.register) driven.feed({ type: 'moved' })
      else if (stopped === undefined) void reach()
    },
    use: (server) => driven.feed({ type: 'use', server }),
    stop: async () => {
      await new Promise<void>((resolve) => {
        stopped = resolve
        if (registration.state.is === 'off') resolve()
        else driven.feed({ type: 'stop' })
      })
      settle()
      driven.stop()
    },
    get isRegistered() {
      return registration.state.is === 'registered' && attempt === undefined
    },
    get isTrying() {
      return attempt !== undefined
    },
    isAttempt: (id) => attempt?.id === id,
    answered: (id, result) => {
      if (attempt?.id !== id) return
      if ('failure' in result) return failed(result.failure, result.retryAfterMs, result.minExpiresS)
      settle()
      driven.feed({ type: 'granted', expiresS: result.grantedS })
    },
    failed: (why) => failed(why),
    failedAt: (at, why) => {
      if (at.address !== hop?.address || at.port !== hop.port || stopped !== undefined) return
      if (attempt) failed(why)
      else driven.feed({ type: 'lost', refusal: { scope: 'server', why } })
    },
  }
}

function failureOf(error: unknown): Failure {
  return error instanceof ParleyError ? error : networkFailure(netFailure(error))
}

function errorOf({ code, detail, peer }: Failure): ReturnType<typeof errorValue> {
  return errorValue(code, detail, peer)
}

/** How long one address is given to answer a REGISTER before the next is tried. */
const attemptMs = 10_000
