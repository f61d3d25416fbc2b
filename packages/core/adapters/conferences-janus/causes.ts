// From what Janus says to the contract’s errors: the one table; what the network says is in runtime.
import { type ErrorCode, ParleyError, type PeerCause } from '@openparley/contract'
import { netFailure } from '@openparley/net'
import { networkError } from '../../runtime/network-causes.ts'

/** Of Janus itself, and of its VideoRoom plugin: their numbers do not overlap. */
const codes: Readonly<Record<number, ErrorCode>> = {
  403: 'credentials-rejected',
  426: 'conference-unknown',
  428: 'conference-member-unknown',
  432: 'conference-full',
}

export function refusal(code: unknown, reason: unknown): ParleyError {
  const status = typeof code === 'number' && Number.isInteger(code) ? code : 0
  const text = typeof reason === 'string' ? reason.slice(0, 256) : ''
  const peer: PeerCause = { protocol: 'system', status, ...(text === '' ? {} : { text }) }
  return new ParleyError(codes[status] ?? 'conference-refused-by-server', undefined, peer)
}

/** Why there is no connection. */
export function unreachable(thrown: unknown): ParleyError {
  return thrown instanceof ParleyError ? thrown : networkError(netFailure(thrown))
}
