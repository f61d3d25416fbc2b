// Candidates, RFC 8445 §5.1: the addresses at which a side may be reached, and how they rank.
import { isSamePlace, type Place } from '../stun/index.ts'

export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay'

/** 1 is RTP, 2 is RTCP (RFC 8839 §5.1). */
export type Component = 1 | 2

export interface Candidate extends Place {
  /** The same for candidates of one kind, base and server: what works for one may work for the others (§5.1.1.3). */
  readonly foundation: string
  readonly component: Component
  /** 1–2³¹-1; higher is better. */
  readonly priority: number
  readonly type: CandidateType
  /** Of what is not a host’s own: the address behind it, for those who look for faults. */
  readonly related?: Place
}

/** One of ours. `base` names, for the host, from where to send: a socket, or an allocation at a relay. */
export interface LocalCandidate extends Candidate {
  readonly base: number
}

/** §5.1.2.1. `preference`: 0–65535, of addresses of one type the better. */
export function priorityOf(type: CandidateType, preference: number, component: Component): number {
  return typePreferences[type] * 2 ** 24 + preference * 2 ** 8 + (256 - component)
}

/** What a candidate found through this one would rank as (§7.1.1). */
export function reflexivePriority({ priority }: Candidate): number {
  return typePreferences.prflx * 2 ** 24 + (priority % 2 ** 24)
}

/** §6.1.2.3: both sides come to the same number. */
export function pairPriority(controlling: number, controlled: number): bigint {
  const [g, d] = [BigInt(controlling), BigInt(controlled)]
  return (1n << 32n) * (g < d ? g : d) + 2n * (g > d ? g : d) + (g > d ? 1n : 0n)
}

/** §5.1.3: of candidates with the same address and base only the best says something. */
export function withoutRedundant(candidates: readonly LocalCandidate[]): LocalCandidate[] {
  return candidates.filter(
    (one) =>
      !candidates.some(
        (other) =>
          other !== one &&
          isSamePlace(one, other) &&
          one.base === other.base &&
          one.component === other.component &&
          (other.priority > one.priority ||
            (other.priority === one.priority && candidates.indexOf(other) < candidates.indexOf(one))),
      ),
  )
}

/**
 * The one for whoever knows no ICE (§5.1.4): of a relay where nothing else may be used, else what a server outside sees. Undefined where there is
 * none of that component.
 */
export function defaultCandidate(
  candidates: readonly LocalCandidate[],
  component: Component,
): LocalCandidate | undefined {
  const ranks: readonly CandidateType[] = ['srflx', 'host', 'relay']
  return candidates
    .filter((each) => each.component === component)
    .toSorted((a, b) => ranks.indexOf(a.type) - ranks.indexOf(b.type) || b.priority - a.priority)[0]
}

/** §5.1.2.2. */
const typePreferences: Readonly<Record<CandidateType, number>> = { host: 126, prflx: 110, srflx: 100, relay: 0 }
