// Coming into a room, being there under a name, going (XEP-0045 §7).
import type { XmlElement } from '@openparley/protocols/common'
import { type Jid, readJid } from '../jid.ts'
import { ns } from '../names.ts'
import { delay, element, errorOf, inside, type Refusal, refusal, withAttributes, withContent } from '../stanza.ts'
import type { Occupant, Room } from './room.ts'

/** A presence for a nickname in the room. `isNew`: the room was made for it. */
export function presenceArrived(room: Room, stanza: XmlElement, from: Jid, nick: string, isNew: boolean): void {
  const occupant = room.occupantAt(from)
  if (stanza.attributes['type'] === 'unavailable') {
    if (occupant) {
      occupant.sessions.set(from.full, stanza)
      room.remove(occupant, {}, from.full)
    }
    return
  }
  const why = refusalFor(room, from, nick, isNew)
  if (why) {
    const error = errorOf(stanza, why)
    return room.domain.route(withContent(error, [element('x', ns.rooms), ...error.content]))
  }
  if (!occupant) return enter(room, stanza, from, nick, isNew)
  occupant.sessions.set(from.full, stanza)
  if (occupant.nick !== nick) rename(room, occupant, nick)
  // Who asks to come in and is there already has lost what was told (XEP-0045 §7.2.3).
  else if (inside(stanza, ns.rooms, 'x')) welcome(room, stanza, from, occupant, [])
  else room.broadcastPresence(occupant)
}

function refusalFor(room: Room, { bare }: Jid, nick: string, isNew: boolean): Refusal | undefined {
  const affiliation = room.affiliationOf(bare)
  const holder = room.occupants.get(nick)
  if (affiliation === 'outcast') return refusal('forbidden')
  if (room.isLocked && !isNew && affiliation !== 'owner') return refusal('item-not-found')
  if (room.config.isMembersOnly && affiliation === 'none') return refusal('registration-required')
  if (holder && holder.bare !== bare) return refusal('conflict')
  if (room.occupants.size >= mostOccupants) return refusal('service-unavailable')
  return undefined
}

function enter(room: Room, stanza: XmlElement, from: Jid, nick: string, isNew: boolean): void {
  const role = room.roleFor(room.affiliationOf(from.bare))
  const occupant: Occupant = room.occupants.get(nick) ?? { nick, bare: from.bare, role, sessions: new Map() }
  occupant.sessions.set(from.full, stanza)
  room.occupants.set(nick, occupant)
  for (const other of room.occupants.values()) {
    if (other === occupant) continue
    for (const full of other.sessions.keys())
      room.domain.route(room.presenceFor(other, full, occupant, { presence: stanza }))
  }
  welcome(room, stanza, from, occupant, isNew ? [201] : [])
}

/** Everybody's presence, one's own last; then what was said; then the subject (XEP-0045 §7.1). */
function welcome(room: Room, stanza: XmlElement, { full }: Jid, occupant: Occupant, statuses: readonly number[]): void {
  for (const other of room.occupants.values()) {
    const presence = [...other.sessions.values()].at(-1)
    if (other !== occupant && presence) room.domain.route(room.presenceFor(occupant, full, other, { presence }))
  }
  room.domain.route(room.presenceFor(occupant, full, occupant, { statuses, presence: stanza }))
  for (const message of historyFor(room, stanza)) room.domain.route(withAttributes(message, { to: full }))
  const subject = room.subject ?? noSubject(room)
  room.domain.route(withAttributes(subject, { to: full }))
}

/** The last twenty, or as many as are asked for (XEP-0045 §7.2.14). */
function historyFor(room: Room, stanza: XmlElement): XmlElement[] {
  const x = inside(stanza, ns.rooms, 'x')
  if (!x) return []
  const wanted = inside(x, ns.rooms, 'history')?.attributes ?? {}
  const number = (name: string): number | undefined => {
    const value = wanted[name]
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined
  }
  const seconds = number('seconds')
  const since = Math.max(
    seconds === undefined ? 0 : room.domain.wall() - seconds * 1000,
    Date.parse(wanted['since'] ?? '') || 0,
  )
  let characters = number('maxchars') ?? Infinity
  const most = Math.min(number('maxstanzas') ?? usualHistory, mostHistory)
  const found: XmlElement[] = []
  for (const { stanza: said, atMs } of room.archive.all().toReversed()) {
    if (found.length >= most || atMs < since) break
    const message = withContent(said, [...said.content, delay(room.jid.bare, atMs)])
    characters -= JSON.stringify(message.content).length
    if (characters < 0) break
    found.unshift(message)
  }
  return found
}

function rename(room: Room, occupant: Occupant, nick: string): void {
  room.broadcastPresence(occupant, { leaves: true, item: { nick, role: occupant.role }, statuses: [303] })
  room.occupants.delete(occupant.nick)
  occupant.nick = nick
  room.occupants.set(nick, occupant)
  room.broadcastPresence(occupant)
}

function noSubject(room: Room): XmlElement {
  return element('message', ns.client, { from: room.jid.bare, type: 'groupchat' }, [element('subject', ns.client)])
}

/** Somebody asks somebody else in, by the room (XEP-0045 §7.8.2). */
export function invite(room: Room, stanza: XmlElement, from: Jid): boolean {
  const x = inside(stanza, ns.roomsUser, 'x')
  const asked = x && inside(x, ns.roomsUser, 'invite')
  const to = readJid(asked?.attributes['to'])
  if (!asked || !to) return false
  if (room.config.isMembersOnly && room.affiliationOf(to.bare) === 'none') room.affiliations.set(to.bare, 'member')
  room.domain.route(
    element('message', ns.client, { from: room.jid.bare, to: to.full, id: stanza.attributes['id'] }, [
      element('x', ns.roomsUser, {}, [element('invite', ns.roomsUser, { from: from.bare }, asked.content)]),
    ]),
  )
  return true
}

const usualHistory = 20
const mostHistory = 250
const mostOccupants = 500
