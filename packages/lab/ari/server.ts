// The lab’s face of Asterisk’s REST interface: its channels are those of the phones on desks. It has what controls a phone, and no more.
import { createServer, type IncomingMessage } from 'node:http'
import type { Dice } from '@openparley/protocols/common'
import { WebSocketServer } from 'ws'
import type { Desk } from '../desk/desk.ts'
import { AriHouse } from './house.ts'

export interface AriServerOptions {
  readonly desk: Desk
  readonly passwordOf: (person: string) => string | undefined
  readonly dice: Dice
}

export interface AriServer {
  readonly address: string
  /** What a core needs to control the person’s phone on the desk; nothing where they have none. */
  settings(person: string): Readonly<Record<string, unknown>>
  /** All connections are cut. */
  cut(): void
  close(): Promise<void>
}

export async function openAriServer({ desk, passwordOf, dice }: AriServerOptions): Promise<AriServer> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 })
  const house = new AriHouse(desk, dice, (event) => {
    const text = JSON.stringify(event)
    for (const socket of sockets.clients) socket.send(text)
  })
  const unwatch = desk.watch((number, event) => house.happened(number, event))
  const may = ({ headers }: IncomingMessage): boolean => {
    const basic = /^Basic (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    const [, user = '', password] = /^([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? []
    return password !== undefined && passwordOf(user) === password
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    let bytes = 0
    request.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= mostBytes) parts.push(part)
      else request.destroy()
    })
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://lab')
      const path = /^\/ari(\/.*)$/.exec(url.pathname)?.[1] ?? ''
      const variables = variablesIn(Buffer.concat(parts).toString())
      const { status, body } = may(request)
        ? house.answer({ method: request.method ?? '', path, query: url.searchParams, variables })
        : { status: 401, body: { message: 'Authentication required' } }
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? '' : JSON.stringify(body))
    })
  })
  server.on('upgrade', (request, socket, head) => {
    if (!may(request) || !request.url?.startsWith('/ari/events?')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (taken) => taken.on('error', () => {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  const address = `127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
  const cut = (): void => {
    for (const socket of sockets.clients) socket.terminate()
  }
  return {
    address,
    settings: (person) => {
      const number = desk.numberOf(person)
      if (number === undefined) return {}
      return {
        'deskPhone.via': 'ari',
        'deskPhone.servers': [address],
        'deskPhone.line': `PJSIP/${number}`,
        'deskPhone.number': number,
        'deskPhone.user': person,
        'deskPhone.password': passwordOf(person),
      }
    },
    cut,
    close: async () => {
      unwatch()
      cut()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function variablesIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const { variables } = JSON.parse(text) as { readonly variables?: Readonly<Record<string, unknown>> }
    return typeof variables === 'object' && variables !== null ? variables : {}
  } catch {
    return {}
  }
}

const mostBytes = 64 * 1024
