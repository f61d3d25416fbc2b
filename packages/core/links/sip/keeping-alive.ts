// Whether the way to the server still stands, RFC 5626 §4.4: two line ends go out now and then, and keep open what is between.
import type { Hop } from '@openparley/protocols/sip'
import type { Millis, World } from '../../runtime/world.ts'
import type { Failure } from './causes.ts'

export interface KeepingAliveOptions {
  readonly world: Pick<World, 'clock' | 'dice'>
  /** How often, in seconds, where the server does not say so; undefined: as the RFC has it. 0: never. */
  readonly everyS: number | undefined
  readonly ping: (hop: Hop) => void
  /** Whether the machine there says that nobody listens. */
  readonly isRefused: (hop: Hop) => Promise<boolean>
  readonly dead: (hop: Hop, why: Failure) => void
}

export interface KeepingAlive {
  /** Registered by that way. `flowTimerS`: how long the server waits for a sign of life, where it says so: then it answers, too. */
  begin(hop: Hop, flowTimerS: number | undefined): void
  pong(hop: Hop): void
  stop(): void
}

export function keepingAlive(options: KeepingAliveOptions): KeepingAlive {
  const { clock, dice } = options.world
  /** Who has answered once answers, or is gone. */
  const answering = new Set<string>()
  let at: Hop | undefined
  let promised = false
  let next: (() => void) | undefined
  let waits: (() => void) | undefined

  const clear = (): void => {
    next?.()
    waits?.()
    next = waits = undefined
  }
  const wait = (hop: Hop, everyS: number): void => {
    // 80 to 100 %: not all whom a server serves at once.
    const ms = everyS * 1000 * (0.8 + dice.roll() / 5)
    next = clock.at(clock.now() + ms, () => {
      ping(hop)
      wait(hop, everyS)
    })
  }
  const ping = (hop: Hop): void => {
    options.ping(hop)
    if (hop.transport === 'udp') {
      void options.isRefused(hop).then((is) => {
        if (is && at === hop) gone(hop, { code: 'server-refused' })
      })
      return
    }
    // Where one is waited for already, that is long enough.
    waits ??= clock.at(clock.now() + pongMs, () => {
      waits = undefined
      if (promised || answering.has(keyOf(hop))) gone(hop, { code: 'server-silent' })
    })
  }
  const gone = (hop: Hop, why: Failure): void => {
    clear()
    at = undefined
    options.dead(hop, why)
  }
  return {
    begin: (hop, flowTimerS) => {
      clear()
      at = hop
      promised = flowTimerS !== undefined
      const everyS = flowTimerS ?? options.everyS ?? (hop.transport === 'udp' ? datagramS : streamS)
      if (options.everyS === 0) return
      wait(hop, Math.max(everyS, 1))
    },
    pong: (hop) => {
      if (!waits || !at || keyOf(hop) !== keyOf(at)) return
      waits()
      waits = undefined
      answering.add(keyOf(hop))
    },
    stop: () => {
      clear()
      at = undefined
    },
  }
}

function keyOf({ transport, address, port }: Hop): string {
  return `${transport} ${address} ${port}`
}

/** RFC 5626 §4.4.1 and §4.4.2: 95 to 120 s over a connection, 24 to 29 s by datagrams. */
const streamS = 119
const datagramS = 29
const pongMs: Millis = 10_000
