// A server as settings name it, and where that is.
import { isIP } from 'node:net'
import type { DnsResolver } from './dns.ts'
import { NetFailure } from './failure.ts'

/** host:port, [v6]:port, or a host alone. */
export function placeOf(server: string): { readonly host: string; readonly port: number | undefined } {
  const [, host = server, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(server) ?? []
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? undefined : Number(port) }
}

/** The first of its addresses. Rejects with a NetFailure where it has none. */
export async function addressOf(host: string, dns: Pick<DnsResolver, 'addresses'>): Promise<string> {
  const [address] = await dns.addresses(host)
  if (address === undefined) throw new NetFailure('unresolved', host)
  return address
}

/** Whether a host, a name or an address, is this machine by loopback: what goes there in the clear nobody else reads. */
export function isThisMachine(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}
