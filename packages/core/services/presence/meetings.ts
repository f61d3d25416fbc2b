// What the meetings of a calendar make of the person: the only place that decides.
import { type Availability, availabilities, type Settings } from '@openparley/contract'
import type { Meeting } from './port.ts'

/** What the calendar says now, and how long it will say so. */
export interface Said {
  readonly says: Availability
  readonly until: string
}

export interface Look {
  readonly said: Said | undefined
  /** When to look again, in wall time: before then nothing begins or ends. */
  readonly nextMs: number | undefined
}

/** In what is said at once, that which counts most counts; meetings that follow one another without a pause are one. */
export function calendarAt(meetings: readonly Meeting[], atMs: number, meaning: Settings['calendar.meetings']): Look {
  const telling = meetings.flatMap(({ fromMs, untilMs, ...rest }) => {
    const says = saysOf(rest, meaning)
    return says === undefined || untilMs <= fromMs ? [] : [{ fromMs, untilMs, says }]
  })
  const says = mostOf(telling.filter((each) => isAt(each, atMs)).map((each) => each.says))
  const nextMs = least(telling.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]).filter((edge) => edge > atMs))
  if (says === undefined) return { said: undefined, nextMs }
  const isMore = (other: Availability): boolean => availabilities.indexOf(other) < availabilities.indexOf(says)
  let untilMs = atMs
  for (const each of telling.filter((one) => one.says === says).toSorted((a, b) => a.fromMs - b.fromMs))
    if (each.fromMs <= untilMs) untilMs = Math.max(untilMs, each.untilMs)
  for (const { fromMs, says: other } of telling) if (isMore(other) && fromMs > atMs) untilMs = Math.min(untilMs, fromMs)
  return { said: { says, until: new Date(untilMs).toISOString() }, nextMs }
}

/** Undefined: it says nothing of the person. */
function saysOf(
  { status, isTransparent, answer, shows, isAllDay }: Omit<Meeting, 'fromMs' | 'untilMs'>,
  meaning: Settings['calendar.meetings'],
): Availability | undefined {
  if (meaning === 'none' || status === 'cancelled' || isTransparent || shows === 'free') return undefined
  // Whoever was asked and has not said yes may not be there.
  if (answer === 'accepted' ? false : answer !== undefined || status === 'tentative' || shows === 'tentative')
    return undefined
  if (shows === 'out-of-office') return isAllDay ? 'vacation' : 'away'
  // Birthdays, deadlines and weeks of duty: whole days are seldom spent in one room.
  return isAllDay ? undefined : meaning
}

function isAt({ fromMs, untilMs }: Pick<Meeting, 'fromMs' | 'untilMs'>, atMs: number): boolean {
  return fromMs <= atMs && atMs < untilMs
}

function mostOf(said: readonly Availability[]): Availability | undefined {
  return availabilities.find((each) => said.includes(each))
}

function least(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b))
}
