// When an event takes place: once, or as its rule says, without what is taken out of it (RFC 5545 §3.8.5).
import ICAL from 'ical.js'
import { type CalendarTime, dayOf, isNamed, msOf, type Placed } from './times.ts'

export type CalendarEvent = InstanceType<typeof ICAL.Component>

export interface Window {
  readonly fromMs: number
  readonly untilMs: number
}

export interface Stretch {
  readonly fromMs: number
  readonly untilMs: number
}

/** An event that recurs more often than people meet, or that cannot be followed to the window. */
export class TooOften extends Error {}

/** Those within the window. `replaced`: occurrences that have an event of their own, by `keysOf`. */
export function occurrencesOf(event: CalendarEvent, window: Window, replaced: ReadonlySet<string>): Stretch[] {
  const first = placedIn(event, 'dtstart')
  if (!first) return []
  const end = endOf(event, first)
  const firstMs = msOf(first)
  const lengthMs = Math.max(0, end(first, firstMs) - firstMs)
  const without = new Set([...replaced, ...listed(event, 'exdate').flatMap((at) => keysOf(at))])
  const found = new Map<number, Stretch>()
  const take = (at: Placed, fromMs: number): void => {
    const [exact, day] = keysOf(at, fromMs)
    const untilMs = end(at, fromMs)
    if (without.has(exact) || without.has(day)) return
    if (!(fromMs < untilMs && fromMs < window.untilMs && untilMs > window.fromMs)) return
    if (found.size >= mostInWindow) throw new TooOften()
    found.set(fromMs, { fromMs, untilMs })
  }
  take(first, firstMs)
  for (const at of listed(event, 'rdate')) take(at, msOf(at))
  for (const property of event.getAllProperties('rrule').slice(0, mostRules)) {
    const rule = property.getFirstValue() as unknown as InstanceType<typeof ICAL.Recur>
    const untilMs = Math.min(window.untilMs, endOfRule(rule, first.zone))
    // Both are compared here: the library would work out the zone of each date anew.
    rule.until = null
    let steps = 0
    const dates = rule.iterator(near(rule, first, window.fromMs - lengthMs))
    for (let time = dates.next(); time; time = dates.next()) {
      const at = { time: time.clone(), zone: first.zone }
      const fromMs = msOf(at)
      if (fromMs >= untilMs) break
      if (++steps > mostSteps) throw new TooOften()
      take(at, fromMs)
    }
  }
  return [...found.values()]
}

/** What an occurrence is known by: its moment, and for a day the day. */
export function keysOf(at: Placed, ms: number = msOf(at)): [exact: string, day: string] {
  return [at.time.isDate ? dayOf(at.time) : String(ms), dayOf(at.time)]
}

export function placedIn(event: CalendarEvent, name: string): Placed | undefined {
  const property = event.getFirstProperty(name)
  const time = property?.getFirstValue() as unknown
  if (!property || !(time instanceof ICAL.Time)) return undefined
  return { time, zone: property.getFirstParameter('tzid') || undefined }
}

/** All dates of lists, of stretches their beginning. */
function listed(event: CalendarEvent, name: string): Placed[] {
  return event
    .getAllProperties(name)
    .flatMap((property) =>
      (property.getValues() as unknown[]).flatMap((value) => {
        const time = value instanceof ICAL.Period ? value.start : value
        return time instanceof ICAL.Time ? [{ time, zone: property.getFirstParameter('tzid') || undefined }] : []
      }),
    )
    .slice(0, mostListed)
}

/** When an occurrence ends that begins then: days last for days, however long those are. */
function endOf(event: CalendarEvent, first: Placed): (begins: Placed, ms: number) => number {
  const end = placedIn(event, 'dtend')
  const duration = event.getFirstPropertyValue('duration') as unknown
  if (first.time.isDate) {
    const seconds = duration instanceof ICAL.Duration ? duration.toSeconds() : undefined
    const days = end ? end.time.subtractDate(first.time).toSeconds() / dayS : (seconds ?? dayS) / dayS
    return ({ time, zone }) => {
      const last = time.clone()
      last.adjust(Math.round(days), 0, 0, 0)
      return msOf({ time: last, zone })
    }
  }
  const lengthMs = end ? msOf(end) - msOf(first) : duration instanceof ICAL.Duration ? duration.toSeconds() * 1000 : 0
  return (_, ms) => ms + lengthMs
}

/** Just after the last moment at which an occurrence may begin; a day lasts until its end. */
function endOfRule({ until }: InstanceType<typeof ICAL.Recur>, zone: string | undefined): number {
  if (!until) return Infinity
  const time = until.clone()
  if (time.isDate) time.adjust(1, 0, 0, 0)
  return msOf({ time, zone }) + (time.isDate ? 0 : 1)
}

/**
 * Where to begin counting: whole intervals later, as near to the window as is safe. A rule with a COUNT is counted from its beginning.
 * Throws where it recurs more often than people meet.
 */
function near(rule: InstanceType<typeof ICAL.Recur>, first: Placed, fromMs: number): CalendarTime {
  const { freq, interval, count } = rule
  if (!frequencies.includes(freq) || interval > mostInterval) throw new TooOften()
  const start = first.time.clone()
  if (isNamed(first)) start.zone = ICAL.Timezone.localTimezone
  if (count || (freq !== 'DAILY' && freq !== 'WEEKLY')) return start
  const step = (freq === 'WEEKLY' ? 7 : 1) * Math.max(1, interval)
  const steps = Math.floor((fromMs - msOf(first)) / (dayS * 1000) / step) - 1
  if (steps > 0) start.adjust(steps * step, 0, 0, 0)
  return start
}

const frequencies: readonly string[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']
const dayS = 86_400
const mostInterval = 1000
const mostRules = 8
const mostListed = 2000
const mostSteps = 10_000
const mostInWindow = 500
