// A calendar's adapter in a test: the clock stands until it is moved, the network and the server are real.
import { readSettings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import { followed, seededDice, virtualClock, type VirtualClock } from '@openparley/testkit'
import type { PlannedMeeting } from '../../services/conferences/port.ts'
import type { CalendarPort, Meeting } from '../../services/presence/port.ts'
import { type CalendarState, caldavCalendar } from './calendar-caldav.ts'

export interface House {
  readonly clock: VirtualClock
  readonly port: CalendarPort
  /** What presence was told, each time. */
  readonly told: (readonly Meeting[])[]
  /** What web conferences were told, each time. */
  readonly planned: (readonly PlannedMeeting[])[]
  readonly states: readonly CalendarState[]
  next(): Promise<CalendarState>
  first(): Promise<CalendarState>
  set(more: Readonly<Record<string, unknown>>): void
}

/** It is the tenth of March, nine o'clock (UTC). */
export function house(given: Readonly<Record<string, unknown>>): House {
  const clock = virtualClock()
  const start = Date.parse('2026-03-10T09:00Z')
  const shown = followed<CalendarState>()
  const told: (readonly Meeting[])[] = []
  const planned: (readonly PlannedMeeting[])[] = []
  let settings = readSettings(given)
  const port = caldavCalendar({
    world: { clock, dice: seededDice(1), wall: () => new Date(start + clock.now()).toISOString() },
    settings: () => settings,
    dns: () => dnsResolver(),
    tell: (meetings) => told.push(meetings),
    tellPlanned: (meetings) => planned.push(meetings),
    show: shown.tell,
  })
  /** The next state that says how it went. */
  const next = (): Promise<CalendarState> => shown.next(({ is }) => is !== 'reading')
  return {
    clock,
    port,
    told,
    planned,
    states: shown.all,
    next,
    first(): Promise<CalendarState> {
      port.start()
      return next()
    },
    set(more: Readonly<Record<string, unknown>>): void {
      settings = readSettings({ ...given, ...more })
      port.look()
    },
  }
}

export const event = (uid: string, start: string, more = ''): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:${start}\r\nDURATION:PT1H\r\n${more}END:VEVENT\r\nEND:VCALENDAR\r\n`

export const begins = (meetings: readonly Meeting[] | undefined): string[] =>
  (meetings ?? []).map(({ fromMs }) => new Date(fromMs).toISOString()).toSorted()
