// Asking a calendar's server: as whom, over which trust, and what its refusals mean.
import {
  type ErrorCode,
  errorValue,
  type ErrorValue,
  type PeerCause,
  personOf,
  type Settings,
} from '@openparley/contract'
import { type DnsResolver, type HttpAnswer, httpRequest, netFailure } from '@openparley/net'
import { networkCause } from '../../runtime/network-causes.ts'
import { readMultistatus, type Resource } from './dav.ts'
import { secretOf } from '../../runtime/secret.ts'

/** Why there is no answer. */
export class CalendarFailure extends Error {
  readonly error: ErrorValue
  /** How long the server wants to be left alone. */
  readonly afterMs: number

  constructor(code: ErrorCode, detail?: string, peer?: PeerCause, afterMs = 0) {
    super(code)
    this.error = errorValue(code, detail, peer)
    this.afterMs = afterMs
  }
}

export interface Person {
  readonly name: string
  readonly password: string
  /** As a calendar writes them: mailto:alice@example.com. */
  readonly addresses: readonly string[]
}

/** Undefined where the name or the password is missing. */
export function personIn(settings: Settings): Person | undefined {
  const { name, domain } = personOf(settings)
  const given = settings['calendar.password'] ?? settings['user.password']
  const password = secretOf(given)
  const user = settings['calendar.user'] ?? name
  if (user === undefined || password === undefined) return undefined
  const own = [user, `${name}@${domain}`, settings['xmpp.user'] ?? '']
  const addresses = own.filter((each) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(each)).map((each) => `mailto:${each}`)
  return { name: user, password, addresses: addresses.map((each) => each.toLowerCase()) }
}

export interface Asked {
  readonly url: URL
  readonly method: 'PROPFIND' | 'REPORT'
  readonly depth: 0 | 1
  readonly body: string
}

export interface Ask {
  /** Undefined: there is no such thing there. Rejects with a CalendarFailure. */
  resources(asked: Asked): Promise<Resource[] | undefined>
  /** The answer as it is. */
  text(asked: Asked): Promise<string | undefined>
}

export interface AskingOptions {
  readonly server: URL
  readonly person: Person
  readonly settings: Settings
  readonly dns: DnsResolver
  readonly signal: AbortSignal
}

export function asking({ server, person, settings, dns, signal }: AskingOptions): Ask {
  const authorization = `Basic ${Buffer.from(`${person.name}:${person.password}`).toString('base64')}`
  const ask = async ({ url, method, depth, body }: Asked): Promise<string | undefined> => {
    // Whatever addresses the server names: the password is for the server that is named in the settings.
    if (url.origin !== server.origin) throw new CalendarFailure('calendar-elsewhere', url.origin)
    const answer = await httpRequest({
      url: url.href,
      method,
      headers: { authorization, depth: String(depth), 'content-type': 'application/xml; charset=utf-8' },
      body,
      trust: {
        verify: settings['calendar.tls.verify'],
        ...(settings['calendar.tls.ca'] === undefined ? {} : { ca: settings['calendar.tls.ca'] }),
      },
      timeoutMs,
      mostBytes,
      dns,
      signal,
    }).catch((thrown: unknown) => {
      const { is, system } = netFailure(thrown)
      const { code, peer } = networkCause(is, system)
      throw new CalendarFailure(code, undefined, peer)
    })
    return judge(answer)
  }
  return {
    text: ask,
    resources: async (asked) => {
      const text = await ask(asked)
      if (text === undefined) return undefined
      const resources = readMultistatus(text, mostBytes)
      if (!resources) throw new CalendarFailure('server-garbled', 'no multi-status')
      return resources
    },
  }
}

/** The body of a good answer; undefined where nothing is. */
function judge({ status, headers, body, tooLarge }: HttpAnswer): string | undefined {
  if (tooLarge) throw new CalendarFailure('calendar-too-large', `more than ${mostBytes / 1_000_000} MB`)
  if (status === 207 || status === 200) return body.toString()
  if (status === 404 || status === 405 || status === 410) return undefined
  const peer: PeerCause = { protocol: 'http', status }
  if (status >= 300 && status < 400)
    throw new CalendarFailure('calendar-elsewhere', headers.location?.slice(0, 200), peer)
  const afterS = Number(/^\d{1,6}$/.exec(headers['retry-after'] ?? '')?.[0] ?? 0)
  const afterMs = Math.min(afterS * 1000, mostAfterMs)
  throw new CalendarFailure(ofStatus[status] ?? 'server-failed', undefined, peer, afterMs)
}

const ofStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'credentials-rejected',
  403: 'account-forbidden',
  429: 'server-overloaded',
  503: 'server-overloaded',
}

/** For one answer, its last byte included. */
const timeoutMs = 15_000
/** Of one answer. */
const mostBytes = 4_000_000
const mostAfterMs = 3_600_000
