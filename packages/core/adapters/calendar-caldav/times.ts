// From the times of iCalendar to wall time. A zone is what its name is known to be here (RFC 7809); else what the calendar itself says it
// is (VTIMEZONE), which costs a hundred times as much; else this machine's.
import ICAL from 'ical.js'

export type CalendarTime = InstanceType<typeof ICAL.Time>

/** A time with the name of its zone. */
export interface Placed {
  readonly time: CalendarTime
  readonly zone: string | undefined
}

export function msOf({ time, zone }: Placed): number {
  const { year, month, day, hour, minute, second, isDate } = time
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second)
  const described = isDate ? undefined : (time.zone as { component?: unknown; tzid?: string } | null)
  if (described?.tzid === 'UTC') return asUtc
  const format = isDate ? undefined : formatOf(zone)
  if (!format)
    return described?.component
      ? time.toUnixTime() * 1000
      : new Date(year, month - 1, day, hour, minute, second).getTime()
  // Twice: the offset is that of the moment that is looked for.
  const near = asUtc - offsetAt(format, asUtc)
  return asUtc - offsetAt(format, near)
}

/** Whether its zone is known here by its name, so that the library need not work it out. */
export function isNamed({ time, zone }: Placed): boolean {
  return !time.isDate && formatOf(zone) !== undefined
}

/** The day as it is written there. */
export function dayOf({ year, month, day }: CalendarTime): string {
  return `${year}-${month}-${day}`
}

function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  // 1/20/2026, GMT+01:00
  const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(ms)) ?? []
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds)
  return (sign === '-' ? -size : size) * 1000
}

/** Making one costs more than all else about a time: the last few are kept. */
const formats = new Map<string, Intl.DateTimeFormat | undefined>()

function formatOf(zone: string | undefined): Intl.DateTimeFormat | undefined {
  if (zone === undefined) return undefined
  if (!formats.has(zone)) {
    if (formats.size >= mostFormats) formats.clear()
    formats.set(zone, made(zone))
  }
  return formats.get(zone)
}

function made(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}

const mostFormats = 32
