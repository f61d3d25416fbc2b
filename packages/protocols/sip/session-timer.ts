// Session timers, RFC 4028: what is asked, what is agreed, and when to refresh or give up.
import type { Millis } from '../common/index.ts'
import { optionsOf, parseNumber, parseParams } from './header-values.ts'
import type { HeaderField, Headers } from './message.ts'

export interface SessionTimer {
  readonly intervalMs: Millis
  /** Who sends the refreshes. */
  readonly refresher: 'local' | 'remote'
}

export interface SessionTimerWish {
  /** What we ask for, in seconds; at least `minimumS`. */
  readonly intervalS: number
  /** The shortest that we take: 90 or more (§4). */
  readonly minimumS: number
}

/** The headers of our INVITE, re-INVITE or UPDATE. A running session names its refresher (§7.4). */
export function timerHeaders(wish: SessionTimerWish, running?: SessionTimer): HeaderField[] {
  const role = running ? `;refresher=${running.refresher === 'local' ? 'uac' : 'uas'}` : ''
  const headers = [{ name: 'Session-Expires', value: `${wish.intervalS}${role}` }]
  if (wish.minimumS > shortestS) headers.push({ name: 'Min-SE', value: String(wish.minimumS) })
  return headers
}

/** What a 2xx to our request agreed on; undefined: no timer (§7.2). */
export function agreedByResponse(headers: Headers): SessionTimer | undefined {
  const found = sessionExpires(headers)
  return found && { intervalMs: found.seconds * 1000, refresher: found.refresher === 'uas' ? 'remote' : 'local' }
}

export type UasAgreement =
  /** Answer 422 with this Min-SE. */
  | { readonly is: 'too-small'; readonly headers: HeaderField[] }
  | { readonly is: 'agreed'; readonly timer: SessionTimer; readonly headers: HeaderField[] }
  | { readonly is: 'none' }

/** What we answer to a request, as the table of §9 has it. `running` keeps who refreshes where the peer does not say. */
export function agreeWithRequest(headers: Headers, wish: SessionTimerWish, running?: SessionTimer): UasAgreement {
  const asked = sessionExpires(headers)
  const capable = optionsOf(headers, 'Supported').includes('timer')
  if (asked && asked.seconds < wish.minimumS) {
    // Who does not know timers cannot read a 422: the proxy that put the header in will, or the interval is ours.
    if (capable) return { is: 'too-small', headers: [{ name: 'Min-SE', value: String(wish.minimumS) }] }
  }
  const minSe = parseNumber(headers.get('Min-SE')) ?? 0
  const seconds = asked ? Math.max(asked.seconds, wish.minimumS) : Math.max(wish.intervalS, minSe)
  const refresher = !capable ? 'uas' : (asked?.refresher ?? (running?.refresher === 'remote' ? 'uac' : 'uas'))
  const answer = [{ name: 'Session-Expires', value: `${seconds};refresher=${refresher}` }]
  if (refresher === 'uac') answer.push({ name: 'Require', value: 'timer' })
  const timer: SessionTimer = { intervalMs: seconds * 1000, refresher: refresher === 'uac' ? 'remote' : 'local' }
  return { is: 'agreed', timer, headers: answer }
}

/** The interval that a 422 asks for, in seconds. */
export function minimumOf(headers: Headers): number | undefined {
  return parseNumber(headers.get('Min-SE'))
}

/** When the refresher refreshes: half way (§7.2). */
export function refreshAfter(timer: SessionTimer): Millis {
  return timer.intervalMs / 2
}

/** When the session is given up with BYE: a little before its end (§10). */
export function giveUpAfter(timer: SessionTimer): Millis {
  return timer.intervalMs - Math.min(32_000, timer.intervalMs / 3)
}

/** No session timer may be shorter, in seconds (§4). */
export const shortestS = 90

function sessionExpires(headers: Headers): { seconds: number; refresher: 'uac' | 'uas' | undefined } | undefined {
  const value = headers.get('Session-Expires')
  if (value === undefined) return undefined
  const [number = '', ...rest] = value.split(';')
  const seconds = parseNumber(number.trim())
  if (seconds === undefined) return undefined
  const role = parseParams(rest.length > 0 ? `;${rest.join(';')}` : '')
    ?.get('refresher')
    ?.toLowerCase()
  return { seconds, refresher: role === 'uac' || role === 'uas' ? role : undefined }
}
