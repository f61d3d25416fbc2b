// CSTA over TCP (ECMA-323 Annex J), plain or with TLS.
import { errorValue } from '@openparley/contract'
import { connectStream, type DnsResolver, netFailure, type Trust } from '@openparley/net'
import { FrameReader, writeFrame } from '@openparley/protocols/csta'
import type { Carry } from './carry.ts'
import { networkValue } from './causes.ts'

export interface TcpOptions {
  readonly dns: () => DnsResolver
  readonly tls: Trust | undefined
}

export function overTcp({ dns, tls: trust }: TcpOptions): Carry {
  return async (server, { signal, received, garbled, over }) => {
    const { host, port } = placeOf(server, trust !== undefined)
    const frames = new FrameReader()
    try {
      const [address = host] = await addressesOf(host, dns())
      const stream = await connectStream({
        address,
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

function placeOf(server: string, tls: boolean): { readonly host: string; readonly port: number } {
  const [, v6, name = '', port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? []
  return { host: v6 ?? name, port: Number(port ?? (tls ? 4722 : 4721)) }
}

async function addressesOf(host: string, dns: DnsResolver): Promise<readonly string[]> {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return [host]
  return dns.addresses(host)
}

const connectMs = 10_000
