// Messages (RFC 6121 §5, §8.5): to one resource, to the foremost ones, or kept until somebody is there.
import type { XmlElement } from '@openparley/protocols/common'
import type { Account, Session } from './account.ts'
import { copyTo } from './carbons.ts'
import type { Domain } from './domain.ts'
import type { Jid } from './jid.ts'
import { ns } from './names.ts'
import { allInside, delay, element, errorOf, inside, refusal, withContent } from './stanza.ts'

type Kind = 'chat' | 'normal' | 'groupchat' | 'headline' | 'error'

/** What becomes of a message when the resource that it names is not there, or it names none (RFC 6121 table 1). */
const rules: Readonly<Record<Kind, 'foremost' | 'all' | 'refuse' | 'drop'>> = {
  chat: 'foremost',
  normal: 'foremost',
  headline: 'all',
  groupchat: 'refuse',
  error: 'drop',
}

export class Messages {
  readonly #domain: Domain

  constructor(domain: Domain) {
    this.#domain = domain
  }

  /** A client's. */
  received(stanza: XmlElement, session: Session, to: Jid): void {
    const { account } = session
    if (account.isBlocked(to)) {
      const blocked = element('blocked', ns.blockingErrors)
      if (kindOf(stanza) !== 'error') session.send(errorOf(stanza, refusal('not-acceptable', undefined, blocked)))
      return
    }
    // What one sends oneself comes back, and is kept once.
    const isOwn = this.#domain.accountAt(to) === account
    const kept = isOwn ? stanza : this.#archived(withoutIdsOf(account.jid.bare, stanza), account, to.full)
    copyTo(account, 'sent', kept, [session])
    this.#domain.route(stanza)
  }

  /** For one of ours. */
  arrived(stanza: XmlElement, account: Account, from: Jid, to: Jid): void {
    if (account.isBlocked(from)) {
      if (isRefusable(stanza)) this.#domain.route(errorOf(stanza, refusal('service-unavailable')))
      return
    }
    this.#deliver(this.#archived(withoutIdsOf(account.jid.bare, stanza), account, from.full), account, to)
  }

  /** One that was sent, and that nobody says to have had: to the other resources, or kept. */
  again(stanza: XmlElement, account: Account): void {
    if (isRefusable(stanza)) this.#deliver(stanza, account, account.jid)
  }

  /** What came while nobody was there, to the first who is (XEP-0160). */
  catchUp(session: Session): void {
    for (const { stanza, atMs } of session.account.waiting.splice(0)) {
      session.send(withContent(stanza, [...stanza.content, delay(this.#domain.name, atMs)]))
    }
  }

  #deliver(stanza: XmlElement, account: Account, to: Jid): void {
    const named = to.resource === '' ? undefined : account.sessions.get(to.resource)
    if (named) return this.#handOver(stanza, account, [named])
    const rule = rules[kindOf(stanza)]
    if (rule === 'drop') return
    if (rule === 'refuse') return this.#domain.route(errorOf(stanza, refusal('service-unavailable')))
    const willing = account.available().filter(({ priority }) => priority >= 0)
    const first = Math.max(...willing.map(({ priority }) => priority))
    const chosen = willing.filter(({ priority }) => rule === 'all' || priority === first)
    if (chosen.length > 0) this.#handOver(stanza, account, chosen)
    else if (rule === 'foremost') this.#keep(stanza, account)
  }

  #handOver(stanza: XmlElement, account: Account, chosen: readonly Session[]): void {
    for (const session of chosen) {
      session.send(stanza)
      this.#domain.mischief.after(stanza, session)
    }
    copyTo(account, 'received', stanza, chosen)
  }

  /** The same with the id that the account's archive has it by (XEP-0359), where it is kept. */
  #archived(stanza: XmlElement, account: Account, other: string): XmlElement {
    if (!isRefusable(stanza) || !isWorthKeeping(stanza)) return stanza
    const id = this.#domain.dice.token(128)
    const stamped = withContent(stanza, [...stanza.content, element('stanza-id', ns.ids, { by: account.jid.bare, id })])
    account.archive.add({ id, atMs: this.#domain.wall(), with: other, stanza: stamped })
    return stamped
  }

  #keep(stanza: XmlElement, account: Account): void {
    if (!isWorthKeeping(stanza)) return
    if (account.waiting.length < mostWaiting) account.waiting.push({ stanza, atMs: this.#domain.wall() })
    else this.#domain.route(errorOf(stanza, refusal('service-unavailable', 'Too many messages wait.')))
  }
}

export function kindOf({ attributes: { type } }: XmlElement): Kind {
  return type !== undefined && Object.hasOwn(rules, type) ? (type as Kind) : 'normal'
}

/** Errors are never answered with errors, and a room's messages have a room to complain to. */
export function isRefusable(stanza: XmlElement): boolean {
  return kindOf(stanza) === 'chat' || kindOf(stanza) === 'normal'
}

/** What it says, or says of another, is still of use later; that somebody is typing is not. */
export function isWorthKeeping(stanza: XmlElement): boolean {
  if (inside(stanza, ns.hints, 'no-store') || inside(stanza, ns.hints, 'no-permanent-store')) return false
  return (
    inside(stanza, ns.client, 'body') !== undefined ||
    inside(stanza, ns.hints, 'store') !== undefined ||
    lasting.some((uri) => inside(stanza, uri) !== undefined)
  )
}

/** Nobody but the account's own server gives its ids (XEP-0359 §5). */
export function withoutIdsOf(by: string, stanza: XmlElement): XmlElement {
  const forged = allInside(stanza, ns.ids, 'stanza-id').filter(({ attributes }) => attributes['by'] === by)
  return forged.length === 0
    ? stanza
    : withContent(
        stanza,
        stanza.content.filter((each) => typeof each === 'string' || !forged.includes(each)),
      )
}

const lasting: readonly string[] = [ns.receipts, ns.markers, ns.reactions, ns.retraction]
const mostWaiting = 1000
