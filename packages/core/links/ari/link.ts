// The link with an Asterisk over ARI: made again for as long as it is wanted, with each server of the list in turn.
import { type ErrorValue, errorValue, type PhoneState } from '@openparley/contract'
import { type DnsResolver, NetFailure, netFailure, type Trust } from '@openparley/net'
import {
  type AriBridge,
  type AriChannel,
  type AriEvent,
  ariEvents,
  readAriBridges,
  readAriChannels,
  readAriEvent,
} from '@openparley/protocols/ari'
import { backoff } from '@openparley/protocols/common'
import { networkValue } from '../../runtime/network-causes.ts'
import { standing, type StandingOptions } from '../../runtime/standing.ts'
import type { World } from '../../runtime/world.ts'
import { type AriAnswer, isDone, statusValue } from './causes.ts'
import { type AriLogin, type AriRequest, type AriServerOptions, askAri, openEvents } from './server.ts'

export interface AriLinkOptions {
  readonly world: World
  readonly dns: () => DnsResolver
  /** host:port, best first. */
  readonly servers: readonly string[]
  readonly tls: Trust | undefined
  readonly login: () => AriLogin | undefined
  /** The name that events are sent under: no other session has the same. */
  readonly app: string
  readonly state: (state: PhoneState) => void
  /** All that there are, each time that it stands. */
  readonly snapshot: (channels: readonly AriChannel[], bridges: readonly AriBridge[]) => void
  readonly event: (event: AriEvent) => void
}

export interface AriLink {
  /** Undefined: no answer, or no server. */
  ask(request: AriRequest, answered: (answer: AriAnswer | undefined) => void): void
  close(): Promise<void>
}

export function ariLink(options: AriLinkOptions): AriLink {
  const { world, servers, app } = options
  let at: AriServerOptions | undefined

  const stand: StandingOptions['at'] = async (server, given, ready) => {
    const login = options.login()
    if (!login) return errorValue('credentials-missing', 'deskPhone.password')
    const over = Promise.withResolvers<unknown>()
    const stop = new AbortController()
    const signal = AbortSignal.any([given, stop.signal])
    const house: AriServerOptions = { server, tls: options.tls, login, dns: options.dns(), signal }
    // What is told while the snapshot is on its way may be older than it, or newer: it is read after it.
    let early: AriEvent[] | undefined = []
    const onEvent = (text: string): void => {
      const event = readAriEvent(text)
      if (!event) return
      if (!early) return options.event(event)
      if (early.push(event) > mostEarly) over.resolve(new NetFailure('closed', 'too many events'))
    }
    const events = await openEvents({ ...house, app, onEvent, onOver: over.resolve }).catch((error: unknown) => {
      over.resolve(error)
    })
    try {
      if (events) {
        given.addEventListener('abort', () => events.close(), { signal: stop.signal })
        if (given.aborted) events.close()
        const [channels, bridges] = await Promise.race([
          everything(house),
          over.promise.then((why) => Promise.reject(why)),
        ])
        at = house
        ready()
        options.snapshot(channels, bridges)
        for (const event of early) options.event(event)
        early = undefined
      }
      return valueOf(await over.promise)
    } catch (error) {
      return valueOf(error)
    } finally {
      at = undefined
      stop.abort()
      events?.close()
    }
  }

  const everything = async (house: AriServerOptions): Promise<[readonly AriChannel[], readonly AriBridge[]]> => {
    // An Asterisk that cannot choose sends all events: only more than is needed.
    const allowed = ariEvents.map((type) => ({ type }))
    await askAri(house, { method: 'PUT', path: `/applications/${app}/eventFilter`, body: { allowed } })
    const channels = await askAri(house, { method: 'GET', path: '/channels' })
    const bridges = await askAri(house, { method: 'GET', path: '/bridges' })
    for (const answer of [channels, bridges]) if (!isDone(answer)) throw new Unfit(statusValue(answer.status))
    const [all, joined] = [readAriChannels(channels.text), readAriBridges(bridges.text)]
    if (!all || !joined) throw new Unfit(errorValue('server-garbled', 'no list of channels'))
    return [all, joined]
  }

  const pauseMs = (failures: number): number => backoff(failures, { baseMs: 1000, mostMs: 120_000 }, world.dice)
  const stands = standing({ world, servers, setting: 'deskPhone.servers', pauseMs, state: options.state, at: stand })

  return {
    ask: (request, answered) => {
      if (!at) return answered(undefined)
      askAri(at, request).then(answered, () => answered(undefined))
    },
    close: () => stands.close(),
  }
}

/** What answers is no ARI that can be worked with. */
class Unfit extends Error {
  readonly value: ErrorValue
  constructor(value: ErrorValue) {
    super(value.code)
    this.value = value
  }
}

/** `why`: a status, an Unfit, or what the network says. */
function valueOf(why: unknown): ErrorValue {
  if (typeof why === 'number') return statusValue(why)
  return why instanceof Unfit ? why.value : networkValue(netFailure(why))
}

const mostEarly = 10_000
