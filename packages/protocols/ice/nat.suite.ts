// A small internet for the tests of connectivity: sides behind address translators of each kind (RFC 4787), and relays outside.

import { forSeeds, type Link, rolls, type VirtualNetwork, virtualNetwork } from '@openparley/testkit'
import { isSamePlace, type Place, readStun } from '../stun/index.ts'
import { IceAgent, type IceEffect, type IceInput, type IceOptions } from './agent.ts'
import { type Candidate, type Component, type LocalCandidate, priorityOf, withoutRedundant } from './candidate.ts'

export const natKinds = ['none', 'full cone', 'restricted', 'port-restricted', 'symmetric'] as const
export type NatKind = (typeof natKinds)[number]

export interface SideOptions {
  readonly nat?: NatKind
  readonly relay?: boolean
  readonly isLite?: boolean
  readonly controlling?: boolean
  readonly components?: readonly Component[]
}

export interface Side {
  readonly name: 'a' | 'b'
  readonly agent: IceAgent
  readonly candidates: readonly LocalCandidate[]
  readonly nat: Translator
  readonly effects: IceEffect[]
  paths(): Map<Component, Extract<IceEffect, { type: 'path' }>>
  has(type: IceEffect['type']): boolean
}

export interface Internet {
  readonly a: Side
  readonly b: Side
  readonly network: VirtualNetwork<IceInput>
  /** Which base of whom gets what is sent so; undefined: nobody does. */
  arrives(
    from: Side,
    base: number,
    to: Place,
  ): { readonly side: Side; readonly base: number; readonly from: Place } | undefined
  /** Whether what each sends on its way comes to the other, and is known there to be of it. */
  isJoined(component: Component): boolean
  /** What is sent from there, or to there, is lost from now on. */
  cut(address: string): void
}

export function internet(
  options: { readonly a?: SideOptions; readonly b?: SideOptions },
  roll: () => number,
  link: Link = {},
): Internet {
  const remotes = new Map<string, { readonly side: () => Side; readonly base: number }>()
  const cuts = new Set<string>()
  const make = (name: 'a' | 'b', its: SideOptions): Omit<Side, 'agent' | 'paths' | 'has'> => {
    const inside = name === 'a' ? '10.0.0.1' : '10.0.1.1'
    const nat = new Translator(its.nat ?? 'none', name === 'a' ? '198.51.100.1' : '198.51.100.2', roll)
    const candidates = (its.components ?? [1, 2]).flatMap((component): LocalCandidate[] => {
      const host = { address: inside, port: 4000 + component }
      const seen = nat.outward(host, { address: '203.0.113.9', port: 3478 })
      const relayed = { address: name === 'a' ? '203.0.113.1' : '203.0.113.2', port: 5000 + component }
      const of = (type: 'host' | 'srflx' | 'relay', base: number, place: Place): LocalCandidate => ({
        ...place,
        base,
        component,
        type,
        foundation: type,
        priority: priorityOf(type, 65_535, component),
      })
      return [
        of('host', component, host),
        of('srflx', component, seen),
        ...(its.relay ? [of('relay', 10 + component, relayed)] : []),
      ]
    })
    return { name, candidates: withoutRedundant(candidates), nat, effects: [] }
  }
  const parts = { a: make('a', options.a ?? {}), b: make('b', options.b ?? {}) }
  const side = (name: 'a' | 'b', controlling: boolean): Side => {
    const [mine, theirs] = [parts[name], parts[name === 'a' ? 'b' : 'a']]
    const its = options[name] ?? {}
    const agent = new IceAgent({
      ufrag: `u${name}`,
      password: `password of ${name}, long enough`,
      candidates: mine.candidates,
      components: its.components ?? [1, 2],
      controlling: its.controlling ?? controlling,
      remote: {
        ufrag: `u${theirs.name}`,
        password: `password of ${theirs.name}, long enough`,
        candidates: theirs.candidates.map(({ base: _, ...rest }): Candidate => rest),
        isLite: options[theirs.name]?.isLite ?? false,
      },
      random: bytesOf(roll),
      roll,
    })
    const made: Side = {
      ...mine,
      agent,
      paths: () =>
        new Map(
          made.effects.flatMap((effect) => (effect.type === 'path' ? [[effect.component, effect] as const] : [])),
        ),
      has: (type) => made.effects.some((effect) => effect.type === type),
    }
    for (const each of mine.candidates)
      if (each.type !== 'srflx') remotes.set(keyOf(each), { side: () => made, base: each.base })
    return made
  }
  const [a, b] = [side('a', true), side('b', false)]
  const arrives: Internet['arrives'] = (from, base, to) => {
    const own = from.candidates.find((each) => each.base === base && each.type !== 'srflx')
    if (!own || cuts.has(own.address) || cuts.has(to.address)) return undefined
    // Those in one house reach one another; others’ inner addresses lead nowhere.
    const source = own.type === 'relay' ? from.nat.permits(own, to) : from.nat.outward(own, to)
    const other = from === a ? b : a
    const found = remotes.get(keyOf(to))
    if (found) {
      const isRelay = found.base > 10
      if (isRelay && !found.side().nat.isPermitted(to, source)) return undefined
      if (!isRelay && found.side().nat.kind !== 'none') return undefined
      return { side: found.side(), base: found.base, from: source }
    }
    for (const each of [other, from]) {
      const inner = each.nat.inward(source, to)
      const base = inner && each.candidates.find((candidate) => isSamePlace(candidate, inner))?.base
      if (base !== undefined) return { side: each, base, from: source }
    }
    return undefined
  }
  const sides = { a, b }
  const network = virtualNetwork<IceInput, IceEffect>(
    { a: a.agent, b: b.agent },
    (name, effect) => {
      const from = sides[name as 'a' | 'b']
      from.effects.push(effect)
      if (effect.type !== 'send') return
      const message = readStun(effect.bytes)
      const arrived = message && arrives(from, effect.base, effect.to)
      if (message && arrived)
        network.send(arrived.side.name, { type: 'received', base: arrived.base, from: arrived.from, message })
    },
    roll,
    link,
  )
  const isJoined = (component: Component): boolean =>
    [
      [a, b],
      [b, a],
    ].every(([one, other]) => {
      const way = one?.paths().get(component)
      const got = one && way && arrives(one, way.base, way.to)
      return got?.side === other && got?.side.agent.isTheirs(got.base, got.from) === true
    })
  return { a, b, network, arrives, isJoined, cut: (address) => cuts.add(address) }
}

/** One house’s translator; as a relay it lets in whom its owner has sent to. */
class Translator {
  readonly kind: NatKind
  readonly #address: string
  readonly #roll: () => number
  readonly #outside = new Map<string, { readonly inside: Place; readonly port: number; readonly sentTo: Place[] }>()
  readonly #permitted = new Set<string>()

  constructor(kind: NatKind, address: string, roll: () => number) {
    this.kind = kind
    this.#address = address
    this.#roll = roll
  }

  /** Where it seems to come from. */
  outward(inside: Place, to: Place): Place {
    if (this.kind === 'none') return { address: inside.address, port: inside.port }
    const key = this.kind === 'symmetric' ? `${keyOf(inside)} ${keyOf(to)}` : keyOf(inside)
    const port = 20_000 + Math.floor(this.#roll() * 30_000)
    const mapping = this.#outside.get(key) ?? { inside, port, sentTo: [] }
    this.#outside.set(key, mapping)
    mapping.sentTo.push(to)
    return { address: this.#address, port: mapping.port }
  }

  inward(from: Place, to: Place): Place | undefined {
    if (to.address !== this.#address) return undefined
    const mapping = [...this.#outside.values()].find(({ port }) => port === to.port)
    if (!mapping) return undefined
    const lets: Record<NatKind, (sent: Place) => boolean> = {
      none: () => false,
      'full cone': () => true,
      restricted: ({ address }) => address === from.address,
      'port-restricted': (sent) => isSamePlace(sent, from),
      symmetric: (sent) => isSamePlace(sent, from),
    }
    return mapping.sentTo.some(lets[this.kind]) ? mapping.inside : undefined
  }

  permits(relayed: Place, to: Place): Place {
    this.#permitted.add(to.address)
    return { address: relayed.address, port: relayed.port }
  }

  isPermitted(_relayed: Place, from: Place): boolean {
    return this.#permitted.has(from.address)
  }
}

export function bytesOf(roll: () => number): IceOptions['random'] {
  return (bytes) => Uint8Array.from({ length: bytes }, () => Math.floor(roll() * 256))
}

function keyOf({ address, port }: Place): string {
  return `${address} ${port}`
}

export { forSeeds, rolls }
