// What WebDAV and CalDAV ask, and the answers (RFC 4918, 4791): for a server with one person's calendars below each address.
import { elementAt, elementsIn, writeXml, type XmlElement, xml } from '@openparley/protocols/common'
import type { Collection, Entry } from './collection.ts'
import { type Range, timeIn } from './times.ts'

const namespaces = {
  'xmlns:d': 'DAV:',
  'xmlns:c': 'urn:ietf:params:xml:ns:caldav',
  'xmlns:a': 'urn:ietf:params:xml:ns:carddav',
  'xmlns:s': 'http://calendarserver.org/ns/',
}
const prefixes = new Map(Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix.slice('xmlns:'.length)]))

/** The properties that a resource has, by their names with our prefixes. */
export type Properties = Readonly<Record<string, readonly (XmlElement | string)[]>>

export interface Found {
  readonly href: string
  readonly has: Properties
  /** It was there, or was asked for, and is not there now. */
  readonly isGone?: boolean
}

export const href = (path: string): XmlElement => xml('d:href', {}, [path])

export function calendarProperties(calendar: Collection, withTag: boolean): Properties {
  return {
    'd:resourcetype': [xml('d:collection'), xml('c:calendar')],
    'c:supported-calendar-component-set': [xml('c:comp', { name: 'VEVENT' })],
    ...(withTag ? { 's:getctag': [calendar.tag], 'd:sync-token': [`data:,${calendar.tag}`] } : {}),
  }
}

export function entryProperties({ text, etag }: Entry): Properties {
  return { 'd:getetag': [etag], 'c:calendar-data': [text] }
}

/** The names of the properties that are asked for. */
export function askedIn(root: XmlElement): string[] {
  const asked = elementAt(root, 'prop')
  return asked ? elementsIn(asked).map(({ uri, local }) => `${prefixes.get(uri) ?? 'x'}:${local}`) : []
}

/** Undefined: there is no range, and everything is meant. */
export function rangeIn(root: XmlElement): Range | undefined {
  const at = elementsIn(root).reduce<XmlElement | undefined>((found, each) => found ?? rangeBelow(each), undefined)
  if (!at) return undefined
  const { start = '', end = '' } = at.attributes
  return { fromMs: timeIn(`A:${start}`, 'A') ?? -Infinity, untilMs: timeIn(`A:${end}`, 'A') ?? Infinity }
}

function rangeBelow(from: XmlElement): XmlElement | undefined {
  if (from.local === 'time-range') return from
  return elementsIn(from).reduce<XmlElement | undefined>((found, each) => found ?? rangeBelow(each), undefined)
}

/** `further`: what is said of the whole. */
export function multistatus(
  found: readonly Found[],
  asked: readonly string[],
  further: readonly XmlElement[] = [],
): string {
  return writeXml(
    xml('d:multistatus', namespaces, [
      ...found.map((each) => xml('d:response', {}, [href(each.href), ...saidOf(each, asked)])),
      ...further,
    ]),
  )
}

function saidOf({ has, isGone }: Found, asked: readonly string[]): XmlElement[] {
  return isGone ? [xml('d:status', {}, ['HTTP/1.1 404 Not Found'])] : propstats(has, asked)
}

function propstats(has: Properties, asked: readonly string[]): XmlElement[] {
  const known = asked.filter((name) => Object.hasOwn(has, name))
  const unknown = asked.filter((name) => !Object.hasOwn(has, name) && !name.startsWith('x:'))
  const propstat = (status: string, props: readonly XmlElement[]): XmlElement[] =>
    props.length === 0 ? [] : [xml('d:propstat', {}, [xml('d:prop', {}, props), xml('d:status', {}, [status])])]
  return [
    ...propstat(
      'HTTP/1.1 200 OK',
      known.map((name) => xml(name, {}, has[name])),
    ),
    ...propstat(
      'HTTP/1.1 404 Not Found',
      unknown.map((name) => xml(name)),
    ),
  ]
}

/** Busy time of events that do not recur: enough for who may see no more. */
export function freeBusy(entries: readonly Entry[]): string {
  const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
  const stretches = entries.flatMap(({ text }) => {
    const [start, end] = [timeIn(text, 'DTSTART'), timeIn(text, 'DTEND')]
    return start === undefined || end === undefined ? [] : [`FREEBUSY:${utc(start)}/${utc(end)}`]
  })
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VFREEBUSY', ...stretches, 'END:VFREEBUSY', 'END:VCALENDAR', ''].join(
    '\r\n',
  )
}
