// One room (XEP-0045): who is in it, what they may, and what is said to all of them.
import type { XmlElement } from '@openparley/protocols/common'
import { Archive } from '../archive.ts'
import type { Domain } from '../domain.ts'
import { type Jid, jidOf } from '../jid.ts'
import { ns } from '../names.ts'
import { element, withAttributes, withContent } from '../stanza.ts'

export type Affiliation = 'owner' | 'admin' | 'member' | 'none' | 'outcast'
export type Role = 'moderator' | 'participant' | 'visitor'

/** One nickname; the same person may be there with several resources. */
export interface Occupant {
  nick: string
  readonly bare: string
  role: Role
  /** The last presence of each, by full address. */
  readonly sessions: Map<string, XmlElement>
}

export interface RoomConfig {
  name: string
  /** Stays when nobody is in it. */
  isPersistent: boolean
  isPublic: boolean
  isMembersOnly: boolean
  isModerated: boolean
  /** Everybody sees real addresses, not moderators alone. */
  showsAddresses: boolean
  mayChangeSubject: boolean
}

export class Room {
  readonly domain: Domain
  /** Bare. */
  readonly jid: Jid
  readonly occupants: Map<string, Occupant> = new Map()
  /** By bare address. */
  readonly affiliations: Map<string, Affiliation> = new Map()
  readonly archive: Archive = new Archive()
  readonly config: RoomConfig
  /** New, and not yet what its owner wants: nobody else comes in (XEP-0045 §10.1). */
  isLocked = true
  subject: XmlElement | undefined
  readonly #occupantId: (bare: string) => string

  constructor(domain: Domain, jid: Jid, occupantId: (bare: string) => string) {
    this.domain = domain
    this.jid = jid
    this.#occupantId = occupantId
    this.config = {
      name: jid.local,
      isPersistent: true,
      isPublic: true,
      isMembersOnly: false,
      isModerated: false,
      showsAddresses: true,
      mayChangeSubject: true,
    }
  }

  affiliationOf(bare: string): Affiliation {
    return this.affiliations.get(bare) ?? 'none'
  }

  /** Who that session is in here. */
  occupantAt({ full }: Jid): Occupant | undefined {
    for (const occupant of this.occupants.values()) if (occupant.sessions.has(full)) return occupant
    return undefined
  }

  /** Their address in the room. */
  addressOf(nick: string): string {
    return jidOf(this.jid.local, this.jid.domain, nick).full
  }

  roleFor(affiliation: Affiliation): Role {
    if (affiliation === 'owner' || affiliation === 'admin') return 'moderator'
    return this.config.isModerated && affiliation === 'none' ? 'visitor' : 'participant'
  }

  /** To everybody who is there, each session of them; `statuses` beside what is said of oneself. */
  broadcastPresence(about: Occupant, { leaves = false, item = {}, statuses = [], more = [] }: PresenceNews = {}): void {
    const presence = [...about.sessions.values()].at(-1) ?? element('presence', ns.client)
    for (const occupant of this.occupants.values())
      for (const full of occupant.sessions.keys())
        this.domain.route(this.presenceFor(occupant, full, about, { leaves, item, statuses, more, presence }))
  }

  /** As one of them sees another, or oneself. */
  presenceFor(
    seer: Occupant,
    to: string,
    about: Occupant,
    { leaves = false, item = {}, statuses = [], more = [], presence }: PresenceNews & { readonly presence: XmlElement },
  ): XmlElement {
    const seesAddress = this.config.showsAddresses || seer.role === 'moderator' || seer === about
    const codes = [
      ...(seer === about ? [110] : []),
      ...(seer === about && this.config.showsAddresses && !leaves ? [100] : []),
      ...statuses,
    ]
    const affiliation = this.affiliationOf(about.bare)
    const jid = seesAddress ? ([...about.sessions.keys()].at(-1) ?? about.bare) : undefined
    const x = element('x', ns.roomsUser, {}, [
      element('item', ns.roomsUser, { affiliation, role: leaves ? 'none' : about.role, jid, ...item }),
      ...more,
      ...codes.map((code) => element('status', ns.roomsUser, { code: String(code) })),
    ])
    const content = presence.content.filter((each) => typeof each !== 'string' && !isOfRooms(each))
    return element(
      'presence',
      ns.client,
      { from: this.addressOf(about.nick), to, type: leaves ? 'unavailable' : undefined },
      [...content, element('occupant-id', ns.occupants, { id: this.#occupantId(about.bare) }), x],
    )
  }

  /** What one of them says, to all; kept where it is worth it. */
  say(stanza: XmlElement, speaker: Occupant, isKept: boolean): XmlElement {
    const from = this.addressOf(speaker.nick)
    const id = this.domain.dice.token(128)
    const { bare } = this.jid
    const own = stanza.content.filter(
      (each) =>
        typeof each !== 'string' &&
        !isOfRooms(each) &&
        !(each.uri === ns.ids && each.local === 'stanza-id' && each.attributes['by'] === bare),
    )
    const message = withAttributes(
      withContent(stanza, [
        ...own,
        element('occupant-id', ns.occupants, { id: this.#occupantId(speaker.bare) }),
        ...(isKept ? [element('stanza-id', ns.ids, { by: bare, id })] : []),
      ]),
      { from, to: bare, type: 'groupchat' },
    )
    if (isKept)
      this.archive.add({ id, atMs: this.domain.wall(), with: from, stanza: withAttributes(message, { to: undefined }) })
    this.toAll(message)
    return message
  }

  toAll(message: XmlElement): void {
    for (const occupant of this.occupants.values())
      for (const to of occupant.sessions.keys()) this.domain.route(withAttributes(message, { to }))
  }

  /** One session, or without one every session of theirs, is no longer there. */
  remove(occupant: Occupant, news: PresenceNews = {}, session?: string): void {
    if (session !== undefined && occupant.sessions.size > 1) {
      const presence = occupant.sessions.get(session) as XmlElement
      this.domain.route(this.presenceFor(occupant, session, occupant, { ...news, leaves: true, presence }))
      occupant.sessions.delete(session)
      return
    }
    this.broadcastPresence(occupant, { ...news, leaves: true })
    this.occupants.delete(occupant.nick)
  }
}

export interface PresenceNews {
  readonly leaves?: boolean
  /** Attributes of the item beside those that it always has. */
  readonly item?: Readonly<Record<string, string | undefined>>
  /** XEP-0045 §15.6.2. */
  readonly statuses?: readonly number[]
  readonly more?: readonly XmlElement[]
}

/** What a room says of people, and nobody else (XEP-0421 §3). */
function isOfRooms(each: XmlElement): boolean {
  return each.uri === ns.rooms || each.uri === ns.roomsUser || each.uri === ns.occupants
}
