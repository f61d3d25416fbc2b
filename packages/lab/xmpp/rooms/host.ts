// The rooms of a domain, at an address of their own: what comes for them finds its room, or makes it.
import { createHmac } from 'node:crypto'
import { elementsIn, type XmlElement } from '@openparley/protocols/common'
import type { Answered } from '../asks.ts'
import { infoOf } from '../disco.ts'
import type { Domain, Host } from '../domain.ts'
import { type Jid, jidOf } from '../jid.ts'
import { isRefusable, isWorthKeeping } from '../messages.ts'
import { ns } from '../names.ts'
import { element, errorOf, inside, refusal, resultOf, said, withAttributes, withContent } from '../stanza.ts'
import { roomAsks } from './asks.ts'
import { invite, presenceArrived } from './entry.ts'
import { type Occupant, Room } from './room.ts'

export class Rooms implements Host {
  readonly name = 'Chat rooms'
  readonly #domain: Domain
  readonly #jid: string
  readonly #secret: string
  readonly #rooms = new Map<string, Room>()

  constructor(domain: Domain) {
    this.#domain = domain
    this.#jid = `rooms.${domain.name}`
    this.#secret = domain.dice.token(256)
    domain.hosts.set(this.#jid, this)
  }

  /** What was said in a room, for who looks on. */
  room(name: string): Room | undefined {
    return this.#rooms.get(name)
  }

  arrived(stanza: XmlElement, from: Jid, to: Jid): void {
    const room = this.#rooms.get(to.local)
    if (stanza.local === 'presence') this.#presence(stanza, from, to, room)
    else if (stanza.local === 'message') this.#message(stanza, from, to, room)
    else this.#iq(stanza, from, to, room)
  }

  #presence(stanza: XmlElement, from: Jid, to: Jid, room: Room | undefined): void {
    const { type } = stanza.attributes
    if (type !== undefined && type !== 'unavailable') return
    if (to.local === '' || (to.resource === '' && type === undefined)) return this.#refuse(stanza, 'jid-malformed')
    if (room) presenceArrived(room, stanza, from, to.resource, false)
    else if (type === undefined) this.#create(stanza, from, to)
    if (room) this.#sweep(room)
  }

  #create(stanza: XmlElement, from: Jid, to: Jid): void {
    if (this.#rooms.size >= mostRooms) return this.#refuse(stanza, 'resource-constraint')
    const { bare } = jidOf(to.local, to.domain)
    const room = new Room(this.#domain, jidOf(to.local, to.domain), (person) =>
      createHmac('sha256', this.#secret).update(`${bare} ${person}`).digest('base64url'),
    )
    room.affiliations.set(from.bare, 'owner')
    // Who does not speak of rooms gets one that is open at once.
    room.isLocked = inside(stanza, ns.rooms, 'x') !== undefined
    this.#rooms.set(to.local, room)
    presenceArrived(room, stanza, from, to.resource, true)
  }

  #message(stanza: XmlElement, from: Jid, to: Jid, room: Room | undefined): void {
    const { type } = stanza.attributes
    if (!room) return type === 'error' ? undefined : this.#refuse(stanza, 'item-not-found')
    const occupant = room.occupantAt(from)
    if (type === 'error') {
      // Whom nothing reaches is not there (XEP-0045 §9.3.2 has it so for kicks by the service).
      if (occupant) room.remove(occupant, { statuses: [307, 333] }, from.full)
    } else if (to.resource !== '') this.#private(stanza, to, room, occupant)
    else if (!occupant) this.#refuse(stanza, 'not-acceptable')
    else if (type === 'groupchat') this.#groupchat(stanza, room, occupant)
    else if (!invite(room, stanza, from)) this.#refuse(stanza, 'bad-request')
  }

  #groupchat(stanza: XmlElement, room: Room, occupant: Occupant): void {
    const subject = inside(stanza, ns.client, 'subject')
    const isSubject = subject && !inside(stanza, ns.client, 'body') && !inside(stanza, ns.client, 'thread')
    if (occupant.role === 'visitor') return this.#refuse(stanza, 'forbidden')
    if (isSubject && !room.config.mayChangeSubject && occupant.role !== 'moderator')
      return this.#refuse(stanza, 'forbidden')
    const spoken = room.say(stanza, occupant, !isSubject && isWorthKeeping(stanza))
    if (isSubject) room.subject = said(subject) === '' ? undefined : spoken
  }

  /** To one of them alone (XEP-0045 §7.5). */
  #private(stanza: XmlElement, to: Jid, room: Room, speaker: Occupant | undefined): void {
    const listener = room.occupants.get(to.resource)
    if (!speaker) return this.#refuse(stanza, 'not-acceptable')
    if (!isRefusable(stanza)) return this.#refuse(stanza, 'bad-request')
    if (!listener) return this.#refuse(stanza, 'item-not-found')
    const own = stanza.content.filter((each) => typeof each === 'string' || each.uri !== ns.roomsUser)
    const message = withContent(stanza, [...own, element('x', ns.roomsUser)])
    for (const full of listener.sessions.keys())
      this.#domain.route(withAttributes(message, { from: room.addressOf(speaker.nick), to: full }))
  }

  #iq(stanza: XmlElement, from: Jid, to: Jid, room: Room | undefined): void {
    const { type } = stanza.attributes
    if (type !== 'get' && type !== 'set') return
    const [payload] = elementsIn(stanza)
    const answered = payload
      ? to.local === ''
        ? this.#answer(`${type} ${payload.uri} ${payload.local}`)
        : this.#answerFor(room, { key: `${type} ${payload.uri} ${payload.local}`, payload, from, nick: to.resource })
      : refusal('bad-request')
    if (answered === 'later') return
    this.#domain.route('refused' in answered ? errorOf(stanza, answered) : resultOf(stanza, answered))
  }

  #answer(key: string): Answered {
    switch (key) {
      case `get ${ns.info} query`:
        return [infoOf([{ category: 'conference', type: 'text', name: this.name }], [ns.info, ns.items, ns.rooms])]
      case `get ${ns.items} query`: {
        const shown = [...this.#rooms.values()].filter(({ config, isLocked }) => config.isPublic && !isLocked)
        const items = shown.map(({ jid, config }) => element('item', ns.items, { jid: jid.bare, name: config.name }))
        return [element('query', ns.items, {}, items)]
      }
      case `get ${ns.ping} ping`:
        return []
      default:
        return refusal('service-unavailable')
    }
  }

  #answerFor(
    room: Room | undefined,
    { key, payload, from, nick }: { key: string; payload: XmlElement; from: Jid; nick: string },
  ): Answered {
    if (!room) return refusal('item-not-found')
    if (nick !== '') {
      // Whether one is still in is asked of one's own name in the room (XEP-0410).
      const occupant = room.occupantAt(from)
      if (!occupant) return refusal('not-acceptable')
      return occupant.nick === nick && key === `get ${ns.ping} ping` ? [] : refusal('service-unavailable')
    }
    const answer = Object.hasOwn(roomAsks, key) ? roomAsks[key] : undefined
    if (!answer) return refusal('service-unavailable')
    const answered = answer({ room, payload, from, destroy: (more) => this.#destroy(room, more) })
    this.#sweep(room)
    return answered
  }

  #destroy(room: Room, more: readonly XmlElement[]): void {
    this.#rooms.delete(room.jid.local)
    for (const occupant of room.occupants.values()) room.remove(occupant, { more, item: { affiliation: 'none' } })
  }

  /** A room that nobody is in goes, unless it was meant to stay. */
  #sweep(room: Room): void {
    if (room.occupants.size === 0 && (room.isLocked || !room.config.isPersistent)) this.#rooms.delete(room.jid.local)
  }

  #refuse(stanza: XmlElement, condition: Parameters<typeof refusal>[0]): void {
    this.#domain.route(errorOf(stanza, refusal(condition)))
  }
}

const mostRooms = 1000
