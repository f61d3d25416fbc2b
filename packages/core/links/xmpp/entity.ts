// The library's client, on our own way to the server: it speaks the stream, and neither connects, trusts nor tries again by itself.
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { client, xml as element } from '@xmpp/client'
import { Scram } from './scram.ts'

export type Stanza = ReturnType<typeof element>

/** An element: its name, its attributes, and what is in it. */
export function xml(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Stanza | string | undefined)[]
): Stanza {
  return element(
    name,
    withValues(attributes),
    ...children.flatMap((child) => (child === undefined ? [] : typeof child === 'string' ? sayable(child) : child)),
  )
}

/** What XML cannot say at all, not even escaped, would end the stream (XML 1.0 §2.2). */
function sayable(text: string): string {
  return text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}

function withValues(attributes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, sayable(value)]])),
  )
}

/** As much of the library's client as is used here; its own types lack some of it. */
export interface Entity {
  readonly status: string
  /** Null where the stream is over. */
  readonly parser: object | null
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
  /** What nobody can guess, for a proof. */
  readonly nonce: () => string
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
  /** The element that is being read. */
  readonly cursor: { readonly children: unknown[] } | null
  write(text: string): void
  onStartElement(name: string, attributes: object): void
  onEndElement(name: string): void
  onText(text: string): void
}

type ParserClass = new () => ParserLike

export function xmppEntity(options: EntityOptions): Entity {
  const { user: username, domain, password, resource, nonce, timeoutMs } = options
  /** The exchange that is under way, and what the server said at the end of it. */
  let scram: Scram | undefined
  let atLast = ''
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
      if (mechanism === undefined) throw saslError('invalid-mechanism')
      await authenticate({ username, password: password() }, mechanism)
      if (mechanism !== 'PLAIN' && !scram?.isProven(atLast)) throw saslError('server-not-proven')
    },
    ...(resource === undefined ? {} : { resource }),
    timeout: timeoutMs,
  } as unknown as Parameters<typeof client>[0]) as unknown as Entity & {
    reconnect: { stop(): void }
    transports: TransportClass[]
    saslFactory: { _mechs: { readonly name: string; readonly mech: new () => object }[] }
  }
  const ours = (['sha256', 'sha1'] as const).map((hash) => ({
    name: hash === 'sha1' ? 'SCRAM-SHA-1' : 'SCRAM-SHA-256',
    // The library makes one by `new` for each exchange.
    mech: function begin(): Scram {
      scram = new Scram(hash, nonce())
      return scram
    } as unknown as new () => object,
  }))
  entity.saslFactory._mechs = [...ours, ...entity.saslFactory._mechs.filter(({ name }) => name === 'PLAIN')]
  entity.on('element', (nonza) => {
    if (nonza.name !== 'success') return
    const said = nonza.getChildText('additional-data') ?? nonza.getText()
    atLast = Buffer.from(said, 'base64').toString('utf8')
  })
  entity.reconnect.stop()
  const byTcp = entity.transports.find((each) => takes(each, 'xmpp://our.own.way')) as TransportClass
  const prototype = Object.assign(Object.create(byTcp.prototype) as TransportClass['prototype'], {
    socketParameters: () => ({}),
    Socket: class extends SecureSocket {
      constructor() {
        super(options.connect, () => entity.parser !== null)
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
  readonly #isRead: () => boolean
  #socket: Socket | undefined

  /** `isRead`: whether the library still reads; it does not, and would fall, when it has met what is no XML or too much of it. */
  constructor(connect: () => Promise<Socket>, isRead: () => boolean) {
    super()
    this.#connect = connect
    this.#isRead = isRead
  }

  connect(): void {
    this.#connect().then(
      (socket) => {
        this.#socket = socket
        const decoder = new StringDecoder('utf8')
        socket.on('data', (bytes: Buffer) => {
          if (this.#isRead()) this.emit('data', decoder.write(bytes))
          else socket.destroy()
        })
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

/**
 * The library's parser, which by itself holds whatever a server sends. Of a stanza that is too large or too deep only its shell is kept:
 * left unread it would come again with each new stream. What is larger by far ends the stream.
 */
function bounded(Parser: ParserClass, mostBytes: number): ParserClass {
  return class extends Parser {
    #held = 0
    #depth = 0
    /** How deep the element is from which on nothing is kept; 0: all is; -1: it is over, and the stanza is not. */
    #leftFrom = 0

    override write(text: string): void {
      this.#held += text.length
      if (this.#held > mostBytes * mostTimes) this.emit('error', new TooMuch('a stanza'))
      else super.write(text)
    }

    override onStartElement(name: string, attributes: object): void {
      this.#depth++
      if (this.#leftFrom <= 0 && (this.#held > mostBytes || this.#depth > mostDepth) && this.#depth > 2)
        this.#leftFrom = this.#depth
      if (this.#leftFrom <= 0) super.onStartElement(name, attributes)
    }

    override onText(text: string): void {
      if (this.#leftFrom <= 0 && this.#held <= mostBytes) super.onText(text)
    }

    override onEndElement(name: string): void {
      const isLeft = this.#leftFrom > 0 && this.#depth >= this.#leftFrom
      if (this.#depth === this.#leftFrom) this.#leftFrom = -1
      if (this.#depth === 2) {
        if (this.#leftFrom !== 0 || this.#held > mostBytes) this.cursor?.children.splice(0)
        this.#leftFrom = 0
        this.#held = 0
      }
      this.#depth--
      if (!isLeft) super.onEndElement(name)
    }
  }
}

export class TooMuch extends Error {}

function saslError(condition: string): Error {
  return Object.assign(new Error(condition), { name: 'SASLError', condition })
}

const preferred = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN']
const mostDepth = 64
const mostTimes = 16
