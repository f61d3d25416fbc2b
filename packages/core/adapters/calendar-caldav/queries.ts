// What a calendar's server is asked in CalDAV (RFC 4791).
import { writeXml, type XmlElement, xml } from '@openparley/protocols/common'
import { prefixes, propfind } from '../../links/dav/index.ts'

export const askCalendars: string = propfind(
  'd:resourcetype',
  'd:sync-token',
  's:getctag',
  'c:supported-calendar-component-set',
  'c:schedule-calendar-transp',
)

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
