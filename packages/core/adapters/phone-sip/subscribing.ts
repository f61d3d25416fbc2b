// A subscription of the phone's own, as its user asks for it.
import type { SipLink } from '../../links/sip/index.ts'

export interface Subscribing {
  /** Names the subscription, among all of the link. */
  readonly subscription: string
  readonly uri: string
  /** The event package. */
  readonly event: string
}

/** False while there is no server. */
export function subscribe(link: SipLink, { subscription, uri, event }: Subscribing): boolean {
  const way = link.way()
  if (!way) return false
  const { contact, hop } = way
  const { address: from } = link
  link.feed({ type: 'subscribe', subscription, uri, from, to: `<${uri}>`, event, expiresS, contact, hop })
  return true
}

export function unsubscribe(link: SipLink, subscription: string): void {
  link.feed({ type: 'unsubscribe', subscription })
}

const expiresS = 3600
