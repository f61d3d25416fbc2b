// The sockets of a SIP link: one UDP socket, and connections to whoever is talked to over TCP or TLS.
import { connectStream, type NetFailure, openUdp, type Stream, type Trust, type UdpSocket } from '@openparley/net'
import {
  type Hop,
  type Malformed,
  messageStream,
  parseMessage,
  type SipMessage,
  writeMessage,
} from '@openparley/protocols/sip'

export interface FlowsOptions {
  readonly localAddress: string
  readonly trust: Trust
  /** For whom the certificate of an address must be made out. */
  readonly nameOf: (address: string) => string
  readonly onMessage: (message: SipMessage, hop: Hop) => void
  readonly onMalformed: (malformed: Malformed, hop: Hop) => void
  /** A connection is gone: what waits on it should not wait longer. */
  readonly onLost: (hop: Hop, failure: NetFailure | undefined) => void
  /** The other end of a connection has answered a `ping`. */
  readonly onPong?: (hop: Hop) => void
  readonly connectTimeoutMs: number
}

export interface Flows {
  readonly udp: UdpSocket
  /** Our own address as the other end of this hop sees it. */
  localOf(hop: Hop): { readonly address: string; readonly port: number }
  send(message: SipMessage, hop: Hop, failed: (failure: NetFailure | undefined) => void): void
  /** Two line ends (RFC 5626 §3.5.1): they keep the way open, and who knows them answers over a connection. */
  ping(hop: Hop): void
  /** Has no more to do with a connection that is dead: the next message opens another. */
  drop(hop: Hop): void
  /** Opens the connection of a hop, if it needs one. Rejects with a NetFailure. */
  open(hop: Hop): Promise<void>
  close(): Promise<void>
}

export async function openFlows(options: FlowsOptions): Promise<Flows> {
  const streams = new Map<string, Stream>()
  const opening = new Map<string, Promise<Stream>>()
  let closed = false

  const udp = await openUdp({
    address: options.localAddress,
    port: 0,
    receiveBuffer: 1 << 20,
    onMessage: (bytes, address, port) => {
      // A keep-alive, or its answer.
      if (bytes.length <= 4) return
      take(parseMessage(bytes), { transport: 'udp', address, port })
    },
  })
  const take = (message: SipMessage | Malformed, hop: Hop): void => {
    if (message.kind === 'malformed') options.onMalformed(message, hop)
    else options.onMessage(message, hop)
  }
  const connect = async (hop: Hop): Promise<Stream> => {
    const key = keyOf(hop)
    const codec = messageStream()
    const from: Hop = { ...hop, flow: key }
    let stream: Stream | undefined
    stream = await connectStream({
      address: hop.address,
      port: hop.port,
      localAddress: options.localAddress,
      timeoutMs: options.connectTimeoutMs,
      ...(hop.transport === 'tls' ? { tls: { trust: options.trust, name: options.nameOf(hop.address) } } : {}),
      onData: (bytes) => {
        const items = codec.push(bytes)
        for (const [i, item] of items.entries()) {
          if (item.kind === 'ping') stream?.send(Buffer.from('\r\n'))
          else if (item.kind === 'lost') stream?.close()
          else if (item.kind !== 'pong') take(item, from)
          // The first half of theirs is no answer to ours.
          else if (items[i + 1]?.kind !== 'ping') options.onPong?.(hop)
        }
      },
      onClose: (failure) => {
        if (streams.get(key) !== stream) return
        streams.delete(key)
        if (!closed) options.onLost(hop, failure)
      },
    })
    if (closed) stream.close()
    streams.set(key, stream)
    return stream
  }
  const streamTo = (hop: Hop): Stream | Promise<Stream> => {
    const key = keyOf(hop)
    const known = streams.get(key) ?? opening.get(key)
    if (known) return known
    const started = connect(hop).finally(() => opening.delete(key))
    opening.set(key, started)
    return started
  }
  return {
    udp,
    localOf: (hop) =>
      hop.transport === 'udp' ? udp : (streams.get(keyOf(hop))?.local ?? { address: udp.address, port: udp.port }),
    open: async (hop) => {
      if (hop.transport !== 'udp') await streamTo(hop)
    },
    send: (message, hop, failed) => {
      const bytes = writeMessage(message)
      if (hop.transport === 'udp') return udp.send(bytes, hop.address, hop.port, failed)
      const stream = streamTo(hop)
      const push = (to: Stream): void => {
        if (!to.send(bytes)) failed(undefined)
      }
      if (stream instanceof Promise) stream.then(push, failed)
      else push(stream)
    },
    ping: (hop) => {
      if (hop.transport === 'udp') udp.send(twoLineEnds, hop.address, hop.port)
      else streams.get(keyOf(hop))?.send(twoLineEnds)
    },
    drop: (hop) => {
      const stream = streams.get(keyOf(hop))
      streams.delete(keyOf(hop))
      stream?.close()
    },
    close: async () => {
      closed = true
      for (const stream of streams.values()) stream.close()
      await udp.close()
    },
  }
}

function keyOf({ transport, address, port }: Hop): string {
  return `${transport} ${address} ${port}`
}

const twoLineEnds = Buffer.from('\r\n\r\n')
