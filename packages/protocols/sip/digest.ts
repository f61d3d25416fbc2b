// Digest access authentication: RFC 7616, RFC 8760 in SIP, RFC 3261 §22.
import type { SipResponse } from './message.ts'

/** What a 401 or 407 asks, and of which request. */
export interface Challenge {
  /** The 401 or 407 with its WWW-Authenticate or Proxy-Authenticate rows. */
  readonly response: SipResponse
  readonly method: string
  /** The digest-uri: the Request-URI as sent. */
  readonly uri: string
  /** For qop=auth-int. */
  readonly body: Uint8Array
  /** How often this request was answered already: above 0 the credentials were wrong unless the challenge is stale. */
  readonly attempt: number
}

/** A finished header for the repeated request. */
export interface CredentialsHeader {
  readonly name: 'Authorization' | 'Proxy-Authorization'
  readonly value: string
}
