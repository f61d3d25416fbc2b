// A domain of chat: its people, what else has an address in it, and the way of a stanza to whom it is for.
import type { Clock, Dice, XmlElement } from '@openparley/protocols/common'
import { Account, type Session } from './account.ts'
import { archiveAsks } from './archive-asks.ts'
import { Questions } from './asks.ts'
import { blockingAsks } from './blocking.ts'
import { carbonAsks } from './carbons.ts'
import { discoAsks } from './disco.ts'
import type { FaultSet } from '../faults.ts'
import { type Jid, jidOf, readJid } from './jid.ts'
import { handBack } from './management.ts'
import { isRefusable, Messages } from './messages.ts'
import { Mischief } from './mischief.ts'
import { ns } from './names.ts'
import { Presence } from './presence.ts'
import { rosterAsks } from './roster.ts'
import { element, errorOf, type Refusal, refusal, withAttributes } from './stanza.ts'
import { Subscriptions } from './subscriptions.ts'

export interface DomainOptions {
  readonly name: string
  readonly dice: Dice
  readonly clock: Clock
  /** Wall time, for what is shown and stored. */
  readonly wall: () => number
  readonly faults: FaultSet
  /** How long a session waits for a stream that takes it up again. */
  readonly resumeMs: number
}

/** Something with a domain name of its own. */
export interface Host {
  readonly name: string
  arrived(stanza: XmlElement, from: Jid, to: Jid): void
}

export class Domain {
  readonly name: string
  readonly dice: Dice
  readonly clock: Clock
  readonly wall: () => number
  readonly faults: FaultSet
  /** By the address's local part. */
  readonly accounts: Map<string, Account> = new Map()
  readonly resumeMs: number
  /** Sessions by what they are taken up again by. */
  readonly resumable: Map<string, Session> = new Map()
  readonly hosts: Map<string, Host> = new Map()
  readonly presence: Presence
  readonly subscriptions: Subscriptions
  readonly messages: Messages
  readonly mischief: Mischief
  readonly #questions: Questions
  #isClosed = false

  constructor({ name, dice, clock, wall, faults, resumeMs }: DomainOptions) {
    this.name = name
    this.dice = dice
    this.clock = clock
    this.wall = wall
    this.faults = faults
    this.resumeMs = resumeMs
    this.presence = new Presence(this)
    this.subscriptions = new Subscriptions(this)
    this.messages = new Messages(this)
    this.mischief = new Mischief(this)
    this.#questions = new Questions(this, [
      rosterAsks(this),
      archiveAsks(this),
      carbonAsks,
      blockingAsks(this),
      discoAsks(this),
    ])
  }

  add(local: string, password: string): Account {
    const account = new Account(jidOf(local, this.name), password)
    this.accounts.set(local, account)
    return account
  }

  accountAt({ local, domain }: Jid): Account | undefined {
    return domain === this.name ? this.accounts.get(local) : undefined
  }

  accountOf(jid: string): Account | undefined {
    const read = readJid(jid)
    return read && this.accountAt(read)
  }

  /** A bound client's stanza. */
  received(sent: XmlElement, session: Session): void {
    const { to } = sent.attributes
    const target = to === undefined ? undefined : readJid(to)
    const stanza = withAttributes(sent, { from: session.jid.full, ...(target ? { to: target.full } : {}) })
    if (to !== undefined && !target) this.bounce(stanza, refusal('jid-malformed'))
    else if (stanza.local === 'presence') this.presence.received(stanza, session, target)
    else if (stanza.local === 'message') this.#messageReceived(stanza, session, target ?? session.account.jid)
    else if (target) this.route(stanza)
    else this.#questions.arrived(stanza, session.jid, this.#isOwn(stanza) ? session.account : undefined)
  }

  /** A session that has no stream any more, and may be taken up again for a while. */
  wait(session: Session): void {
    session.attached = undefined
    if (this.#isClosed) return this.leave(session)
    session.stopWaiting = this.clock.at(this.clock.now() + this.resumeMs, () => this.leave(session))
  }

  /** Nobody waits any more. */
  close(): void {
    this.#isClosed = true
    for (const account of this.accounts.values())
      for (const session of account.sessions.values()) session.stopWaiting?.()
  }

  /** A session is over; more than once is harmless. */
  leave(session: Session): void {
    const { account, jid, ledger } = session
    session.stopWaiting?.()
    session.attached = undefined
    if (account.sessions.get(jid.resource) !== session) return
    account.sessions.delete(jid.resource)
    if (ledger?.id !== undefined) this.resumable.delete(ledger.id)
    this.presence.gone(session)
    if (ledger) handBack(this, account, ledger.unacknowledged())
  }

  /** To whom it is for. One that names no readable sender is the server's. */
  route(stanza: XmlElement): void {
    const from = readJid(stanza.attributes['from']) ?? jidOf('', this.name)
    const to = readJid(stanza.attributes['to'])
    if (!to) return
    const host = this.hosts.get(to.domain)
    const account = this.accountAt(to)
    if (host) host.arrived(stanza, from, to)
    else if (to.domain !== this.name) this.bounce(stanza, refusal('remote-server-not-found'))
    else if (to.local === '') this.#atServer(stanza, from)
    else if (!account) this.#atNobody(stanza)
    else if (stanza.local === 'message') this.messages.arrived(stanza, account, from, to)
    else if (stanza.local === 'presence') this.presence.arrived(stanza, account, from, to)
    else this.#iqArrived(stanza, account, from, to)
  }

  /** Refuses it to its sender, where that may be. */
  bounce(stanza: XmlElement, why: Refusal): void {
    const { type } = stanza.attributes
    const asks = stanza.local === 'iq' && (type === 'get' || type === 'set')
    const tells = stanza.local === 'presence' && type === undefined
    if (asks || tells || (stanza.local === 'message' && type !== 'error')) this.route(errorOf(stanza, why))
  }

  /** One that names nobody is for oneself (RFC 6121 §8.1.1.1). */
  #messageReceived(stanza: XmlElement, session: Session, to: Jid): void {
    this.messages.received(withAttributes(stanza, { to: to.full }), session, to)
  }

  #isOwn({ attributes: { type }, content }: XmlElement): boolean {
    const payload = content.find((each) => typeof each !== 'string')
    return payload !== undefined && this.#questions.isOwn(`${type} ${payload.uri} ${payload.local}`)
  }

  #atServer(stanza: XmlElement, from: Jid): void {
    if (stanza.local === 'iq') this.#questions.arrived(stanza, from, undefined)
  }

  #iqArrived(stanza: XmlElement, account: Account, from: Jid, to: Jid): void {
    if (to.resource === '') return this.#questions.arrived(stanza, from, account)
    const session = account.sessions.get(to.resource)
    if (session && !account.isBlocked(from)) session.send(stanza)
    else this.bounce(stanza, refusal('service-unavailable'))
  }

  #atNobody(stanza: XmlElement): void {
    const { from, to, type } = stanza.attributes
    if (stanza.local === 'presence' && type === 'subscribe')
      this.route(element('presence', ns.client, { type: 'unsubscribed', from: to, to: from }))
    else if (stanza.local === 'iq' || isRefusable(stanza)) this.bounce(stanza, refusal('service-unavailable'))
  }
}
