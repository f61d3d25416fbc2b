// One HTTP request, bounded in time and in bytes; failures are told as NetFailure, statuses are the caller's to read.
import { type IncomingMessage, request as requestHttp } from 'node:http'
import type { Socket } from 'node:net'
import { type DnsResolver, dnsResolver } from './dns.ts'
import { NetFailure, netFailure } from './failure.ts'
import { addressOf } from './place.ts'
import { connectSocket } from './stream.ts'
import type { Trust } from './trust.ts'

export interface HttpRequest {
  /** http: or https: */
  readonly url: string
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PROPFIND' | 'REPORT'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly trust: Trust
  /** The whole of it, the last byte included. */
  readonly timeoutMs: number
  /** So long may no byte come or go; as long as the whole unless said. */
  readonly idleMs?: number
  /** A larger body is not taken: `tooLarge` in the answer. */
  readonly mostBytes: number
  readonly signal?: AbortSignal
  /** Where the host's name is looked up; as the system does unless said. */
  readonly dns?: DnsResolver
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly tooLarge: boolean
}

/** Rejects with a NetFailure. Redirects are followed as far as the same host, five times at most; of what is put none is. */
export async function httpRequest(request: HttpRequest): Promise<HttpAnswer> {
  const limit = AbortSignal.timeout(request.timeoutMs)
  let url = new URL(request.url)
  for (let left = mostRedirects; ; left--) {
    const answer = await ask(url, request, limit)
    const location = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined
    if (location === undefined || left === 0 || request.method === 'PUT') return answer
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined
    // A password goes to nobody but the host that it is for, and never where it can be read on the way.
    if (!next || next.host !== url.host || next.protocol !== url.protocol) return answer
    url = next
  }
}

/** Nothing is sent, and no password above all, before the certificate is looked at. */
export async function connectHttp(
  url: URL,
  { trust, timeoutMs, dns = dnsResolver() }: Pick<HttpRequest, 'trust' | 'timeoutMs' | 'dns'>,
  signal: AbortSignal,
): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'https:'
  return connectSocket({
    address: await addressOf(host, dns),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    timeoutMs,
    signal,
    ...(secure ? { tls: { trust, name: host } } : {}),
  })
}

async function ask(url: URL, request: HttpRequest, limit: AbortSignal): Promise<HttpAnswer> {
  const { method = 'GET', headers = {}, body, mostBytes } = request
  const signal = request.signal ? AbortSignal.any([limit, request.signal]) : limit
  const socket = await connectHttp(url, request, signal)
  try {
    socket.setTimeout(request.idleMs ?? 0, () => socket.destroy(new NetFailure('silent', 'nothing comes or goes')))
    return await exchange(socket, { url, method, headers, body, mostBytes, signal })
  } catch (error) {
    throw limit.aborted ? new NetFailure('silent', 'no answer in time') : netFailure(error)
  } finally {
    socket.destroy()
  }
}

interface Exchange {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  readonly mostBytes: number
  readonly signal: AbortSignal
}

function exchange(socket: Socket, { url, method, headers, body, mostBytes, signal }: Exchange): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = requestHttp(
      {
        createConnection: () => socket,
        method,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, connection: 'close', ...headers, ...length },
        signal,
      },
      (answer) => {
        const parts: Buffer[] = []
        let bytes = 0
        const done = (tooLarge: boolean): void =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts), tooLarge })
        answer.on('data', (part: Buffer) => {
          bytes += part.length
          if (bytes <= mostBytes) parts.push(part)
          else done(true)
        })
        answer.once('end', () => done(false))
        answer.on('error', reject)
        answer.once('aborted', () => reject(new NetFailure('closed', 'in the middle of the answer')))
      },
    )
    // An answer may come before all is written, and the connection end then.
    sent.on('error', reject)
    sent.end(body)
  })
}

const mostRedirects = 5
