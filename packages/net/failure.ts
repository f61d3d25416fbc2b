// Why a network act failed, as one of few causes. The system's own word stays beside it.

export type NetCause =
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

export class NetFailure extends Error {
  readonly is: NetCause
  /** The system's code or the TLS library's: ECONNREFUSED, CERT_HAS_EXPIRED, … */
  readonly system: string | undefined

  constructor(is: NetCause, system?: string) {
    super(system === undefined ? is : `${is} (${system})`)
    this.name = 'NetFailure'
    this.is = is
    this.system = system
  }
}

export function netFailure(error: unknown): NetFailure {
  if (error instanceof NetFailure) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return new NetFailure('closed', message)
  const known = causes[code]
  if (known) return new NetFailure(known, code)
  if (/^(ERR_TLS|ERR_SSL|EPROTO|UNABLE|CERT|SELF_SIGNED|DEPTH_ZERO|HOSTNAME)/.test(code))
    return new NetFailure('tls-failed', code)
  return new NetFailure('closed', code)
}

const causes: Record<string, NetCause> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'silent',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  ENODATA: 'unresolved',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  EADDRINUSE: 'address-unavailable',
  EADDRNOTAVAIL: 'address-unavailable',
  EACCES: 'address-unavailable',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  CERT_SIGNATURE_FAILURE: 'tls-untrusted',
  CERT_UNTRUSTED: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-name-mismatch',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-expired',
}
