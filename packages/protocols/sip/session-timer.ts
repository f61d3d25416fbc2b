// Session timers, RFC 4028: who refreshes a session, and when it is given up.
import type { Millis } from '../common/index.ts'
import { parseNumber } from './header-values.ts'
import type { Headers } from './message.ts'

/** RFC 4028 §4: the smallest interval that anybody may ask for, in seconds. */
export const smallestMinSE = 90

export interface SessionTimer {
  readonly intervalS: number
  readonly refresher: 'us' | 'them'
}

/** What a 2xx agreed on, as the one who sent the request sees it (§7.2); undefined: no timer. */
export function timerOfResponse(headers: Headers): SessionTimer | undefined {
  const told = sessionExpires(headers)
  if (!told) return undefined
  return { intervalS: told.intervalS, refresher: told.refresher === 'uas' ? 'them' : 'us' }
}

/** What we agree to as the one who answers (§9): their interval, or ours where that is shorter. */
export function timerForResponse(headers: Headers, ownS: number, supported: boolean): SessionTimer | undefined {
  const told = sessionExpires(headers)
  if (!told) return supported ? { intervalS: ownS, refresher: 'them' } : { intervalS: ownS, refresher: 'us' }
  const least = Math.max(smallestMinSE, parseNumber(headers.get('Min-SE')) ?? 0)
  const intervalS = Math.max(least, Math.min(told.intervalS, ownS))
  // Where the other side does not speak timers, only we can refresh.
  const refresher = !supported ? 'us' : told.refresher === 'uas' ? 'us' : 'them'
  return { intervalS, refresher }
}

/** The Session-Expires that says so; `uac` is who sent the request. */
export function writeSessionExpires({ intervalS, refresher }: SessionTimer, weAre: 'uac' | 'uas'): string {
  const who = refresher === 'us' ? weAre : weAre === 'uac' ? 'uas' : 'uac'
  return `${intervalS};refresher=${who}`
}

/** When we refresh, or when we give up: half the interval, or the interval less a third, at most 32 s (§10). */
export function timerDelayMs({ intervalS, refresher }: SessionTimer): Millis {
  if (refresher === 'us') return (intervalS * 1000) / 2
  return (intervalS - Math.min(32, intervalS / 3)) * 1000
}

/** Whether an asked-for interval is too small, and must be answered by 422 (§8). */
export function isTooSmall(headers: Headers): boolean {
  const told = sessionExpires(headers)
  return told !== undefined && told.intervalS < smallestMinSE
}

function sessionExpires(
  headers: Headers,
): { readonly intervalS: number; readonly refresher: string | undefined } | undefined {
  const text = headers.get('Session-Expires')
  if (text === undefined) return undefined
  const [seconds, ...params] = text.split(';')
  const intervalS = parseNumber(seconds?.trim())
  if (intervalS === undefined) return undefined
  const refresher = params
    .map((param) => /^\s*refresher\s*=\s*"?(ua[cs])/i.exec(param)?.[1]?.toLowerCase())
    .find(Boolean)
  return { intervalS, refresher }
}
