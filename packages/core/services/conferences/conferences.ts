// Web conferences: what applications ask goes to the server’s port, what the port tells goes to the conferences, and through them to the applications.
import {
  type ChangeOf,
  type ConferenceEntry,
  errorValue,
  ParleyError,
  type ScheduledConference,
  type services,
  type StateOf,
  type WebConference,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import { newId, type World } from '../../runtime/world.ts'
import { book, type Known } from './book.ts'
import { joining } from './joining.ts'
import type { ConferencePort } from './port.ts'
import { judged } from './refusals.ts'
import { lineOf } from './state.ts'

type Service = (typeof services)['conferences']

export interface ConferencesService extends ServiceBody<Service> {
  readonly state: Broadcast<StateOf<Service>, ChangeOf<Service>>
  /** Somebody has asked the person into one: it is `ready`, and named from now on. Undefined: the invitation leads to no server of the settings. */
  asked(by: { readonly invitation: string; readonly from: string; readonly subject?: string }): string | undefined
  /** Who asked has taken it back: it is over, unless the person is in it. */
  takenBack(invitation: string): void
  scheduled(next: readonly ScheduledConference[]): void
  /** Settings name other servers. */
  look(): void
  /** An application has left: so has the person, where it was in a conference. */
  released(application: string): void
  /** Leaves whatever the person is in. */
  close(): Promise<void>
}

export interface ConferencesNeeds {
  /** Of the servers that settings name, in the order of their kinds. */
  readonly ports: () => readonly ConferencePort[]
  /** The person’s own name, as others see it. */
  readonly name: () => string
  readonly record: (entry: ConferenceEntry) => void
  /** Asks people by chat. Rejects with `chat-unavailable` where nobody can be asked. */
  readonly invite: (to: readonly string[], conference: WebConference) => Promise<void>
  /** Tells those who were asked by chat that it is over for all. */
  readonly uninvite: (conference: string) => void
  /** The contact that the other side of the call is, where it is one. Throws `call-unknown`. */
  readonly otherSide: (call: string) => string | undefined
}

export function conferences(world: World, epoch: string, needs: ConferencesNeeds): ConferencesService {
  let next: readonly ScheduledConference[] = []
  let kinds = ''
  const ofKinds = (): WebConference['kind'][] => needs.ports().map(({ kind }) => kind)
  const state = broadcast<StateOf<Service>, ChangeOf<Service>>(epoch, () => ({
    conferences: all.list(),
    scheduled: [...next],
    kinds: ofKinds(),
  }))
  const all = book(world, {
    changed: (conference) => state.publish({ type: 'conference', conference }),
    removed: (conference) => state.publish({ type: 'removed', conference }),
    over: (entry) => needs.record(entry),
  })
  const inside = joining(world, {
    book: all,
    name: needs.name,
    offered: (change) => state.publish({ type: 'offered', ...change }),
    withdrawn: (change) => state.publish({ type: 'withdrawn', ...change }),
  })
  const named = (kind: WebConference['kind'], port: ConferencePort, more: Partial<WebConference>): Known =>
    all.add(port, {
      conference: newId(world, 'webconference'),
      kind,
      subject: '',
      state: 'creating',
      where: port.where,
      members: [],
      can: [],
      createdAt: world.wall(),
      ...more,
    })
  const portFor = (invitation: string): ConferencePort => {
    const port = needs.ports().find((each) => each.reads(invitation))
    if (!port) throw new ParleyError('conference-invitation-unusable')
    return port
  }
  /** The one of the list that has this invitation, or a new one of that server’s. */
  const byInvitation = async (invitation: string, more: Partial<WebConference> = {}): Promise<Known> => {
    const already = all.by(invitation)
    if (already) return already
    const port = portFor(invitation)
    const room = await judged(port.find(invitation))
    // Meanwhile it may have been asked for twice.
    const one = all.by(invitation) ?? named(port.kind, port, { invitation, ...more })
    all.found(one, room, room.subject)
    return one
  }
  const invite = async (to: readonly string[], one: Known): Promise<void> => {
    if (to.length === 0) return
    await needs.invite(to, one.is)
  }
  /** The person can do that in it. */
  const able = (id: string, what: WebConference['can'][number]): Known => {
    const one = all.find(id)
    if (!one.is.can.includes(what)) throw new ParleyError('conference-not-possible', what)
    return one
  }
  const memberOf = (one: Known, member: string): string => {
    if (!one.is.members.some((each) => each.member === member)) throw new ParleyError('conference-member-unknown')
    return member
  }
  const end = async (one: Known): Promise<void> => {
    if (one.is.state !== 'ended') {
      await judged(one.port.end?.(one.theRoom()) ?? Promise.resolve())
      needs.uninvite(one.is.conference)
    }
    await inside.forget(one)
    all.tell(one, { type: 'ended' })
  }
  const look = (): void => {
    const now = ofKinds()
    if (now.join() === kinds) return
    kinds = now.join()
    state.publish({ type: 'kinds', kinds: now })
  }
  kinds = ofKinds().join()

  return {
    state,
    asked: ({ invitation, from, subject = '' }) => {
      const already = all.by(invitation)
      if (already) return already.is.conference
      const port = needs.ports().find((each) => each.reads(invitation))
      if (!port || invitation.length > mostInvitation) return undefined
      const more = { state: 'ready', invitation, from, subject: lineOf(subject), can: ['join'] } as const
      return named(port.kind, port, { ...more, can: [...more.can] }).is.conference
    },
    takenBack: (invitation) => {
      const one = all.by(invitation)
      if (one?.is.from !== undefined && one.is.state === 'ready') all.tell(one, { type: 'ended' })
    },
    scheduled: (list) => {
      if (JSON.stringify(list) === JSON.stringify(next)) return
      next = list
      state.publish({ type: 'scheduled', scheduled: [...list] })
    },
    look,
    released: (application) => inside.released(application),
    close: async () => {
      await inside.close()
      all.close()
      state.close()
    },
    handlers: {
      create: async ({ subject, kind, invite: to, call }) => {
        const other = call === undefined ? undefined : needs.otherSide(call)
        const ports = needs.ports()
        const port = kind === undefined ? ports[0] : ports.find((each) => each.kind === kind)
        if (!port) throw new ParleyError('conference-no-server', kind)
        const one = named(port.kind, port, { subject: lineOf(subject) })
        try {
          all.found(one, await judged(port.create(lineOf(subject), needs.name())))
        } catch (thrown) {
          const { code, detail, peer } = thrown as ParleyError
          all.tell(one, { type: 'failed', error: errorValue(code, detail, peer) })
          throw thrown
        }
        // It is there, whoever can be told of it.
        await invite([...new Set([...to, ...(other === undefined ? [] : [other])])], one).catch((thrown: unknown) => {
          if (!(thrown instanceof ParleyError)) throw thrown
          all.tell(one, { type: 'unasked', error: errorValue(thrown.code, thrown.detail, thrown.peer) })
        })
        return { conference: one.is.conference }
      },
      invite: async ({ conference, to }) => {
        await invite(to, able(conference, 'invite'))
        return {}
      },
      join: async ({ conference, invitation, name }, { application }) => {
        if ((conference === undefined) === (invitation === undefined)) throw new ParleyError('conference-unknown')
        const one = conference === undefined ? await byInvitation(invitation as string) : all.find(conference)
        if (one.is.state === 'ended') throw new ParleyError('conference-unknown', 'it has ended')
        if (one.room === undefined) {
          const room = await judged(one.port.find(one.is.invitation as string))
          all.found(one, room, room.subject)
        }
        const open = await inside.join(one, application, lineOf(name ?? '') || needs.name())
        return { conference: one.is.conference, ...(open === undefined ? {} : { open }) }
      },
      publish: ({ conference, what, offer }, { application }) =>
        inside.publish(all.find(conference), application, what, offer),
      unpublish: async ({ conference, connection }, { application }) => {
        await inside.unpublish(all.find(conference), application, connection)
        return {}
      },
      answer: async ({ conference, connection, answer }, { application }) => {
        await inside.answer(all.find(conference), application, connection, answer)
        return {}
      },
      show: async ({ conference, ...is }, { application }) => {
        await inside.show(all.find(conference), application, is)
        return {}
      },
      mute: async ({ conference, member, muted }) => {
        const one = able(conference, 'mute-others')
        await judged(one.port.mute?.(one.theRoom(), memberOf(one, member), muted) ?? Promise.resolve())
        return {}
      },
      drop: async ({ conference, member }) => {
        const one = able(conference, 'drop')
        await judged(one.port.drop?.(one.theRoom(), memberOf(one, member)) ?? Promise.resolve())
        return {}
      },
      // Whichever of the person’s applications says it.
      leave: async ({ conference }) => {
        await inside.leave(all.find(conference))
        return {}
      },
      end: async ({ conference }) => {
        await end(able(conference, 'end'))
        return {}
      },
    },
  }
}

const mostInvitation = 4096
