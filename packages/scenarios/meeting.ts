// A meeting as a calendar program writes it.
export interface MeetingText {
  readonly fromMs: number
  readonly untilMs: number
  readonly title?: string
  /** Further lines: STATUS:CANCELLED, … */
  readonly lines?: readonly string[]
}

export function meetingText({ fromMs, untilMs, title = 'Meeting', lines = [] }: MeetingText): string {
  const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Parley//Journeys//EN',
    'BEGIN:VEVENT',
    'UID:meeting@lab.example',
    `DTSTAMP:${utc(fromMs)}`,
    `DTSTART:${utc(fromMs)}`,
    `DTEND:${utc(untilMs)}`,
    `SUMMARY:${title}`,
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

/** iCalendar knows no fractions of seconds. */
export function wholeSecond(ms: number): number {
  return Math.ceil(ms / 1000) * 1000
}
