// Where the link stands: with which server, under which Contact; and the looks at whether that is so any more.
import { NetFailure, type Network, type NetworkChange, netFailure } from '@openparley/net'
import type { Field, Hop, SipResponse, SipUri } from '@openparley/protocols/sip'
import { networkFailure } from './causes.ts'
import { readOutbound } from './outbound.ts'
import type { Reaching } from './reaching.ts'
import type { Registering } from './registering.ts'

export interface StandingAtOptions {
  readonly network: Network
  readonly way: Reaching
  readonly registration: Registering
  readonly servers: readonly SipUri[]
  readonly isDevice: boolean
  /** `flowTimerS`: how long the server waits for a sign of life, where it says so. */
  readonly keepAlive: (hop: Hop, flowTimerS: number | undefined) => void
  /** The server reaches us at another address than before, or it is another server. */
  readonly moved: () => void
}

export interface StandingAt {
  /** The way to a server stands; `response`: it has registered us. */
  stand(hop: Hop, response?: SipResponse): void
  /** Under which URI others reach us: where the server said so, by the connection that we made (RFC 5626 §4.3). */
  contact(hop: Hop): string
  /** Where we were: it is taken back in the request that says where we are. */
  leftBehind(hop: Hop): readonly Field[]
  /** Something may have changed; `unsent`: what went out came no further than this machine. */
  look(why: NetworkChange | 'unsent'): Promise<void>
  stop(): void
}

export function standingAt(options: StandingAtOptions): StandingAt {
  const { network, registration, servers, way } = options
  let stands: { readonly contact: string; readonly server: string; readonly isOutbound: boolean } | undefined
  let looking = false

  const look = async (why: NetworkChange | 'unsent'): Promise<void> => {
    const { hop } = registration
    if (looking) return
    if (!hop) return why === 'unsent' ? undefined : registration.moved()
    looking = true
    const address = await way.addressFor(hop.address).catch(netFailure)
    looking = false
    if (address instanceof NetFailure) return registration.failedAt(hop, networkFailure(address))
    const isBack = why === 'addresses' && !registration.isRegistered && !registration.isTrying
    if (why === 'woke' || isBack || address !== way.localAddress) registration.moved()
  }
  /** For calls that this server does not take; and theirs may come by another one of the house. */
  const lookUp = async (): Promise<void> => {
    for (const uri of servers) {
      const known = way.others([uri], nowhere)
      for (const { address } of known.length > 0 ? known : await way.hopsOf(uri)) way.trust(address)
    }
  }
  const stop = network.watch((change) => void look(change))
  return {
    stand: (hop, response) => {
      const { isTaken, flowTimerS } = response ? readOutbound(response.headers) : none
      const before = stands
      const server = `${hop.transport} ${hop.address} ${hop.port}`
      stands = { contact: way.contact(hop), server, isOutbound: isTaken }
      if (response) options.keepAlive(hop, flowTimerS)
      if (!options.isDevice) void lookUp()
      if (before && (before.contact !== stands.contact || before.server !== server)) options.moved()
    },
    contact: (hop) => `${way.contact(hop)}${stands?.isOutbound ? ';ob' : ''}`,
    leftBehind: (hop) => {
      // A server that knows the device itself needs no such word.
      if (!stands || stands.isOutbound || options.isDevice || stands.contact === way.contact(hop)) return []
      return [['Contact', `<${stands.contact}>;expires=0`]]
    },
    look,
    stop,
  }
}

const none = { isTaken: false, flowTimerS: undefined }
const nowhere: Hop = { transport: 'udp', address: '', port: 0 }
