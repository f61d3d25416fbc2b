// The way to an XMPP server, secure before the library sees a byte of it: TLS from the start, or STARTTLS, which is
// never left out (RFC 6120 §5).
import type { Socket } from 'node:net'
import { connectSocket, NetFailure, type Trust } from '@openparley/net'
import { ParleyError } from '@openparley/contract'

export interface Place {
  readonly address: string
  readonly port: number
  /** Whether TLS is there from the first byte (XEP-0368). */
  readonly isDirect: boolean
}

export interface WayOptions {
  /** Of the person's address: the certificate must be for it (RFC 6120 §13.7.2). */
  readonly domain: string
  readonly trust: Trust
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Rejects with a NetFailure, or with `chat-no-encryption` or `server-garbled`. */
export async function connectSecurely(place: Place, options: WayOptions): Promise<Socket> {
  const { address, port, isDirect } = place
  const { domain, trust, timeoutMs, signal } = options
  const to = { address, port, timeoutMs, signal }
  if (isDirect) return connectSocket({ ...to, tls: { trust, name: domain } })
  const plain = await connectSocket(to)
  try {
    await askForTls(plain, options)
    return await connectSocket({ ...to, tls: { trust, name: domain, over: plain } })
  } catch (error) {
    plain.destroy()
    throw error
  }
}

/** The few words in the clear: what the server says is looked at for two elements and is trusted with nothing else. */
function askForTls(socket: Socket, { domain, timeoutMs, signal }: WayOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = ''
    let asked = false
    const timer = setTimeout(() => over(new NetFailure('silent', 'no STARTTLS in time')), timeoutMs)
    const abort = (): void => over(new NetFailure('closed', 'given up'))
    const closed = (): void => over(new NetFailure('closed', 'closed before STARTTLS'))
    const over = (failure?: Error): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.off('data', take).off('close', closed).off('error', closed)
      if (failure) reject(failure)
      else resolve()
    }
    const take = (bytes: Buffer): void => {
      heard += bytes.toString('latin1')
      if (heard.length > longest || !'<?xml'.startsWith(heard.trimStart().slice(0, 1)))
        return over(new ParleyError('server-garbled', 'not an XMPP server'))
      if (/<(\w+:)?error[\s>]/.test(heard)) return over(new ParleyError('server-failed', heard.slice(-200)))
      if (!asked && /<\/(\w+:)?features>|<(\w+:)?features\s*\/>/.test(heard)) {
        if (!/<starttls[\s/>]/.test(heard)) return over(new ParleyError('chat-no-encryption', domain))
        asked = true
        heard = '<'
        socket.write(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)
      } else if (asked && /<proceed[\s/>]/.test(heard)) over()
      else if (asked && /<failure[\s/>]/.test(heard)) over(new ParleyError('chat-no-encryption', domain))
    }
    signal.addEventListener('abort', abort)
    socket.on('data', take).on('close', closed).on('error', closed)
    socket.write(
      `<?xml version='1.0'?><stream:stream to='${escaped(domain)}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
    )
  })
}

function escaped(text: string): string {
  return text.replace(/[<&']/g, (one) => `&#${one.charCodeAt(0)};`)
}

const longest = 65_536
