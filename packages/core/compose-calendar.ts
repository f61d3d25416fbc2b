// The calendar of one session, as an input of presence: read while somebody is signed in and wants it looked at.
import type { HealthRow, Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { type CalendarState, caldavCalendar, calendarPersonIn } from './adapters/calendar-caldav/index.ts'
import type { World } from './runtime/world.ts'
import type { TellMeetings } from './services/presence/index.ts'

type Row = Omit<HealthRow, 'service' | 'since'>

export interface CalendarOfSession {
  signIn(): void
  signOut(): Promise<void>
  /** A setting has changed that needs no new sign-in. */
  look(): void
}

export interface CalendarParts {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: TellMeetings
  readonly row: (row: Row) => void
}

export function calendarOfSession({ row, settings, ...rest }: CalendarParts): CalendarOfSession {
  const calendar = caldavCalendar({ settings, ...rest, show: (state) => row(rowOf(state)) })
  let isSignedIn = false
  const look = (): void => {
    const now = settings()
    const isWanted = isSignedIn && now['calendar.servers'] !== undefined && now['calendar.meetings'] !== 'none'
    // That the person's own password is missing is told by the step that needs it first.
    if (isWanted && (now['calendar.user'] !== undefined || calendarPersonIn(now) !== undefined)) calendar.start()
    else void calendar.stop()
    calendar.look()
  }
  return {
    signIn: () => {
      isSignedIn = true
      look()
    },
    signOut: async () => {
      isSignedIn = false
      await calendar.stop()
    },
    look,
  }
}

function rowOf(state: CalendarState): Row {
  const lacking = state.error !== undefined
  const word = ({ off: 'off', reading: 'starting', ok: 'ok', waiting: 'degraded', failed: 'failed' } as const)[state.is]
  return {
    state: lacking && word === 'ok' ? 'degraded' : word,
    ...(state.server === undefined ? {} : { address: state.server }),
    ...(state.error ? { error: state.error } : {}),
    ...(state.warning ? { warning: state.warning } : {}),
    ...(state.nextTryAt === undefined ? {} : { nextTryAt: state.nextTryAt }),
    ...(lacking
      ? {
          without: state.is === 'ok' ? 'the meetings of one calendar' : 'changes of the calendar',
          works: 'presence by all else, and meetings that were read before',
          nextTry: state.is === 'failed' ? 'at the next sign-in' : 'reading it again',
        }
      : {}),
  }
}
