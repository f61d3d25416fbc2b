// How a call ended, as the other side and the servers between say it.
import { type CallEnd, type ErrorCode, errorValue, type Party } from '@openparley/contract'
import type { Refusal } from '@openparley/protocols/sdp'
import type { SessionEvent } from '@openparley/protocols/sip'
import { callFailure } from '../../links/sip/index.ts'
import { ofQ850 } from '../../runtime/q850.ts'
import { isTaken, partyOf, reasonsIn } from './parties.ts'

export function endOf(
  { by, cause, headers }: Extract<SessionEvent, { type: 'ended' }>,
  answered: boolean,
  transferredTo: Party | undefined,
): CallEnd {
  const failure = callFailure(cause, answered)
  const reasons = reasonsIn(headers)
  const isPreempted = reasons.some(({ protocol }) => protocol === 'preemption')
  const said = reasons.find(({ protocol }) => protocol === 'sip' || protocol === 'q850')?.cause
  const peer = failure?.peer ?? said
  const taken = cause.is === 'cancelled' && by === 'remote' && isTaken(headers)
  const code: ErrorCode | undefined = isPreempted
    ? 'call-preempted'
    : taken
      ? 'call-taken-elsewhere'
      : exact(failure?.code, reasons.find(({ protocol }) => protocol === 'q850')?.cause.status)
  const detail =
    code === 'number-moved'
      ? partyOf(headers, 'Contact')?.uri
      : code === 'precedence-refused'
        ? acceptedIn(headers)
        : failure?.detail
  return {
    by,
    ...(transferredTo === undefined ? {} : { transferredTo }),
    ...(code === undefined ? {} : { error: errorValue(code, detail, peer) }),
    ...(peer === undefined ? {} : { peer: { ...peer } }),
  }
}

export interface Rejection {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
}

/** How an offer is refused: with what is wrong with it, where there is a warning for that (RFC 3261 §20.43). */
export function refusalOf({ refused }: Refusal): Rejection {
  if (refused === 'malformed') return { status: 400, headers: [] }
  const [code, text] = warnings[refused]
  return { status: 488, headers: [['Warning', `${code} parley "${text}"`]] }
}

/** Why there is no sound in common. */
export function codeOf({ refused }: Refusal): ErrorCode {
  return refused === 'protection' ? 'call-unprotected' : 'call-incompatible'
}

/** RFC 4411 §5: the phone itself made room. */
export const preempted: readonly (readonly [string, string])[] = [
  ['Reason', 'preemption ;cause=1 ;text="UA Preemption"'],
]

/** A gateway says by the telephone network's own cause what a status cannot (RFC 3398 §7.2.4.1). */
function exact(code: ErrorCode | undefined, cause: number | undefined): ErrorCode | undefined {
  if (code === undefined || cause === undefined || !vague.includes(code)) return code
  return ofQ850(cause) ?? code
}

function acceptedIn(headers: Extract<SessionEvent, { type: 'ended' }>['headers']): string | undefined {
  for (const { name, value } of headers)
    if (name.toLowerCase() === 'accept-resource-priority') return value.slice(0, 512)
  return undefined
}

const warnings = {
  'no-audio': [304, 'Media type not available'],
  'no-codec': [305, 'Incompatible media format'],
  // RTP with protection is another transport than RTP without.
  protection: [302, 'Incompatible transport protocol'],
} as const

const vague: readonly ErrorCode[] = ['call-failed', 'call-unreachable', 'server-failed', 'server-overloaded']
