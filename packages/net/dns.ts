// Names to addresses, with a time limit.
import { lookup, Resolver as NodeResolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isThisMachine } from './place.ts'

export interface SrvRecord {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

export interface NaptrRecord {
  readonly service: string
  readonly replacement: string
  readonly order: number
  readonly preference: number
  readonly flags: string
}

/** What became of a question, where it matters why there is nothing. */
export type SrvAnswer =
  | { readonly is: 'found'; readonly records: readonly SrvRecord[] }
  /** The name does not exist, or has no such record. */
  | { readonly is: 'nothing' }
  | { readonly is: 'silent' }
  /** The server cannot or will not answer. `system`: SERVFAIL, REFUSED, … */
  | { readonly is: 'failed'; readonly system: string }

/** Each gives an empty list where there is no such record, or no answer in time. */
export interface DnsResolver {
  naptr(name: string): Promise<NaptrRecord[]>
  srv(name: string): Promise<SrvRecord[]>
  /** The same with its reason. */
  askSrv(name: string): Promise<SrvAnswer>
  /** IPv4 and IPv6 addresses, in the order of preference of this machine. */
  addresses(name: string): Promise<string[]>
}

/** `servers`: addresses of DNS servers, those of the system unless said. */
export function dnsResolver(servers?: readonly string[], timeoutMs = 1500): DnsResolver {
  const resolver = new NodeResolver({ timeout: timeoutMs, tries: 2 })
  if (servers) resolver.setServers([...servers])
  return {
    naptr: async (name) => (isIP(name) ? [] : resolver.resolveNaptr(name).catch(nothing)),
    srv: async (name) => (isIP(name) ? [] : resolver.resolveSrv(name).catch(nothing)),
    askSrv: async (name) => {
      try {
        return { is: 'found', records: await resolver.resolveSrv(name) }
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException
        if (code === 'ENOTFOUND' || code === 'ENODATA') return { is: 'nothing' }
        if (code === 'ETIMEOUT' || code === 'ECONNREFUSED' || code === 'ECANCELLED') return { is: 'silent' }
        return { is: 'failed', system: code.replace(/^E/, '') }
      }
    },
    addresses: async (name) => {
      if (isIP(name)) return [name]
      // No server says where this machine is (RFC 6761 §6.3).
      if (servers && isThisMachine(name)) return ['127.0.0.1', '::1']
      if (servers) {
        const [v4, v6] = await Promise.all([
          resolver.resolve4(name).catch(nothing),
          resolver.resolve6(name).catch(nothing),
        ])
        return [...v4, ...v6]
      }
      // The system's own way knows the hosts file, too.
      return (await lookup(name, { all: true }).catch(nothing)).map(({ address }) => address)
    },
  }
}

function nothing(): never[] {
  return []
}
