// What people publish of themselves (XEP-0163): to whose client wants it, by its capabilities (XEP-0115), and the last of it to who comes later.
import type { XmlElement } from '@openparley/protocols/common'
import type { Account, Session } from '../account.ts'
import type { Domain } from '../domain.ts'
import type { Jid } from '../jid.ts'
import { ns } from '../names.ts'
import { allInside, element, inside } from '../stanza.ts'
import { isSeen, seesContact } from '../subscription-tables.ts'
import type { PepNode } from './node.ts'

export class Pep {
  readonly #domain: Domain
  /** Which session was asked for its features, by the question's id. */
  readonly #asked = new Map<string, Session>()

  constructor(domain: Domain) {
    this.#domain = domain
  }

  /** A client's presence: what it wants is asked for once for each version of it. */
  presence(session: Session, stanza: XmlElement): void {
    const caps = inside(stanza, ns.caps, 'c')?.attributes
    if (!caps || caps['ver'] === session.capsVersion) return
    session.capsVersion = caps['ver']
    const id = `caps-${this.#domain.dice.token(64)}`
    this.#asked.set(id, session)
    if (this.#asked.size > mostAsked) this.#asked.delete(this.#asked.keys().next().value as string)
    const node = `${caps['node']}#${caps['ver']}`
    const { name } = this.#domain
    session.send(
      element('iq', ns.client, { type: 'get', id, from: name, to: session.jid.full }, [
        element('query', ns.info, { node }),
      ]),
    )
  }

  /** An answer to the server. What one client says is believed of that client alone. */
  answered(stanza: XmlElement, from: Jid): void {
    const session = this.#asked.get(stanza.attributes['id'] ?? '')
    const query = inside(stanza, ns.info, 'query')
    if (!session || session.jid.full !== from.full) return
    this.#asked.delete(stanza.attributes['id'] ?? '')
    if (stanza.attributes['type'] !== 'result' || !query) return
    const before = session.notifies
    const wanted = allInside(query, ns.info, 'feature').map(({ attributes }) => attributes['var'] ?? '')
    session.notifies = new Set(wanted.filter((each) => each.endsWith('+notify')).map((each) => each.slice(0, -7)))
    const isNew = (node: PepNode): boolean => session.notifies.has(node.name) && !before.has(node.name)
    this.#lastItems(session.account, session, isNew)
    for (const contact of session.account.roster.all()) {
      const other = seesContact(contact.state) ? this.#domain.accountOf(contact.jid) : undefined
      if (other && this.mayRead(session.jid, other, 'presence')) this.#lastItems(other, session, isNew)
    }
  }

  /** Somebody may see the account from now on. */
  shown(account: Account, to: Account): void {
    for (const session of to.available()) this.#lastItems(account, session, (node) => session.notifies.has(node.name))
  }

  /** What happened to a node: an item that came, one that went, all of it. */
  tell(account: Account, node: PepNode, event: XmlElement): void {
    const told = new Set<Session>()
    const tellAll = (other: Account | undefined, wants: (session: Session) => boolean): void => {
      for (const session of other?.available() ?? []) {
        if (told.has(session) || !wants(session) || !this.mayRead(session.jid, account, node.config.access)) continue
        told.add(session)
        session.send(this.#eventFor(account, session, event))
      }
    }
    const byCaps = (session: Session): boolean => session.notifies.has(node.name)
    tellAll(account, byCaps)
    for (const contact of account.roster.all())
      if (isSeen(contact.state)) tellAll(this.#domain.accountOf(contact.jid), byCaps)
    for (const jid of node.subscribers) tellAll(this.#domain.accountOf(jid), () => true)
  }

  /** The last item, to one. */
  tellLast(account: Account, node: PepNode, session: Session): void {
    const items = node.items([], 1)
    if (items.length > 0)
      session.send(
        this.#eventFor(account, session, element('items', ns.pubsubEvent, { node: node.name }, items.map(asEvent))),
      )
  }

  mayRead({ bare, ...rest }: Jid, account: Account, access: PepNode['config']['access']): boolean {
    if (bare === account.jid.bare) return true
    if (account.isBlocked({ bare, ...rest })) return false
    return access === 'open' || (access === 'presence' && isSeen(account.roster.stateOf(bare)))
  }

  #lastItems(account: Account, session: Session, wants: (node: PepNode) => boolean): void {
    for (const node of account.nodes.values())
      if (wants(node) && this.mayRead(session.jid, account, node.config.access)) this.tellLast(account, node, session)
  }

  #eventFor(account: Account, session: Session, event: XmlElement): XmlElement {
    return element('message', ns.client, { type: 'headline', from: account.jid.bare, to: session.jid.full }, [
      element('event', ns.pubsubEvent, {}, [event]),
    ])
  }
}

/** An item as an event has it. */
export function asEvent({ attributes, content }: XmlElement): XmlElement {
  return element('item', ns.pubsubEvent, attributes, content)
}

const mostAsked = 10_000
