// The lab’s server of web conferences: a forwarding room that is spoken to as Janus’s VideoRoom, over a secure WebSocket on loopback.
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Dice } from '@openparley/protocols/common'
import { type RawData, WebSocketServer } from 'ws'
import { holdPorts } from '../dead-port.ts'
import type { FaultSet } from '../faults.ts'
import { Gateway } from './gateway.ts'
import type { Body } from './room.ts'

export interface RoomServerOptions {
  readonly tls: { readonly key: string; readonly cert: string }
  /** Whose certificate that is, for people’s settings. */
  readonly ca: string
  readonly faults: FaultSet
  readonly dice: Dice
}

export interface RoomServer {
  readonly address: string
  /** Ready for a core. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The rooms there are: who is in each, by the names that they gave. */
  rooms(): readonly { readonly description: string; readonly people: readonly string[] }[]
  /** What was asked: the last thousand. */
  asked(): readonly string[]
  /** All connections are cut; sessions wait a minute to be claimed. */
  cut(): void
  /** Nothing listens any more, all rooms are gone, and nobody else is given its port. */
  go(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

export async function openRoomServer({ tls, ca, faults, dice }: RoomServerOptions): Promise<RoomServer> {
  const [secret, adminKey, wrong] = [dice.token(128), dice.token(128), dice.token(128)]
  const gateway = new Gateway({
    adminKey,
    dice,
    apiSecret: () => (faults.has('room-refused') ? wrong : secret),
    isRefusing: () => faults.has('room-error'),
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostBytes,
    handleProtocols: (offered) => (offered.has('janus-protocol') ? 'janus-protocol' : false),
  })
  const open = async (port: number): Promise<Server> => {
    const server = createServer({ ...tls, minVersion: 'TLSv1.2' }, (_request, response) => {
      response.writeHead(404)
      response.end()
    })
    server.on('upgrade', (request, socket, head) => {
      if (request.url !== path || sockets.clients.size >= mostConnections) return void socket.destroy()
      sockets.handleUpgrade(request, socket, head, (taken) => {
        const to = (message: Body): void => {
          if (!faults.has('room-silent')) taken.send(JSON.stringify(message))
        }
        taken.on('error', () => {})
        taken.on('message', (data: RawData) => {
          const message = readJson(String(data))
          if (message) void gateway.take(message, to)
          else taken.terminate()
        })
        taken.once('close', () => gateway.lost(to))
      })
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    return server
  }
  const cut = (): void => {
    for (const socket of sockets.clients) socket.terminate()
  }
  const shut = async (server: Server | undefined): Promise<void> => {
    if (!server) return
    cut()
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
    gateway.clear()
  }
  let server: Server | undefined = await open(0)
  const { port } = server.address() as AddressInfo
  let release: (() => Promise<void>) | undefined
  const go = async (): Promise<void> => {
    const gone = server
    server = undefined
    if (!gone) return
    await shut(gone)
    release = await holdPorts({ tcp: [port] })
  }
  if (faults.has('room-gone')) await go()
  const address = `wss://127.0.0.1:${port}${path}`
  return {
    address,
    settings: {
      'conferences.janus.servers': [address],
      'conferences.janus.secret': secret,
      'conferences.janus.adminKey': adminKey,
      'conferences.tls.ca': ca,
    },
    rooms: () =>
      [...gateway.rooms.values()].map(({ description, people }) => ({
        description,
        people: [...people.values()].map(({ display }) => display),
      })),
    asked: () => [...gateway.asked],
    cut,
    go,
    comeBack: async () => {
      if (server) return
      await release?.()
      release = undefined
      server = await open(port)
    },
    close: async () => {
      await shut(server)
      await release?.()
    },
  }
}

function readJson(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Body) : undefined
  } catch {
    return undefined
  }
}

const path = '/janus'
const mostBytes = 262_144
const mostConnections = 200
