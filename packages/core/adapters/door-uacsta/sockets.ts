// Where host applications come in: UDP and TCP at one port, on loopback alone.
import { listenStream, openUdp, type Stream } from '@openparley/net'
import { type Hop, messageStream, parseMessage, type SipMessage, writeMessage } from '@openparley/protocols/sip'

export interface Sockets {
  readonly port: number
  /** False where there is no way: the connection is gone. */
  send(message: SipMessage, hop: Hop): boolean
  close(): Promise<void>
}

/** Rejects with a NetFailure. */
export async function listenLoopback(
  port: number,
  onMessage: (message: SipMessage, hop: Hop) => void,
  onLost: (hop: Hop) => void,
): Promise<Sockets> {
  const streams = new Map<string, Stream>()
  const listener = await listenStream({
    address,
    port,
    mostConnections,
    onStream: (stream) => {
      const { address: from, port: at } = stream.remote
      const flow = `tcp ${from} ${at}`
      const hop: Hop = { transport: 'tcp', address: from, port: at, flow }
      const codec = messageStream()
      streams.set(flow, stream)
      return {
        onData: (bytes) => {
          for (const item of codec.push(bytes)) {
            if (item.kind === 'ping') stream.send(Buffer.from('\r\n'))
            else if (item.kind === 'lost') stream.close()
            else if (item.kind === 'request' || item.kind === 'response') onMessage(item, hop)
          }
        },
        onClose: () => {
          streams.delete(flow)
          onLost(hop)
        },
      }
    },
  })
  try {
    const udp = await openUdp({
      address,
      port: listener.port,
      onMessage: (bytes, from, at) => {
        const message = parseMessage(bytes)
        if (message.kind !== 'malformed') onMessage(message, { transport: 'udp', address: from, port: at })
      },
    })
    return {
      port: listener.port,
      send: (message, hop) => {
        const bytes = writeMessage(message)
        if (hop.transport !== 'udp')
          return streams.get(`${hop.transport} ${hop.address} ${hop.port}`)?.send(bytes) ?? false
        udp.send(bytes, hop.address, hop.port)
        return true
      },
      close: async () => {
        await Promise.all([udp.close(), listener.close()])
      },
    }
  } catch (error) {
    await listener.close()
    throw error
  }
}

const address = '127.0.0.1'
const mostConnections = 16
