// CSTA over TCP (ECMA-323 Annex J), plain or with TLS.
import { errorValue } from '@openparley/contract'
import { addressOf, connectStream, type DnsResolver, netFailure, placeOf, type Trust } from '@openparley/net'
import { FrameReader, writeFrame } from '@openparley/protocols/csta'
import type { Carry } from './carry.ts'
import { networkValue } from '../../runtime/network-causes.ts'

export interface TcpOptions {
  readonly dns: () => DnsResolver
  readonly tls: Trust | undefined
}

export function overTcp({ dns, tls: trust }: TcpOptions): Carry {
  return async (server, { signal, received, garbled, over }) => {
    const { host, port = trust ? usualPort.tls : usualPort.plain } = placeOf(server)
    const frames = new FrameReader()
    try {
      const stream = await connectStream({
        address: await addressOf(host, dns()),
        port,
        timeoutMs: connectMs,
        signal,
        ...(trust ? { tls: { trust, name: host } } : {}),
        onData: (bytes) => {
          for (const frame of frames.push(bytes)) {
            if ('fault' in frame) garbled(frame.fault)
            else received(frame.invokeId, frame.text)
          }
        },
        onClose: () => over(errorValue('server-closed')),
      })
      return {
        send: ({ invokeId, text }) => void stream.send(writeFrame({ invokeId, text })),
        close: async () => stream.close(),
      }
    } catch (error) {
      return networkValue(netFailure(error))
    }
  }
}

/** Plain, and with TLS. */
const usualPort = { plain: 4721, tls: 4722 }
const connectMs = 10_000
