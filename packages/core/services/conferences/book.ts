// The web conferences that are known: each with its server, its room, and when it is forgotten.
import { type ConferenceEntry, ParleyError, type WebConference } from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import type { ConferencePort, Room } from './port.ts'
import { type ConferenceSignal, isOver, step } from './state.ts'

export interface Known {
  is: WebConference
  readonly port: ConferencePort
  /** Undefined: not yet asked for at its server. */
  room: Room | undefined
  /** Throws `conference-unknown` where its server was not asked yet. */
  theRoom(): Room
}

export interface Book {
  add(port: ConferencePort, is: WebConference): Known
  /** Throws `conference-unknown`. */
  find(id: string): Known
  by(invitation: string): Known | undefined
  found(one: Known, room: Room, subject?: string): void
  tell(one: Known, signal: ConferenceSignal): void
  list(): WebConference[]
  close(): void
}

export interface BookNeeds {
  changed(is: WebConference): void
  removed(conference: string): void
  /** The person was in one and is no more. */
  over(entry: ConferenceEntry): void
}

interface Stay {
  readonly startedAt: string
  readonly names: Set<string>
}

export function book(world: World, needs: BookNeeds): Book {
  const all = new Map<string, Known>()
  const stays = new Map<string, Stay>()
  const forgetting = new Map<string, () => void>()
  const forget = (id: string): void => {
    forgetting.get(id)?.()
    forgetting.delete(id)
    if (all.delete(id)) needs.removed(id)
  }
  const changed = (one: Known, before: WebConference): void => {
    const { is } = one
    const id = is.conference
    if (is.state === 'joined') {
      if (before.state !== 'joined') stays.set(id, { startedAt: world.wall(), names: new Set() })
      const stay = stays.get(id)
      for (const { self, name } of is.members) if (!self && stay && stay.names.size < mostNames) stay.names.add(name)
    }
    forgetting.get(id)?.()
    forgetting.delete(id)
    if (isOver(is))
      forgetting.set(
        id,
        world.clock.at(world.clock.now() + keptMs, () => forget(id)),
      )
    needs.changed(is)
    const stay = stays.get(id)
    if (is.state === 'joined' || !stay) return
    stays.delete(id)
    const { conference, kind, subject, from } = is
    const { startedAt, names } = stay
    needs.over({
      conference,
      kind,
      subject,
      ...(from === undefined ? {} : { from }),
      startedAt,
      endedAt: world.wall(),
      members: [...names],
    })
  }
  const tell = (one: Known, signal: ConferenceSignal): void => {
    const before = one.is
    const after = step(before, signal)
    if (after === before || JSON.stringify(after) === JSON.stringify(before)) return
    one.is = after
    changed(one, before)
  }
  return {
    add: (port, is) => {
      // What others ask the person into fills no memory: what is over goes first, then what was longest not joined.
      if (all.size >= most) {
        const last = [...all.values()].find((each) => isOver(each.is)) ?? [...all.values()].find(isIdle)
        if (last) forget(last.is.conference)
      }
      const one: Known = {
        is,
        port,
        room: undefined,
        theRoom: () => {
          if (!one.room) throw new ParleyError('conference-unknown', 'it was not joined yet')
          return one.room
        },
      }
      all.set(is.conference, one)
      needs.changed(is)
      return one
    },
    find: (id) => {
      const one = all.get(id)
      if (!one) throw new ParleyError('conference-unknown', id)
      return one
    },
    by: (invitation) => [...all.values()].find(({ is }) => is.invitation === invitation && is.state !== 'ended'),
    found: (one, room, subject) => {
      one.room = room
      tell(one, { type: 'found', room, ...(subject === undefined ? {} : { subject }) })
    },
    tell,
    list: () => [...all.values()].map(({ is }) => is),
    close: () => {
      for (const cancel of forgetting.values()) cancel()
      forgetting.clear()
    },
  }
}

const isIdle = ({ is }: Known): boolean => is.state === 'ready'

const most = 200
const mostNames = 500
const keptMs = 600_000
