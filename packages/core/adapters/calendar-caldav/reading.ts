// One reading of a server: what has changed is read, what has not is known.
import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { ErrorValue } from '@openparley/contract'
import type { PlannedMeeting } from '../../services/conferences/port.ts'
import type { Meeting } from '../../services/presence/port.ts'
import { type Ask, DavFailure, findHome, type Home } from '../../links/dav/index.ts'
import { bounded } from './bounded.ts'
import type { Person } from './person.ts'
import { writeFreeBusyQuery, writeQuery } from './queries.ts'
import { addressesOf, type Calendar, calendarHome, listCalendars } from './discover.ts'
import { type MeetingsRead, readMeetings } from './meetings.ts'
import type { Window } from './occurrences.ts'

/** What is known of a server from one reading to the next. */
export interface Known {
  home: Home | undefined
  readonly calendars: Map<string, CalendarRead>
  /** Objects that used up their time, by their digest: how often. Once may be the machine’s doing. */
  readonly slow: Map<string, number>
}

interface CalendarRead extends MeetingsRead {
  readonly tag: string | undefined
  readonly untilMs: number
}

export interface Result {
  readonly meetings: readonly Meeting[]
  readonly planned: readonly PlannedMeeting[]
  readonly unread: number
  /** Why a calendar of several could not be read. */
  readonly error: ErrorValue | undefined
}

export function nothingKnown(): Known {
  return { home: undefined, calendars: new Map(), slow: new Map() }
}

/** Rejects with a DavFailure where nothing at all can be read. */
export async function readServer(ask: Ask, server: URL, person: Person, known: Known, nowMs: number): Promise<Result> {
  const calendars = await calendarsOf(ask, server, known)
  if (calendars.length === 0) throw new DavFailure('calendar-none-found')
  const there = new Set(calendars.map(({ url }) => url.href))
  for (const href of known.calendars.keys()) if (!there.has(href)) known.calendars.delete(href)
  const addresses = [...person.addresses, ...(known.home ? addressesOf(known.home) : [])]
  const failures: DavFailure[] = []
  for (const calendar of calendars) {
    const before = known.calendars.get(calendar.url.href)
    const isSame = before && calendar.tag !== undefined && before.tag === calendar.tag
    if (isSame && before.untilMs - nowMs > leastAheadMs) continue
    try {
      const window = { fromMs: nowMs, untilMs: nowMs + aheadMs }
      const { isWorthAgain, ...read } = await readObjects(
        await objectsOf(ask, calendar, window),
        window,
        addresses,
        known.slow,
      )
      const tag = isWorthAgain ? undefined : calendar.tag
      known.calendars.set(calendar.url.href, { ...read, tag, untilMs: window.untilMs })
    } catch (thrown) {
      if (!(thrown instanceof DavFailure)) throw thrown
      failures.push(thrown)
    }
  }
  const [failure] = failures
  if (failure && failures.length === calendars.length) throw failure
  const reads = [...known.calendars.values()]
  return {
    meetings: reads.flatMap(({ meetings }) => meetings),
    planned: reads.flatMap(({ planned }) => planned),
    unread: reads.reduce((sum, { unread }) => sum + unread, 0),
    error: failure?.error,
  }
}

async function calendarsOf(ask: Ask, server: URL, known: Known): Promise<Calendar[]> {
  const listed = known.home && (await listCalendars(ask, known.home))
  if (listed) return listed
  known.home = await findHome(ask, server, calendarHome)
  return (await listCalendars(ask, known.home)) ?? []
}

/** Each object's text, or busy time where the events themselves may not be read. */
async function objectsOf(ask: Ask, { url }: Calendar, window: Window): Promise<string[]> {
  try {
    const found = await ask.resources({ url, method: 'REPORT', depth: 1, body: writeQuery(window) })
    return (found ?? []).flatMap((each) => each.property('caldav', 'calendar-data')?.content.join('') ?? [])
  } catch (thrown) {
    if (!(thrown instanceof DavFailure) || thrown.error.code !== 'account-forbidden') throw thrown
    const busy = await ask.text({ url, method: 'REPORT', depth: 1, body: writeFreeBusyQuery(window) })
    if (busy === undefined) throw thrown
    return [busy]
  }
}

async function readObjects(
  objects: readonly string[],
  window: Window,
  addresses: readonly string[],
  slow: Map<string, number>,
): Promise<MeetingsRead & { readonly isWorthAgain: boolean }> {
  if (objects.length > mostObjects) throw new DavFailure('calendar-too-large', `more than ${mostObjects} events`)
  const reads: MeetingsRead[] = []
  let count = 0
  let slowNow = 0
  let waited = 0
  let isWorthAgain = false
  /** As many as can be in a moment: to be ended costs more than most objects do. */
  const readSome = (): void => {
    const since = performance.now()
    do {
      const text = objects[reads.length] as string
      const isSpared = slowNow >= mostSlow || (slow.size > 0 && (slow.get(digestOf(text)) ?? 0) > 1)
      const read = isSpared ? unreadable : readMeetings(text, { window, addresses })
      count += read.meetings.length
      reads.push(read)
    } while (reads.length < objects.length && count <= mostMeetings && performance.now() - since < breathMs)
  }
  while (reads.length < objects.length) {
    const before = reads.length
    const went = bounded(mostMs, readSome)
    if (count > mostMeetings) throw new DavFailure('calendar-too-large', `more than ${mostMeetings} meetings`)
    // Calls are made meanwhile.
    await turn()
    if (went === 'done' || reads.length > before) continue
    if (went === 'waited' && ++waited < mostWaits) continue
    const digest = digestOf(objects[before] as string)
    const times = (slow.get(digest) ?? 0) + 1
    slowNow++
    // A calendar that is full of such is read when it changes, and no oftener.
    isWorthAgain ||= times === 1 && slow.size < mostSlow
    if (slow.size >= mostRemembered) slow.clear()
    slow.set(digest, times)
    reads.push(unreadable)
  }
  return {
    meetings: reads.flatMap(({ meetings }) => meetings),
    planned: reads.flatMap(({ planned }) => planned),
    unread: reads.reduce((sum, { unread }) => sum + unread, 0),
    isWorthAgain,
  }
}

const unreadable: MeetingsRead = { meetings: [], planned: [], unread: 1 }

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

const hourMs = 3_600_000
/** So far ahead meetings are known, and no less even where nothing changes: longer than from one poll to the next. */
const aheadMs = 48 * hourMs
const leastAheadMs = 30 * hourMs
const mostObjects = 5000
const mostMeetings = 5000
/** For one object, how many may take that long in one calendar, and how many such are remembered. */
const mostMs = 300
const mostSlow = 3
const mostRemembered = 100
/** How often it is tried again what only others on the machine have kept from its end. */
const mostWaits = 5
const breathMs = 20
