// Locating servers, RFC 3263: from a URI to the hops to try, best first. Look-ups are the resolver's; order and chance are decided here.
import type { Dice } from '../common/index.ts'
import { numericHop } from './client-requests.ts'
import type { Hop } from './transactions.ts'
import type { SipUri } from './uri.ts'
import { writeUri } from './uri.ts'

/** Each gives an empty list where there is no such record. */
export interface HopResolver {
  naptr(
    name: string,
  ): Promise<readonly { service: string; replacement: string; order: number; preference: number; flags: string }[]>
  srv(name: string): Promise<readonly Srv[]>
  addresses(name: string): Promise<readonly string[]>
}

interface Srv {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

type Transport = Hop['transport']

/** No hop: the name has no address. */
export async function resolveHops(uri: SipUri, dns: HopResolver, dice: Pick<Dice, 'roll'>): Promise<Hop[]> {
  const numeric = numericHop(writeUri(uri))
  if (numeric) return [numeric]
  const host = uri.params.get('maddr') ?? uri.host
  const named = transportNamed(uri)
  // An explicit port skips SRV (§4.2).
  if (uri.port !== undefined) return addressHops(host, uri.port, named ?? plain(uri), dns)
  const services = named
    ? [{ transport: named, name: srvName(host, named) }]
    : await naptrServices(host, uri.scheme, dns)
  const candidates =
    services.length > 0
      ? services
      : transportsOf(uri.scheme).map((transport) => ({ transport, name: srvName(host, transport) }))
  const hops: Hop[] = []
  for (const { transport, name } of candidates) {
    for (const record of orderSrv(await dns.srv(name), dice))
      hops.push(...(await addressHops(record.name, record.port, transport, dns)))
    // Without NAPTR the first transport that has SRV records is taken.
    if (services.length === 0 && hops.length > 0) break
  }
  if (hops.length > 0) return hops
  const transport = named ?? plain(uri)
  return addressHops(host, transport === 'tls' ? 5061 : 5060, transport, dns)
}

/** RFC 2782: by priority, and within one by chance in proportion to the weight. */
export function orderSrv(records: readonly Srv[], dice: Pick<Dice, 'roll'>): Srv[] {
  const ordered: Srv[] = []
  const left = records
    .filter(({ name }) => name !== '.' && name !== '')
    .sort((a, b) => a.priority - b.priority || a.weight - b.weight)
  while (left.length > 0) {
    const first = left[0] as Srv
    const same = left.filter(({ priority }) => priority === first.priority)
    let at = Math.floor(dice.roll() * (same.reduce((sum, { weight }) => sum + weight, 0) + 1))
    const chosen = same.find(({ weight }) => {
      at -= weight
      return at <= 0
    })
    const taken = chosen ?? first
    ordered.push(taken)
    left.splice(left.indexOf(taken), 1)
  }
  return ordered
}

async function naptrServices(
  host: string,
  scheme: string,
  dns: HopResolver,
): Promise<{ transport: Transport; name: string }[]> {
  const known: Record<string, Transport> = { 'SIP+D2U': 'udp', 'SIP+D2T': 'tcp', 'SIPS+D2T': 'tls' }
  const records = (await dns.naptr(host)).filter(
    ({ service, flags }) => /^s$/i.test(flags) && known[service.toUpperCase()] !== undefined,
  )
  return records
    .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
    .map(({ service, replacement }) => ({ transport: known[service.toUpperCase()] as Transport, name: replacement }))
    .filter(({ transport }) => scheme === 'sip' || transport === 'tls')
}

async function addressHops(name: string, port: number, transport: Transport, dns: HopResolver): Promise<Hop[]> {
  return (await dns.addresses(name)).map((address) => ({ transport, address, port }))
}

function transportNamed(uri: SipUri): Transport | undefined {
  const named = uri.params.get('transport')?.toLowerCase()
  if (uri.scheme === 'sips') return 'tls'
  return named === 'udp' || named === 'tcp' || named === 'tls' ? named : undefined
}

function plain(uri: SipUri): Transport {
  return uri.scheme === 'sips' ? 'tls' : 'udp'
}

function transportsOf(scheme: string): Transport[] {
  return scheme === 'sips' ? ['tls'] : ['udp', 'tcp', 'tls']
}

function srvName(host: string, transport: Transport): string {
  return transport === 'tls' ? `_sips._tcp.${host}` : `_sip._${transport}.${host}`
}
