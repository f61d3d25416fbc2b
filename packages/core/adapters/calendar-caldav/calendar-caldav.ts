// The person's calendar by CalDAV: read again and again from the best server that answers, and told as often as it is different.
import { errorValue, type ErrorValue, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import { backoff } from '@openparley/protocols/common'
import type { Millis, World } from '../../runtime/world.ts'
import type { PlannedMeeting } from '../../services/conferences/port.ts'
import type { CalendarPort, TellMeetings } from '../../services/presence/port.ts'
import { asking, CalendarFailure, personIn } from './asking.ts'
import { type Known, nothingKnown, readServer } from './reading.ts'

export interface CalendarState {
  /** off: not wanted; waiting: tried again later; failed: not before somebody changes something. */
  readonly is: 'off' | 'reading' | 'ok' | 'waiting' | 'failed'
  readonly server?: string
  readonly error?: ErrorValue
  readonly warning?: ErrorValue
  readonly nextTryAt?: string
}

export interface CaldavCalendarOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly dns: () => DnsResolver
  readonly tell: TellMeetings
  /** What has an address in it, as often as it is different: of these alone it is told what they are about. */
  readonly tellPlanned: (planned: readonly PlannedMeeting[]) => void
  readonly show: (state: CalendarState) => void
}

export function caldavCalendar(options: CaldavCalendarOptions): CalendarPort {
  const { world, settings, dns, show } = options
  let running: AbortController | undefined
  let round: Promise<void> = Promise.resolve()
  let wake: (() => void) | undefined
  let waitsForS: number | undefined
  let failures = 0
  const known = new Map<string, Known>()
  /** Servers that did not answer, and until when others are asked first. */
  const resting = new Map<string, { readonly failures: number; readonly until: Millis }>()

  const tell = whenDifferent(options.tell)
  const tellPlanned = whenDifferent(options.tellPlanned)
  const wallMs = (): number => Date.parse(world.wall())
  const after = (forMs: Millis, mine: AbortController): void => {
    wake = world.clock.at(world.clock.now() + forMs, () => begin(mine))
  }
  const begin = (mine: AbortController): void => {
    wake?.()
    wake = undefined
    waitsForS = undefined
    round = read(mine)
  }
  const readFrom = async (server: string, signal: AbortSignal): Promise<CalendarState> => {
    const now = settings()
    const person = personIn(now)
    if (!person) throw new CalendarFailure('credentials-missing', 'calendar.password')
    const url = new URL(server)
    const ask = asking({ server: url, person, settings: now, dns: dns(), signal })
    const before = known.get(server) ?? nothingKnown()
    known.set(server, before)
    const { meetings, planned, unread, error } = await readServer(ask, url, person, before, wallMs())
    if (!signal.aborted) {
      tell(meetings)
      tellPlanned(planned)
    }
    const warning = unread > 0 ? errorValue('calendar-unreadable', `events: ${unread}`) : undefined
    return { is: 'ok', server, ...(error ? { error } : {}), ...(warning ? { warning } : {}) }
  }
  const read = async (mine: AbortController): Promise<void> => {
    const all = settings()['calendar.servers'] ?? []
    const rests = (server: string): boolean => (resting.get(server)?.until ?? 0) > world.clock.now()
    let failure = errorValue('setting-missing', 'calendar.servers')
    let leastMs = 0
    for (const server of [...all.filter((each) => !rests(each)), ...all.filter(rests)]) {
      try {
        const state = await readFrom(server, mine.signal)
        if (mine.signal.aborted) return
        failures = 0
        resting.delete(server)
        waitsForS = settings()['calendar.pollS']
        show(state)
        return after(waitsForS * 1000 * (0.9 + world.dice.roll() / 5), mine)
      } catch (thrown) {
        if (mine.signal.aborted) return
        failure = thrown instanceof CalendarFailure ? thrown.error : errorValue('internal', String(thrown))
        if (thrown instanceof CalendarFailure) leastMs = Math.max(leastMs, thrown.afterMs)
        const count = (resting.get(server)?.failures ?? 0) + 1
        resting.set(server, { failures: count, until: world.clock.now() + backoff(count, rest, world.dice) })
        // Another server of the same people would say the same, and wrong passwords lock accounts.
        if (finals.includes(failure.code)) return show({ is: 'failed', server, error: failure })
      }
    }
    const forMs = Math.max(leastMs, backoff(++failures, wait, world.dice))
    show({ is: 'waiting', error: failure, nextTryAt: new Date(wallMs() + forMs).toISOString() })
    after(forMs, mine)
  }
  return {
    start: () => {
      if (running) return
      running = new AbortController()
      failures = 0
      show({ is: 'reading' })
      begin(running)
    },
    look: () => {
      if (running && waitsForS !== undefined && waitsForS !== settings()['calendar.pollS']) begin(running)
    },
    stop: async () => {
      if (!running) return
      running.abort()
      running = undefined
      wake?.()
      wake = undefined
      known.clear()
      resting.clear()
      show({ is: 'off' })
      tell([])
      tellPlanned([])
      await round
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

const finals: readonly string[] = ['credentials-rejected', 'credentials-missing', 'setting-missing']
const wait = { baseMs: 5000, mostMs: 300_000 }
const rest = { baseMs: 30_000, mostMs: 600_000 }
