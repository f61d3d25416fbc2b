// From the times of iCalendar to wall time. A zone is what the calendar itself says it is (VTIMEZONE); else what the zone of that name
// is known to be here; else this machine's.
import ICAL from 'ical.js'

export type CalendarTime = InstanceType<typeof ICAL.Time>

/** A time with the name of its zone. */
export interface Placed {
  readonly time: CalendarTime
  readonly zone: string | undefined
}

export function msOf({ time, zone }: Placed): number {
  // Its own zone is worth something where the calendar describes it.
  const described = time.zone as { component?: unknown; tzid?: string } | null
  if (!time.isDate && described?.tzid === 'UTC') return time.toUnixTime() * 1000
  if (!time.isDate && described?.component) return time.toUnixTime() * 1000
  const { year, month, day, hour, minute, second } = time
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second)
  const format = time.isDate ? undefined : formatOf(zone)
  if (!format) return new Date(year, month - 1, day, hour, minute, second).getTime()
  // Twice: the offset is that of the moment that is looked for.
  const near = asUtc - offsetAt(format, asUtc)
  return asUtc - offsetAt(format, near)
}

/** The day as it is written there. */
export function dayOf({ year, month, day }: CalendarTime): string {
  return `${year}-${month}-${day}`
}

function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes, seconds = '0'] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? []
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
