// The connection with a manager: made again for as long as it is wanted, with each server of the list in turn.
import { type ErrorValue, errorValue, type PhoneState } from '@openparley/contract'
import { connectStream, type DnsResolver, drive, netFailure, type Stream, type Trust } from '@openparley/net'
import {
  type AmiAnswer,
  type AmiFields,
  type AmiInput,
  type AmiMessage,
  type AmiOver,
  AmiSession,
} from '@openparley/protocols/ami'
import { backoff } from '@openparley/protocols/common'
import type { World } from '../../runtime/world.ts'
import { isFinal, networkValue, overValue } from './causes.ts'
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
  const giveUp = new AbortController()
  const asked = new Map<string, (answer: AmiAnswer | undefined) => void>()
  let feed: ((input: AmiInput) => void) | undefined
  let failures = 0
  let last = 0
  let cancel: (() => void) | undefined
  let ended: Promise<void> = Promise.resolve()
  const show = (is: PhoneState['is'], rest: Omit<PhoneState, 'is' | 'since'> = {}): void => {
    if (!giveUp.signal.aborted) options.state({ is, since: world.wall(), ...rest })
  }
  const answer = (id: string, given: AmiAnswer | undefined): void => {
    const answered = asked.get(id)
    asked.delete(id)
    answered?.(given)
  }

  /** Until it is over; the error is why. */
  const at = async (server: string): Promise<ErrorValue> => {
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
          failures = 0
          feed = driven.feed
          show('ready', { server })
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
        (bytes) => driven.feed({ type: 'bytes', bytes }),
        () => over.resolve({ is: 'ended' }),
      )
      const leave = (): void => driven.feed({ type: 'close' })
      giveUp.signal.addEventListener('abort', leave, { once: true })
      driven.feed({ type: 'connected' })
      if (giveUp.signal.aborted) leave()
      const why = overValue(await over.promise)
      giveUp.signal.removeEventListener('abort', leave)
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

  const open = async (server: string, onData: (bytes: Uint8Array) => void, onClose: () => void): Promise<Stream> => {
    const { host, port } = placeOf(server, tls !== undefined)
    const [address = host] = await addressesOf(host, options.dns())
    const secure = tls ? { tls: { trust: tls, name: host } } : {}
    return connectStream({ address, port, timeoutMs: connectMs, signal: giveUp.signal, onData, onClose, ...secure })
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
    ask: (action, answered) => {
      if (!feed) return answered(undefined)
      const id = String(++last)
      asked.set(id, answered)
      feed({ type: 'ask', id, action })
    },
    close: async () => {
      giveUp.abort()
      cancel?.()
      await ended
    },
  }
}

function placeOf(server: string, tls: boolean): { readonly host: string; readonly port: number } {
  const [, v6, name = '', port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? []
  return { host: v6 ?? name, port: Number(port ?? (tls ? 5039 : 5038)) }
}

async function addressesOf(host: string, dns: DnsResolver): Promise<readonly string[]> {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return [host]
  return dns.addresses(host)
}

const connectMs = 10_000
