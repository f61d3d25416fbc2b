// From what SIP servers say to the contract's errors: the one table; what the network says is in runtime.
import type { ErrorCode, PeerCause } from '@openparley/contract'
import type { NetFailure } from '@openparley/net'
import type { Cause } from '@openparley/protocols/sip'
import { networkCause } from '../../runtime/network-causes.ts'

export interface Failure {
  readonly code: ErrorCode
  readonly detail?: string | undefined
  readonly peer?: PeerCause | undefined
}

export function networkFailure(failure: NetFailure | undefined): Failure {
  return failure ? networkCause(failure.is, failure.system) : { code: 'server-closed' }
}

/** What a refused REGISTER means. */
export function registrationFailure(status: number, reason: string): Failure {
  const peer: PeerCause = { protocol: 'sip', status, text: reason }
  const code: ErrorCode =
    status === 401 || status === 407
      ? 'credentials-rejected'
      : status === 403
        ? 'account-forbidden'
        : status === 404 || status === 604
          ? 'account-unknown'
          : status === 503 || status === 480
            ? 'server-overloaded'
            : status >= 500 && status < 600
              ? 'server-failed'
              : status === 408
                ? 'server-silent'
                : 'registration-refused'
  return { code, peer }
}

/** Why there is no dialog with a server, or no longer. */
export function dialogFailure(cause: Cause): Failure {
  switch (cause.is) {
    case 'status': {
      const { code, peer } = registrationFailure(cause.status, cause.reason)
      return { code: code === 'registration-refused' ? 'server-failed' : code, peer }
    }
    case 'bye':
    case 'cancelled':
      return { code: 'server-closed' }
    case 'no-credentials':
      return { code: 'credentials-rejected' }
    case 'unresolved':
      return { code: 'server-unresolved', detail: cause.detail }
    case 'transport':
      return { code: 'server-closed', detail: cause.detail }
    default:
      return { code: 'server-silent' }
  }
}

/** Codes that trying again cannot change before somebody changes something. */
export const finalCodes: readonly ErrorCode[] = [
  'credentials-rejected',
  'credentials-missing',
  'digest-unsupported',
  'account-forbidden',
  'account-unknown',
  'setting-missing',
]

const ofStatus: Record<number, ErrorCode> = {
  301: 'number-moved',
  302: 'number-moved',
  401: 'credentials-rejected',
  403: 'call-forbidden',
  404: 'number-unknown',
  407: 'credentials-rejected',
  408: 'call-unanswered',
  410: 'number-unknown',
  415: 'call-incompatible',
  416: 'number-invalid',
  417: 'precedence-refused',
  480: 'call-unreachable',
  484: 'number-incomplete',
  486: 'call-busy',
  487: 'call-failed',
  488: 'call-incompatible',
  503: 'server-overloaded',
  600: 'call-busy',
  603: 'call-declined',
  604: 'number-unknown',
  606: 'call-incompatible',
}

/** What a call's end means; undefined where it ended as calls should. `answered`: whether it was connected before. */
export function callFailure(cause: Cause, answered: boolean): Failure | undefined {
  switch (cause.is) {
    case 'bye':
    case 'cancelled':
      return undefined
    case 'status': {
      const peer: PeerCause = { protocol: 'sip', status: cause.status, text: cause.reason }
      if (answered) return { code: 'call-lost', peer }
      return {
        code: ofStatus[cause.status] ?? (cause.status >= 500 && cause.status < 600 ? 'server-failed' : 'call-failed'),
        peer,
      }
    }
    case 'timeout':
      return { code: answered ? 'call-lost' : 'server-silent' }
    case 'unresolved':
      return { code: 'server-unresolved' }
    case 'transport':
      return {
        code: answered ? 'call-lost' : 'server-closed',
        ...(cause.detail === undefined ? {} : { detail: cause.detail }),
      }
    case 'no-credentials':
      return { code: 'credentials-rejected' }
    case 'expired':
    case 'unacknowledged':
      return { code: 'call-lost' }
    case 'unanswered':
      return { code: 'call-unanswered' }
  }
}
