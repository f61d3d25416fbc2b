// From what Asterisk answers to the contract's errors: the one table; what the network says is in runtime.
import { type ErrorCode, type ErrorValue, errorValue, type PeerCause } from '@openparley/contract'

/** Why there is no link: a status that is not what was asked for. */
export function statusValue(status: number): ErrorValue {
  const peer: PeerCause = { protocol: 'http', status }
  if (status === 401) return errorValue('credentials-rejected', undefined, peer)
  if (status === 403) return errorValue('account-forbidden', undefined, peer)
  if (status === 503) return errorValue('server-overloaded', undefined, peer)
  return errorValue('server-failed', undefined, peer)
}

export interface AriAnswer {
  readonly status: number
  readonly text: string
  /** Why it was refused, in Asterisk's words. */
  readonly fault: string
}

export interface Refusal {
  readonly code: ErrorCode
  readonly cause?: PeerCause
}

export function isDone({ status }: AriAnswer): boolean {
  return status >= 200 && status < 300
}

/** Why a request was not carried out. */
export function refusalOf(answer: AriAnswer | undefined): Refusal {
  if (!answer) return { code: 'server-silent' }
  const { status, fault } = answer
  const cause: PeerCause = { protocol: 'http', status, ...(fault === '' ? {} : { text: fault }) }
  return { code: codes[status] ?? 'call-failed', cause }
}

const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'call-forbidden',
  403: 'call-forbidden',
  404: 'call-wrong-state',
  409: 'call-wrong-state',
  503: 'server-overloaded',
}
