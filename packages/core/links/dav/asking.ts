// Asking a server of calendars or address books: as whom, over which trust, and what its refusals mean.
import { type ErrorCode, errorValue, type ErrorValue, type PeerCause } from '@openparley/contract'
import { type DnsResolver, type HttpAnswer, httpRequest, netFailure, type Trust } from '@openparley/net'
import { networkValue } from '../../runtime/network-causes.ts'
import { type Multistatus, readMultistatus, type Resource } from './dav.ts'

/** Why there is no answer. */
export class DavFailure extends Error {
  readonly error: ErrorValue
  /** How long the server wants to be left alone. */
  readonly afterMs: number

  constructor(code: ErrorCode, detail?: string, peer?: PeerCause, afterMs = 0) {
    super(code)
    this.error = errorValue(code, detail, peer)
    this.afterMs = afterMs
  }
}

export interface Asked {
  readonly url: URL
  readonly method: 'PROPFIND' | 'REPORT'
  readonly depth: 0 | 1
  readonly body: string
}

export interface Ask {
  /** Undefined: there is no such thing there. Rejects with a DavFailure. */
  resources(asked: Asked): Promise<readonly Resource[] | undefined>
  /** The same with what is said of the whole. */
  multistatus(asked: Asked): Promise<Multistatus | undefined>
  /** The answer as it is. */
  text(asked: Asked): Promise<string | undefined>
}

export interface AskingOptions {
  readonly server: URL
  readonly name: string
  readonly password: string
  readonly trust: Trust
  /** What it is called that the server sends elsewhere, and that an answer is too large. */
  readonly codes: { readonly elsewhere: ErrorCode; readonly tooLarge: ErrorCode }
  readonly dns: DnsResolver
  readonly signal: AbortSignal
}

export function asking({ server, name, password, trust, codes, dns, signal }: AskingOptions): Ask {
  const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
  const ask = async ({ url, method, depth, body }: Asked): Promise<string | undefined> => {
    // Whatever addresses the server names: the password is for the server that is named in the settings.
    if (url.origin !== server.origin) throw new DavFailure(codes.elsewhere, url.origin)
    const answer = await httpRequest({
      url: url.href,
      method,
      headers: { authorization, depth: String(depth), 'content-type': 'application/xml; charset=utf-8' },
      body,
      trust,
      timeoutMs,
      mostBytes,
      dns,
      signal,
    }).catch((thrown: unknown) => {
      const { code, peer } = networkValue(netFailure(thrown))
      throw new DavFailure(code, undefined, peer)
    })
    return judge(answer, codes)
  }
  const multistatus = async (asked: Asked): Promise<Multistatus | undefined> => {
    const text = await ask(asked)
    if (text === undefined) return undefined
    const read = readMultistatus(text, mostBytes)
    if (!read) throw new DavFailure('server-garbled', 'no multi-status')
    return read
  }
  return { text: ask, multistatus, resources: async (asked) => (await multistatus(asked))?.resources }
}

/** The body of a good answer; undefined where nothing is. */
function judge({ status, headers, body, tooLarge }: HttpAnswer, codes: AskingOptions['codes']): string | undefined {
  if (tooLarge) throw new DavFailure(codes.tooLarge, `more than ${mostBytes / 1_000_000} MB`)
  if (status === 207 || status === 200) return body.toString()
  if (status === 404 || status === 405 || status === 410) return undefined
  const peer: PeerCause = { protocol: 'http', status }
  if (status >= 300 && status < 400) throw new DavFailure(codes.elsewhere, headers.location?.slice(0, 200), peer)
  const afterS = Number(/^\d{1,6}$/.exec(headers['retry-after'] ?? '')?.[0] ?? 0)
  const afterMs = Math.min(afterS * 1000, mostAfterMs)
  throw new DavFailure(ofStatus[status] ?? 'server-failed', undefined, peer, afterMs)
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
