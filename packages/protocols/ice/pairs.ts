// The pairs of a check list, RFC 8445 §6.1.2: formed, pruned, put in order, and thawed.
import { isSamePlace, type Place } from '../stun/index.ts'
import { type Candidate, type Component, type LocalCandidate, pairPriority } from './candidate.ts'

export type PairState = 'frozen' | 'waiting' | 'in-progress' | 'succeeded' | 'failed'

export interface Pair {
  readonly component: Component
  readonly local: LocalCandidate
  readonly remote: Candidate
  readonly foundation: string
  priority: bigint
  state: PairState
  /** Of ours: we have asked, or ask next, that it be used. */
  nominating: boolean
  /** The other side has asked so; it is once our own check has succeeded. */
  isWanted: boolean
  isNominated: boolean
}

/** All pairs that can be, best first, at most a hundred (§6.1.2.5). What a server sees of us is sent from its base (§6.1.2.4). */
export function formPairs(
  locals: readonly LocalCandidate[],
  remotes: readonly Candidate[],
  components: readonly Component[],
  controlling: boolean,
): Pair[] {
  const pairs: Pair[] = []
  for (const local of locals) {
    if (local.type !== 'host' && local.type !== 'relay') continue
    for (const remote of remotes) {
      if (!components.includes(local.component) || !fits(local, remote)) continue
      if (!findPair(pairs, local.base, remote)) pairs.push(newPair(local, remote, controlling))
    }
  }
  return inOrder(pairs).slice(0, mostPairs)
}

export function newPair(local: LocalCandidate, remote: Candidate, controlling: boolean): Pair {
  return {
    component: local.component,
    local,
    remote,
    foundation: `${local.foundation}:${remote.foundation}`,
    priority: priorityOfPair(local, remote, controlling),
    state: 'frozen',
    nominating: false,
    isWanted: false,
    isNominated: false,
  }
}

export function findPair(pairs: readonly Pair[], base: number, remote: Place): Pair | undefined {
  return pairs.find((pair) => pair.local.base === base && isSamePlace(pair.remote, remote))
}

export function inOrder(pairs: readonly Pair[]): Pair[] {
  return pairs.toSorted((a, b) =>
    a.priority > b.priority ? -1 : a.priority < b.priority ? 1 : a.component - b.component,
  )
}

/** After the roles have changed (§7.3.1.1). */
export function rank(pairs: readonly Pair[], controlling: boolean): void {
  for (const pair of pairs) pair.priority = priorityOfPair(pair.local, pair.remote, controlling)
}

/** One pair of each foundation begins: of its lowest component the best (§6.1.2.6). */
export function thawFirst(pairs: readonly Pair[]): void {
  const firsts = new Map<string, Pair>()
  for (const pair of pairs) {
    const first = firsts.get(pair.foundation)
    if (!first || pair.component < first.component) firsts.set(pair.foundation, pair)
  }
  for (const pair of firsts.values()) pair.state = 'waiting'
}

/** What has worked for one may work for the others of its foundation (§7.2.5.3.3). */
export function thawLike(pairs: readonly Pair[], { foundation }: Pair): void {
  for (const pair of pairs) if (pair.state === 'frozen' && pair.foundation === foundation) pair.state = 'waiting'
}

/** The next to be checked of its own accord (§6.1.4.2); a frozen one where nothing of its foundation is under way. */
export function nextPair(pairs: readonly Pair[]): Pair | undefined {
  const waiting = pairs.find(({ state }) => state === 'waiting')
  if (waiting) return waiting
  const isUnderWay = (foundation: string): boolean =>
    pairs.some((pair) => pair.state === 'in-progress' && pair.foundation === foundation)
  return pairs.find(({ state, foundation }) => state === 'frozen' && !isUnderWay(foundation))
}

/** Of one component and one family; addresses of one link belong together (§6.1.2.2). */
function fits(local: Candidate, remote: Candidate): boolean {
  const isLink = ({ address }: Candidate): boolean => /^fe[89ab]/i.test(address)
  return (
    local.component === remote.component &&
    local.address.includes(':') === remote.address.includes(':') &&
    isLink(local) === isLink(remote)
  )
}

function priorityOfPair(local: Candidate, remote: Candidate, controlling: boolean): bigint {
  return controlling ? pairPriority(local.priority, remote.priority) : pairPriority(remote.priority, local.priority)
}

const mostPairs = 100
