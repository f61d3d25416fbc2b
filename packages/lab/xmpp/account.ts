// A person's account, and each connection's part of it: what lives as long as the lab, and what as long as a resource is bound.
import type { XmlElement } from '@openparley/protocols/common'
import { Archive } from './archive.ts'
import type { Jid } from './jid.ts'
import type { Ledger } from './management.ts'
import { Roster } from './roster.ts'

/** A message that nobody was there for, and when it came. */
export interface Waiting {
  readonly stanza: XmlElement
  readonly atMs: number
}

export class Account {
  /** Bare. */
  readonly jid: Jid
  readonly password: string
  readonly roster: Roster = new Roster()
  /** By resource. */
  readonly sessions: Map<string, Session> = new Map()
  readonly archive: Archive = new Archive()
  /** The first came first (XEP-0160). */
  readonly waiting: Waiting[] = []

  /** Addresses that nothing comes from and nothing goes to (XEP-0191). */
  readonly blocked: Set<string> = new Set()

  constructor(jid: Jid, password: string) {
    this.jid = jid
    this.password = password
  }

  isBlocked({ full, bare, domain, resource }: Jid): boolean {
    const { blocked } = this
    return blocked.size > 0 && [full, bare, domain, `${domain}/${resource}`].some((each) => blocked.has(each))
  }

  /** Those that have sent presence. */
  available(): Session[] {
    return [...this.sessions.values()].filter(({ presence }) => presence !== undefined)
  }
}

/** The stream that a session has at the time. */
export interface Attachment {
  readonly write: (stanza: XmlElement) => void
  /** Asks what the client has had. */
  readonly askCount: () => void
  /** Ends the stream for that reason, and the session with it; or the session waits to be taken up again. */
  readonly expel: (condition: string, then: 'over' | 'waits') => void
}

export interface SessionActs {
  /** What was sent to it. */
  readonly note: (stanza: XmlElement) => void
  /** It holds more that was not acknowledged than it may. */
  readonly overflow: (session: Session) => void
}

export class Session {
  readonly account: Account
  /** Full. */
  readonly jid: Jid
  /** The last one that everybody was told; undefined: not available. */
  presence: XmlElement | undefined
  priority = 0
  /** Has asked for the roster, and is told of its changes. */
  isInterested = false
  /** Has asked for the list of who is blocked. */
  hasBlockList = false
  /** Gets copies of what its person's other resources send and get. */
  hasCarbons = false
  /** Who was told by name, and is told again when it goes. */
  readonly directed: Set<string> = new Set()
  ledger: Ledger | undefined
  attached: Attachment | undefined
  /** Stops the wait for a stream that takes it up again. */
  stopWaiting: (() => void) | undefined
  readonly #acts: SessionActs

  constructor(account: Account, jid: Jid, acts: SessionActs) {
    this.account = account
    this.jid = jid
    this.#acts = acts
  }

  send(stanza: XmlElement): void {
    const { ledger } = this
    this.#acts.note(stanza)
    ledger?.sent(stanza)
    this.attached?.write(stanza)
    if (ledger?.isFull) return this.#acts.overflow(this)
    if (!ledger || !this.attached || ledger.isAsking) return
    ledger.isAsking = true
    this.attached.askCount()
  }
}
