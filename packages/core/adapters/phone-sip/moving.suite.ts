// Phones and servers on a network in memory, with a clock of their own: addresses go and come, and nothing else is real.
import assert from 'node:assert/strict'
import { readSettings, type SettingsInput, type Statistics } from '@openparley/contract'
import { NetFailure, type Network, type NetworkChange, type UdpSocket } from '@openparley/net'
import { type Hop, parseMessage, type SipMessage, writeMessage } from '@openparley/protocols/sip'
import { seededDice, type VirtualClock, virtualClock } from '@openparley/testkit'
import type { Flows, FlowsOptions } from '../../links/sip/flows.ts'
import type { Wires } from '../../links/sip/index.ts'
import { recorder } from '../../runtime/recorder.ts'
import type { PhoneCommand, PhoneEvent, PhonePort } from '../../services/calls/port.ts'
import type { Direction, Leg, MediaDescription, MediaPort } from '../../services/media/port.ts'
import { sipPhone } from './phone.ts'

export type Receive = (message: SipMessage, from: Hop) => void

export interface Air {
  readonly clock: VirtualClock
  /** What was sent, `from to label`, as far as it left. */
  readonly ladder: string[]
  /** Listens there; returns what ends it. */
  at(address: string, port: number, receive: Receive): () => void
  listens(address: string, port: number): boolean
  send(message: SipMessage, from: Hop, to: Hop): void
  /** Loses the next messages that are so. */
  lose(is: (label: string, from: string, to: string) => boolean): void
  run(ms: number): Promise<void>
  /** Lets time pass until it is so; fails after `ms`. */
  until(what: string, is: () => boolean, ms?: number): Promise<void>
}

export function air(): Air {
  const clock = virtualClock()
  const hosts = new Map<string, Receive>()
  const ladder: string[] = []
  let lost: (label: string, from: string, to: string) => boolean = () => false
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  const step = async (until: number): Promise<void> => {
    clock.pass(Math.min(clock.next ?? until, until) - clock.now())
    await settle()
  }
  return {
    clock,
    ladder,
    at: (address, port, receive) => {
      hosts.set(`${address} ${port}`, receive)
      return () => hosts.delete(`${address} ${port}`)
    },
    listens: (address, port) => hosts.has(`${address} ${port}`),
    send: (message, from, to) => {
      const label = `${message.kind === 'request' ? '' : `${message.status} `}${message.headers.get('CSeq')?.split(' ')[1]}`
      ladder.push(`${from.address} ${to.address} ${label}`)
      if (lost(label, from.address, to.address)) return
      const bytes = writeMessage(message)
      clock.at(clock.now() + 5, () => {
        const copy = parseMessage(bytes)
        assert(copy.kind !== 'malformed')
        hosts.get(`${to.address} ${to.port}`)?.(copy, from)
      })
    },
    lose: (is) => {
      lost = is
    },
    run: async (ms) => {
      await settle()
      for (const until = clock.now() + ms; clock.now() < until; ) await step(until)
    },
    until: async (what, is, ms = 30_000) => {
      await settle()
      for (const limit = clock.now() + ms; !is(); ) {
        if (clock.now() >= limit) throw new Error(`not within ${ms} ms: ${what}\n${ladder.slice(-40).join('\n')}`)
        await step(limit)
      }
    },
  }
}

export interface Sound {
  local: MediaDescription
  remote: MediaDescription | undefined
  direction: Direction
  silent(): void
}

export interface PhoneInAir {
  readonly phone: PhonePort
  readonly told: PhoneEvent[]
  /** The leg of its last call. */
  readonly sound: () => Sound
  /** How many legs were opened. */
  readonly legs: () => number
  is(type: PhoneEvent['type']): boolean
  count(type: PhoneEvent['type']): number
  /** The call that came last. */
  came(): string
  perform(command: PhoneCommand): void
  /** The address goes; another one, or the same, comes after so long. */
  move(to: string, afterMs?: number): Promise<void>
  /** Its connections are reset, and nothing else happens. */
  cut(): void
}

let ports = 20_000

/** `servers`: as the setting has them. Registered when it resolves. */
export async function phoneIn(
  net: Air,
  name: string,
  address: string,
  servers: readonly string[],
  given: SettingsInput = {},
  shared?: Wires,
): Promise<PhoneInAir> {
  const { clock } = net
  const here = { address, up: true }
  const watchers = new Set<(change: NetworkChange) => void>()
  const lines: { options: FlowsOptions; hops: Set<Hop> }[] = []
  const network: Network = {
    addressFor: async (remote) => {
      if (!here.up || remote.includes(':') !== here.address.includes(':'))
        throw new NetFailure('unreachable', 'ENETUNREACH')
      return here.address
    },
    isRefused: async (at, port) => !net.listens(at, port),
    watch: (changed) => {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
  }
  const wires: Wires = shared ?? {
    open: async (_contact, options) =>
      openFlows(net, options, lines, () => here.up && here.address === options.localAddress),
  }
  const settings = readSettings({
    'softphone.servers': servers,
    'softphone.user': name,
    'softphone.password': 'secret',
    'softphone.domain': 'example.com',
    'softphone.messages': false,
    ...given,
  })
  const told: PhoneEvent[] = []
  const sounds: Sound[] = []
  let calls = 0
  const phone = sipPhone({
    recorder: recorder(),
    world: { clock, dice: seededDice(name.charCodeAt(0)), wall: () => new Date(clock.now()).toISOString() },
    settings: () => settings,
    network,
    wires,
    media: silentMedia(sounds),
    newCall: () => `call_${name}_${++calls}`,
    tell: (event) => told.push(event),
  })
  const last = (): PhoneEvent | undefined => told.filter(({ type }) => type === 'state').at(-1)
  await net.until(`${name} is registered`, () => {
    const event = last()
    return event?.type === 'state' && event.state.is === 'ready'
  })
  const changed = (): void => {
    for (const watcher of [...watchers]) watcher('addresses')
  }
  return {
    phone,
    told,
    sound: () => sounds.at(-1) as Sound,
    legs: () => sounds.length,
    is: (type) => told.some((event) => event.type === type),
    count: (type) => told.filter((event) => event.type === type).length,
    came: () => told.filter((event) => event.type === 'incoming').at(-1)?.call ?? '',
    perform: (command) => phone.perform(command),
    move: async (to, afterMs = 0) => {
      here.up = false
      if (afterMs > 0) {
        changed()
        await net.run(afterMs)
      }
      Object.assign(here, { address: to, up: true })
      changed()
    },
    cut: () => {
      for (const { options, hops } of lines)
        for (const hop of [...hops]) {
          hops.delete(hop)
          options.onLost(hop, new NetFailure('closed', 'ECONNRESET'))
        }
    },
  }
}

/** Datagrams, and connections whose port at our end is another one each time. */
function openFlows(
  net: Air,
  options: FlowsOptions,
  lines: { options: FlowsOptions; hops: Set<Hop> }[],
  isUp: () => boolean,
): Flows {
  const address = options.localAddress
  const ends: (() => void)[] = []
  const locals = new Map<string, { hop: Hop; local: Hop }>()
  const line = { options, hops: new Set<Hop>() }
  lines.push(line)
  const listen = (local: Hop, hop: (from: Hop) => Hop): void => {
    ends.push(net.at(local.address, local.port, (message, from) => isUp() && options.onMessage(message, hop(from))))
  }
  const udpHop: Hop = { transport: 'udp', address, port: ++ports }
  listen(udpHop, (from) => from)
  const localOf = (hop: Hop): Hop => {
    if (hop.transport === 'udp') return udpHop
    const key = `${hop.transport} ${hop.address} ${hop.port}`
    const known = locals.get(key)
    if (known && line.hops.has(known.hop)) return known.local
    const local: Hop = { transport: hop.transport, address, port: ++ports }
    locals.set(key, { hop, local })
    line.hops.add(hop)
    listen(local, () => hop)
    return local
  }
  const udp: UdpSocket = { address, port: udpHop.port, send: () => {}, close: async () => {} }
  return {
    udp,
    localOf,
    send: (message, hop, failed) => {
      if (!isUp()) return failed(new NetFailure('unreachable', 'ENETUNREACH'))
      net.send(message, localOf(hop), hop)
    },
    ping: () => {},
    drop: () => {},
    open: async (hop) => {
      if (!isUp()) throw new NetFailure('unreachable', 'ENETUNREACH')
      if (hop.transport !== 'udp' && !net.listens(hop.address, hop.port))
        throw new NetFailure('refused', 'ECONNREFUSED')
      localOf(hop)
    },
    close: async () => {
      for (const end of ends.splice(0)) end()
      lines.splice(lines.indexOf(line), 1)
    },
  }
}

/** Legs that remember where they are and to whom they are connected. */
function silentMedia(sounds: Sound[]): MediaPort {
  const none: Statistics = { packetsSent: 0, packetsReceived: 0, packetsLost: 0, packetsLate: 0, jitterMs: 0 }
  const describe = (address: string): MediaDescription => ({
    address,
    port: (ports += 2),
    direction: 'sendrecv',
    codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000 }],
  })
  return {
    openLeg: async (address, onEvent) => {
      const sound: Sound = {
        local: describe(address),
        remote: undefined,
        direction: 'inactive',
        silent: () => onEvent({ type: 'silent', forMs: 5000 }),
      }
      sounds.push(sound)
      const leg: Leg = {
        id: `leg-${sounds.length}`,
        get local() {
          return sound.local
        },
        rebind: async (to) => {
          sound.local = describe(to)
        },
        newKeys: () => [],
        connect: (remote, direction) => Object.assign(sound, { remote, direction }),
        attach: () => {},
        mute: () => {},
        join: () => {},
        silence: () => {},
        holdWith: () => {},
        heldTone: () => {},
        tape: () => {},
        sendDigits: () => {},
        write: () => {},
        statistics: async () => none,
        close: async () => none,
      }
      return leg
    },
    openPlayer: () => {
      throw new Error('nothing is played here')
    },
    openBrowser: async () => '',
    closeBrowser: () => {},
    close: async () => {},
  }
}
