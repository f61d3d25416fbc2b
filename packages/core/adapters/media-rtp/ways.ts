// The ways of one leg: what its sockets and relays bring is told apart, checks go to the search (protocols/ice), and the stream goes and comes by
// the way that was found. To the leg all of it is two wires to the address that was negotiated.
import { randomBytes } from 'node:crypto'
import { drive, type Driven, realClock } from '@openparley/net'
import { type Component, defaultCandidate, IceAgent, type IceEffect, type IceInput } from '@openparley/protocols/ice'
import { isSamePlace, isStunByte, type Place, plainIp, type ReadStun, readStun } from '@openparley/protocols/stun'
import type { LegEvent, MediaDescription, Search, WayServer } from '../../services/media/port.ts'
import { type Gathered, gather } from './gather.ts'
import type { Found, Gathering } from './messages.ts'
import type { PortPair, Wire, WirePair } from './port-pair.ts'
import type { Relay } from './relay.ts'

export interface Way {
  readonly base: number
  readonly to: Place
  /** What kinds of address it goes between, ours first. */
  readonly kinds: string
}

export class Ways implements WirePair {
  readonly rtp: WayWire
  readonly rtcp: WayWire
  readonly #pair: PortPair
  readonly #tell: (event: LegEvent) => void
  /** Relays that are being asked or have been taken, by the sockets that their packets come to. */
  readonly #atSocket: Record<Component, Relay[]> = { 1: [], 2: [] }
  readonly #expected: {
    readonly component: Component
    readonly at: Place
    readonly heard: (message: ReadStun) => void
  }[] = []
  /** Checks that came before we knew of whom. */
  #early: { readonly base: number; readonly from: Place; readonly message: ReadStun }[] = []
  #gathered: Gathered = { candidates: [], relays: new Map(), helpers: [] }
  #search: Search | undefined
  #agent: IceAgent | undefined
  #driven: Driven<IceInput> | undefined
  readonly #found = new Map<Component, Way>()
  /** RTCP goes by RTP’s way. */
  #isShared = false
  #how: { readonly gathering: Gathering; readonly address: string } | undefined
  /** Bases of relays that were lost. */
  readonly #gone = new Set<number>()
  #is: 'open' | 'closed' = 'open'

  constructor(pair: PortPair, tell: (event: LegEvent) => void) {
    this.#pair = pair
    this.#tell = tell
    this.rtp = new WayWire(this, 1)
    this.rtcp = new WayWire(this, 2)
    pair.rtp.on('message', (packet, from) => this.#received(1, packet, from))
    pair.rtcp.on('message', (packet, from) => this.#received(2, packet, from))
    pair.rtp.on('error', () => {})
    pair.rtcp.on('error', () => {})
  }

  /** How, and from which address of ours. */
  async gather(gathering: Gathering, address: string): Promise<Found> {
    this.#how = { gathering, address }
    this.#gathered = await gather(gathering, {
      pair: this.#pair,
      address,
      expect: (component, at, heard) => this.#expected.push({ component, at, heard }),
      relayed: (component, relay) => this.#atSocket[component].push(relay),
      onPacket: (base, packet, from) => this.#carried(base, packet, from),
      onLost: (base, helper) => this.#lost(base, helper),
    })
    this.#expected.length = 0
    const { candidates, helpers } = this.#gathered
    return { candidates, helpers }
  }

  /** Where a relay was lost another one is looked for; else all stays. */
  async gatherAgain(): Promise<Found | undefined> {
    const how = this.#how
    if (!how) return undefined
    const { candidates, helpers } = this.#gathered
    if (this.#gone.size === 0) return { candidates, helpers }
    for (const relay of [...this.#atSocket[1].splice(0), ...this.#atSocket[2].splice(0)]) relay.close()
    for (const relay of this.#gathered.relays.values()) relay.close()
    this.#gone.clear()
    return this.gather(how.gathering, how.address)
  }

  /** As the stream is to go now. Returns the other side as the leg is to see it. */
  connect(remote: MediaDescription, search: Search | undefined): MediaDescription {
    this.#isShared = search !== undefined && remote.rtcpMux === true
    if (search && !isSame(search, this.#search)) this.#begin(search)
    if (!search) this.#plain(remote)
    this.#search = search
    // A name as the default address is nothing to the leg: it is the ways that count.
    const address = plainIp(remote.address) ?? search?.theirs.candidates[0]?.address
    const seen = { ...remote, address: address ?? remote.address }
    const { rtcpPort = seen.port + 1 } = seen
    this.rtp.seenAs({ address: seen.address, port: seen.port })
    this.rtcp.seenAs({ address: seen.address, port: rtcpPort })
    return seen
  }

  /** By which the stream goes: between which kinds of address. */
  get kinds(): string | undefined {
    return this.#search && this.#found.get(1)?.kinds
  }

  send(component: Component, packet: Uint8Array, offset: number, length: number, port: number, address: string): void {
    if (this.#is === 'closed') return
    const way = this.#found.get(this.#isShared ? 1 : component)
    if (way) {
      const relay = this.#gathered.relays.get(way.base)
      if (relay) relay.send(packet, offset, length, way.to)
      else this.#socketOf(way.base).send(packet, offset, length, way.to.port, way.to.address)
    } else if (!this.#search) this.#socketOf(component).send(packet, offset, length, port, address)
  }

  close(component: Component, done: () => void): void {
    if (this.#is === 'open') {
      this.#is = 'closed'
      this.#driven?.stop()
      for (const relay of new Set([...this.#gathered.relays.values(), ...this.#atSocket[1], ...this.#atSocket[2]]))
        relay.close()
    }
    this.#socketOf(component).close(done)
  }

  #begin(search: Search): void {
    this.#driven?.stop()
    this.#found.clear()
    const { ours, theirs, controlling } = search
    const agent = new IceAgent({
      ufrag: ours.ufrag,
      password: ours.password,
      candidates: this.#gathered.candidates,
      components: this.#isShared ? [1] : [1, 2],
      controlling,
      remote: {
        ...theirs,
        candidates: theirs.candidates.flatMap((each) => {
          const address = plainIp(each.address)
          return address === undefined ? [] : [{ ...each, address }]
        }),
      },
      random: (bytes) => new Uint8Array(randomBytes(bytes)),
      roll: Math.random,
    })
    const driven = drive(agent, realClock, (effect) => this.#perform(effect))
    this.#agent = agent
    this.#driven = driven
    driven.feed({ type: 'start' })
    for (const each of this.#early.splice(0)) driven.feed({ type: 'received', ...each })
  }

  /** Whoever knows no ICE is sent to from what they were told, which may be at a relay. */
  #plain(remote: MediaDescription): void {
    this.#driven?.stop()
    this.#driven = undefined
    this.#agent = undefined
    this.#found.clear()
    const address = plainIp(remote.address)
    if (address === undefined || remote.port === 0) return
    for (const component of [1, 2] as const) {
      const own = defaultCandidate(this.#gathered.candidates, component)
      if (own?.type !== 'relay') continue
      const port = component === 1 ? remote.port : (remote.rtcpPort ?? remote.port + 1)
      this.#take(component, { base: own.base, to: { address, port }, kinds: 'relay' })
    }
  }

  #perform(effect: IceEffect): void {
    switch (effect.type) {
      case 'send': {
        const { base, to, bytes } = effect
        const relay = this.#gathered.relays.get(base)
        if (relay) relay.send(bytes, 0, bytes.length, to)
        else this.#socketOf(base).send(bytes, 0, bytes.length, to.port, to.address)
        return
      }
      case 'path':
        return this.#take(effect.component, {
          base: effect.base,
          to: effect.to,
          kinds: `${effect.local} to ${effect.remote}`,
        })
      case 'connected':
        return this.#tell({ type: 'way', is: 'found' })
      case 'failed':
        return this.#tell({ type: 'way', is: 'none' })
      case 'lost':
        // Nothing may be sent there any more (RFC 7675 §5.1).
        if (this.#found.size === 0) return
        this.#found.clear()
        return this.#tell({ type: 'way', is: 'lost' })
    }
  }

  #lost(base: number, helper: WayServer): void {
    this.#gone.add(base)
    const carries = [...this.#found.values()].some((way) => way.base === base)
    // It is told once, with its cause: the search, which hears of it too, has nothing to add.
    if (carries) this.#found.clear()
    this.#driven?.feed({ type: 'base-lost', base })
    if (this.#found.size === 0) this.#tell({ type: 'way', is: 'lost', helper })
  }

  #take(component: Component, way: Way): void {
    this.#found.set(component, way)
    this.#gathered.relays.get(way.base)?.bind(way.to)
  }

  /** One look at the first byte tells what it is (RFC 7983 §7). */
  #received(component: Component, packet: Buffer, from: Place): void {
    const first = packet[0] as number
    if (first < 128 && packet.length > 0) {
      for (const relay of this.#atSocket[component]) if (isSamePlace(relay.at, from)) return relay.received(packet)
      const expected = this.#expected.find((each) => each.component === component && isSamePlace(each.at, from))
      if (expected) {
        const message = readStun(packet)
        if (message) expected.heard(message)
        return
      }
    }
    this.#carried(component, packet, from)
  }

  /** What came by a socket or through a relay. */
  #carried(base: number, packet: Buffer, from: Place): void {
    if (packet.length === 0 || this.#is === 'closed') return
    if (isStunByte(packet[0] as number)) {
      const message = readStun(packet)
      if (!message) return
      const { address, port } = from
      if (this.#driven) this.#driven.feed({ type: 'received', base, from: { address, port }, message })
      else if (this.#early.length < mostEarly) this.#early.push({ base, from: { address, port }, message })
      return
    }
    const component = base % 10 === 1 ? 1 : 2
    const wire = component === 1 && !(this.#isShared && isRtcp(packet)) ? this.rtp : this.rtcp
    // Without a search the leg itself looks at where it comes from.
    if (!this.#agent) wire.heard(packet, from)
    else if (wire.isLastFrom(base, from)) wire.heard(packet)
    else if (this.#agent.isTheirs(base, from)) {
      wire.lastFrom(base, from)
      wire.heard(packet)
    }
  }

  #socketOf(base: number): PortPair['rtp'] {
    return base % 10 === 1 ? this.#pair.rtp : this.#pair.rtcp
  }
}

/** One half of the stream as the leg sees it. */
class WayWire implements Wire {
  readonly #ways: Ways
  readonly #component: Component
  #heard: ((packet: Buffer, from: Place) => void) | undefined
  #seenAs: Place = { address: '', port: 0 }
  #base = 0
  #from: Place = { address: '', port: 0 }

  constructor(ways: Ways, component: Component) {
    this.#ways = ways
    this.#component = component
  }

  on(event: 'message' | 'error', heard: ((packet: Buffer, from: Place) => void) | ((error: Error) => void)): this {
    if (event === 'message') this.#heard = heard as (packet: Buffer, from: Place) => void
    return this
  }

  send(packet: Uint8Array, first: number, second: number | string, port?: number, address?: string): void {
    if (typeof second === 'string') this.#ways.send(this.#component, packet, 0, packet.length, first, second)
    else this.#ways.send(this.#component, packet, first, second, port as number, address as string)
  }

  close(done: () => void): void {
    this.#ways.close(this.#component, done)
  }

  /** What comes by a way that was found comes, for the leg, from where it was negotiated. */
  heard(packet: Buffer, from: Place = this.#seenAs): void {
    this.#heard?.(packet, from)
  }

  seenAs(place: Place): void {
    this.#seenAs = place
    this.#base = 0
  }

  isLastFrom(base: number, { address, port }: Place): boolean {
    return this.#base === base && this.#from.port === port && this.#from.address === address
  }

  lastFrom(base: number, { address, port }: Place): void {
    this.#base = base
    this.#from = { address, port }
  }
}

/** RFC 5761 §4: types of RTCP that RTP does not use there. */
function isRtcp(packet: Buffer): boolean {
  const type = packet[1] as number
  return type >= 192 && type < 224
}

function isSame(one: Search, other: Search | undefined): boolean {
  return (
    one.ours.ufrag === other?.ours.ufrag &&
    one.theirs.ufrag === other.theirs.ufrag &&
    one.theirs.password === other.theirs.password
  )
}

const mostEarly = 16
