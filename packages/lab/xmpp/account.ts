// A person's account, and each connection's part of it: what lives as long as the lab, and what as long as a resource is bound.
import type { XmlElement } from '@openparley/protocols/common'
import { Archive } from './archive.ts'
import type { Jid } from './jid.ts'
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

/** Where a session's stanzas go while it has a stream. */
export type Outlet = (stanza: XmlElement) => void

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
  outlet: Outlet | undefined
  /** Ends its stream for that reason. */
  readonly expel: (condition: string) => void
  readonly #note: (stanza: XmlElement) => void

  constructor(account: Account, jid: Jid, acts: { readonly expel: Session['expel']; readonly note: Outlet }) {
    this.account = account
    this.jid = jid
    this.expel = acts.expel
    this.#note = acts.note
  }

  send(stanza: XmlElement): void {
    this.#note(stanza)
    this.outlet?.(stanza)
  }
}
