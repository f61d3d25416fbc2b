// Presence over SIP (RFC 3856, RFC 3903): the person's own is published, and that of others watched, by the phone's registration.
import type { Settings } from '@openparley/contract'
import type { SharedLink, SipPart } from '../../links/sip/index.ts'
import type { World } from '../../runtime/world.ts'
import type { ContactsEvent } from '../../services/contacts/port.ts'
import type { PresencePort } from '../../services/presence/port.ts'
import { Publishing } from './publishing.ts'
import { Watched } from './watched.ts'

export interface SipPresenceOptions {
  readonly world: World
  readonly link: SharedLink
  readonly settings: () => Settings
  /** Whether the server tells others. */
  readonly published: (is: boolean) => void
  readonly tell: (event: ContactsEvent) => void
  /** No server keeps a list: those who are watched are the list. */
  readonly isList: () => boolean
}

export interface SipPresence extends PresencePort {
  /** A setting has changed, or whether there is a list. */
  look(): void
  /** Those who are watched may have come onto the list. */
  again(): void
}

export function sipPresence({ world, link, settings, published, tell, isList }: SipPresenceOptions): SipPresence {
  let own: Parameters<PresencePort['publish']>[0] | undefined
  let listed = '[]'
  const publishing = new Publishing({ world, link, published })
  const watched = new Watched({
    world,
    link,
    part: () => part,
    tell: (address, presence) => tell({ type: 'presence', address, source: 'sip', presence }),
    listed: () => list(),
  })
  const look = (): void => {
    publishing.want(settings()['presence.sip.publish'] ? own : undefined)
    watched.want([...new Set(named())], settings()['presence.sip.lists'])
    list()
  }
  const named = (): string[] => settings()['presence.sip.watch'].map((address) => address.toLowerCase())
  const list = (): void => {
    const all = new Map<string, string | undefined>(named().map((address) => [address, undefined]))
    for (const { address, name } of watched.members) all.set(address, all.get(address) ?? name)
    const now = isList() ? JSON.stringify([...all]) : '[]'
    if (now === listed) return
    listed = now
    if (!isList()) return
    const contacts = [...all].map(([address, name]) => ({ address, name, groups: [], sees: 'to' as const }))
    tell({ type: 'list', contacts })
  }
  const part: SipPart = {
    ready: (is) => {
      publishing.ready(is)
      watched.ready(is)
      look()
    },
    leaving: async () => {
      watched.end()
      await publishing.end()
    },
    subscription: (subscription, event) => watched.event(subscription, event),
  }
  link.use(part)
  return {
    look,
    again: () => watched.again(),
    publish: (next) => {
      own = next
      look()
    },
  }
}
