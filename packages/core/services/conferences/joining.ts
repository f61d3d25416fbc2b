// Being in a conference: one application at a time, with its connections, until it leaves or the server says that it is over.
import { ParleyError } from '@openparley/contract'
import { newId, type World } from '../../runtime/world.ts'
import type { Book, Known } from './book.ts'
import type { Presence, RoomEvent } from './port.ts'
import { judged } from './refusals.ts'

interface Offered {
  readonly conference: string
  readonly application: string
  readonly connection: string
}

export interface JoiningNeeds {
  readonly book: Book
  readonly name: () => string
  offered(change: Offered & { member: string; what: 'camera' | 'screen'; offer: string }): void
  withdrawn(change: Offered): void
}

interface Joined {
  readonly application: string
  /** Undefined while it goes in, and of one that is a page of its server’s own. */
  presence: Presence | undefined
  /** The page’s own connections, and those that were offered to it. */
  readonly own: Map<string, 'camera' | 'screen'>
  readonly others: Set<string>
  stopLooking: (() => void) | undefined
}

export interface Joining {
  /** The address of the server’s page, where it has one. */
  join(one: Known, application: string, name: string): Promise<string | undefined>
  publish(
    one: Known,
    application: string,
    what: 'camera' | 'screen',
    offer: string,
  ): Promise<{ connection: string; answer: string }>
  unpublish(one: Known, application: string, connection: string): Promise<void>
  answer(one: Known, application: string, connection: string, answer: string): Promise<void>
  show(
    one: Known,
    application: string,
    is: { muted?: boolean | undefined; camera?: boolean | undefined },
  ): Promise<void>
  leave(one: Known): Promise<void>
  /** It is over: nobody is in it any more. */
  forget(one: Known): Promise<void>
  released(application: string): void
  close(): Promise<void>
}

export function joining(world: World, { book, offered, withdrawn }: JoiningNeeds): Joining {
  const joined = new Map<Known, Joined>()
  const by = (one: Known, application: string): Joined & { presence: Presence } => {
    const here = joined.get(one)
    if (!here?.presence || here.application !== application) throw new ParleyError('conference-not-joined')
    return here as Joined & { presence: Presence }
  }
  /** Ends it here; what the server is told. */
  const out = (one: Known): Promise<void> => {
    const here = joined.get(one)
    joined.delete(one)
    here?.stopLooking?.()
    return here?.presence?.leave().catch(() => undefined) ?? Promise.resolve()
  }
  const told = (one: Known, here: Joined, event: RoomEvent): void => {
    if (joined.get(one) !== here) return
    const { conference } = one.is
    const { application } = here
    switch (event.type) {
      case 'members':
        return book.tell(one, { type: 'members', members: event.members })
      case 'offered': {
        const { connection, member, what, offer } = event
        here.others.add(connection)
        return offered({ conference, application, connection, member, what, offer })
      }
      case 'withdrawn':
        if (here.others.delete(event.connection)) withdrawn({ conference, application, connection: event.connection })
        return
      case 'over':
        void out(one)
        return book.tell(one, {
          type: event.for === 'all' ? 'ended' : 'left',
          ...(event.error ? { error: event.error } : {}),
        })
    }
  }
  /** Of one that is not joined inside: as long as the person is in it, it is asked who is. */
  const look = (one: Known, here: Joined): void => {
    const again = (): void => {
      if (joined.get(one) !== here) return
      const cancel = world.clock.at(world.clock.now() + lookMs, () => void once())
      here.stopLooking = cancel
    }
    const once = async (): Promise<void> => {
      try {
        const members = await one.port.members?.(one.theRoom())
        if (joined.get(one) === here && members) book.tell(one, { type: 'members', members })
        again()
      } catch (thrown) {
        if (joined.get(one) !== here) return
        if (thrown instanceof ParleyError && thrown.code === 'conference-unknown')
          told(one, here, { type: 'over', for: 'all' })
        else again()
      }
    }
    if (one.port.members) void once()
  }
  const leave = async (one: Known): Promise<void> => {
    const left = out(one)
    book.tell(one, { type: 'left' })
    await left
  }

  return {
    join: async (one, application, name) => {
      const already = joined.get(one)
      if (already && already.application !== application) throw new ParleyError('conference-elsewhere')
      const { port } = one
      if (already && port.where === 'inside') {
        if (!already.presence) throw new ParleyError('conference-elsewhere', 'it is being joined')
        return undefined
      }
      const here: Joined = already ?? {
        application,
        presence: undefined,
        own: new Map(),
        others: new Set(),
        stopLooking: undefined,
      }
      joined.set(one, here)
      /** What comes before the person is in it is told after it. */
      let early: RoomEvent[] | undefined = []
      try {
        if (port.where === 'browser') {
          const open = await judged(port.open?.(one.theRoom(), name) ?? Promise.resolve(undefined))
          if (joined.get(one) !== here) throw new ParleyError('conference-unknown', 'it has ended')
          book.tell(one, { type: 'joined' })
          if (!already) look(one, here)
          return open
        }
        const presence = await judged(
          port.enter?.(
            one.theRoom(),
            name,
            () => newId(world, 'connection'),
            (event) => {
              if (!early) told(one, here, event)
              else if (early.push(event) > mostEarly) early.shift()
            },
          ) ?? Promise.reject(new ParleyError('conference-unavailable')),
        )
        if (joined.get(one) !== here) {
          await presence.leave().catch(() => undefined)
          throw new ParleyError('conference-unknown', 'it has ended')
        }
        here.presence = presence
      } catch (thrown) {
        if (joined.get(one) === here && !already) joined.delete(one)
        throw thrown
      }
      book.tell(one, { type: 'joined' })
      const waiting = early
      early = undefined
      for (const event of waiting) told(one, here, event)
      return undefined
    },
    publish: async (one, application, what, offer) => {
      const here = by(one, application)
      const known = [...here.own].find(([, carries]) => carries === what)?.[0]
      const connection = known ?? newId(world, 'connection')
      here.own.set(connection, what)
      try {
        return { connection, answer: await judged(here.presence.publish(connection, what, offer)) }
      } catch (thrown) {
        if (known === undefined) here.own.delete(connection)
        throw thrown
      }
    },
    unpublish: async (one, application, connection) => {
      const here = joined.get(one)
      if (here?.application !== application || !here.own.delete(connection)) return
      await here.presence?.unpublish(connection).catch(() => undefined)
    },
    answer: async (one, application, connection, answer) => {
      const here = by(one, application)
      // It may have been withdrawn while the page made its answer.
      if (here.others.has(connection)) await judged(here.presence.answer(connection, answer))
    },
    show: async (one, application, { muted, camera }) => {
      await judged(
        by(one, application).presence.show({
          ...(muted === undefined ? {} : { muted }),
          ...(camera === undefined ? {} : { camera }),
        }),
      )
    },
    leave: async (one) => {
      if (joined.has(one)) await leave(one)
    },
    forget: (one) => out(one),
    released: (application) => {
      for (const [one, here] of [...joined]) if (here.application === application) void leave(one)
    },
    close: async () => {
      await Promise.all([...joined.keys()].map(leave))
    },
  }
}

const lookMs = 5000
const mostEarly = 256
