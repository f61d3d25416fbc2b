// From iCalendar (RFC 5545) to meetings: what presence needs of an event, which is none of its words, and what web conferences need, which is
// what it is about and where.
import ICAL from 'ical.js'
import type { PlannedMeeting } from '../../services/conferences/port.ts'
import type { Meeting } from '../../services/presence/port.ts'
import { type CalendarEvent, keysOf, occurrencesOf, placedIn, type Window } from './occurrences.ts'
import { placesIn } from './places.ts'

export interface MeetingsRead {
  readonly meetings: readonly Meeting[]
  /** Those with an address in them. */
  readonly planned: readonly PlannedMeeting[]
  /** Events that could not be read, or were not followed for ever. */
  readonly unread: number
}

export interface Reading {
  readonly window: Window
  /** The person's own addresses, in small letters: whose answer counts. */
  readonly addresses: readonly string[]
}

/** One object of a calendar: an event, with its exceptions and zones. Never throws; may never come back, either. */
export function readMeetings(text: string, reading: Reading): MeetingsRead {
  try {
    return read(text, reading)
  } catch {
    return { meetings: [], planned: [], unread: 1 }
  }
}

function read(text: string, reading: Reading): MeetingsRead {
  const parsed = ICAL.parse(text) as unknown[]
  // A text may hold several calendars.
  const all = (Array.isArray(parsed[0]) ? parsed : [parsed]) as unknown[][]
  const meetings: Meeting[] = []
  const planned: PlannedMeeting[] = []
  let unread = 0
  for (const one of all) {
    const calendar = new ICAL.Component(one)
    const events = calendar.getAllSubcomponents('vevent')
    const replaced = replacedIn(events)
    for (const event of events) {
      try {
        const found = meetingsOf(event, replaced, reading)
        meetings.push(...found)
        planned.push(...plannedOf(event, found))
      } catch {
        unread++
      }
    }
    for (const busy of calendar.getAllSubcomponents('vfreebusy')) meetings.push(...stretchesOf(busy, reading.window))
  }
  return { meetings, planned, unread }
}

function meetingsOf(
  event: CalendarEvent,
  replaced: ReadonlyMap<string, ReadonlySet<string>>,
  { window, addresses }: Reading,
): Meeting[] {
  const isException = event.getFirstProperty('recurrence-id') !== null
  const without = (isException ? undefined : replaced.get(wordOf(event, 'uid') ?? '')) ?? new Set<string>()
  const isAllDay =
    placedIn(event, 'dtstart')?.time.isDate === true || wordOf(event, 'x-microsoft-cdo-alldayevent') === 'TRUE'
  const status = wordOf(event, 'status')
  const said: Omit<Meeting, 'fromMs' | 'untilMs'> = {
    isAllDay,
    status: status === 'CANCELLED' ? 'cancelled' : status === 'TENTATIVE' ? 'tentative' : 'confirmed',
    isTransparent: wordOf(event, 'transp') === 'TRANSPARENT',
    answer: answerOf(event, addresses),
    shows: shown[wordOf(event, 'x-microsoft-cdo-busystatus') ?? ''],
  }
  return occurrencesOf(event, window, without).map((stretch) => ({ ...stretch, ...said }))
}

/** Of what nobody goes to nothing is said. */
function plannedOf(event: CalendarEvent, meetings: readonly Meeting[]): PlannedMeeting[] {
  const held = meetings.filter(({ status, answer }) => status !== 'cancelled' && answer !== 'declined')
  const places = held.length === 0 ? [] : placesIn(event)
  if (places.length === 0) return []
  const about = { event: textOf(event, 'uid'), subject: textOf(event, 'summary'), places }
  return held.map(({ fromMs, untilMs }) => ({ ...about, fromMs, untilMs }))
}

function textOf(event: CalendarEvent, name: string): string {
  return String(event.getFirstPropertyValue(name) ?? '').slice(0, mostText)
}

/** The occurrences that have an event of their own, by the event's UID. */
function replacedIn(events: readonly CalendarEvent[]): Map<string, Set<string>> {
  const replaced = new Map<string, Set<string>>()
  for (const event of events) {
    const of = placedIn(event, 'recurrence-id')
    if (!of) continue
    const uid = wordOf(event, 'uid') ?? ''
    replaced.set(uid, (replaced.get(uid) ?? new Set()).add(keysOf(of)[0]))
  }
  return replaced
}

function answerOf(event: CalendarEvent, addresses: readonly string[]): Meeting['answer'] {
  const own = event
    .getAllProperties('attendee')
    .find((each) => addresses.includes(String(each.getFirstValue()).toLowerCase()))
  if (!own) return undefined
  const organizer = String(event.getFirstPropertyValue('organizer') ?? '').toLowerCase()
  const answer = answers[parameterOf(own, 'partstat') ?? ''] ?? 'none'
  // Who invites others need not answer.
  return answer === 'none' && addresses.includes(organizer) ? undefined : answer
}

/** Free and busy time without events (RFC 5545 §3.8.2.6). */
function stretchesOf(busy: CalendarEvent, window: Window): Meeting[] {
  return busy
    .getAllProperties('freebusy')
    .slice(0, mostStretches)
    .flatMap((property) => {
      const type = parameterOf(property, 'fbtype') ?? 'BUSY'
      return (property.getValues() as unknown[]).flatMap((value): Meeting[] => {
        if (!(value instanceof ICAL.Period)) return []
        const fromMs = value.start.toUnixTime() * 1000
        const untilMs = value.getEnd().toUnixTime() * 1000
        if (!(fromMs < window.untilMs && untilMs > window.fromMs)) return []
        // An unknown type is busy (§3.2.9).
        const shows = ofFreeBusy[type] ?? 'busy'
        return [
          { fromMs, untilMs, isAllDay: false, status: 'confirmed', isTransparent: false, answer: undefined, shows },
        ]
      })
    })
}

function wordOf(event: CalendarEvent, name: string): string | undefined {
  const value = event.getFirstPropertyValue(name) as unknown
  return typeof value === 'string' ? (name === 'uid' ? value : value.trim().toUpperCase()) : undefined
}

function parameterOf(property: InstanceType<typeof ICAL.Property>, name: string): string | undefined {
  // The library's types know of no property that lacks one.
  const value = property.getFirstParameter(name) as unknown
  return typeof value === 'string' ? value.toUpperCase() : undefined
}

const table = <T>(rows: Readonly<Record<string, T>>): Readonly<Record<string, T | undefined>> =>
  Object.assign(Object.create(null), rows)

const answers = table<NonNullable<Meeting['answer']>>({
  ACCEPTED: 'accepted',
  TENTATIVE: 'tentative',
  DECLINED: 'declined',
  // Somebody else goes.
  DELEGATED: 'declined',
})

const shown = table<NonNullable<Meeting['shows']>>({
  FREE: 'free',
  TENTATIVE: 'tentative',
  BUSY: 'busy',
  OOF: 'out-of-office',
  // At work, and reachable.
  WORKINGELSEWHERE: 'free',
})

const ofFreeBusy = table<NonNullable<Meeting['shows']>>({
  FREE: 'free',
  BUSY: 'busy',
  'BUSY-UNAVAILABLE': 'out-of-office',
  'BUSY-TENTATIVE': 'tentative',
})

const mostStretches = 2000
const mostText = 1024
