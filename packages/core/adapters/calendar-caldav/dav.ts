// WebDAV and CalDAV in XML: what is asked (RFC 4918, 4791, 6638), and the answers as resources with their properties.
import { elementsIn, isXml, readXml, textOf, writeXml, type XmlElement, xml } from '@openparley/protocols/common'

export const ns = {
  dav: 'DAV:',
  caldav: 'urn:ietf:params:xml:ns:caldav',
  /** Older than RFC 6578 and more widely known: a collection's tag changes with anything in it. */
  server: 'http://calendarserver.org/ns/',
} as const

export interface Resource {
  readonly href: string
  /** Those that the server has, by namespace and name. */
  property(space: keyof typeof ns, local: string): XmlElement | undefined
}

const prefixes = { 'xmlns:d': ns.dav, 'xmlns:c': ns.caldav, 'xmlns:s': ns.server }

/** What is asked of a resource, on the way to the person's calendars. */
export const askWhose: string = propfind('d:resourcetype', 'd:current-user-principal', 'c:calendar-home-set')
export const askPrincipal: string = propfind('c:calendar-home-set', 'c:calendar-user-address-set')
export const askCalendars: string = propfind(
  'd:resourcetype',
  'd:sync-token',
  's:getctag',
  'c:supported-calendar-component-set',
  'c:schedule-calendar-transp',
)

function propfind(...names: readonly string[]): string {
  return writeXml(
    xml('d:propfind', prefixes, [
      xml(
        'd:prop',
        {},
        names.map((name) => xml(name)),
      ),
    ]),
  )
}

export interface Range {
  readonly fromMs: number
  readonly untilMs: number
}

/** The events that touch the range, whole: series with their exceptions (RFC 4791 §7.8). */
export function writeQuery(range: Range): string {
  const events = xml('c:comp-filter', { name: 'VEVENT' }, [timeRange(range)])
  return writeXml(
    xml('c:calendar-query', prefixes, [
      xml('d:prop', {}, [xml('c:calendar-data')]),
      xml('c:filter', {}, [xml('c:comp-filter', { name: 'VCALENDAR' }, [events])]),
    ]),
  )
}

/** When the person is busy, for who may not read the events (§7.10). */
export function writeFreeBusyQuery(range: Range): string {
  return writeXml(xml('c:free-busy-query', prefixes, [timeRange(range)]))
}

function timeRange({ fromMs, untilMs }: Range): XmlElement {
  const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
  return xml('c:time-range', { start: utc(fromMs), end: utc(untilMs) })
}

/** Undefined: it is no answer of this kind. */
export function readMultistatus(text: string, mostCharacters: number): Resource[] | undefined {
  const root = readXml(text, { mostCharacters })
  if (!isXml(root) || root.uri !== ns.dav || root.local !== 'multistatus') return undefined
  return children(root, 'dav', 'response').flatMap((response) => {
    const [href] = children(response, 'dav', 'href')
    if (!href) return []
    const there = children(response, 'dav', 'propstat')
      .filter((each) => / 2\d\d( |$)/.test(textIn(each, 'dav', 'status') ?? ''))
      .flatMap((each) => children(each, 'dav', 'prop'))
    return [
      {
        href: textOf(href),
        property: (space, local) => there.flatMap((each) => children(each, space, local))[0],
      },
    ]
  })
}

export function children(from: XmlElement, space: keyof typeof ns, local: string): XmlElement[] {
  return elementsIn(from, local).filter(({ uri }) => uri === ns[space])
}

/** The address that a property holds. */
export function hrefIn(property: XmlElement | undefined): string | undefined {
  return property && textIn(property, 'dav', 'href')
}

function textIn(from: XmlElement, space: keyof typeof ns, local: string): string | undefined {
  const [first] = children(from, space, local)
  return first && textOf(first)
}
