// Requests to see somebody and what is answered to them (RFC 6121 §3), by the tables.
import type { XmlElement } from '@openparley/protocols/common'
import type { Account, Session } from './account.ts'
import type { Domain } from './domain.ts'
import { readJid } from './jid.ts'
import { ns } from './names.ts'
import { type Contact, pushRoster, rosterItem } from './roster.ts'
import { element } from './stanza.ts'
import { inbound, isAsked, isSeen, outbound, type SubscriptionSignal } from './subscription-tables.ts'

export class Subscriptions {
  readonly #domain: Domain

  constructor(domain: Domain) {
    this.#domain = domain
  }

  /** The account's own: to the bare address. */
  outgoing(account: Account, to: string, signal: SubscriptionSignal, stanza?: XmlElement): void {
    const roster = account.roster
    if (to === account.jid.bare) return
    const contact = roster.take(to)
    if (!contact) return
    const before = contact.state
    const wasListed = contact.isListed
    const [passes, next] = outbound[before][signal]
    contact.state = next
    if (signal === 'subscribe' || next !== 'none') contact.isListed ||= next !== 'none+in'
    if (!isAsked(next)) contact.request = undefined
    this.#told(account, contact, before, wasListed)
    if (passes === 'stops') return
    const from = account.jid.bare
    this.#domain.route(
      element('presence', ns.client, { ...stanza?.attributes, type: signal, from, to }, stanza?.content),
    )
    if (isSeen(next) && !isSeen(before)) this.#domain.presence.show(account, to)
    if (isSeen(before) && !isSeen(next)) this.#domain.presence.hide(account, to)
  }

  /** Of a contact's, for the account. */
  incoming(account: Account, from: string, signal: SubscriptionSignal, stanza: XmlElement): void {
    const contact = account.roster.take(from)
    if (!contact) return
    const before = contact.state
    const wasListed = contact.isListed
    const [passes, next] = inbound[before][signal]
    contact.state = next
    if (!isAsked(next)) contact.request = undefined
    else if (signal === 'subscribe') contact.request = stanza
    // Who may see already is told so again (A.3.1).
    if (signal === 'subscribe' && isSeen(before))
      this.#domain.route(element('presence', ns.client, { type: 'subscribed', from: account.jid.bare, to: from }))
    if (passes === 'passes')
      for (const session of signal === 'subscribe' ? account.available() : account.sessions.values())
        if (session.presence || session.isInterested) session.send(stanza)
    this.#told(account, contact, before, wasListed)
    if (isSeen(before) && !isSeen(next)) this.#domain.presence.hide(account, from)
  }

  /** What was asked while nobody was there (RFC 6121 §3.1.3). */
  waiting(session: Session): void {
    for (const { request } of session.account.roster.all()) if (request) session.send(request)
  }

  /** Pushes what changed, and forgets who is nobody. */
  #told(account: Account, contact: Contact, before: Contact['state'], wasListed: boolean): void {
    if (contact.isListed && (contact.state !== before || !wasListed))
      pushRoster(this.#domain, account, rosterItem(contact))
    if (!contact.isListed && contact.state === 'none') account.roster.delete(contact.jid)
  }
}

/** Two who see each other from the start. */
export function acquaint(
  account: Account,
  jid: string,
  more: Partial<Pick<Contact, 'name' | 'groups' | 'state'>>,
): void {
  const contact = account.roster.take(readJid(jid)?.bare ?? jid)
  if (contact) Object.assign(contact, { state: 'both', isListed: true, ...more })
}
