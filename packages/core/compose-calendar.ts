// The calendar of one session, as an input of presence: read while somebody is signed in and wants it looked at.
import { type DiagnosisStep, errorValue, type HealthRow, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { type CalendarState, caldavCalendar, calendarPersonIn } from './adapters/calendar-caldav/index.ts'
import { settling } from './runtime/settling.ts'
import { stepOf } from './runtime/step.ts'
import type { World } from './runtime/world.ts'
import type { PlannedMeeting } from './services/conferences/port.ts'
import type { TellMeetings } from './services/presence/index.ts'

type Row = Omit<HealthRow, 'service' | 'since'>

export interface CalendarOfSession {
  signIn(): void
  signOut(): Promise<void>
  /** A setting has changed that needs no new sign-in. */
  look(): void
  /** How it was read last, when that is known; undefined: nobody wants it read. */
  diagnosis(): Promise<DiagnosisStep | undefined>
}

export interface CalendarParts {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: TellMeetings
  readonly tellPlanned: (planned: readonly PlannedMeeting[]) => void
  readonly row: (row: Row) => void
}

export function calendarOfSession({ row, settings, tell, world, ...rest }: CalendarParts): CalendarOfSession {
  let state: CalendarState = { is: 'off' }
  let count = 0
  let begunMs = 0
  let tookMs = 0
  const known = settling(world, () => state.is !== 'reading')
  const calendar = caldavCalendar({
    settings,
    world,
    ...rest,
    tell: (meetings) => {
      count = meetings.length
      tell(meetings)
    },
    show: (next) => {
      const now = world.clock.now()
      if (next.is === 'reading') begunMs = now
      else if (state.is === 'reading') tookMs = now - begunMs
      state = next
      row(rowOf(state))
      known.look()
    },
  })
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
    diagnosis: async () => {
      await known.settled()
      if (state.is === 'off') return undefined
      const error = state.is === 'reading' ? errorValue('server-silent') : state.error
      const well = `${count} ${count === 1 ? 'meeting' : 'meetings'} in the next two days`
      return stepOf('calendar', { ms: tookMs, address: state.server, well }, error)
    },
  }
}

function addressOf({ server }: CalendarState): { readonly address?: string } {
  return server === undefined ? {} : { address: server }
}

function rowOf(state: CalendarState): Row {
  const lacking = state.error !== undefined
  const word = ({ off: 'off', reading: 'starting', ok: 'ok', waiting: 'degraded', failed: 'failed' } as const)[state.is]
  return {
    state: lacking && word === 'ok' ? 'degraded' : word,
    ...addressOf(state),
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
