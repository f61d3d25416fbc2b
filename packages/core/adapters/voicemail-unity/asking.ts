// Asking the voicemail web service: as whom, over which trust, and what its refusals mean.
import { type ErrorCode, ParleyError, type PeerCause, type Settings } from '@openparley/contract'
import { type DnsResolver, httpRequest, httpStream, isThisMachine, netFailure, placeOf } from '@openparley/net'
import { networkError } from '../../runtime/network-causes.ts'
import { loginIn } from '../../runtime/login.ts'
import { trustIn } from '../../runtime/trust.ts'

export interface AskingOptions {
  /** As settings name it. */
  readonly server: string
  readonly settings: Settings
  readonly dns: DnsResolver
  /** Ends whatever is asked. */
  readonly signal: AbortSignal
}

export interface Asking {
  /** The answer as data. Rejects with a ParleyError; `voicemail-unknown`: there is no such thing. */
  json(path: string): Promise<unknown>
  /** Something is done. Rejects as `json`. */
  act(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<void>
  /** Rejects, and throws where it is cut off, as `json`. */
  sound(
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly type: string; readonly pieces: AsyncIterable<Uint8Array> }>
}

/** Throws `credentials-missing` or `tls-failed`. */
export function asking({ server, settings, dns, signal }: AskingOptions): Asking {
  const login = loginIn(settings, 'voicemail')
  if (!login) throw new ParleyError('credentials-missing', 'voicemail.password')
  const base = addressOf(server, settings)
  const trust = trustIn(settings, 'voicemail')
  const headers = {
    authorization: `Basic ${Buffer.from(`${login.name}:${login.password}`).toString('base64')}`,
    accept: 'application/json',
  }
  const ask = async (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<string> => {
    const answer = await httpRequest({
      url: base + path,
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      trust,
      timeoutMs: answerMs,
      mostBytes,
      dns,
      signal,
    }).catch(failed)
    if (answer.tooLarge) throw new ParleyError('server-garbled', `more than ${mostBytes / 1_000_000} MB`)
    judge(answer.status)
    return answer.body.toString()
  }
  return {
    json: async (path) => {
      const text = await ask('GET', path)
      try {
        return JSON.parse(text) as unknown
      } catch {
        throw new ParleyError('server-garbled', 'no JSON')
      }
    },
    act: async (method, path, body) => void (await ask(method, path, body)),
    sound: async (path, given) => {
      const answer = await httpStream({
        url: base + path,
        headers: { ...headers, accept: '*/*' },
        trust,
        timeoutMs: answerMs,
        idleMs,
        dns,
        signal: AbortSignal.any([signal, given]),
      }).catch(failed)
      judge(answer.status)
      return {
        type: (answer.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
        pieces: bounded(answer.pieces),
      }
    },
  }
}

async function* bounded(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const piece of pieces) {
      bytes += piece.length
      if (bytes > mostSoundBytes)
        throw new ParleyError('voicemail-sound-unusable', `more than ${mostSoundBytes / 1_000_000} MB`)
      if (piece.length > 0) yield piece
    }
  } catch (error) {
    if (error instanceof ParleyError) throw error
    failed(error)
  }
}

/** A password goes in the clear to this machine alone. */
function addressOf(server: string, settings: Settings): string {
  const protocol = settings['voicemail.protocol']
  const { host, port = settings['voicemail.port'] } = placeOf(server)
  if (protocol === 'http' && !isThisMachine(host))
    throw new ParleyError('tls-failed', 'voicemail.protocol is http, and the server is another machine')
  const name = host.includes(':') ? `[${host}]` : host
  const url = `${protocol}://${name}${port === undefined ? '' : `:${port}`}`
  if (!URL.canParse(url)) throw new ParleyError('server-unresolved', server)
  return url
}

function failed(thrown: unknown): never {
  throw networkError(netFailure(thrown))
}

function judge(status: number): void {
  if (status >= 200 && status < 300) return
  const peer: PeerCause = { protocol: 'http', status }
  if (status >= 300 && status < 400) throw new ParleyError('server-garbled', 'it sends elsewhere', peer)
  throw new ParleyError(ofStatus[status] ?? (status < 500 ? 'voicemail-refused' : 'server-failed'), undefined, peer)
}

const ofStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'credentials-rejected',
  403: 'voicemail-not-allowed',
  404: 'voicemail-unknown',
  410: 'voicemail-unknown',
  429: 'server-overloaded',
  503: 'server-overloaded',
}
const answerMs = 15_000
const idleMs = 30_000
/** Of one page of the list. */
const mostBytes = 8_000_000
const mostSoundBytes = 44_000_000
