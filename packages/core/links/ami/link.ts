// The connection with a manager: made again for as long as it is wanted, with each server of the list in turn.
import { errorValue, type PhoneState } from '@openparley/contract'
import {
  addressOf,
  connectStream,
  type DnsResolver,
  drive,
  netFailure,
  placeOf,
  type Stream,
  type Trust,
} from '@openparley/net'
import {
  type AmiAnswer,
  type AmiFields,
  type AmiInput,
  type AmiMessage,
  type AmiOver,
  AmiSession,
} from '@openparley/protocols/ami'
import { backoff } from '@openparley/protocols/common'
import { networkValue } from '../../runtime/network-causes.ts'
import { standing, type StandingOptions } from '../../runtime/standing.ts'
import type { World } from '../../runtime/world.ts'
import { overValue } from './causes.ts'
import { proofOf } from './proof.ts'

export interface AmiLinkOptions {
  readonly world: World
  readonly dns: () => DnsResolver
  /** host:port, best first. */
  readonly servers: readonly string[]
  readonly tls: Trust | undefined
  readonly login: () => { readonly user: string; readonly password: string } | undefined
  readonly state: (state: PhoneState) => void
  /** All the channels that there are, each time that it stands. */
  readonly channels: (channels: readonly AmiMessage[]) => void
  readonly event: (event: AmiMessage) => void
}

export interface AmiLink {
  /** Undefined: no answer, or no server. */
  ask(action: AmiFields, answered: (answer: AmiAnswer | undefined) => void): void
  close(): Promise<void>
}

export function amiLink(options: AmiLinkOptions): AmiLink {
  const { world, servers, tls } = options
  const asked = new Map<string, (answer: AmiAnswer | undefined) => void>()
  let feed: ((input: AmiInput) => void) | undefined
  let last = 0
  const answer = (id: string, given: AmiAnswer | undefined): void => {
    const answered = asked.get(id)
    asked.delete(id)
    answered?.(given)
  }

  const at: StandingOptions['at'] = async (server, signal, ready) => {
    const login = options.login()
    if (!login) return errorValue('credentials-missing', 'deskPhone.password')
    const over = Promise.withResolvers<AmiOver>()
    let stream: Stream | undefined
    const session = new AmiSession({
      user: login.user,
      prove: (challenge) => proofOf(login.password, challenge, tls !== undefined),
    })
    const driven = drive(session, world.clock, (effect) => {
      switch (effect.type) {
        case 'send':
          return void stream?.send(effect.bytes)
        case 'ready':
          feed = driven.feed
          ready()
          return options.channels(effect.channels)
        case 'event':
          return options.event(effect.event)
        case 'answer':
          return answer(effect.id, effect.answer)
        case 'over':
          return over.resolve(effect.over)
      }
    })
    try {
      stream = await open(
        server,
        signal,
        (bytes) => driven.feed({ type: 'bytes', bytes }),
        () => over.resolve({ is: 'ended' }),
      )
      const leave = (): void => driven.feed({ type: 'close' })
      signal.addEventListener('abort', leave, { once: true })
      driven.feed({ type: 'connected' })
      if (signal.aborted) leave()
      const why = overValue(await over.promise)
      signal.removeEventListener('abort', leave)
      return why
    } catch (error) {
      return networkValue(netFailure(error))
    } finally {
      feed = undefined
      driven.stop()
      stream?.close()
      for (const id of [...asked.keys()]) answer(id, undefined)
    }
  }

  const open = async (
    server: string,
    signal: AbortSignal,
    onData: (bytes: Uint8Array) => void,
    onClose: () => void,
  ): Promise<Stream> => {
    const { host, port = tls ? usualPort.tls : usualPort.plain } = placeOf(server)
    const address = await addressOf(host, options.dns())
    const secure = tls ? { tls: { trust: tls, name: host } } : {}
    return connectStream({ address, port, timeoutMs: connectMs, signal, onData, onClose, ...secure })
  }

  const pauseMs = (failures: number): number => backoff(failures, { baseMs: 1000, mostMs: 120_000 }, world.dice)
  const stands = standing({ world, servers, setting: 'deskPhone.servers', pauseMs, state: options.state, at })

  return {
    ask: (action, answered) => {
      if (!feed) return answered(undefined)
      const id = String(++last)
      asked.set(id, answered)
      feed({ type: 'ask', id, action })
    },
    close: () => stands.close(),
  }
}

/** Plain, and with TLS. */
const usualPort = { plain: 5038, tls: 5039 }
const connectMs = 10_000
