// A check list, RFC 8445 §6.1: its pairs, which of them is checked next, and which of those that worked is the best.
import { isSamePlace, type Place } from '../stun/index.ts'
import type { Candidate, Component, LocalCandidate } from './candidate.ts'
import { findPair, formPairs, inOrder, newPair, nextPair, type Pair, rank, thawFirst, thawLike } from './pairs.ts'

export class CheckList {
  readonly #remotes: readonly Candidate[]
  #pairs: Pair[]
  /** To be checked before all others (§6.1.4.1). */
  #triggered: Pair[] = []
  /** Components whose way both have agreed on: for them nothing is checked of its own accord any more (§8.1.2). */
  readonly #closed = new Set<Component>()
  #reflexives = 0

  constructor(
    locals: readonly LocalCandidate[],
    remotes: readonly Candidate[],
    components: readonly Component[],
    controlling: boolean,
  ) {
    this.#remotes = remotes
    this.#pairs = formPairs(locals, remotes, components, controlling)
    thawFirst(this.#pairs)
  }

  /** Best first. */
  of(component: Component): Pair[] {
    return this.#pairs.filter((pair) => pair.component === component)
  }

  get all(): readonly Pair[] {
    return this.#pairs
  }

  get underWay(): number {
    return this.#pairs.filter(({ state }) => state === 'waiting' || state === 'in-progress').length
  }

  get isMore(): boolean {
    return this.#triggered.length > 0 || this.#open.some(({ state }) => state === 'waiting' || state === 'frozen')
  }

  next(): Pair | undefined {
    return this.#triggered.shift() ?? nextPair(this.#open)
  }

  trigger(pair: Pair): void {
    if (pair.state !== 'succeeded') pair.state = 'waiting'
    if (!this.#triggered.includes(pair)) this.#triggered.push(pair)
  }

  succeeded(pair: Pair): void {
    pair.state = 'succeeded'
    thawLike(this.#pairs, pair)
  }

  isOpen({ component }: Pair): boolean {
    return !this.#closed.has(component)
  }

  close(component: Component): void {
    this.#closed.add(component)
    this.#triggered = this.#triggered.filter((pair) => pair.component !== component)
  }

  /** Pairs of that base have failed; they are returned. */
  drop(base: number): Pair[] {
    const dropped = this.#pairs.filter((pair) => pair.local.base === base)
    for (const pair of dropped) {
      pair.state = 'failed'
      pair.nominating = false
    }
    this.#triggered = this.#triggered.filter(({ local }) => local.base !== base)
    return dropped
  }

  /** An address that nobody has described was found by the check itself (§7.3.1.3). Undefined: there are too many of these. */
  pairWith(local: LocalCandidate, from: Place, priority: number, controlling: boolean): Pair | undefined {
    const known = findPair(this.#pairs, local.base, from)
    if (known) return known
    const { component } = local
    const described = this.#remotes.find((each) => each.component === component && isSamePlace(each, from))
    if (!described && ++this.#reflexives > mostReflexives) return undefined
    const foundation = `found${this.#reflexives}`
    const remote = described ?? { ...from, component, priority, type: 'prflx', foundation }
    const pair = newPair(local, remote, controlling)
    pair.state = 'waiting'
    this.#pairs = inOrder([...this.#pairs, pair])
    return pair
  }

  /** The roles have changed. */
  rank(controlling: boolean): void {
    rank(this.#pairs, controlling)
    this.#pairs = inOrder(this.#pairs)
    for (const pair of this.#pairs) pair.nominating = false
  }

  get #open(): Pair[] {
    return this.#pairs.filter((pair) => this.isOpen(pair))
  }
}

/** Addresses of theirs that nobody has described: more are somebody else’s. */
const mostReflexives = 20
