// The files of a deployment's servers, by HTTP, HTTPS or TFTP: each server in turn, each by the ways that the settings say.
import type { PeerCause, Settings } from '@openparley/contract'
import { addressOf, type DnsResolver, httpRequest, NetFailure, placeOf } from '@openparley/net'
import type { Clock, Dice } from '@openparley/protocols/common'
import { trustIn } from '../../runtime/trust.ts'
import { fetchByTftp, TftpFailure } from './tftp.ts'

export type FileFault =
  | 'unresolved'
  | 'refused'
  | 'silent'
  | 'not-found'
  | 'denied'
  /** It came in part. */
  | 'incomplete'
  | 'too-large'
  | 'untrusted'
  | 'failed'

export interface FileAttempt {
  /** http://host:6970/NAME, tftp://host/NAME */
  readonly address: string
  readonly ms: number
  readonly fault?: FileFault
  /** The status or text of the other side. */
  readonly cause?: PeerCause
  readonly bytes?: number
}

export type FileFetched = { readonly attempts: readonly FileAttempt[] } & (
  | { readonly bytes: Uint8Array; readonly from: string }
  | { readonly fault: FileFault; readonly cause?: PeerCause }
)

export interface FilesLink {
  /** `name` as it is on the server, such as CUPC/AppDialRules.xml. Never rejects. */
  fetch(name: string, signal?: AbortSignal): Promise<FileFetched>
}

export interface FilesOptions {
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly clock: Clock
  readonly dice: Pick<Dice, 'roll'>
}

export function filesLink(options: FilesOptions): FilesLink {
  const { settings, dns, clock } = options

  const attempt = async (
    way: Way,
    server: string,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> => {
    const now = settings()
    const { host, port } = placeOf(server)
    if (way === 'tftp') {
      const address = await addressOf(host, dns())
      const wish = {
        address,
        port: port ?? 69,
        file: name,
        mostBytes,
        timeoutMs,
        windowSize,
        clock,
        dice: options.dice,
      }
      return fetchByTftp(signal ? { ...wish, signal } : wish)
    }
    const answer = await httpRequest({
      url: urlOf(way, server, name, now),
      trust: trustIn(now, 'cucm'),
      timeoutMs,
      mostBytes,
      dns: dns(),
      ...(signal ? { signal } : {}),
    })
    if (answer.status !== 200) throw new HttpStatus(answer.status)
    if (answer.tooLarge) throw new TooLarge()
    return answer.body
  }
  return {
    fetch: async (name, signal) => {
      const attempts: FileAttempt[] = []
      for (const server of settings()['cucm.tftp.servers'] ?? []) {
        for (const way of settings()['cucm.files.ways']) {
          const address = urlOf(way, server, name, settings())
          const begun = clock.now()
          try {
            const bytes = await attempt(way, server, name, signal)
            attempts.push({ address, ms: clock.now() - begun, bytes: bytes.length })
            return { attempts, bytes, from: address }
          } catch (error) {
            attempts.push({ address, ms: clock.now() - begun, ...faultOf(error) })
          }
          if (signal?.aborted) break
        }
      }
      const { fault = 'unresolved', cause } = worst(attempts) ?? {}
      return { attempts, fault, ...(cause ? { cause } : {}) }
    },
  }
}

type Way = Settings['cucm.files.ways'][number]

/** What tells most: a server that answered over one that did not. */
function worst(attempts: readonly FileAttempt[]): FileAttempt | undefined {
  return [...attempts].sort((a, b) => order.indexOf(a.fault ?? 'failed') - order.indexOf(b.fault ?? 'failed'))[0]
}

const order: readonly FileFault[] = [
  'denied',
  'too-large',
  'incomplete',
  'not-found',
  'untrusted',
  'failed',
  'silent',
  'refused',
  'unresolved',
]

/** Only TFTP takes the server's own port: the others have theirs. */
function urlOf(way: Way, server: string, name: string, settings: Settings): string {
  const path = name.split('/').map(encodeURIComponent).join('/')
  if (way === 'tftp') return `tftp://${server}/${path}`
  const { host } = placeOf(server)
  const port = settings[way === 'http' ? 'cucm.files.httpPort' : 'cucm.files.httpsPort']
  return `${way}://${host.includes(':') ? `[${host}]` : host}:${port}/${path}`
}

class HttpStatus extends Error {
  readonly status: number
  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

class TooLarge extends Error {}

function faultOf(error: unknown): { readonly fault: FileFault; readonly cause?: PeerCause } {
  if (error instanceof TooLarge) return { fault: 'too-large' }
  if (error instanceof HttpStatus) {
    const { status } = error
    const fault =
      status === 404 || status === 410 ? 'not-found' : status === 401 || status === 403 ? 'denied' : 'failed'
    return { fault, cause: { protocol: 'http', status } }
  }
  if (error instanceof TftpFailure) return { fault: ofTftp[error.is], cause: { protocol: 'tftp', text: error.message } }
  if (error instanceof NetFailure) {
    const { is, system } = error
    const fault = is.startsWith('tls')
      ? 'untrusted'
      : is === 'unresolved' || is === 'refused' || is === 'silent'
        ? is
        : is === 'closed'
          ? 'incomplete'
          : 'failed'
    return { fault, cause: { protocol: is.startsWith('tls') ? 'tls' : 'system', text: system ?? is } }
  }
  throw error
}

const ofTftp: Record<TftpFailure['is'], FileFault> = {
  silent: 'silent',
  'broken-off': 'incomplete',
  'out-of-time': 'incomplete',
  'not-found': 'not-found',
  denied: 'denied',
  'too-large': 'too-large',
  'refused-option': 'failed',
  malformed: 'failed',
  failed: 'failed',
  refused: 'refused',
  unreachable: 'failed',
  cancelled: 'failed',
}

const timeoutMs = 4000
/** Blocks that a TFTP server may send at once (RFC 7440); who does not know of it sends one. */
const windowSize = 16
const mostBytes = 16_000_000
