// The person's own availability: inputs in, what others are told out.
import type { ChangeOf, Choice, Presence, Settings, services, StateOf } from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'
import type { Millis, World } from '../../runtime/world.ts'
import { calendarAt } from './meetings.ts'
import type { Meeting, PresencePort } from './port.ts'
import { compose } from './state.ts'

type Service = (typeof services)['presence']

export interface PresenceService extends ServiceBody<Service> {
  readonly state: Broadcast<StateOf<Service>, ChangeOf<Service>>
  /** So many calls are up on the person's phones. */
  callsUp(count: number): void
  /** What the calendar says of the next hours. */
  meetings(next: readonly Meeting[]): void
  /** Whether a server tells others. */
  published(is: boolean): void
  /** A setting has changed. */
  look(): void
  /** An application has gone: what it said of idle time counts no more. */
  released(application: string): void
  close(): void
}

export interface PresenceNeeds {
  /** Whoever tells others, of all that do. */
  readonly port: PresencePort
  readonly settings: () => Settings
}

export function presence(world: World, epoch: string, needs: PresenceNeeds): PresenceService {
  const { settings } = needs
  let choice: Choice = 'automatic'
  let note: string | undefined
  let callsUp = 0
  let meetings: readonly Meeting[] = []
  let published = false
  /** When somebody was last there, by application, in the monotonic clock. */
  const touched = new Map<string, Millis>()
  let wake: (() => void) | undefined
  let wakeByCalendar: (() => void) | undefined
  let shown = ''

  const composed = (): ReturnType<typeof compose> => {
    const now = world.clock.now()
    const awayMs = settings()['presence.idleAwayS'] * 1000
    const last = touched.size === 0 ? undefined : Math.max(...touched.values())
    const idleMs = last === undefined ? 0 : now - last
    const idleIsAway = awayMs > 0 && last !== undefined && idleMs >= awayMs
    const idleSince =
      idleIsAway && last !== undefined ? new Date(Date.parse(world.wall()) - idleMs).toISOString() : undefined
    wake?.()
    wake = last === undefined || awayMs === 0 || idleIsAway ? undefined : world.clock.at(last + awayMs, () => update())
    const wallMs = Date.parse(world.wall())
    const { said, nextMs } = calendarAt(meetings, wallMs, settings()['calendar.meetings'])
    wakeByCalendar?.()
    // Not longer than a minute: a machine that slept, or whose clock was set, is late by no more.
    wakeByCalendar =
      nextMs === undefined ? undefined : world.clock.at(now + Math.min(nextMs - wallMs, mostWaitMs), () => update())
    return compose({
      choice,
      note,
      callsUp: settings()['presence.publishCalls'] ? callsUp : 0,
      calendar: said,
      idleSince,
      idleIsAway,
      signedIn: true,
    })
  }
  let own: Presence = composed().own
  const state = broadcast<StateOf<Service>, ChangeOf<Service>>(epoch, () => ({ own, choice, published }))
  const update = (): void => {
    const next = composed().own
    // The moment of idleness is worked out anew each time, and is the same one.
    if (own.idleSince !== undefined && next.idleSince !== undefined) Object.assign(next, { idleSince: own.idleSince })
    const before = JSON.stringify(own)
    own = next
    if (JSON.stringify(own) !== before) needs.port.publish(own)
    const now = JSON.stringify([own, choice, published])
    if (now === shown) return
    shown = now
    state.publish({ type: 'own', own, choice, published })
  }
  needs.port.publish(own)

  return {
    state,
    callsUp: (count) => {
      callsUp = count
      update()
    },
    meetings: (next) => {
      meetings = next
      update()
    },
    published: (is) => {
      published = is
      update()
    },
    look: update,
    released: (application) => {
      if (touched.delete(application)) update()
    },
    close: () => {
      wake?.()
      wakeByCalendar?.()
      state.close()
    },
    handlers: {
      set: (params) => {
        choice = params.choice ?? choice
        if (params.note !== undefined) note = params.note
        update()
        return {}
      },
      idle: ({ idleMs }, { application }) => {
        touched.set(application, world.clock.now() - idleMs)
        update()
        return {}
      },
      explain: () => ({ ...composed(), own }),
    },
  }
}

const mostWaitMs = 60_000
