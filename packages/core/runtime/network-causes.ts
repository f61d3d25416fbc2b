// From what the network says to the contract's errors: one table for every link.
import { type ErrorCode, type ErrorValue, errorValue, ParleyError, type PeerCause } from '@openparley/contract'

/** As `net` has them. */
type NetworkCause =
  | 'refused'
  | 'silent'
  | 'unresolved'
  | 'unreachable'
  | 'closed'
  | 'tls-untrusted'
  | 'tls-name-mismatch'
  | 'tls-expired'
  | 'tls-failed'
  | 'address-unavailable'

const codes: Readonly<Record<NetworkCause, ErrorCode>> = {
  refused: 'server-refused',
  silent: 'server-silent',
  unresolved: 'server-unresolved',
  unreachable: 'network-down',
  closed: 'server-closed',
  'tls-untrusted': 'tls-untrusted',
  'tls-name-mismatch': 'tls-name-mismatch',
  'tls-expired': 'tls-expired',
  'tls-failed': 'tls-failed',
  'address-unavailable': 'address-unavailable',
}

/** `system`: the system's own word for it. */
export function networkCause(
  is: NetworkCause,
  system: string | undefined,
): { readonly code: ErrorCode; readonly peer?: PeerCause } {
  const protocol = is.startsWith('tls') ? 'tls' : is === 'unresolved' ? 'dns' : 'system'
  return { code: codes[is], ...(system === undefined ? {} : { peer: { protocol, text: system } }) }
}

/** As `net` throws it. */
interface NetworkFailure {
  readonly is: NetworkCause
  readonly system?: string | undefined
}

/** The same as an error that is shown. */
export function networkValue({ is, system }: NetworkFailure): ErrorValue {
  const { code, peer } = networkCause(is, system)
  return errorValue(code, undefined, peer)
}

/** The same as an error that is thrown. `detail`: who it was. */
export function networkError({ is, system }: NetworkFailure, detail?: string): ParleyError {
  const { code, peer } = networkCause(is, system)
  return new ParleyError(code, detail, peer)
}
