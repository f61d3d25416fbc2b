// When the events of a calendar are.
import type { Collection, Entry } from './collection.ts'

export interface Range {
  readonly fromMs: number
  readonly untilMs: number
}

/** Those that may touch the range. What recurs is always among them: who asked knows how to count. */
export function within(calendar: Collection, range: Range): (Entry & { readonly name: string })[] {
  return calendar.all().filter(({ text }) => mayTouch(text, range))
}

/** An event whose times are not in UTC may be half a day to either side of what is written. */
function mayTouch(text: string, { fromMs, untilMs }: Range): boolean {
  if (/^(RRULE|RDATE|RECURRENCE-ID|FREEBUSY|DURATION)[;:]/m.test(text)) return true
  const [start, end] = ['DTSTART', 'DTEND'].map((name) => timeIn(text, name))
  if (start === undefined) return true
  return start < untilMs + slackMs && (end ?? start + dayMs) > fromMs - slackMs
}

export function timeIn(text: string, name: string): number | undefined {
  const [, y, mo, d, h = '0', mi = '0', s = '0'] =
    new RegExp(`^${name}[^:\\n]*:(\\d{4})(\\d\\d)(\\d\\d)(?:T(\\d\\d)(\\d\\d)(\\d\\d))?`, 'm').exec(text) ?? []
  return y === undefined ? undefined : Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s))
}

const dayMs = 86_400_000
const slackMs = dayMs
