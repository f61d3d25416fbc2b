// One server's ARI: events over a WebSocket, and what is asked over HTTP beside it. A password is in a header, never in an address.
import {
  addressOf,
  connectSocket,
  type DnsResolver,
  httpRequest,
  NetFailure,
  netFailure,
  type Trust,
} from '@openparley/net'
import { readAriFault } from '@openparley/protocols/ari'
import { type RawData, WebSocket } from 'ws'
import type { AriAnswer } from './causes.ts'

export interface AriLogin {
  readonly user: string
  readonly password: string
}

export interface AriRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** After /ari. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface AriServerOptions {
  /** host:port. */
  readonly server: string
  readonly tls: Trust | undefined
  readonly login: AriLogin
  readonly dns: DnsResolver
  readonly signal: AbortSignal
}

/** Rejects with a NetFailure. */
export async function askAri(options: AriServerOptions, request: AriRequest): Promise<AriAnswer> {
  const { server, tls, login, dns, signal } = options
  const { method, path, query = {}, body } = request
  const url = new URL(`${tls ? 'https' : 'http'}://${server}/ari${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const {
    status,
    body: answer,
    tooLarge,
  } = await httpRequest({
    url: url.href,
    method,
    headers: { authorization: authorization(login), ...(body === undefined ? {} : json) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    trust: tls ?? { verify: 'full' },
    timeoutMs: answerMs,
    mostBytes,
    signal,
    dns,
  })
  if (tooLarge) throw new NetFailure('closed', 'its answer is too large')
  const text = answer.toString('utf8')
  return { status, text, fault: status < 300 ? '' : readAriFault(text) }
}

export interface AriEvents {
  close(): void
}

export interface EventsOptions extends AriServerOptions {
  /** The name that the events are sent under. */
  readonly app: string
  readonly onEvent: (text: string) => void
  /** Once. A number is the status that it was refused with. */
  readonly onOver: (why: number | NetFailure) => void
}

/** Resolves when events come. Rejects with a NetFailure, or with the status that it was refused with. */
export async function openEvents(options: EventsOptions): Promise<AriEvents> {
  const { server, tls, login, dns, signal, app, onEvent, onOver } = options
  const url = new URL(`${tls ? 'https' : 'http'}://${server}`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const raw = await connectSocket({
    address: await addressOf(host, dns),
    port: Number(url.port || (tls ? 443 : 80)),
    timeoutMs: answerMs,
    signal,
    ...(tls ? { tls: { trust: tls, name: host } } : {}),
  })
  // What it is carried over is connected already, its certificate looked at: to ws it is plain.
  const socket = new WebSocket(`ws://${url.host}/ari/events?app=${app}&subscribeAll=true`, {
    createConnection: () => raw,
    headers: { authorization: authorization(login) },
    handshakeTimeout: answerMs,
    maxPayload: mostBytes,
    perMessageDeflate: false,
  })
  const opened = Promise.withResolvers<void>()
  let why: number | NetFailure = new NetFailure('closed')
  let heard = true
  let beat: NodeJS.Timeout | undefined
  socket.once('open', () => {
    beat = setInterval(() => {
      if (!heard) {
        why = new NetFailure('silent', 'no answer to a ping')
        return socket.terminate()
      }
      heard = false
      socket.ping()
    }, beatMs)
    opened.resolve()
  })
  socket.on('pong', () => {
    heard = true
  })
  socket.on('message', (data: RawData, isBinary: boolean) => {
    heard = true
    if (!isBinary) onEvent(String(data))
  })
  socket.on('unexpected-response', (_request, response) => {
    why = response.statusCode ?? 0
    socket.terminate()
  })
  socket.on('error', (error) => {
    if (typeof why !== 'number') why = netFailure(error)
  })
  const leave = (): void => socket.terminate()
  signal.addEventListener('abort', leave)
  socket.once('close', () => {
    signal.removeEventListener('abort', leave)
    clearInterval(beat)
    raw.destroy()
    opened.reject(why)
    onOver(why)
  })
  await opened.promise
  return { close: () => socket.terminate() }
}

function authorization({ user, password }: AriLogin): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

const json = { 'content-type': 'application/json' } as const
const answerMs = 10_000
const beatMs = 15_000
const mostBytes = 16 * 1024 * 1024
