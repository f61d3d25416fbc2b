// Who a call is with and why it ended, as headers say it. Text from others, cut to a length that can be shown.
import type { Call, Party, PeerCause } from '@openparley/contract'
import { readCallInfo } from '@openparley/protocols/cucm'
import {
  fromOf,
  type HeaderField,
  Headers,
  isSip,
  type NameAddr,
  parseNameAddr,
  parseUri,
  userOf,
} from '@openparley/protocols/sip'

/** The party that a header names. */
export function partyOf(headers: Iterable<HeaderField>, name: string): Party | undefined {
  const value = (headers instanceof Headers ? headers : new Headers(headers)).get(name)
  return value === undefined ? undefined : partyIn(parseNameAddr(value))
}

export function callerOf(headers: Headers): Party {
  return assertedIn(headers) ?? partyIn(fromOf(headers)) ?? { number: 'unknown' }
}

/** Who the server says it is: by P-Asserted-Identity (RFC 3325), or by the Remote-Party-ID of before. */
export function assertedIn(headers: Iterable<HeaderField>): Party | undefined {
  return partyOf(headers, 'P-Asserted-Identity') ?? partyOf(headers, 'Remote-Party-ID')
}

/** What a call manager tells of the call beside. */
export function detailsIn(headers: Iterable<HeaderField>): Pick<Call, 'security' | 'globalId' | 'priority'> {
  const said = readCallInfo((headers instanceof Headers ? headers : new Headers(headers)).all('Call-Info'))
  if (!said) return {}
  const { security, globalId, priority } = said
  return {
    ...(security === undefined ? {} : { security }),
    ...(globalId === undefined ? {} : { globalId }),
    ...(priority === undefined ? {} : { priority }),
  }
}

function partyIn(address: NameAddr | undefined): Party | undefined {
  if (!address) return undefined
  const uri = parseUri(address.uri)
  const number = userOf(uri) ?? (isSip(uri) ? uri.host : address.uri)
  return {
    number: number.slice(0, 256),
    uri: address.uri.slice(0, 512),
    ...(address.displayName === undefined ? {} : { displayName: address.displayName.slice(0, 256) }),
  }
}

/** RFC 3326. */
export function reasonIn(headers: Iterable<HeaderField>): PeerCause | undefined {
  for (const { name, value } of headers) {
    const match = name.toLowerCase() === 'reason' ? /^SIP\s*;.*?cause\s*=\s*(\d{3})/i.exec(value) : null
    if (match)
      return {
        protocol: 'sip',
        status: Number(match[1]),
        text: (/text\s*=\s*"([^"]*)"/i.exec(value)?.[1] ?? '').slice(0, 256),
      }
  }
  return undefined
}

export function isTaken(headers: Iterable<HeaderField>): boolean {
  return reasonIn(headers)?.status === 200
}
