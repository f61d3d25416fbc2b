// Questions to a room: what it is, what was said, who may what (XEP-0045 §6, §8 to §10; XEP-0313).
import type { XmlElement } from '@openparley/protocols/common'
import { answerArchive, formOf, metadataOf } from '../archive-asks.ts'
import type { Answered } from '../asks.ts'
import { infoOf } from '../disco.ts'
import { type Jid, readJid } from '../jid.ts'
import { ns } from '../names.ts'
import { allInside, element, inside, type Refusal, refusal, said, withAttributes } from '../stanza.ts'
import type { Affiliation, Occupant, Role, Room, RoomConfig } from './room.ts'

export interface AskedRoom {
  readonly room: Room
  readonly payload: XmlElement
  readonly from: Jid
  /** The room goes, for that reason. */
  readonly destroy: (more: readonly XmlElement[]) => void
}

export const roomAsks: Readonly<Record<string, (asked: AskedRoom) => Answered>> = {
  [`get ${ns.info} query`]: ({ room }) => [aboutRoom(room)],
  [`get ${ns.items} query`]: ({ room, from }) => {
    const isIn = room.occupantAt(from) !== undefined
    const nicks = isIn ? [...room.occupants.keys()] : []
    return [
      element(
        'query',
        ns.items,
        {},
        nicks.map((nick) => element('item', ns.items, { jid: room.addressOf(nick) })),
      ),
    ]
  },
  [`get ${ns.ping} ping`]: () => [],
  [`get ${ns.archive} query`]: () => [formOf()],
  [`get ${ns.archive} metadata`]: ({ room, from }) =>
    mayRead(room, from) ? [metadataOf(room.archive)] : refusal('forbidden'),
  [`set ${ns.archive} query`]: ({ room, payload, from }) =>
    mayRead(room, from)
      ? answerArchive(payload, {
          archive: room.archive,
          of: room.jid.bare,
          send: (message) => room.domain.route(withAttributes(message, { to: from.full })),
        })
      : refusal('forbidden'),
  [`get ${ns.roomsAdmin} query`]: ({ room, payload, from }) => {
    const [wanted] = allInside(payload, ns.roomsAdmin, 'item')
    const { affiliation, role } = wanted?.attributes ?? {}
    if (!isAtLeast(room.affiliationOf(from.bare), 'admin')) return refusal('forbidden')
    return [
      element(
        'query',
        ns.roomsAdmin,
        {},
        affiliation === undefined ? inRole(room, role) : affiliated(room, affiliation),
      ),
    ]
  },
  [`set ${ns.roomsAdmin} query`]: ({ room, payload, from }) => {
    for (const item of allInside(payload, ns.roomsAdmin, 'item')) {
      const why =
        item.attributes['affiliation'] === undefined ? setRole(room, item, from) : setAffiliation(room, item, from)
      if (why) return why
    }
    return []
  },
  [`get ${ns.roomsOwner} query`]: ({ room, from }) =>
    room.affiliationOf(from.bare) === 'owner' ? [configForm(room)] : refusal('forbidden'),
  [`set ${ns.roomsOwner} query`]: ({ room, payload, from, destroy }) => {
    if (room.affiliationOf(from.bare) !== 'owner') return refusal('forbidden')
    const end = inside(payload, ns.roomsOwner, 'destroy')
    const form = inside(payload, ns.forms, 'x')
    if (end) destroy([element('destroy', ns.roomsUser, {}, reasonIn(end, ns.roomsOwner))])
    else if (form?.attributes['type'] === 'cancel' && room.isLocked) destroy([])
    else if (form?.attributes['type'] === 'submit') configure(room, form)
    else if (form?.attributes['type'] !== 'cancel') return refusal('bad-request')
    return []
  },
}

/** Which part of the configuration a field of the form is. */
const fields: Readonly<Record<string, readonly [keyof RoomConfig, 'text' | 'boolean' | 'whois']>> = {
  'muc#roomconfig_roomname': ['name', 'text'],
  'muc#roomconfig_persistentroom': ['isPersistent', 'boolean'],
  'muc#roomconfig_publicroom': ['isPublic', 'boolean'],
  'muc#roomconfig_membersonly': ['isMembersOnly', 'boolean'],
  'muc#roomconfig_moderatedroom': ['isModerated', 'boolean'],
  'muc#roomconfig_changesubject': ['mayChangeSubject', 'boolean'],
  'muc#roomconfig_whois': ['showsAddresses', 'whois'],
}

/** What is not known is passed over: it may be of another server's. */
function configure(room: Room, form: XmlElement): void {
  for (const field of allInside(form, ns.forms, 'field')) {
    const known = fields[field.attributes['var'] ?? '']
    const value = said(inside(field, ns.forms, 'value')).trim()
    if (!known) continue
    const read = { text: value.slice(0, 200), boolean: value === '1' || value === 'true', whois: value === 'anyone' }
    Object.assign(room.config, { [known[0]]: read[known[1]] })
  }
  room.isLocked = false
}

function configForm({ config }: Room): XmlElement {
  const value = (text: string): XmlElement => element('value', ns.forms, {}, [text])
  return element('query', ns.roomsOwner, {}, [
    element('x', ns.forms, { type: 'form' }, [
      element('field', ns.forms, { type: 'hidden', var: 'FORM_TYPE' }, [
        value('http://jabber.org/protocol/muc#roomconfig'),
      ]),
      ...Object.entries(fields).map(([name, [key, kind]]) => {
        const text = {
          text: String(config[key]),
          boolean: config[key] ? '1' : '0',
          whois: config[key] ? 'anyone' : 'moderators',
        }
        const type = { text: 'text-single', boolean: 'boolean', whois: 'list-single' }[kind]
        return element('field', ns.forms, { type, var: name }, [value(text[kind])])
      }),
    ]),
  ])
}

function aboutRoom({ config }: Room): XmlElement {
  return infoOf(
    [{ category: 'conference', type: 'text', name: config.name }],
    [
      ns.info,
      ns.rooms,
      ns.archive,
      ns.archiveMore,
      ns.ids,
      ns.occupants,
      ns.selfPing,
      ns.ping,
      config.isPersistent ? 'muc_persistent' : 'muc_temporary',
      config.isPublic ? 'muc_public' : 'muc_hidden',
      config.isMembersOnly ? 'muc_membersonly' : 'muc_open',
      config.isModerated ? 'muc_moderated' : 'muc_unmoderated',
      config.showsAddresses ? 'muc_nonanonymous' : 'muc_semianonymous',
      'muc_unsecured',
    ],
  )
}

function mayRead(room: Room, { bare }: Jid): boolean {
  const affiliation = room.affiliationOf(bare)
  return affiliation !== 'outcast' && !(room.config.isMembersOnly && affiliation === 'none')
}

function affiliated(room: Room, affiliation: string): XmlElement[] {
  const found = [...room.affiliations].filter(([, each]) => each === affiliation)
  return found.map(([jid]) => element('item', ns.roomsAdmin, { affiliation, jid }))
}

function inRole(room: Room, wanted: string | undefined): XmlElement[] {
  const found = [...room.occupants.values()].filter(({ role }) => role === wanted)
  return found.map(({ nick, bare, role }) =>
    element('item', ns.roomsAdmin, { affiliation: room.affiliationOf(bare), jid: bare, nick, role }),
  )
}

/** By nickname: out of the room, with a voice, without one (XEP-0045 §8). */
function setRole(room: Room, item: XmlElement, from: Jid): Refusal | undefined {
  const { nick, role } = item.attributes
  const actor = room.occupantAt(from)
  const occupant = room.occupants.get(nick ?? '')
  if (actor?.role !== 'moderator') return refusal('forbidden')
  if (!occupant) return refusal('item-not-found')
  if (!isAtLeast(room.affiliationOf(from.bare), room.affiliationOf(occupant.bare))) return refusal('not-allowed')
  if (role === 'none') room.remove(occupant, { statuses: [307], more: [], item: { role: 'none' } })
  else if (role === 'moderator' || role === 'participant' || role === 'visitor') {
    occupant.role = role satisfies Role
    room.broadcastPresence(occupant)
  } else return refusal('bad-request')
  return undefined
}

/** By address: member, owner, …, or kept out (XEP-0045 §9). */
function setAffiliation(room: Room, item: XmlElement, from: Jid): Refusal | undefined {
  const { affiliation = '', nick = '' } = item.attributes
  const bare = readJid(item.attributes['jid'])?.bare ?? room.occupants.get(nick)?.bare
  if (bare === undefined) return refusal('item-not-found')
  if (!Object.hasOwn(ranks, affiliation)) return refusal('bad-request')
  const own = room.affiliationOf(from.bare)
  const next = affiliation as Affiliation
  const before = room.affiliationOf(bare)
  if (!isAtLeast(own, 'admin')) return refusal('forbidden')
  // Owners and admins are an owner's to make.
  if (own !== 'owner' && (isAtLeast(before, 'admin') || isAtLeast(next, 'admin'))) return refusal('not-allowed')
  const owners = [...room.affiliations.values()].filter((each) => each === 'owner')
  if (before === 'owner' && next !== 'owner' && owners.length === 1) return refusal('conflict')
  room.affiliations.set(bare, next)
  for (const occupant of room.occupants.values()) if (occupant.bare === bare) follow(room, occupant, next)
  return undefined
}

function follow(room: Room, occupant: Occupant, affiliation: Affiliation): void {
  if (affiliation === 'outcast') return room.remove(occupant, { statuses: [301] })
  if (affiliation === 'none' && room.config.isMembersOnly) return room.remove(occupant, { statuses: [321] })
  occupant.role = room.roleFor(affiliation)
  room.broadcastPresence(occupant)
}

function reasonIn(of: XmlElement, uri: string): XmlElement[] {
  const reason = inside(of, uri, 'reason')
  return reason ? [element('reason', ns.roomsUser, {}, [said(reason)])] : []
}

function isAtLeast(affiliation: Affiliation, least: Affiliation): boolean {
  return ranks[affiliation] >= ranks[least]
}

const ranks: Readonly<Record<Affiliation, number>> = { outcast: 0, none: 1, member: 2, admin: 3, owner: 4 }
