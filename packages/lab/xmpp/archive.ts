// What was said, kept and given out page by page (XEP-0313, XEP-0059): a person's, or a room's.
import type { XmlElement } from '@openparley/protocols/common'
import { readJid } from './jid.ts'

export interface Archived {
  readonly id: string
  readonly atMs: number
  /** Full address of the other side; of a room's: who said it. */
  readonly with: string
  readonly stanza: XmlElement
}

export interface ArchiveFilter {
  readonly with?: string
  readonly startMs?: number
  readonly endMs?: number
  /** Only what came after or before the message with that id. */
  readonly afterId?: string
  readonly beforeId?: string
  readonly ids?: readonly string[]
}

/** `before` empty: the last ones. */
export interface PageWanted {
  readonly most: number
  readonly after?: string
  readonly before?: string
}

export interface Page {
  readonly entries: readonly Archived[]
  readonly isComplete: boolean
  /** How many fit the filter. */
  readonly count: number
  /** Where the first of the page is among them. */
  readonly at: number
}

export class Archive {
  readonly #entries: Archived[] = []
  readonly #ids = new Set<string>()

  add(entry: Archived): void {
    this.#entries.push(entry)
    this.#ids.add(entry.id)
    if (this.#entries.length > most) this.#ids.delete((this.#entries.shift() as Archived).id)
  }

  all(): readonly Archived[] {
    return this.#entries
  }

  /** Undefined where an id is named that is not in it. */
  page(filter: ArchiveFilter, { most: wanted, after, before }: PageWanted): Page | undefined {
    const named = [after, before === '' ? undefined : before, filter.afterId, filter.beforeId, ...(filter.ids ?? [])]
    if (named.some((id) => id !== undefined && !this.#ids.has(id))) return undefined
    const from = this.#placeOf(filter.afterId, -1)
    const to = this.#placeOf(filter.beforeId, this.#entries.length)
    const fitting = this.#entries.slice(from + 1, to).filter((entry) => fits(entry, filter))
    const start = after === undefined ? 0 : this.#firstBehind(fitting, after)
    const end = before === undefined || before === '' ? fitting.length : this.#firstBehind(fitting, before, 0)
    const within = fitting.slice(start, end)
    const entries = before === undefined ? within.slice(0, wanted) : within.slice(Math.max(0, within.length - wanted))
    const at = before === undefined ? start : start + within.length - entries.length
    return { entries, isComplete: entries.length === within.length, count: fitting.length, at }
  }

  #placeOf(id: string | undefined, otherwise: number): number {
    return id === undefined ? otherwise : this.#entries.findIndex((entry) => entry.id === id)
  }

  /** Where in a selection stands the first that comes after the named one, which need not be in the selection; `more` 0: that is not before it. */
  #firstBehind(selection: readonly Archived[], id: string, more = 1): number {
    const places = new Map(this.#entries.map((entry, place) => [entry.id, place]))
    const place = (places.get(id) as number) + more
    const found = selection.findIndex((entry) => (places.get(entry.id) as number) >= place)
    return found < 0 ? selection.length : found
  }
}

function fits(entry: Archived, filter: ArchiveFilter): boolean {
  const { startMs = -Infinity, endMs = Infinity, ids } = filter
  if (entry.atMs < startMs || entry.atMs > endMs || (ids && !ids.includes(entry.id))) return false
  if (filter.with === undefined || entry.with === filter.with) return true
  return readJid(entry.with)?.bare === filter.with
}

const most = 20_000
