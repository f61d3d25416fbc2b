// The door: a Unix socket (or named pipe) for the user's own programs, HTTP and WebSocket on loopback for pages and tokens.
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:net'
import { dirname } from 'node:path'
import type { Duplex } from 'node:stream'
import { maxMessageBytes, ParleyError, scopeNames } from '@openparley/contract'
import type { Core, TokenRequest } from '@openparley/core'
import { WebSocketServer } from 'ws'
import { lineChannel, type OpenChannel, webSocketChannel } from './channel.ts'
import { oneTimeCodes } from './codes.ts'
import { type Admission, type ConnectionNeeds, type ServedConnection, serveConnection } from './connection.ts'
import { answerHttp, type HttpNeeds } from './http.ts'
import { type Loopback, loopback } from './loopback.ts'
import type { Tokens } from './tokens.ts'

export interface DoorOptions {
  readonly core: Pick<Core, 'attach'>
  readonly tokens: Tokens
  /** Path of the Unix socket or name of the pipe; none unless given. */
  readonly socket?: string | undefined
  /** TCP port on 127.0.0.1; 0 lets the system choose; no HTTP unless given. */
  readonly port?: number | undefined
  /** A folder of pages for /. */
  readonly pages?: string | undefined
  readonly metrics?: HttpNeeds['metrics']
  readonly answered?: ConnectionNeeds['answered']
  /** Something was not let in: for the log. */
  readonly refused?: (why: string) => void
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

export interface Door {
  readonly socket: string | undefined
  /** http://127.0.0.1:PORT */
  readonly http: string | undefined
  /** An address for a person to open: its code is exchanged once, within a minute, for a token of that kind. */
  oneTimeAddress(request: OneTimeRequest, page?: string): string
  /** Tells every application why and stops listening. */
  close(why?: ParleyError): Promise<void>
}

export type OneTimeRequest = Pick<TokenRequest, 'application' | 'scopes' | 'session'>

export async function openDoor(options: DoorOptions): Promise<Door> {
  const { core, tokens, refused = () => undefined, now = () => performance.now() } = options
  const connections = new Set<ServedConnection>()
  const codes = oneTimeCodes(now)

  const serve = (open: OpenChannel, admit: ConnectionNeeds['admit']): void => {
    const connection: ServedConnection = serveConnection(open, {
      core,
      now,
      answered: options.answered,
      admit: (hello) => {
        try {
          return admit(hello)
        } catch (error) {
          refused((error as Error).message)
          throw error
        }
      },
      closed: () => connections.delete(connection),
    })
    connections.add(connection)
    if (connections.size > maxConnections) connection.end(new ParleyError('too-many-requests', 'too many connections'))
  }

  const local = createServer((socket) =>
    serve(lineChannel(socket), ({ token, application }) =>
      token === undefined ? ownUser : admissionOf(tokens, { token, application, own: true }),
    ),
  )
  const web = createHttpServer()
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    clientTracking: false,
  })
  const listenWeb = async (wanted: number): Promise<Loopback> => {
    await listen(web, { host: '127.0.0.1', port: wanted })
    const { port } = web.address() as { port: number }
    const around = loopback(port)
    const needs: HttpNeeds = {
      port,
      loopback: around,
      tokens,
      codes,
      pages: options.pages,
      metrics: options.metrics,
      refused,
    }
    web.on('request', (request, response) => {
      answerHttp(needs, request, response).catch((error: unknown) => {
        refused(`a page failed: ${(error as Error).message}`)
        response.destroy()
      })
    })
    web.on('upgrade', (request, socket, head) => {
      const { origin } = request.headers
      const own = origin !== undefined && around.isOwn(origin)
      const why = reasonAgainst(request, around, tokens)
      if (why !== undefined) {
        refused(why)
        forbid(socket)
        return
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) =>
        serve(webSocketChannel(webSocket), ({ token, application }) =>
          admissionOf(tokens, { token, application, origin, own }),
        ),
      )
    })
    return around
  }

  let around: Loopback | undefined
  try {
    if (options.socket !== undefined) await listenLocal(local, options.socket)
    if (options.port !== undefined) around = await listenWeb(options.port)
  } catch (error) {
    await Promise.all([shut(local), shut(web)])
    throw error
  }
  return {
    socket: options.socket,
    http: around?.address,
    oneTimeAddress: (request, page = '/') => {
      if (!around) throw new ParleyError('core-unreachable', 'the core was started without HTTP')
      return `${around.address}${page}#code=${codes.make({ ...request, origins: [] })}`
    },
    close: async (why = new ParleyError('core-stopping')) => {
      for (const connection of [...connections]) connection.end(why)
      web.closeIdleConnections()
      const late = setTimeout(() => web.closeAllConnections(), closeMs)
      await Promise.all([shut(local), shut(web)])
      clearTimeout(late)
    },
  }
}

/** The socket is the user's own: whoever can open it is the user. */
const ownUser: Admission = { scopes: scopeNames, onRevoked: () => () => undefined }

function admissionOf(
  tokens: Tokens,
  {
    token,
    ...who
  }: {
    readonly token: string | undefined
    readonly application: string
    readonly origin?: string | undefined
    readonly own: boolean
  },
): Admission {
  const { scopes, session, onEnd } = tokens.admit(token, who)
  return { scopes, session, onRevoked: onEnd }
}

/** A page that no token lists is refused before a single message of it is read. */
function reasonAgainst(request: IncomingMessage, around: Loopback, tokens: Tokens): string | undefined {
  const { origin, host } = request.headers
  if (!around.isForUs(request)) return `a WebSocket for another host: ${host}`
  if (request.url?.split('?')[0] !== '/socket') return 'a WebSocket for another path'
  if (origin !== undefined && !around.isOwn(origin) && !tokens.knowsOrigin(origin)) {
    return `a WebSocket of another origin: ${origin}`
  }
  return undefined
}

function forbid(socket: Duplex): void {
  socket.on('error', () => undefined)
  socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
}

async function listenLocal(server: Server, path: string): Promise<void> {
  if (process.platform === 'win32') return listen(server, { path })
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Of a core that was killed: whoever opens a door here holds the lock.
  rmSync(path, { force: true })
  // The file is made while `listen` runs, so it never is there with wider rights.
  const before = process.umask(0o177)
  const listening = listen(server, { path })
  process.umask(before)
  await listening
  chmodSync(path, 0o600)
}

function listen(server: Server | HttpServer, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function shut(server: Server | HttpServer): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve())
    else resolve()
  })
}

const maxConnections = 1024
const closeMs = 1000
