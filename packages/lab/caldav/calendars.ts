// People's calendars: texts by name, and a tag that changes with each change.
import { createHash } from 'node:crypto'

export interface Entry {
  readonly text: string
  readonly etag: string
}

export interface Range {
  readonly fromMs: number
  readonly untilMs: number
}

export class Calendar {
  readonly #entries = new Map<string, Entry>()
  #changes = 0

  get tag(): string {
    return `change-${this.#changes}`
  }

  at(name: string): Entry | undefined {
    return this.#entries.get(name)
  }

  /** False: there is no room for more. */
  put(name: string, text: string): boolean {
    if (text.length > largest || (this.#entries.size >= mostEntries && !this.#entries.has(name))) return false
    this.#changes++
    this.#entries.set(name, { text, etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"` })
    return true
  }

  remove(name: string): boolean {
    const was = this.#entries.delete(name)
    if (was) this.#changes++
    return was
  }

  /** Those that may touch the range. What recurs is always among them: who asked knows how to count. */
  within(range: Range): (Entry & { readonly name: string })[] {
    return [...this.#entries]
      .filter(([, { text }]) => mayTouch(text, range))
      .map(([name, entry]) => ({ name, ...entry }))
  }
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
const largest = 1_000_000
const mostEntries = 10_000
