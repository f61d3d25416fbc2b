// Two records as one: pages of both, newest first, under one cursor.
import { type HistoryRecord, ParleyError } from '@openparley/contract'
import type { FoundMessage, FoundRecord, Place } from './port.ts'

/** Before which place each of the two goes on. */
export interface Bounds {
  readonly records: Place
  readonly messages: Place
}

export interface Page {
  readonly records: HistoryRecord[]
  readonly next?: string
}

/** Of what is as old, records stand before messages: where a page ended between them, the other one goes on from there. */
export function boundsOf(cursor: string | undefined): Bounds {
  if (cursor === undefined) return { records: newest, messages: newest }
  const [, at = '', of, n = ''] = form.exec(cursor) ?? []
  const place = { at: Number(at), n: Number(n) }
  if (of === undefined || !Number.isSafeInteger(place.at) || !Number.isSafeInteger(place.n))
    throw new ParleyError('request-malformed', 'cursor')
  return of === 'r'
    ? { records: place, messages: { at: place.at, n: last } }
    : { records: { at: place.at, n: 0 }, messages: place }
}

/** Each of the two has one more than the page is long, where there are so many. */
export function pageOf(records: readonly FoundRecord[], messages: readonly FoundMessage[], limit: number): Page {
  const all = [
    ...records.map(({ record, place }) => ({ record, place, of: 'r' })),
    ...messages.map((found) => ({ record: recordOf(found), place: found.place, of: 'm' })),
  ].sort((a, b) => b.place.at - a.place.at || (a.of === b.of ? b.place.n - a.place.n : a.of === 'r' ? -1 : 1))
  const shown = all.slice(0, limit)
  const end = shown.at(-1)
  return {
    records: shown.map(({ record }) => record),
    ...(all.length > limit && end ? { next: `${end.place.at}.${end.of}.${end.place.n}` } : {}),
  }
}

export function recordOf({ message, person }: Omit<FoundMessage, 'place'>): HistoryRecord {
  return {
    kind: 'message',
    id: `message:${message.id}`,
    at: message.at,
    ...(person === undefined ? {} : { person }),
    message,
  }
}

const form = /^(-?\d{1,16})\.([rm])\.(\d{1,16})$/
const last = Number.MAX_SAFE_INTEGER
const newest: Place = { at: last, n: last }
