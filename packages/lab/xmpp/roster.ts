// A person's contacts (RFC 6121 §2): kept in memory, and told to who has asked for them.
import type { XmlElement } from '@openparley/protocols/common'
import type { Account } from './account.ts'
import type { Asks } from './asks.ts'
import type { Domain } from './domain.ts'
import { readJid } from './jid.ts'
import { ns } from './names.ts'
import { allInside, element, refusal, said } from './stanza.ts'
import { isAsked, isAsking, isSeen, type Subscription, seesContact } from './subscription-tables.ts'

export interface Contact {
  readonly jid: string
  name: string | undefined
  groups: readonly string[]
  state: Subscription
  /** False while there is only a request of theirs: the roster does not show it. */
  isListed: boolean
  /** Their request, for when somebody is there to see it. */
  request?: XmlElement | undefined
}

export class Roster {
  readonly #contacts = new Map<string, Contact>()
  /** Goes up with each change (RFC 6121 §2.6). */
  version = 0

  get(jid: string): Contact | undefined {
    return this.#contacts.get(jid)
  }

  stateOf(jid: string): Subscription {
    return this.#contacts.get(jid)?.state ?? 'none'
  }

  /** The contact, made where there is none. Undefined where there are as many as can be. */
  take(jid: string): Contact | undefined {
    let contact = this.#contacts.get(jid)
    if (!contact && this.#contacts.size < mostContacts) {
      contact = { jid, name: undefined, groups: [], state: 'none', isListed: false }
      this.#contacts.set(jid, contact)
    }
    return contact
  }

  delete(jid: string): void {
    this.#contacts.delete(jid)
  }

  all(): IterableIterator<Contact> {
    return this.#contacts.values()
  }
}

const mostContacts = 20_000

export function rosterItem({ jid, name, groups, state }: Contact): XmlElement {
  const subscription = state.replace(/\+.*/, '')
  const ask = isAsking(state) ? 'subscribe' : undefined
  const inner = groups.map((group) => element('group', ns.roster, {}, [group]))
  return element('item', ns.roster, { jid, name, subscription, ask }, inner)
}

/** Tells everybody of the account who has asked for the roster (RFC 6121 §2.1.6). */
export function pushRoster(domain: Domain, account: Account, item: XmlElement): void {
  const ver = String(++account.roster.version)
  for (const session of account.sessions.values()) {
    if (!session.isInterested) continue
    const id = `push-${domain.dice.token(64)}`
    const query = element('query', ns.roster, { ver }, [item])
    session.send(element('iq', ns.client, { type: 'set', id, to: session.jid.full }, [query]))
  }
}

export function rosterAsks(domain: Domain): Asks {
  return {
    own: {
      [`get ${ns.roster} query`]: ({ account, session, payload }) => {
        session.isInterested = true
        const { version } = account.roster
        if (payload.attributes['ver'] === String(version)) return []
        const items: XmlElement[] = []
        for (const contact of account.roster.all()) if (contact.isListed) items.push(rosterItem(contact))
        return [element('query', ns.roster, { ver: String(version) }, items)]
      },
      [`set ${ns.roster} query`]: ({ account, payload }) => {
        const items = allInside(payload, ns.roster, 'item')
        const [item] = items
        if (!item || items.length > 1) return refusal('bad-request')
        const jid = readJid(item.attributes['jid'])
        if (!jid) return refusal('jid-malformed')
        // Oneself is no contact (RFC 6121 §2.3.3).
        if (jid.bare === account.jid.bare) return refusal('not-allowed')
        return item.attributes['subscription'] === 'remove'
          ? remove(domain, account, jid.full)
          : change(domain, account, jid.full, item)
      },
    },
  }
}

function change(domain: Domain, account: Account, jid: string, item: XmlElement): [] | ReturnType<typeof refusal> {
  const { name } = item.attributes
  const groups = allInside(item, ns.roster, 'group').map(said)
  if (groups.includes('') || [name ?? '', ...groups].some((text) => text.length > 1023))
    return refusal('not-acceptable')
  if (new Set(groups).size !== groups.length) return refusal('bad-request')
  const contact = account.roster.take(jid)
  if (!contact) return refusal('resource-constraint', 'The roster is full.')
  contact.name = name
  contact.groups = groups
  contact.isListed = true
  pushRoster(domain, account, rosterItem(contact))
  return []
}

/** A contact that goes is told that nobody sees anybody any more (RFC 6121 §2.5.2). */
function remove(domain: Domain, account: Account, jid: string): [] | ReturnType<typeof refusal> {
  const contact = account.roster.get(jid)
  if (!contact?.isListed) return refusal('item-not-found')
  const { state } = contact
  // Their requests and answers find nothing that would be shown again.
  if (seesContact(state) || isAsking(state)) domain.subscriptions.outgoing(account, jid, 'unsubscribe')
  if (isSeen(state) || isAsked(state)) domain.subscriptions.outgoing(account, jid, 'unsubscribed')
  account.roster.delete(jid)
  pushRoster(domain, account, element('item', ns.roster, { jid, subscription: 'remove' }))
  return []
}
