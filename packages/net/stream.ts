// TCP and TLS connections, made and taken; failures are told as NetFailure.
import { connect as connectTcp, createServer, isIP, type Server, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect as connectTls,
  createServer as createTlsServer,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls'
import { NetFailure, netFailure } from './failure.ts'
import { type Trust, trustOptions } from './trust.ts'

export interface Stream {
  readonly local: { readonly address: string; readonly port: number }
  readonly remote: { readonly address: string; readonly port: number }
  /** False where the other side reads too slowly: the connection is then closed. */
  send(bytes: Uint8Array): boolean
  close(): void
}

export interface StreamEvents {
  readonly onData: (bytes: Buffer) => void
  /** Once, however it ended; undefined: the other side closed it in good order. */
  readonly onClose: (failure: NetFailure | undefined) => void
}

export interface ConnectOptions extends StreamEvents {
  readonly address: string
  readonly port: number
  readonly localAddress?: string
  /** Rejects with 'silent' after so long; the TLS handshake is within it. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Absent: plain TCP. `name`: whom the certificate must be for. `over`: a connection that stands already becomes secure. */
  readonly tls?: { readonly trust: Trust; readonly name: string; readonly over?: Socket }
}

/** Resolves when the connection stands, with its certificate checked. Rejects with a NetFailure. */
export async function connectStream(options: ConnectOptions): Promise<Stream> {
  return wrap(await connectSocket(options), options)
}

/** The same as a bare socket, for who speaks through a library of Node's. */
export async function connectSocket(options: Omit<ConnectOptions, keyof StreamEvents>): Promise<Socket> {
  const { address, port, localAddress, tls, timeoutMs, signal } = options
  const to = { host: address, port, ...(localAddress === undefined ? {} : { localAddress }) }
  const trust = tls && trustOptions(tls.trust)
  const socket = tls
    ? connectTls({
        ...(tls.over ? { socket: tls.over } : to),
        ...trust?.options,
        ...(isIP(tls.name) ? {} : { servername: tls.name }),
        minVersion: 'TLSv1.2',
        checkServerIdentity: nameCheck(tls.name),
      })
    : connectTcp(to)
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(new NetFailure('silent', 'no connection in time')), timeoutMs)
    const abort = (): void => fail(new NetFailure('closed', 'given up'))
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      socket.removeAllListeners()
    }
    const fail = (failure: NetFailure): void => {
      done()
      socket.on('error', () => {})
      socket.destroy()
      reject(failure)
    }
    signal?.addEventListener('abort', abort)
    socket.once('error', (error) => {
      const failure = netFailure(error)
      // Whoever breaks off before the handshake is over has agreed to no secure connection.
      fail(tls && failure.is === 'closed' ? new NetFailure('tls-failed', failure.system) : failure)
    })
    socket.once('close', () => fail(new NetFailure(tls ? 'tls-failed' : 'closed', 'closed while connecting')))
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      const wrong = trust?.check((socket as TLSSocket).getPeerCertificate?.()?.raw)
      if (wrong) return fail(wrong)
      done()
      resolve()
    })
  })
  return socket
}

export interface ListenOptions {
  readonly address: string
  readonly port: number
  /** Absent: plain TCP. */
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly mostConnections: number
  readonly onStream: (stream: Stream) => StreamEvents
}

export interface Listener {
  readonly address: string
  readonly port: number
  /** Stops listening and closes what was taken. */
  close(): Promise<void>
}

export async function listenStream(options: ListenOptions): Promise<Listener> {
  const sockets = new Set<Socket>()
  const take = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    let events: StreamEvents | undefined
    const stream = wrap(socket, {
      onData: (bytes) => events?.onData(bytes),
      onClose: (failure) => events?.onClose(failure),
    })
    events = options.onStream(stream)
  }
  const server: Server = options.tls
    ? createTlsServer({ ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 }, take)
    : createServer(take)
  // A handshake that failed is the other side's loss.
  server.on('tlsClientError', () => {})
  server.maxConnections = options.mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(netFailure(error)))
    server.listen(options.port, options.address, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
  server.on('error', () => {})
  const at = server.address() as { address: string; port: number }
  return {
    address: at.address,
    port: at.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function wrap(socket: Socket, { onData, onClose }: StreamEvents): Stream {
  let failure: NetFailure | undefined
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 30_000)
  socket.on('data', onData)
  socket.on('error', (error) => {
    failure = netFailure(error)
  })
  socket.once('close', () => onClose(failure))
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket
  return {
    local: { address: localAddress, port: localPort },
    remote: { address: remoteAddress, port: remotePort },
    send: (bytes) => {
      if (socket.destroyed) return false
      if (socket.writableLength > mostUnsent) {
        failure = new NetFailure('closed', 'the other side does not read')
        socket.destroy()
        return false
      }
      socket.write(bytes)
      return true
    },
    close: () => {
      socket.end()
      // Who does not close its side within a second is not waited for.
      setTimeout(() => socket.destroy(), 1000).unref()
    },
  }
}

/** An IP address as a name is looked for among the certificate's addresses, which servername cannot say. */
function nameCheck(name: string): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (_host, certificate) => checkServerIdentity(name, certificate)
}

const mostUnsent = 4 * 1024 * 1024
