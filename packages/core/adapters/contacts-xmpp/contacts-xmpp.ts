// Contacts over XMPP: the roster and subscriptions (RFC 6121 §2, §3), presence of others (§4), blocking (XEP-0191).
import { type Availability, type ErrorCode, ParleyError } from '@openparley/contract'
import {
  bareOf,
  isAddress,
  resourceOf,
  type Stanza,
  StanzaFailure,
  type XmppLink,
  xml,
} from '../../links/xmpp/index.ts'
import type { ContactsEvent, ContactsPort, Listed } from '../../services/contacts/port.ts'
import { cardOf, publishCard } from './cards.ts'
import { photoIn, photos } from './photos.ts'
import { activityIn, presenceIn } from './presences.ts'

export interface XmppContactsOptions {
  readonly link: XmppLink
  readonly wall: () => string
  readonly tell: (event: ContactsEvent) => void
}

export function xmppContacts({ link, wall, tell }: XmppContactsOptions): ContactsPort {
  /** What each person last said that they do, by address: it is told apart from how they are. */
  const activities = new Map<string, Availability>()
  /** The last word of each of their clients, for when the activity changes. */
  const words = new Map<string, Map<string, Stanza>>()

  const pictures = photos(link)
  /** Those that are told of before the list that they are of. */
  const pictured = new Map<string, string | undefined>()
  const pictureOf = (address: string, photo: string | undefined): void => {
    if (pictured.has(address) || pictured.size < mostPeople) pictured.set(address, photo)
    tell({ type: 'photo', address, photo })
  }
  const refused = async <T>(asked: Promise<T>): Promise<T> => {
    try {
      return await asked
    } catch (error) {
      throw error instanceof ParleyError ? error : refusal(error)
    }
  }
  const ask = async (child: Stanza): Promise<Stanza | undefined> => {
    return refused(link.ask('set', undefined, child))
  }
  const subscription = (type: string, to: string): void => {
    if (!link.send(xml('presence', { type, to }))) throw new ParleyError('contacts-unavailable')
  }
  const fetch = async (): Promise<void> => {
    try {
      const query = await link.ask('get', undefined, xml('query', { xmlns: roster }))
      // An answer without a list was too large to be taken.
      if (query) tell({ type: 'list', contacts: query.getChildren('item').flatMap((item) => listedIn(item) ?? []) })
      // Presences may have come before the list that they are of.
      for (const address of words.keys()) told(address)
      for (const [address, photo] of pictured) tell({ type: 'photo', address, photo })
    } catch (error) {
      // The stream broke: it is asked again when it stands.
      if (!(error instanceof StanzaFailure)) throw error
    }
    try {
      const list = await link.ask('get', undefined, xml('blocklist', { xmlns: blocking }))
      blocked = new Set((list?.getChildren('item') ?? []).map((item) => bareOf(item.attrs['jid'] ?? '')))
      tell({ type: 'blocked', addresses: [...blocked] })
    } catch (error) {
      // A server that cannot block blocks nobody.
      if (!(error instanceof StanzaFailure)) throw error
    }
  }
  let blocked = new Set<string>()

  const told = (from: string): void => {
    const address = bareOf(from)
    for (const [resource, stanza] of words.get(address) ?? [])
      tell({
        type: 'presence',
        address,
        source: `xmpp/${resource}`,
        presence: presenceIn(stanza, activities.get(address), wall()),
      })
  }
  const heard = (stanza: Stanza): boolean => {
    const { from = '', type } = stanza.attrs
    const address = bareOf(from)
    if (stanza.getChild('x', 'http://jabber.org/protocol/muc#user')) return false
    switch (type) {
      case undefined:
      case 'unavailable': {
        const known = words.get(address) ?? new Map<string, Stanza>()
        if (type === undefined) known.set(resourceOf(from), stanza)
        else known.delete(resourceOf(from))
        if (known.size > mostClients || (!words.has(address) && words.size >= mostPeople)) return true
        if (known.size > 0) words.set(address, known)
        else words.delete(address)
        // The last one that leaves says when they were there; of the others that leave nothing is left.
        if (type === 'unavailable') {
          tell({ type: 'presence', address, source: `xmpp/${resourceOf(from)}`, presence: undefined })
          const presence = known.size === 0 ? presenceIn(stanza, undefined, wall()) : undefined
          tell({ type: 'presence', address, source: 'xmpp', presence })
        } else {
          tell({ type: 'presence', address, source: 'xmpp', presence: undefined })
          told(from)
          const photo = photoIn(stanza)
          if (photo !== undefined) pictureOf(address, photo === '' ? undefined : photo)
        }
        return true
      }
      case 'subscribe': {
        const name = stanza.getChildText('nick', 'http://jabber.org/protocol/nick') ?? undefined
        const note = stanza.getChildText('status') ?? undefined
        const short = { ...(name ? { name: name.slice(0, 256) } : {}), ...(note ? { note: note.slice(0, 1024) } : {}) }
        tell({ type: 'request', request: { from: address, ...short } })
        return true
      }
      case 'unsubscribe':
        tell({ type: 'request-over', address })
        return true
      default:
        return false
    }
  }
  /** What somebody publishes by PEP comes from their own address and no other (XEP-0163 §4.3). */
  const published = (stanza: Stanza): boolean => {
    if (pictures.published(stanza, pictureOf)) return true
    const items = stanza
      .getChild('event', 'http://jabber.org/protocol/pubsub#event')
      ?.getChildren('items')
      .find((each) => each.attrs['node'] === 'http://jabber.org/protocol/activity')
    if (!items) return false
    const from = stanza.attrs['from'] ?? ''
    const activity = activityIn(items.getChild('item'))
    if (activity) activities.set(bareOf(from), activity)
    else activities.delete(bareOf(from))
    told(from)
    return true
  }

  link.answer('set', roster, 'query', (stanza) => {
    // Nobody but the person's own server changes the list (RFC 6121 §2.1.6).
    if (!isOurs(link, stanza)) return false
    const item = stanza.getChild('query', roster)?.getChild('item')
    const listed = item && listedIn(item)
    if (listed) {
      tell({ type: 'listed', contact: listed })
      if (listed.sees === 'from' || listed.sees === 'both') tell({ type: 'request-over', address: listed.address })
    } else if (item?.attrs['jid']) tell({ type: 'unlisted', address: bareOf(item.attrs['jid']) })
    return true
  })
  for (const [name, isBlock] of [
    ['block', true],
    ['unblock', false],
  ] as const)
    link.answer('set', blocking, name, (stanza) => {
      if (!isOurs(link, stanza)) return false
      const named = stanza.getChild(name, blocking)?.getChildren('item') ?? []
      if (!isBlock && named.length === 0) blocked = new Set()
      for (const item of named) blocked[isBlock ? 'add' : 'delete'](bareOf(item.attrs['jid'] ?? ''))
      tell({ type: 'blocked', addresses: [...blocked] })
      return true
    })
  link.use({
    online: (resumed) => {
      if (resumed) return
      words.clear()
      pictured.clear()
      activities.clear()
      void fetch()
    },
    offline: () => tell({ type: 'away', source: 'xmpp' }),
    presence: heard,
    message: published,
  })

  return {
    put: async ({ address, name, groups }) => {
      if (!isAddress(address)) throw new ParleyError('contact-invalid', address)
      const item = xml('item', { jid: address, name }, ...groups.map((group) => xml('group', {}, group)))
      await ask(xml('query', { xmlns: roster }, item))
    },
    remove: async (address) => {
      await ask(xml('query', { xmlns: roster }, xml('item', { jid: address, subscription: 'remove' })))
    },
    ask: async (address) => subscription('subscribe', address),
    accept: async (address) => subscription('subscribed', address),
    decline: async (address) => subscription('unsubscribed', address),
    block: async (address) => {
      if (!isAddress(address)) throw new ParleyError('contact-invalid', address)
      await ask(xml('block', { xmlns: blocking }, xml('item', { jid: address })))
    },
    unblock: async (address) => {
      if (!isAddress(address)) throw new ParleyError('contact-invalid', address)
      await ask(xml('unblock', { xmlns: blocking }, xml('item', { jid: address })))
    },
    card: (address) => refused(cardOf(link, address)),
    photo: (address, id) => refused(pictures.fetch(address, id)),
    publishCard: (card) => refused(publishCard(link, card)),
    publishPhoto: (photo) => refused(pictures.publish(photo)),
  }
}

function isOurs(link: XmppLink, stanza: Stanza): boolean {
  const { from } = stanza.attrs
  return from === undefined || from === link.domain || (bareOf(from) === link.bare && resourceOf(from) === '')
}

/** Undefined: it is to be taken off the list, or is no address. */
function listedIn(item: Stanza): Listed | undefined {
  const { jid, name, subscription, ask } = item.attrs as Record<string, string | undefined>
  if (jid === undefined || jid === '' || subscription === 'remove') return undefined
  const sees = subscription === 'to' || subscription === 'from' || subscription === 'both' ? subscription : 'none'
  const groups = item.getChildren('group').map((group) => group.getText().slice(0, 1024))
  return {
    address: bareOf(jid),
    name: name === undefined || name === '' ? undefined : name.slice(0, 1024),
    groups: [...new Set(groups)].filter((group) => group !== '').slice(0, 64),
    sees: ask === 'subscribe' && sees === 'none' ? 'asked' : sees,
  }
}

function refusal(error: unknown): ParleyError {
  if (!(error instanceof StanzaFailure)) throw error
  const { condition, peer } = error
  const code: ErrorCode =
    condition === 'offline' ? 'contacts-unavailable' : condition === 'timeout' ? 'server-silent' : 'contact-refused'
  return new ParleyError(code, undefined, code === 'contact-refused' ? peer : undefined)
}

const roster = 'jabber:iq:roster'
const blocking = 'urn:xmpp:blocking'
const mostClients = 32
const mostPeople = 50_000
