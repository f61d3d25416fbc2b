// Who is there (RFC 6121 §4): told to those who may see it, to those who were told by name, and again when it ends.
import type { XmlElement } from '@openparley/protocols/common'
import type { Account, Session } from './account.ts'
import type { Domain } from './domain.ts'
import { type Jid, readJid } from './jid.ts'
import { ns } from './names.ts'
import { element, errorOf, inside, refusal, said, withAttributes } from './stanza.ts'
import { isSeen, isSubscriptionSignal, seesContact } from './subscription-tables.ts'

export class Presence {
  readonly #domain: Domain
  /** Of contacts that have no account here, by bare address. */
  readonly #imagined = new Map<string, XmlElement>()

  constructor(domain: Domain) {
    this.#domain = domain
  }

  /** A client's. `to` is readable where there is one. */
  received(stanza: XmlElement, session: Session, to: Jid | undefined): void {
    const { type } = stanza.attributes
    if (to && isSubscriptionSignal(type)) {
      this.#domain.subscriptions.outgoing(session.account, to.bare, type, stanza)
    } else if (to) {
      if (type === undefined) session.directed.add(to.full)
      if (type === 'unavailable') session.directed.delete(to.full)
      if (type !== 'probe') this.#domain.route(stanza)
    } else if (type === undefined) {
      this.#available(stanza, session)
    } else if (type === 'unavailable') {
      this.gone(session, stanza)
    } else {
      session.send(errorOf(stanza, refusal('bad-request')))
    }
  }

  /** For one of ours. */
  arrived(stanza: XmlElement, account: Account, from: Jid, to: Jid): void {
    const { type } = stanza.attributes
    if (account.isBlocked(from)) return
    if (isSubscriptionSignal(type)) {
      this.#domain.subscriptions.incoming(account, from.bare, type, withAttributes(stanza, { to: to.bare }))
    } else if (type === 'probe') {
      if (isSeen(account.roster.stateOf(from.bare))) this.#answer(account, from)
    } else if (to.resource === '') {
      for (const session of account.available()) session.send(stanza)
    } else {
      account.sessions.get(to.resource)?.send(stanza)
    }
  }

  /** Ends: everybody who knew is told. */
  gone(session: Session, stanza?: XmlElement): void {
    const { account, jid } = session
    const farewell = stanza ?? element('presence', ns.client, { type: 'unavailable', from: jid.full })
    if (session.presence) {
      this.#broadcast(account, farewell)
      session.presence = undefined
      session.priority = 0
    }
    for (const to of session.directed) {
      if (!isSeen(account.roster.stateOf(readJid(to)?.bare ?? ''))) this.#domain.route(withAttributes(farewell, { to }))
    }
    session.directed.clear()
  }

  /** The account may be seen by them from now on. */
  show(account: Account, to: string): void {
    for (const { presence } of account.available()) if (presence) this.#domain.route(withAttributes(presence, { to }))
  }

  hide(account: Account, to: string): void {
    for (const { jid } of account.available())
      this.#domain.route(element('presence', ns.client, { type: 'unavailable', from: jid.full, to }))
  }

  /** A contact without an account comes, changes or goes. */
  imagine(jid: string, show: string, status?: string): void {
    const gone = show === 'unavailable'
    const from = `${jid}/imagined`
    const presence = element('presence', ns.client, { from, type: gone ? show : undefined }, [
      gone || show === 'available' ? undefined : element('show', ns.client, {}, [show]),
      status === undefined ? undefined : element('status', ns.client, {}, [status]),
    ])
    if (gone) this.#imagined.delete(jid)
    else this.#imagined.set(jid, presence)
    for (const account of this.#domain.accounts.values()) {
      if (!seesContact(account.roster.stateOf(jid))) continue
      for (const session of account.available()) session.send(withAttributes(presence, { to: account.jid.bare }))
    }
  }

  #available(stanza: XmlElement, session: Session): void {
    const { account } = session
    const priority = Number(said(inside(stanza, ns.client, 'priority')).trim() || 0)
    if (!Number.isInteger(priority) || priority < -128 || priority > 127)
      return session.send(errorOf(stanza, refusal('bad-request', 'A priority is -128 to 127.')))
    const isFirst = session.presence === undefined
    const gotMessages = !isFirst && session.priority >= 0
    session.presence = stanza
    session.priority = priority
    this.#broadcast(account, stanza)
    if (isFirst) this.#learn(session)
    if (priority >= 0 && !gotMessages) this.#domain.messages.catchUp(session)
  }

  /** Who comes learns who is there (RFC 6121 §4.3), and who asked meanwhile. */
  #learn(session: Session): void {
    const { account } = session
    for (const contact of account.roster.all()) {
      if (!seesContact(contact.state)) continue
      const imagined = this.#imagined.get(contact.jid)
      if (imagined) session.send(withAttributes(imagined, { to: session.jid.full }))
      const other = this.#domain.accountOf(contact.jid)
      if (other && isSeen(other.roster.stateOf(account.jid.bare)) && !other.isBlocked(session.jid))
        this.#answer(other, session.jid)
    }
    for (const { presence } of account.available().filter((each) => each !== session))
      if (presence) session.send(withAttributes(presence, { to: session.jid.full }))
    this.#domain.subscriptions.waiting(session)
  }

  #answer(account: Account, to: Jid): void {
    for (const { presence } of account.available())
      if (presence) this.#domain.route(withAttributes(presence, { to: to.full }))
  }

  /** To those who may see the account, and to itself (RFC 6121 §4.2.2). */
  #broadcast(account: Account, stanza: XmlElement): void {
    for (const { jid, state } of account.roster.all()) {
      const other = isSeen(state) ? this.#domain.accountOf(jid) : undefined
      if (!other || account.isBlocked(other.jid)) continue
      this.#domain.route(withAttributes(stanza, { to: jid }))
    }
    for (const session of account.available()) session.send(withAttributes(stanza, { to: session.jid.full }))
  }
}
