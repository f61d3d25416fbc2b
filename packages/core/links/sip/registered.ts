// What a registrar's answer says about us (RFC 3261 §10.2.4).
import { contactsOf, isSip, parseNumber, parseUri, type SipResponse, uriOf } from '@openparley/protocols/sip'
import { type Failure, registrationFailure } from './causes.ts'

export type Registered =
  | { readonly grantedS: number }
  | { readonly failure: Failure; readonly retryAfterMs?: number; readonly minExpiresS?: number }

/** `contact` is the URI that we registered, `askedS` for how long. */
export function readRegistered(response: SipResponse, contact: string, askedS: number): Registered {
  const { status, headers } = response
  if (status < 300) {
    const mine = parseUri(contact)
    const granted = (contactsOf(headers) ?? []).find((each) => {
      const uri = each === '*' ? undefined : uriOf(each)
      // A registrar may write the URI its own way: host and port tell which it is.
      return isSip(uri) && isSip(mine) && uri.host === mine.host && uri.port === mine.port
    })
    const own = granted === undefined || granted === '*' ? undefined : parseNumber(granted.params.get('expires'))
    return { grantedS: own ?? parseNumber(headers.get('Expires')) ?? askedS }
  }
  const retryAfterS = parseNumber(/^\d+/.exec(headers.get('Retry-After') ?? '')?.[0])
  const minExpiresS = status === 423 ? parseNumber(headers.get('Min-Expires')) : undefined
  return {
    failure: registrationFailure(status, response.reason),
    ...(retryAfterS === undefined ? {} : { retryAfterMs: retryAfterS * 1000 }),
    ...(minExpiresS === undefined ? {} : { minExpiresS }),
  }
}
