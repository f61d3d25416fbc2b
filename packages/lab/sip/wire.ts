// The lab's SIP sockets: UDP, TCP and TLS, with the faults that belong to the wire.
import { listenStream, type Stream } from '@openparley/net'
import type { Dice } from '@openparley/protocols/common'
import {
  type Hop,
  type Malformed,
  messageStream,
  parseMessage,
  type SipMessage,
  writeMessage,
} from '@openparley/protocols/sip'
import { listenBoth } from '../both.ts'
import type { FaultSet } from '../faults.ts'

export interface WireOptions {
  /** 0: any. */
  readonly port: number
  readonly tlsPort: number
  readonly tls: { readonly key: string; readonly cert: string }
  readonly faults: FaultSet
  readonly dice: Dice
  readonly onMessage: (message: SipMessage, hop: Hop) => void
  readonly onMalformed: (malformed: Malformed, hop: Hop) => void
}

export interface Wire {
  readonly ports: { readonly udp: number; readonly tcp: number; readonly tls: number }
  /** False where there is no way: the connection is gone. */
  send(message: SipMessage, hop: Hop): boolean
  close(): Promise<void>
}

export async function openWire(options: WireOptions): Promise<Wire> {
  const { faults, dice } = options
  const streams = new Map<string, Stream>()
  let closed = false
  const timers = new Set<NodeJS.Timeout>()
  const later = (ms: number, act: () => void): void => {
    if (ms <= 0) return act()
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!closed) act()
    }, ms)
    timers.add(timer)
  }
  const isLost = (): boolean => dice.roll() * 100 < faults.value('sip-drop')

  const take = (message: SipMessage | Malformed, hop: Hop, raw: (bytes: Uint8Array) => void): void => {
    if (faults.has('silent')) return
    if (faults.has('garbage')) return raw(Buffer.from('HTTP/1.1 418 I am a teapot\r\n\r\n\u0000\u0001\u0002'))
    later(faults.value('slow'), () => {
      if (message.kind === 'malformed') options.onMalformed(message, hop)
      else options.onMessage(message, hop)
    })
  }
  const { udp, tcp } = await listenBoth({
    address: '127.0.0.1',
    port: options.port,
    receiveBuffer: 1 << 20,
    mostConnections: 1000,
    onMessage: (bytes, address, port) => {
      if (bytes.length <= 4 || isLost()) return
      const hop: Hop = { transport: 'udp', address, port }
      take(parseMessage(bytes), hop, (raw) => udp.send(raw, address, port))
    },
    onStream: (stream) => attend(stream, 'tcp'),
  })
  const tls = await listenStream({
    address: '127.0.0.1',
    port: options.tlsPort,
    ...(faults.has('not-tls') ? {} : { tls: options.tls }),
    mostConnections: 1000,
    onStream: (stream) => attend(stream, 'tls'),
  })

  function attend(stream: Stream, transport: 'tcp' | 'tls'): { onData(bytes: Buffer): void; onClose(): void } {
    const { address, port } = stream.remote
    const flow = `${transport} ${address} ${port}`
    const codec = messageStream()
    streams.set(flow, stream)
    return {
      onData: (bytes) => {
        if (faults.has('hang-up') || (transport === 'tls' && faults.has('not-tls'))) return stream.close()
        for (const item of codec.push(bytes)) {
          if (item.kind === 'ping') stream.send(Buffer.from('\r\n'))
          else if (item.kind === 'lost') stream.close()
          else if (item.kind !== 'pong') take(item, { transport, address, port, flow }, (raw) => void stream.send(raw))
        }
      },
      onClose: () => {
        streams.delete(flow)
      },
    }
  }

  return {
    ports: { udp: udp.port, tcp: tcp.port, tls: tls.port },
    send: (message, hop) => {
      const bytes = writeMessage(message)
      if (hop.transport === 'udp') {
        if (!isLost()) udp.send(bytes, hop.address, hop.port)
        return true
      }
      return streams.get(`${hop.transport} ${hop.address} ${hop.port}`)?.send(bytes) ?? false
    },
    close: async () => {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all([udp.close(), tcp.close(), tls.close()])
    },
  }
}
