// How a call rings: a tone for each kind of call, as data, and which call gets which.
import type { Call } from '@openparley/sdk/browser'

export interface Tone {
  readonly hertz: readonly number[]
  /** Seconds that it sounds and is silent, in turn. */
  readonly cadence: readonly number[]
  /** Again and again until stopped, or a single time. */
  readonly repeats: boolean
  /** 0 to 1. */
  readonly loudness: number
}

export type ToneName =
  | 'plain'
  | 'longLong'
  | 'shortShortLong'
  | 'shortLongShort'
  | 'splash'
  | 'precedence'
  | 'waiting'
  | 'waitingPrecedence'
  | 'ringback'
  | 'ringbackPrecedence'
  | 'reminder'
  | 'ready'

const ring = { hertz: [523.25, 659.25], repeats: true, loudness: 0.3 } as const
const waiting = { hertz: [440], repeats: true, loudness: 0.1 } as const
const ringback = { hertz: [440, 480], repeats: true, loudness: 0.08 } as const

/** The rings are the patterns 1 to 5 of GR-506-CORE, which phones know as Bellcore-dr1 to dr5. */
export const tones: Readonly<Record<ToneName, Tone>> = {
  plain: { ...ring, cadence: [2, 4] },
  longLong: { ...ring, cadence: [0.8, 0.4, 0.8, 4] },
  shortShortLong: { ...ring, cadence: [0.4, 0.2, 0.4, 0.2, 0.8, 4] },
  shortLongShort: { ...ring, cadence: [0.3, 0.2, 1, 0.2, 0.3, 4] },
  splash: { ...ring, cadence: [0.5, 0.5], repeats: false },
  /** Calls with precedence ring nearly without a pause (Unified Capabilities Requirements of the DoD). */
  precedence: { ...ring, cadence: [1.64, 0.36] },
  /** While the person talks, a call that comes in is only told of. */
  waiting: { ...waiting, cadence: [0.2, 0.2, 0.2, 5.4] },
  waitingPrecedence: { ...waiting, cadence: [0.1, 0.1, 0.1, 0.1, 0.1, 3.5] },
  /** For the caller, while it rings there. */
  ringback: { ...ringback, cadence: [2, 4] },
  ringbackPrecedence: { ...ringback, cadence: [1.64, 0.36] },
  /** A call is still on hold. */
  reminder: { hertz: [587.33], cadence: [0.12, 0.12, 0.12, 0.12], repeats: false, loudness: 0.08 },
  /** Somebody can be called now. */
  ready: { hertz: [659.25, 880], cadence: [0.15, 0.1, 0.3, 0.1], repeats: false, loudness: 0.1 },
}

/** How the call rings here. */
export function ringOf(call: Call, isTalking: boolean): ToneName {
  const insists = isImportant(call) || call.priority !== undefined
  if (isTalking) return insists ? 'waitingPrecedence' : 'waiting'
  if (insists) return 'precedence'
  const asked = call.alert?.toLowerCase() ?? ''
  return alerts.find(([pattern]) => pattern.test(asked))?.[1] ?? 'plain'
}

/** What the caller hears while it rings there; undefined where the other side is heard already. */
export function ringbackOf(call: Call): ToneName | undefined {
  if (call.direction !== 'outgoing' || call.state !== 'alerting' || call.earlyMedia) return undefined
  return isImportant(call) ? 'ringbackPrecedence' : 'ringback'
}

/** Above the lowest level of its namespace, which is for calls like any other. */
export function isImportant({ precedence }: Pick<Call, 'precedence'>): boolean {
  return precedence !== undefined && precedence.rank > 0
}

/** What servers ask for (`call.alert`), the first that fits. URNs: RFC 7462; a more special one begins like the one that it is of. */
const alerts: readonly (readonly [asked: RegExp, tone: ToneName])[] = [
  [/^bellcore-dr1\b/, 'plain'],
  [/^bellcore-dr2\b/, 'longLong'],
  [/^bellcore-dr3\b/, 'shortShortLong'],
  [/^bellcore-dr4\b/, 'shortLongShort'],
  [/^bellcore-dr5\b/, 'splash'],
  [/^urn:alert:priority:high\b/, 'precedence'],
  [/^urn:alert:priority:low\b/, 'splash'],
  [/^urn:alert:duration:short\b/, 'splash'],
  [/^urn:alert:service:call-waiting\b/, 'waiting'],
  [/^urn:alert:service:recall\b/, 'shortLongShort'],
  [/^urn:alert:service:forward\b/, 'shortShortLong'],
  [/^urn:alert:source:external\b/, 'longLong'],
  [/^urn:alert:source:(friend|family)\b/, 'shortShortLong'],
  // As servers said before there were URNs.
  [/^(alert-)?external\b/, 'longLong'],
  [/^alert-(group|community-\d)\b/, 'shortShortLong'],
  [/^alert-(priority|emergency)\b/, 'precedence'],
]

/** One round of a tone with its pauses, so that no timer has to come in time. */
export function samplesOf({ hertz, cadence, loudness }: Tone, rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(cadence.reduce((sum, part) => sum + part, 0) * rate))
  let at = 0
  for (const [part, lasts] of cadence.entries()) {
    const [from, until] = [Math.round(at * rate), Math.round((at + lasts) * rate)]
    at += lasts
    if (part % 2 === 1) continue
    for (let n = from; n < until; n++) {
      const edge = Math.min(1, (n - from) / (rampS * rate), (until - n) / (rampS * rate))
      const wave = hertz.reduce((sum, each) => sum + Math.sin((2 * Math.PI * each * n) / rate), 0) / hertz.length
      samples[n] = loudness * edge * wave
    }
  }
  return samples
}

/** Beginnings and ends without a click. */
const rampS = 0.02
