// What can be made to go wrong with calendars.
import type { FaultEntry } from '../faults.ts'

const rows = [
  ['calendar-gone', 'server-refused', 'Nothing listens where calendars are.'],
  ['calendar-silent', 'server-silent', 'The server of calendars takes everything and answers nothing.'],
  ['calendar-certificate', 'tls-untrusted', 'Its certificate is of an authority that nobody knows.'],
  ['calendar-refused', 'credentials-rejected', 'Every password is refused with a 401.'],
  ['calendar-forbidden', 'account-forbidden', 'Everything is refused with a 403.'],
  ['calendar-error', 'server-failed', 'Everything is answered with a 500.'],
  ['calendar-overload', 'server-overloaded', 'Everything is answered with a 503.'],
  ['calendar-html', 'server-garbled', 'Everything is answered with a page of HTML.'],
  ['calendar-none', 'calendar-none-found', 'Nobody has a calendar.'],
  ['calendar-elsewhere', 'calendar-elsewhere', 'Everybody is sent to another server.'],
  ['calendar-stray', 'calendar-elsewhere', 'The person’s calendars are said to be at another server.'],
  ['calendar-huge', 'calendar-too-large', 'Each calendar is larger than any can be.'],
  ['calendar-no-reading', null, 'Events may not be read; only when the person is busy.'],
  ['calendar-no-tags', null, 'No calendar says whether it has changed.'],
] as const

export type CalendarFaultName = (typeof rows)[number][0]

export const calendarFaults: readonly FaultEntry[] = rows.map(([name, code, doc]) => ({
  name,
  code,
  doc,
  area: 'calendar',
  journey: 'calendar',
  // What strays leads to the same as what is elsewhere.
  doctor: code !== null && name !== 'calendar-stray',
}))
