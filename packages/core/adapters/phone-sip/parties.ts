// Who a call is with and why it ended, as headers say it. Text from others, cut to a length that can be shown.
import type { Party, PeerCause } from '@openparley/contract'
import { readCallInfo } from '@openparley/protocols/cucm'
import {
  fromOf,
  type HeaderField,
  Headers,
  isSip,
  type NameAddr,
  parseNameAddr,
  parseUri,
  splitList,
  userOf,
} from '@openparley/protocols/sip'
import type { CallDetails } from '../../services/calls/port.ts'

/** The party that a header names: the first, where it names several (a SIP and a tel address, RFC 3325 §9.1; a chain, RFC 5806). */
export function partyOf(headers: Iterable<HeaderField>, name: string): Party | undefined {
  const value = (headers instanceof Headers ? headers : new Headers(headers)).get(name)
  return value === undefined ? undefined : partyIn(parseNameAddr(splitList(value)[0] ?? ''))
}

export function callerOf(headers: Headers): Party {
  return assertedIn(headers) ?? partyIn(fromOf(headers)) ?? { number: 'unknown' }
}

/** Who the server says it is: by P-Asserted-Identity (RFC 3325), or by the Remote-Party-ID of before. */
export function assertedIn(headers: Iterable<HeaderField>): Party | undefined {
  return partyOf(headers, 'P-Asserted-Identity') ?? partyOf(headers, 'Remote-Party-ID')
}

/** What is told of a call beside who it is with. */
export function detailsIn(fields: Iterable<HeaderField>): CallDetails {
  const headers = fields instanceof Headers ? fields : new Headers(fields)
  const { security, globalId, priority } = readCallInfo(headers.all('Call-Info')) ?? {}
  const alert = alertIn(headers)
  const divertedBy = partyOf(headers, 'Diversion')
  return {
    ...(security === undefined ? {} : { security }),
    ...(globalId === undefined ? {} : { globalId }),
    ...(priority === undefined ? {} : { priority }),
    ...(alert === undefined ? {} : { alert }),
    ...(divertedBy === undefined ? {} : { divertedBy }),
  }
}

/** How to ring: a URN (RFC 7462), or the name that phones know in `info=` or at the end of an address (RFC 3261 §20.4). */
function alertIn(headers: Headers): string | undefined {
  const value = headers.get('Alert-Info')
  if (value === undefined) return undefined
  const uri = /<([^>]*)>/.exec(value)?.[1] ?? ''
  const info = /;\s*info\s*=\s*"?([^";,]+)/i.exec(value)?.[1]
  const name = info ?? (/^urn:/i.test(uri) ? uri : (uri.split('/').at(-1) ?? ''))
  return name.trim() === '' ? undefined : name.trim().slice(0, 128)
}

/** Whether the server wants it answered at once: by RFC 5373, or in one of the ways that phones have had before. */
export function isToBeAnswered(headers: Headers): boolean {
  return (
    /^\s*auto\b/i.test(headers.get('Answer-Mode') ?? headers.get('Priv-Answer-Mode') ?? '') ||
    /;\s*answer-after\s*=\s*0\b/i.test(headers.all('Call-Info').join()) ||
    /;\s*info\s*=\s*"?(alert-autoanswer|ring-answer|auto\s*answer)/i.test(headers.all('Alert-Info').join()) ||
    /^\s*normal\b/i.test(headers.get('P-Auto-Answer') ?? '')
  )
}

/** As namespace.level (RFC 4412 §3.1); undefined where there are none. */
export function prioritiesIn(
  headers: Headers,
): { readonly values: readonly string[]; readonly required: boolean } | undefined {
  const values = headers
    .all('Resource-Priority')
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => /^[\w\-!%*+`']+\.[\w\-!%*+`']+$/.test(value))
    .slice(0, 32)
  if (values.length === 0) return undefined
  const required = /\bresource-priority\b/i.test(headers.all('Require').join())
  return { values, required }
}

export function partyAt(uri: string, displayName: string | undefined): Party | undefined {
  return partyIn({ uri, params: new Map(), ...(displayName === undefined ? {} : { displayName }) })
}

function partyIn(address: NameAddr | undefined): Party | undefined {
  if (!address) return undefined
  const uri = parseUri(address.uri)
  const number = userOf(uri) ?? (isSip(uri) ? uri.host : address.uri)
  return {
    number: number.slice(0, 256),
    uri: address.uri.slice(0, 512),
    ...(isAnonymous(uri) ? { anonymous: true } : {}),
    ...(address.displayName === undefined ? {} : { displayName: address.displayName.slice(0, 256) }),
  }
}

/** RFC 3323 §4.1.1.3. */
function isAnonymous(uri: ReturnType<typeof parseUri>): boolean {
  return isSip(uri) && (uri.host.toLowerCase() === 'anonymous.invalid' || userOf(uri)?.toLowerCase() === 'anonymous')
}

export interface Reason {
  readonly protocol: string
  readonly cause: PeerCause
}

/** RFC 3326. The protocol in lower case, Q.850 as q850. */
export function reasonsIn(headers: Iterable<HeaderField>): Reason[] {
  const reasons: Reason[] = []
  for (const { name, value } of headers) {
    if (name.toLowerCase() !== 'reason') continue
    for (const each of splitList(value)) {
      const [, protocol, cause] = /^\s*([\w.-]+)\s*;.*?cause\s*=\s*(\d{1,3})/i.exec(each) ?? []
      if (protocol === undefined) continue
      const of = protocol.toLowerCase().replace('.', '')
      reasons.push({
        protocol: of,
        cause: {
          protocol: of === 'q850' ? 'q850' : 'sip',
          status: Number(cause),
          text: (/text\s*=\s*"([^"]*)"/i.exec(each)?.[1] ?? '').slice(0, 256),
        },
      })
    }
  }
  return reasons
}

export function isTaken(headers: Iterable<HeaderField>): boolean {
  return reasonsIn(headers).some(({ protocol, cause }) => protocol === 'sip' && cause.status === 200)
}

/** Of an address as From and To have it. */
export function uriIn(address: string | undefined): string | undefined {
  return address === undefined ? undefined : parseNameAddr(address)?.uri
}
