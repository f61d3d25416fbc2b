// One connection with a Janus: its JSON over a WebSocket (RFC 6455, subprotocol janus-protocol).
import { addressOf, connectSocket, type DnsResolver, NetFailure, netFailure, type Trust } from '@openparley/net'
import { type RawData, WebSocket } from 'ws'

export interface JanusSocket {
  send(message: object): void
  close(): void
}

export interface SocketOptions {
  /** wss://host:port/path, or ws: on this machine. */
  readonly server: string
  readonly trust: Trust
  readonly dns: DnsResolver
  readonly signal: AbortSignal
  readonly onMessage: (message: Readonly<Record<string, unknown>>) => void
  /** Once, after it was open. */
  readonly onOver: (why: NetFailure) => void
}

/** Resolves when it is open. Rejects with a NetFailure. */
export async function openSocket(options: SocketOptions): Promise<JanusSocket> {
  const { server, trust, dns, signal, onMessage, onOver } = options
  const url = new URL(server)
  const isSafe = url.protocol === 'wss:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const raw = await connectSocket({
    address: await addressOf(host, dns),
    port: Number(url.port || (isSafe ? 443 : 80)),
    timeoutMs: connectMs,
    signal,
    ...(isSafe ? { tls: { trust, name: host } } : {}),
  })
  // What it is carried over is connected already, its certificate looked at: to ws it is plain.
  const socket = new WebSocket(`ws://${url.host}${url.pathname}${url.search}`, 'janus-protocol', {
    createConnection: () => raw,
    handshakeTimeout: connectMs,
    maxPayload: mostBytes,
    perMessageDeflate: false,
    followRedirects: false,
  })
  const opened = Promise.withResolvers<void>()
  let isOpen = false
  let why = new NetFailure('closed')
  socket.once('open', () => {
    isOpen = true
    opened.resolve()
  })
  socket.on('message', (data: RawData, isBinary: boolean) => {
    const message = isBinary ? undefined : readJson(String(data))
    if (message) onMessage(message)
  })
  socket.on('unexpected-response', (_request, response) => {
    why = new NetFailure('closed', `HTTP ${response.statusCode}`)
    socket.terminate()
  })
  socket.on('error', (error) => {
    why = netFailure(error)
  })
  const leave = (): void => socket.terminate()
  signal.addEventListener('abort', leave)
  socket.once('close', () => {
    signal.removeEventListener('abort', leave)
    raw.destroy()
    opened.reject(why)
    if (isOpen) onOver(why)
  })
  await opened.promise
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    },
    close: () => socket.close(),
  }
}

/** Undefined where it is no object. */
function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const connectMs = 10_000
const mostBytes = 1_000_000
