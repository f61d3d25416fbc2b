// How a SIP link is reached: the sockets on the address that leads to its server, and the URIs that say so. The address may change.
import type { Settings } from '@openparley/contract'
import type { Network } from '@openparley/net'
import { type Hop, type HopResolver, resolveHops, type SipUri, writeUri } from '@openparley/protocols/sip'
import type { World } from '../../runtime/world.ts'
import type { Flows, FlowsOptions } from './flows.ts'
import type { Wires } from './wires.ts'

export interface ReachingOptions
  extends Pick<Required<FlowsOptions>, 'onLost' | 'onMalformed' | 'onMessage' | 'onPong'> {
  readonly world: World
  readonly settings: Settings
  readonly network: Network
  readonly wires: Wires
  readonly dns: HopResolver
  /** The user part of our Contact. */
  readonly user: string
  /** The host of our address. */
  readonly host: string
}

export interface Reaching {
  readonly flows: Flows | undefined
  /** Our address now; undefined while there are no sockets. */
  readonly localAddress: string | undefined
  /** Our address on the way to there: the one that is set, or as the system has it. Rejects where there is no way. */
  addressFor(remote: string): Promise<string>
  /** Our address and port as the other end of this hop sees them. */
  sentBy(hop: Hop): string
  contact(hop: Hop): string
  /** RFC 3263: the addresses of a server, best first. */
  hopsOf(uri: SipUri): Promise<Hop[]>
  /** Opens the way to an address of the server. `moves`: from our address on the way there, where it is another one now. */
  open(hop: Hop, uri: SipUri, moves: boolean): Promise<void>
  /** The addresses of these servers that are known, but for that one. */
  others(servers: readonly SipUri[], hop: Hop): Hop[]
  isTrusted(address: string): boolean
  /** Requests are taken from there, too. */
  trust(address: string): void
  close(): Promise<void>
}

export function reaching(options: ReachingOptions): Reaching {
  const { settings, network, wires, user } = options
  const fixed = settings['softphone.localAddress']
  const names = new Map<string, string>()
  const known = new Map<string, readonly Hop[]>()
  const trusted = new Set<string>(settings['softphone.acceptFrom'])
  let stands: { readonly on: string; readonly flows: Flows } | undefined
  let opening: { readonly on: string; readonly flows: Promise<Flows> } | undefined
  let closed = false

  const addressFor = async (remote: string): Promise<string> => fixed ?? network.addressFor(remote)
  const openOn = (on: string): Promise<Flows> =>
    wires.open(`sip:${user}@${options.host}`, {
      localAddress: on,
      trust: {
        verify: settings['softphone.tls.verify'],
        ...(settings['softphone.tls.ca'] === undefined ? {} : { ca: settings['softphone.tls.ca'] }),
      },
      nameOf: (remote) => names.get(remote) ?? remote,
      connectTimeoutMs,
      onMessage: options.onMessage,
      onMalformed: options.onMalformed,
      onLost: options.onLost,
      onPong: options.onPong,
    })
  const stand = async (on: string): Promise<Flows> => {
    if (stands?.on === on) return stands.flows
    if (opening?.on !== on) {
      const flows = openOn(on)
      opening = { on, flows }
      flows
        .catch(() => {})
        .finally(() => {
          if (opening?.flows === flows) opening = undefined
        })
    }
    const flows = await opening.flows
    if (closed) await flows.close()
    else if (stands?.flows !== flows) {
      const before = stands
      stands = { on, flows }
      void before?.flows.close()
    }
    return flows
  }
  const localAt = (hop: Hop): string => {
    const { address = '', port = 0 } = stands?.flows.localOf(hop) ?? {}
    return `${address.includes(':') ? `[${address}]` : address}:${port}`
  }
  return {
    get flows() {
      return stands?.flows
    },
    get localAddress() {
      return stands?.on
    },
    addressFor,
    sentBy: localAt,
    contact: (hop) => {
      const transport = hop.transport === 'udp' ? '' : `;transport=${hop.transport === 'tls' ? 'tls' : 'tcp'}`
      return `sip:${user}@${localAt(hop)}${transport}`
    },
    hopsOf: async (uri) => {
      const hops = await resolveHops(uri, options.dns, options.world.dice)
      for (const { address } of hops) names.set(address, uri.host.replace(/^\[|\]$/g, ''))
      known.set(writeUri(uri), hops)
      return hops
    },
    open: async (hop, uri, moves) => {
      const on = stands && !moves ? stands.on : await addressFor(hop.address)
      const flows = await stand(on)
      names.set(hop.address, uri.host.replace(/^\[|\]$/g, ''))
      await flows.open(hop)
      trusted.add(hop.address)
    },
    others: (servers, { transport, address, port }) =>
      servers
        .flatMap((uri) => known.get(writeUri(uri)) ?? [])
        .filter((each) => each.transport !== transport || each.address !== address || each.port !== port)
        .slice(0, mostOthers),
    isTrusted: (address) => trusted.has(address),
    trust: (address) => void trusted.add(address),
    close: async () => {
      closed = true
      await stands?.flows.close()
    },
  }
}

const connectTimeoutMs = 5000
/** An INVITE that goes round more servers than that finds nobody who waits for it. */
const mostOthers = 4
