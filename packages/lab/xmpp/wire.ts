// The sockets of the XMPP server: one port where TLS is asked for in the stream, one where it comes first. Loopback alone.
import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, createServer as createTlsServer, TLSSocket } from 'node:tls'

export interface Connection {
  readonly secure: boolean
  /** False where nothing goes out any more. */
  send(text: string): boolean
  /** The text goes out in the clear, and what comes after it is TLS. */
  startTls(last: string): void
  /** What was sent still goes out. */
  close(): void
  /** As if the line had been cut. */
  cut(): void
}

export interface ConnectionEvents {
  readonly onData: (bytes: Buffer) => void
  /** Once. */
  readonly onClose: () => void
}

export interface XmppWireOptions {
  /** 0: any. */
  readonly port: number
  readonly tlsPort: number
  readonly tls: { readonly key: string; readonly cert: string }
  readonly onConnection: (connection: Connection) => ConnectionEvents
}

export interface XmppWire {
  readonly ports: { readonly tcp: number; readonly tls: number }
  close(): Promise<void>
}

export async function openXmppWire({ port, tlsPort, tls, onConnection }: XmppWireOptions): Promise<XmppWire> {
  const context = createSecureContext({ ...tls, minVersion: 'TLSv1.2' })
  const sockets = new Set<Socket>()
  const take = (secure: boolean) => (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serve(socket, { secure, context, onConnection })
  }
  const plain = createServer(take(false))
  const secure = createTlsServer({ ...tls, minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs }, take(true))
  // A handshake that failed is the other side's loss.
  secure.on('tlsClientError', () => {})
  const ports = { tcp: await listen(plain, port), tls: await listen(secure, tlsPort) }
  return {
    ports,
    close: async () => {
      const closed = [plain, secure].map((server) => new Promise((resolve) => server.close(resolve)))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

interface Serving {
  readonly secure: boolean
  readonly context: ReturnType<typeof createSecureContext>
  readonly onConnection: XmppWireOptions['onConnection']
}

function serve(first: Socket, { secure, context, onConnection }: Serving): void {
  let socket = first
  let isSecure = secure
  let closed = false
  let events: ConnectionEvents | undefined
  const listenTo = (each: Socket): void => {
    each.setNoDelay(true)
    each.on('data', (bytes: Buffer) => {
      if (each === socket) events?.onData(bytes)
    })
    each.on('error', () => each.destroy())
    each.once('close', () => {
      if (closed || each !== socket) return
      closed = true
      events?.onClose()
    })
  }
  listenTo(socket)
  events = onConnection({
    get secure() {
      return isSecure
    },
    send: (text) => {
      if (socket.destroyed || socket.writableEnded) return false
      // Who does not read is not waited for.
      if (socket.writableLength > mostUnsent) socket.destroy()
      else socket.write(text)
      return !socket.destroyed
    },
    startTls: (last) => {
      const clear = socket
      clear.write(last)
      // What the other side sent in the clear after it asked for TLS is nobody's (RFC 6120 §5.4.3.3).
      clear.removeAllListeners('data')
      const upgraded = new TLSSocket(clear, { isServer: true, secureContext: context })
      socket = upgraded
      isSecure = true
      clear.once('close', () => upgraded.destroy())
      upgraded.setTimeout(handshakeMs, () => upgraded.destroy())
      upgraded.once('secure', () => upgraded.setTimeout(0))
      listenTo(upgraded)
    },
    close: () => {
      socket.end()
      const late = setTimeout(() => socket.destroy(), 1000)
      late.unref()
      socket.once('close', () => clearTimeout(late))
    },
    cut: () => socket.destroy(),
  })
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  server.on('error', () => {})
  const at = server.address()
  return at !== null && typeof at === 'object' ? at.port : 0
}

const handshakeMs = 10_000
const mostUnsent = 8 * 1024 * 1024
