// The lab’s server of web conferences: a forwarding room that is spoken to as Janus’s VideoRoom, over a secure WebSocket on loopback.
import type { Dice } from '@openparley/protocols/common'
import { type RawData, WebSocketServer } from 'ws'
import { type Comings, httpsComings } from '../comings.ts'
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

/** All rooms are gone with it. Whose connection is cut alone may claim their session for a minute. */
export interface RoomServer extends Pick<Comings, 'cut' | 'go' | 'comeBack' | 'close'> {
  readonly address: string
  /** Ready for a core. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The rooms there are: who is in each, by the names that they gave. */
  rooms(): readonly { readonly description: string; readonly people: readonly string[] }[]
  /** What was asked: the last thousand. */
  asked(): readonly string[]
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
  const server = await httpsComings({
    tls,
    answer: (_request, response) => {
      response.writeHead(404)
      response.end()
    },
    upgrade: (request, socket, head) => {
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
    },
    gone: () => gateway.clear(),
  })
  if (faults.has('room-gone')) await server.go()
  const address = `wss://127.0.0.1:${server.ports[0]}${path}`
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
    cut: server.cut,
    go: server.go,
    comeBack: server.comeBack,
    close: server.close,
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
