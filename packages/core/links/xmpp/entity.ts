// The library's client, on our own way to the server: it speaks the stream, and neither connects, trusts nor tries again by itself.
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { client, xml as element } from '@xmpp/client'

export type Stanza = ReturnType<typeof element>

/** An element: its name, its attributes, and what is in it. */
export function xml(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Stanza | string | undefined)[]
): Stanza {
  return element(name, withValues(attributes), ...children.filter((child) => child !== undefined))
}

function withValues(attributes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** As much of the library's client as is used here; its own types lack some of it. */
export interface Entity {
  readonly status: string
  jid: object | null
  connect(way: string): Promise<void>
  open(options: { domain: string; lang: string }): Promise<unknown>
  disconnect(): Promise<unknown>
  send(stanza: Stanza): Promise<void>
  on(event: 'stanza' | 'element', tell: (stanza: Stanza) => void): void
  on(event: 'error', tell: (error: Error) => void): void
  on(event: 'online' | 'disconnect' | 'offline', tell: () => void): void
  readonly iqCaller: { request(stanza: Stanza, timeoutMs: number): Promise<Stanza> }
  readonly iqCallee: {
    get(ns: string, name: string, answer: (context: { stanza: Stanza }) => unknown): void
    set(ns: string, name: string, answer: (context: { stanza: Stanza }) => unknown): void
  }
  readonly streamManagement: {
    readonly id: string
    readonly inbound: number
    readonly outbound: number
    readonly outbound_q: readonly object[]
    readonly max: number | null
    on(event: 'resumed', tell: () => void): void
    on(event: 'ack' | 'fail', tell: (stanza: Stanza) => void): void
  }
}

export interface EntityOptions {
  readonly user: string
  readonly domain: string
  readonly password: () => string
  readonly resource: string | undefined
  /** The secure way there; asked for at each connection. */
  readonly connect: () => Promise<Socket>
  readonly mostStanzaBytes: number
  readonly timeoutMs: number
}

interface TransportClass {
  readonly prototype: { Parser: ParserClass; socketParameters(service: string): object | undefined }
}

interface ParserLike extends EventEmitter {
  readonly parser: EventEmitter
  write(text: string): void
}

type ParserClass = new () => ParserLike

export function xmppEntity(options: EntityOptions): Entity {
  const { user: username, domain, password, resource, timeoutMs } = options
  const entity = client({
    service: 'xmpp://our.own.way',
    domain,
    username,
    credentials: async (
      authenticate: (credentials: object, mechanism: string) => Promise<void>,
      mechanisms: readonly string[],
    ) => {
      // The way is secure: the best that both know is good enough, and none without a password is taken.
      const mechanism = preferred.find((each) => mechanisms.includes(each))
      if (mechanism === undefined) throw Object.assign(new Error('no mechanism'), { condition: 'invalid-mechanism' })
      await authenticate({ username, password: password() }, mechanism)
    },
    ...(resource === undefined ? {} : { resource }),
    timeout: timeoutMs,
  } as unknown as Parameters<typeof client>[0]) as unknown as Entity & {
    reconnect: { stop(): void }
    transports: TransportClass[]
  }
  entity.reconnect.stop()
  const byTcp = entity.transports.find((each) => takes(each, 'xmpp://our.own.way')) as TransportClass
  const prototype = Object.assign(Object.create(byTcp.prototype) as TransportClass['prototype'], {
    socketParameters: () => ({}),
    Socket: class extends SecureSocket {
      constructor() {
        super(options.connect)
      }
    },
    Parser: bounded(byTcp.prototype.Parser, options.mostStanzaBytes),
  })
  entity.transports = [{ prototype }]
  return entity
}

function takes(transport: TransportClass, service: string): boolean {
  try {
    return transport.prototype.socketParameters(service) !== undefined
  } catch {
    // A transport that cannot read the address is none for it.
    return false
  }
}

/** What the library takes for a socket. A character may be cut between two packets; the library would break it there. */
class SecureSocket extends EventEmitter {
  readonly secure = true
  readonly #connect: () => Promise<Socket>
  #socket: Socket | undefined

  constructor(connect: () => Promise<Socket>) {
    super()
    this.#connect = connect
  }

  connect(): void {
    this.#connect().then(
      (socket) => {
        this.#socket = socket
        const decoder = new StringDecoder('utf8')
        socket.on('data', (bytes: Buffer) => this.emit('data', decoder.write(bytes)))
        socket.on('error', () => socket.destroy())
        socket.on('close', () => this.emit('close'))
        this.emit('connect')
      },
      (error: Error) => {
        this.emit('error', error)
        this.emit('close')
      },
    )
  }

  write(text: string, done?: (error?: Error | null) => void): void {
    if (this.#socket && !this.#socket.destroyed) this.#socket.write(text, done)
    else done?.(new Error('not connected'))
  }

  end(): void {
    const socket = this.#socket
    if (!socket || socket.destroyed) {
      queueMicrotask(() => this.emit('close'))
      return
    }
    socket.end()
    setTimeout(() => socket.destroy(), 1000).unref()
  }
}

/** The library's parser, which by itself holds whatever a server sends. */
function bounded(Parser: ParserClass, mostBytes: number): ParserClass {
  return class extends Parser {
    #held = 0
    #depth = 0

    constructor() {
      super()
      this.on('element', () => {
        this.#held = 0
      })
      this.parser.on('startElement', () => {
        if (++this.#depth > mostDepth) this.emit('error', new TooMuch('elements in elements'))
      })
      this.parser.on('endElement', () => {
        this.#depth--
      })
    }

    override write(text: string): void {
      this.#held += text.length
      if (this.#held > mostBytes) this.emit('error', new TooMuch('a stanza'))
      else super.write(text)
    }
  }
}

export class TooMuch extends Error {}

const preferred = ['SCRAM-SHA-1', 'PLAIN']
const mostDepth = 64
