// The way to a mail store: connected, secure, and greeted, before the library that speaks with it sees a byte.
import type { Socket } from 'node:net'
import { errorValue, ParleyError, type Settings } from '@openparley/contract'
import {
  addressOf,
  connectSocket,
  type DnsResolver,
  isThisMachine,
  NetFailure,
  netFailure,
  placeOf,
} from '@openparley/net'
import type { ImapFlow } from 'imapflow'
import { loginIn } from '../../runtime/login.ts'
import { networkError } from '../../runtime/network-causes.ts'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import { causeOf } from './causes.ts'

export interface OpeningOptions {
  readonly world: World
  readonly server: string
  readonly settings: Settings
  readonly dns: DnsResolver
  readonly signal: AbortSignal
}

/** Signed in. Rejects with a ParleyError. */
export async function openStore(options: OpeningOptions): Promise<ImapFlow> {
  const login = loginIn(options.settings, 'voicemail')
  if (!login) throw new ParleyError('credentials-missing', 'voicemail.password')
  // With the first mail store: its library is a ninth of all files that a core would read as it starts, and most have none.
  const { ImapFlow: Client } = await import('imapflow')
  const socket = await connected(options).catch((thrown: unknown) => {
    if (thrown instanceof ParleyError) throw thrown
    throw networkError(netFailure(thrown))
  })
  const { host, port } = placeOf(options.server)
  const client = new Client({
    host,
    port: port ?? 993,
    // It is as secure as it is to be: to the library it is plain.
    secure: false,
    doSTARTTLS: false,
    transport: {
      connect: (_to, onConnect) => {
        setImmediate(onConnect)
        return socket
      },
    },
    auth: { user: login.name, pass: login.password },
    // Its log holds names, and what it does not know to be a password.
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    disableBinary: true,
    disableIMAP4rev2: true,
    clientInfo: { name: 'Parley' },
    connectionTimeout: answerMs,
    greetingTimeout: answerMs,
    socketTimeout: quietMs,
    maxIdleTime: idleMs,
    maxLineLength: mostBytes,
    maxLiteralSize: mostBytes,
    maxResponseSize: 2 * mostBytes,
    maxResponseTokens: mostTokens,
  })
  client.on('error', () => {
    // What ends the connection is told where it is waited for.
  })
  const abort = (): void => client.close()
  options.signal.addEventListener('abort', abort, { once: true })
  let isLate = false
  const { clock } = options.world
  const cancel = clock.at(clock.now() + 2 * answerMs, () => {
    isLate = true
    client.close()
  })
  try {
    await client.connect()
    return client
  } catch (error) {
    client.close()
    socket.destroy()
    const { code, detail, peer } = causeOf(error)
    throw isLate ? new ParleyError('server-silent') : new ParleyError(code, detail, peer)
  } finally {
    cancel()
    options.signal.removeEventListener('abort', abort)
  }
}

async function connected({ world, server, settings, dns, signal }: OpeningOptions): Promise<Socket> {
  const how = settings['voicemail.imap.tls']
  const { host, port = settings['voicemail.imap.port'] ?? (how === true ? 993 : 143) } = placeOf(server)
  const address = await addressOf(host, dns)
  if (signal.aborted) throw new NetFailure('closed', 'given up')
  if (how === false && !isThisMachine(address))
    throw new ParleyError('tls-failed', 'voicemail.imap.tls is false, and the server is another machine')
  const trust = trustIn(settings, 'voicemail')
  const to = { address, port, timeoutMs: answerMs, signal }
  const socket = await connectSocket(how === true ? { ...to, tls: { trust, name: host } } : to)
  socket.setNoDelay(true)
  try {
    const greeting = await linesOf(socket, { world, signal }, (line) => line.startsWith('* '))
    if (how !== 'starttls') {
      socket.unshift(greeting)
      return socket
    }
    socket.write('1 STARTTLS\r\n')
    const answer = await linesOf(socket, { world, signal }, (line) => line.startsWith('1 '))
    // More than the answer was said in the clear, and would be read as if it had been said in secret (CVE-2011-0411).
    const isAll = answer.indexOf('\r\n') === answer.length - 2
    if (!/^1 OK\b/i.test(answer.toString('latin1')) || !isAll)
      throw new ParleyError('tls-failed', 'the server does not begin TLS')
    const secure = await connectSocket({ ...to, tls: { trust, name: host, over: socket } })
    // Nobody is greeted again (RFC 3501 §6.2.1), and the library waits for it; what the first one could do is not believed.
    secure.unshift(Buffer.from('* OK\r\n'))
    return secure
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** The bytes up to the first whole line that is awaited. */
function linesOf(
  socket: Socket,
  { world: { clock }, signal }: Pick<OpeningOptions, 'world' | 'signal'>,
  isIt: (line: string) => boolean,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let heard: Buffer = Buffer.alloc(0)
    const cancel = clock.at(clock.now() + answerMs, () => over(new NetFailure('silent', 'no greeting in time')))
    const abort = (): void => over(new NetFailure('closed', 'given up'))
    const closed = (): void => over(new NetFailure('closed', 'closed before its greeting'))
    const over = (failure?: Error): void => {
      cancel()
      signal.removeEventListener('abort', abort)
      socket.pause()
      socket.off('data', take).off('close', closed).off('end', closed).off('error', closed)
      if (failure) reject(failure)
      else resolve(heard)
    }
    const take = (bytes: Buffer): void => {
      heard = Buffer.concat([heard, bytes])
      const text = heard.toString('latin1')
      const end = text.lastIndexOf('\r\n')
      if (end < 0 && heard.length < longestGreeting) return
      const lines = end < 0 ? [] : text.slice(0, end).split('\r\n')
      if (/^\* BYE\b/i.test(lines[0] ?? '')) return over(new ParleyError('server-overloaded', lines[0]?.slice(2, 200)))
      if (lines.some(isIt)) return over()
      over(new ParleyError('server-garbled', errorValue('server-garbled').sentence))
    }
    signal.addEventListener('abort', abort)
    socket.on('data', take).on('close', closed).on('end', closed).on('error', closed)
    // It was left standing by whoever read before.
    socket.resume()
  })
}

const answerMs = 10_000
/** Without a byte, while something is awaited. */
const quietMs = 60_000
/** Below what gateways forget a quiet connection after, and far below the half hour of RFC 2177. */
const idleMs = 240_000
/** Of one answer: a page of headers of two hundred messages, or a piece of sound. */
const mostBytes = 8_000_000
const mostTokens = 400_000
const longestGreeting = 8192
