// The person's calendar by CalDAV: read again and again from the best server that answers, and told as often as it is different.
import { errorValue, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { asking, DavFailure, rounds, type RoundsState } from '../../links/dav/index.ts'
import { trustIn } from '../../runtime/trust.ts'
import type { World } from '../../runtime/world.ts'
import type { PlannedMeeting } from '../../services/conferences/port.ts'
import type { CalendarPort, TellMeetings } from '../../services/presence/port.ts'
import { personIn } from './person.ts'
import type { Known } from './reading.ts'

export type CalendarState = RoundsState

export interface CaldavCalendarOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: TellMeetings
  /** What has an address in it, as often as it is different: of these alone it is told what they are about. */
  readonly tellPlanned: (planned: readonly PlannedMeeting[]) => void
  readonly show: (state: CalendarState) => void
}

export function caldavCalendar({ world, settings, dns, show, ...options }: CaldavCalendarOptions): CalendarPort {
  const known = new Map<string, Known>()
  const tell = whenDifferent(options.tell)
  const tellPlanned = whenDifferent(options.tellPlanned)
  const reading = rounds({
    world,
    servers: () => settings()['calendar.servers'] ?? [],
    setting: 'calendar.servers',
    pollS: () => settings()['calendar.pollS'],
    show,
    read: async (server, signal) => {
      const now = settings()
      const person = personIn(now)
      if (!person) throw new DavFailure('credentials-missing', 'calendar.password')
      const url = new URL(server)
      const ask = asking({
        server: url,
        ...person,
        trust: trustIn(now, 'calendar'),
        codes: { elsewhere: 'calendar-elsewhere', tooLarge: 'calendar-too-large' },
        dns: dns(),
        signal,
      })
      // With the first calendar: what reads one is large, and most cores have none.
      const { nothingKnown, readServer } = await import('./reading.ts')
      signal.throwIfAborted()
      const before = known.get(server) ?? nothingKnown()
      known.set(server, before)
      const { meetings, planned, unread, error } = await readServer(ask, url, person, before, Date.parse(world.wall()))
      if (!signal.aborted) {
        tell(meetings)
        tellPlanned(planned)
      }
      const warning = unread > 0 ? errorValue('calendar-unreadable', `events: ${unread}`) : undefined
      return { ...(error ? { error } : {}), ...(warning ? { warning } : {}) }
    },
  })
  return {
    start: reading.start,
    look: reading.look,
    stop: async () => {
      const over = reading.stop()
      known.clear()
      if (!(await over)) return
      tell([])
      tellPlanned([])
    },
  }
}

function whenDifferent<T>(tell: (all: readonly T[]) => void): (all: readonly T[]) => void {
  let told = '[]'
  return (all) => {
    const next = JSON.stringify(all)
    if (next === told) return
    told = next
    tell(all)
  }
}
