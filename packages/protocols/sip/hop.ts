// Where a message goes or came from, one step away: RFC 3261 §18, RFC 3263.

export type Transport = 'udp' | 'tcp' | 'tls'

export interface Hop {
  readonly transport: Transport
  /** An IP address without brackets. */
  readonly address: string
  /** 1–65535. */
  readonly port: number
  /** The id of an open connection that must be used while it is open (responses, RFC 3261 §18.2.2; RFC 5626). */
  readonly flow?: string
  /** The name that a TLS certificate must bear (RFC 5922); the address unless said. */
  readonly name?: string
}

export function isReliable(hop: Hop): boolean {
  return hop.transport !== 'udp'
}

/** Equal for two hops that share one way: the flow where there is one. */
export function hopKey(hop: Hop): string {
  return hop.flow === undefined ? `${hop.transport} ${hop.address} ${hop.port}` : `flow ${hop.flow}`
}

/** The port where a transport has none of its own said (RFC 3261 §19.1.2). */
export function defaultPort(transport: Transport): number {
  return transport === 'tls' ? 5061 : 5060
}
