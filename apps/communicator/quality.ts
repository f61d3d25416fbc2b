// How good a call sounds, in a word, and what takes most away from it. Bounds: ITU-T G.107, Annex B, table B.1.
import type { Statistics } from '@openparley/sdk/browser'

export type QualityWord = 'excellent' | 'good' | 'fair' | 'poor' | 'bad'

export type Reason =
  | { readonly is: 'loss' /** 0 to 1. */; readonly share: number }
  | { readonly is: 'jitter' | 'delay'; readonly ms: number }
  | { readonly is: 'silent' }

export interface Quality {
  /** Absent while nothing was heard that could be judged. */
  readonly word?: QualityWord
  readonly reason?: Reason
}

/** `before`: the figures of a moment ago; what is wrong now counts, not what was wrong at the beginning. */
export function qualityOf(now: Statistics, before?: Statistics): Quality {
  const received = now.packetsReceived - (before?.packetsReceived ?? 0)
  if (before && received <= 0) return { ...wordOf(now.mos), reason: { is: 'silent' } }
  const { word } = wordOf(now.mos)
  if (word === undefined) return {}
  if (word === 'excellent' || word === 'good') return { word }
  const reason = worst(now, before, received)
  return reason ? { word, reason } : { word }
}

function wordOf(mos: number | undefined): { word?: QualityWord } {
  if (mos === undefined) return {}
  return { word: bounds.find(([, from]) => mos >= from)?.[0] ?? 'bad' }
}

/** What takes most from the rating R of G.107, with the same figures as the core's estimate: packets that come too late are jitter's. */
function worst(now: Statistics, before: Statistics | undefined, received: number): Reason | undefined {
  const lost = Math.max(0, now.packetsLost - (before?.packetsLost ?? 0))
  const late = Math.max(0, now.packetsLate - (before?.packetsLate ?? 0))
  const sent = Math.max(1, received + lost)
  const delayMs = (now.roundTripMs ?? 0) / 2
  const costs: readonly (readonly [number, Reason])[] = [
    [equipment(lost / sent), { is: 'loss', share: lost / sent }],
    [equipment(late / sent), { is: 'jitter', ms: Math.round(now.jitterMs) }],
    [0.024 * delayMs + 0.11 * Math.max(0, delayMs - 177.3), { is: 'delay', ms: Math.round(now.roundTripMs ?? 0) }],
  ]
  const [cost, reason] = costs.reduce((most, each) => (each[0] > most[0] ? each : most))
  return cost > 0 ? reason : undefined
}

function equipment(share: number): number {
  return (95 * share * 100) / (share * 100 + 25.1)
}

/** What the other side sent and was not played, 0 to 1, over the whole call. */
export function lossOf({ packetsLost, packetsLate, packetsReceived }: Statistics): number {
  return Math.min(1, (packetsLost + packetsLate) / Math.max(1, packetsReceived + packetsLost))
}

const bounds: readonly (readonly [QualityWord, number])[] = [
  ['excellent', 4.34],
  ['good', 4.03],
  ['fair', 3.6],
  ['poor', 3.1],
]
