// Standing by at the call managers that are not in use (protocols/cucm/standby.ts), as a host: its requests over the flows.
import { drive } from '@openparley/net'
import { Standby, type StandbyEffect, type StandbyInput } from '@openparley/protocols/cucm'
import type { Hop, SipUri } from '@openparley/protocols/sip'
import type { Recorder } from '../../runtime/recorder.ts'
import type { World } from '../../runtime/world.ts'
import type { Server } from './registering.ts'

export interface StandingByOptions {
  readonly world: World
  readonly recorder: Recorder
  readonly servers: readonly Server[]
  readonly keepAliveMs: number
  readonly steadyMs: number
  /** RFC 3263: the addresses of a server, best first. */
  readonly hopsOf: (uri: SipUri) => Promise<readonly Hop[]>
  readonly open: (hop: Hop, uri: SipUri) => Promise<void>
  /** Sends a REGISTER that registers nothing, or a REFER for a token; its end comes back by `answered`. */
  readonly ask: (id: string, what: 'keep-alive' | 'token', hop: Hop, server: Server) => void
  readonly use: (server: number) => void
}

export interface StandingBy {
  /** With which server one is registered now; undefined: with none. */
  registered(server: number | undefined): void
  /** False where the request was none of these. */
  answered(id: string, ok: boolean): boolean
  stop(): void
}

export function standingBy(options: StandingByOptions): StandingBy {
  const { world, servers } = options
  const made = { servers: servers.length, keepAliveMs: options.keepAliveMs, steadyMs: options.steadyMs }
  const engine = new Standby(made)
  const record = options.recorder.engine('standby', 'standby', made)
  let asked = 0
  let underWay: string | undefined
  const perform = (effect: StandbyEffect): void => {
    if (effect.type === 'use') options.use(effect.server)
    else void ask(effect.server, effect.type === 'keep-alive' ? 'keep-alive' : 'token')
  }
  const driven = drive<StandbyInput, StandbyEffect>(engine, world.clock, perform, (turn) =>
    // While it asks no time runs, and yet something is under way.
    record.turn({ ...turn, idle: engine.state === 'idle' }),
  )
  const ask = async (index: number, what: 'keep-alive' | 'token'): Promise<void> => {
    const id = `standby-${++asked}`
    underWay = id
    const server = servers[index] as Server
    const done = (ok: boolean): boolean => answered(id, ok)
    try {
      const [hop] = await options.hopsOf(server.uri)
      if (!hop) return void done(false)
      await options.open(hop, server.uri)
      if (underWay === id) options.ask(id, what, hop, server)
    } catch {
      // Not there: that is what it was asked for, and no error of anything in use.
      done(false)
    }
  }
  const answered = (id: string, ok: boolean): boolean => {
    if (id !== underWay) return false
    underWay = undefined
    driven.feed({ type: 'answered', ok })
    return true
  }
  return {
    registered: (server) => {
      underWay = undefined
      driven.feed({ type: 'registered', server })
    },
    answered,
    stop: () => driven.stop(),
  }
}
