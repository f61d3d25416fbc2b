// From what a mail store, or the library that speaks with it, says to the contract's errors: the one table.
import { type ErrorCode, ParleyError, type PeerCause } from '@openparley/contract'
import { netFailure } from '@openparley/net'
import { networkError } from '../../runtime/network-causes.ts'

/** What the library puts on its errors. */
interface Thrown {
  readonly code?: string
  readonly authenticationFailed?: boolean
  readonly responseStatus?: string
  readonly responseText?: string
  readonly serverResponseCode?: string
  readonly mailboxMissing?: boolean
}

export function causeOf(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Thrown
  const text = [error.serverResponseCode, error.responseText].filter(Boolean).join(' ').slice(0, 256)
  const peer: PeerCause | undefined = text === '' ? undefined : { protocol: 'imap', text }
  const known = byResponse[error.serverResponseCode?.toUpperCase() ?? '']
  if (known) return new ParleyError(known, undefined, peer)
  if (error.mailboxMissing) return new ParleyError('voicemail-no-folder', undefined, peer)
  if (error.authenticationFailed) return new ParleyError('credentials-rejected', undefined, peer)
  if (error.responseStatus !== undefined) return new ParleyError('voicemail-refused', undefined, peer)
  const ours = byLibrary[error.code ?? ''] ?? (isGarbled.test(error.code ?? '') ? 'server-garbled' : undefined)
  if (ours) return new ParleyError(ours, ours === 'server-garbled' ? error.code : undefined)
  return networkError(netFailure(thrown))
}

/** RFC 5530, RFC 9051 §7.1. */
const byResponse: Readonly<Record<string, ErrorCode>> = {
  AUTHENTICATIONFAILED: 'credentials-rejected',
  EXPIRED: 'credentials-rejected',
  AUTHORIZATIONFAILED: 'voicemail-not-allowed',
  CONTACTADMIN: 'voicemail-not-allowed',
  PRIVACYREQUIRED: 'tls-failed',
  UNAVAILABLE: 'server-overloaded',
  INUSE: 'server-overloaded',
  LIMIT: 'server-overloaded',
  NONEXISTENT: 'voicemail-no-folder',
  TRYCREATE: 'voicemail-no-folder',
}

const byLibrary: Readonly<Record<string, ErrorCode>> = {
  NoConnection: 'server-closed',
  EConnectionClosed: 'server-closed',
  StateLogout: 'server-closed',
  ClosedAfterConnectText: 'server-closed',
  ClosedAfterConnectTLS: 'server-closed',
  CONNECT_TIMEOUT: 'server-silent',
  GREETING_TIMEOUT: 'server-silent',
  ETIMEOUT: 'server-silent',
  ETHROTTLE: 'server-overloaded',
}

const isGarbled =
  /^(ParserError|MAX_IMAP_NESTING|LineTooLarge|LiteralTooLarge|ResponseTooLarge|TooMany|UnexpectedTag|MissingTag|InvalidResponse|ResponseProcessingFailed)/
