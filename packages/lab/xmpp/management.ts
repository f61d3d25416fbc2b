// What was sent and not yet acknowledged, and streams that are taken up again after a break (XEP-0198).
import type { XmlElement } from '@openparley/protocols/common'
import type { Account, Session } from './account.ts'
import type { Domain } from './domain.ts'
import { ns } from './names.ts'
import { element, inside } from './stanza.ts'

/** One session's account of both directions. */
export class Ledger {
  /** By what it is taken up again; undefined: it is not to be. */
  readonly id: string | undefined
  /** Stanzas of the client that were handled. */
  taken = 0
  /** A question of ours is out. */
  isAsking = false
  #acknowledged = 0
  readonly #unacknowledged: XmlElement[] = []

  constructor(id: string | undefined) {
    this.id = id
  }

  sent(stanza: XmlElement): void {
    this.#unacknowledged.push(stanza)
  }

  get isFull(): boolean {
    return this.#unacknowledged.length > mostUnacknowledged
  }

  unacknowledged(): readonly XmlElement[] {
    return this.#unacknowledged
  }

  /** False where it says to have more than was sent. The count goes round at 2³². */
  acknowledge(h: number): boolean {
    const more = (h - this.#acknowledged + 2 ** 32) % 2 ** 32
    if (!(more <= this.#unacknowledged.length)) return false
    this.#unacknowledged.splice(0, more)
    this.#acknowledged = h
    return true
  }
}

/** The client's wish for it, and what is answered. */
export function enable(domain: Domain, session: Session, wish: XmlElement): XmlElement {
  if (session.ledger) return failed('unexpected-request')
  const wanted = ['true', '1'].includes(wish.attributes['resume'] ?? '')
  const id = wanted ? domain.dice.token(128) : undefined
  session.ledger = new Ledger(id)
  if (id === undefined) return element('enabled', ns.management)
  domain.resumable.set(id, session)
  return element('enabled', ns.management, { id, resume: 'true', max: String(Math.floor(domain.resumeMs / 1000)) })
}

/** The session that is to be taken up again, with what the client had of it. A failure as its element. */
export function resume(
  domain: Domain,
  account: Account,
  { attributes: { previd = '', h } }: XmlElement,
): { readonly session: Session; readonly ledger: Ledger } | XmlElement {
  const session = domain.resumable.get(previd)
  const ledger = session?.ledger
  if (!session || !ledger || session.account !== account) return failed('item-not-found')
  const had = readCount(h)
  if (had === undefined || !ledger.acknowledge(had)) return failed('item-not-found', ledger.taken)
  return { session, ledger }
}

export function readCount(h: string | undefined): number | undefined {
  return h !== undefined && /^\d{1,10}$/.test(h) && Number(h) < 2 ** 32 ? Number(h) : undefined
}

/** What a session leaves that nobody took up again: messages to who else is there or to be kept, questions refused. */
export function handBack(domain: Domain, account: Account, unacknowledged: readonly XmlElement[]): void {
  for (const stanza of unacknowledged) {
    if (stanza.local === 'iq' && stanza.attributes['from'] !== undefined)
      domain.bounce(stanza, { refused: 'service-unavailable' })
    // Copies and pages of an archive were for this session alone.
    if (stanza.local === 'message' && !inside(stanza, ns.carbons) && !inside(stanza, ns.archive))
      domain.messages.again(stanza, account)
  }
}

export function failed(condition: string, h?: number): XmlElement {
  return element('failed', ns.management, { h: h === undefined ? undefined : String(h) }, [
    element(condition, ns.stanzaErrors),
  ])
}

const mostUnacknowledged = 1000
