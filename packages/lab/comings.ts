// A server that goes and comes back on the ports that it had: while it is gone nobody else is given them.
import { createServer, type ServerOptions } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { holdPorts } from './dead-port.ts'

export interface Comings {
  /** Where each of its servers listens, on 127.0.0.1, in their order. */
  readonly ports: readonly number[]
  connections(): number
  /** Cuts all connections, without a word. */
  cut(): void
  /** Nothing listens any more, what was connected is cut, and nobody else is given its ports. */
  go(): Promise<void>
  comeBack(): Promise<void>
  /** For good. */
  close(): Promise<void>
}

export interface ComingsOptions {
  /** Made anew each time that it comes. */
  readonly make: () => readonly Server[]
  /** It has gone, and nobody is connected. */
  readonly gone?: () => void
}

export async function comings({ make, gone }: ComingsOptions): Promise<Comings> {
  const sockets = new Set<Socket>()
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const shut = async (servers: readonly Server[]): Promise<void> => {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
    cut()
    await Promise.all(closed)
    gone?.()
  }
  const open = async (ports: readonly number[]): Promise<readonly Server[]> => {
    const servers = make()
    const listening = servers.map((server, at) => listen(server, ports[at] ?? 0, sockets))
    try {
      await Promise.all(listening)
      return servers
    } catch (error) {
      await Promise.allSettled(listening)
      await shut(servers)
      throw error
    }
  }
  let servers: readonly Server[] | undefined = await open([])
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  let release: (() => Promise<void>) | undefined
  let isOver = false
  let last: Promise<unknown> = Promise.resolve()
  /** Who says go and come back at once has it gone, and then back. */
  const inTurn = (act: () => Promise<void>): Promise<void> => {
    const turn = last.then(act)
    last = turn.catch(() => {})
    return turn
  }
  const leave = async (): Promise<void> => {
    const before = servers
    servers = undefined
    if (before) await shut(before)
  }
  const giveBack = async (): Promise<void> => {
    await release?.()
    release = undefined
  }
  return {
    ports,
    connections: () => sockets.size,
    cut,
    go: () =>
      inTurn(async () => {
        if (!servers) return
        await leave()
        release = await holdPorts({ tcp: ports })
      }),
    comeBack: () =>
      inTurn(async () => {
        if (servers || isOver) return
        await giveBack()
        servers = await open(ports)
      }),
    close: () =>
      inTurn(async () => {
        isOver = true
        await leave()
        await giveBack()
      }),
  }
}

export interface HttpsComingsOptions extends Pick<ComingsOptions, 'gone'> {
  readonly tls: Pick<ServerOptions, 'key' | 'cert'>
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void
  /** Whoever wants another protocol; absent: nobody gets one. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** One server, of HTTPS. */
export function httpsComings({ tls, answer, upgrade, ...rest }: HttpsComingsOptions): Promise<Comings> {
  return comings({
    ...rest,
    make: () => {
      const server = createServer({ ...tls, minVersion: 'TLSv1.2' }, answer)
      server.requestTimeout = 10_000
      if (upgrade) server.on('upgrade', upgrade)
      return [server]
    },
  })
}

/** What comes in over TLS is followed by the socket beneath, which is there before the handshake is. */
async function listen(server: Server, port: number, sockets: Set<Socket>): Promise<void> {
  server.maxConnections = mostConnections
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

const mostConnections = 1000
