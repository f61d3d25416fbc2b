// Events as calendar programs write them, and as somebody writes them who means harm.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Meeting } from '../../services/presence/port.ts'
import { bounded } from './bounded.ts'
import { type MeetingsRead, readMeetings } from './meetings.ts'

const at = (text: string): number => Date.parse(text)

function read(lines: string, from = '2026-03-01T00:00Z', until = '2026-04-01T00:00Z', mostMs = 5000): MeetingsRead {
  const text = `BEGIN:VCALENDAR\nVERSION:2.0\n${lines}\nEND:VCALENDAR\n`.replaceAll('\n', '\r\n')
  const reading = { window: { fromMs: at(from), untilMs: at(until) }, addresses: ['mailto:alice@example.com'] }
  let found: MeetingsRead = { meetings: [], planned: [], unread: 1 }
  bounded(mostMs, () => {
    found = readMeetings(text, reading)
  })
  return found
}

const event = (lines: string): string => `BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n${lines}\nEND:VEVENT`
const begins = ({ meetings }: MeetingsRead): string[] =>
  meetings.map(({ fromMs }) => new Date(fromMs).toISOString().replace(':00.000Z', 'Z')).toSorted()
const only = (lines: string): Meeting => {
  const { meetings, unread } = read(event(lines))
  assert.deepEqual([meetings.length, unread], [1, 0], lines)
  return meetings[0] as Meeting
}

test('a meeting lasts until its end or for its duration, whatever the zone of its end', () => {
  for (const end of ['DTEND:20260310T113000Z', 'DURATION:PT1H30M', 'DTEND;TZID=Europe/Berlin:20260310T123000']) {
    const { fromMs, untilMs, isAllDay } = only(`DTSTART:20260310T100000Z\n${end}`)
    assert.deepEqual([fromMs, untilMs, isAllDay], [at('2026-03-10T10:00Z'), at('2026-03-10T11:30Z'), false], end)
  }
})

const berlin = `BEGIN:VTIMEZONE
TZID:Our office
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE`

test('a zone is what its name is known to be, or what the calendar says it is; summer begins within a series', () => {
  const weekly = (zone: string): string =>
    event(`DTSTART;TZID=${zone}:20260120T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY`)
  const expected = [
    '2026-03-03T08:00Z',
    '2026-03-10T08:00Z',
    '2026-03-17T08:00Z',
    '2026-03-24T08:00Z',
    '2026-03-31T07:00Z',
  ]
  assert.deepEqual(begins(read(`${berlin}\n${weekly('Our office')}`)), expected)
  assert.deepEqual(begins(read(weekly('Europe/Berlin'))), expected)
  const here = new Date(2026, 2, 3, 9).getTime()
  assert.equal(read(weekly('Nowhere/At All')).meetings[0]?.fromMs, here)
})

test('a series is without the dates that are taken out, with those that are added, and moved where it was moved', () => {
  const series = event(`DTSTART:20260302T100000Z
DURATION:PT1H
RRULE:FREQ=DAILY;UNTIL=20260306T100000Z
EXDATE:20260303T100000Z
RDATE:20260320T150000Z`)
  const moved = event('RECURRENCE-ID:20260304T100000Z\nDTSTART:20260304T140000Z\nDURATION:PT2H')
  const cancelled = event('RECURRENCE-ID:20260305T100000Z\nDTSTART:20260305T100000Z\nDURATION:PT1H\nSTATUS:CANCELLED')
  const found = read(`${moved}\n${series}\n${cancelled}`)
  assert.deepEqual(begins(found), [
    '2026-03-02T10:00Z',
    '2026-03-04T14:00Z',
    '2026-03-05T10:00Z',
    '2026-03-06T10:00Z',
    '2026-03-20T15:00Z',
  ])
  assert.deepEqual(
    found.meetings.filter(({ status }) => status === 'cancelled').map(({ fromMs }) => fromMs),
    [at('2026-03-05T10:00Z')],
  )
})

test('a series that began long ago is counted from near the window, with its interval and its days kept', () => {
  const every = (rule: string): string[] =>
    begins(
      read(event(`DTSTART:20160104T100000Z\nDURATION:PT1H\nRRULE:${rule}`), '2026-03-02T00:00Z', '2026-03-16T00:00Z'),
    )
  const whole = (rule: string): string[] =>
    begins(
      read(
        event(`DTSTART:20160104T100000Z\nDURATION:PT1H\nRRULE:${rule};COUNT=2000`),
        '2026-03-02T00:00Z',
        '2026-03-16T00:00Z',
      ),
    )
  for (const rule of [
    'FREQ=WEEKLY',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH',
    'FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO;WKST=SU',
    'FREQ=MONTHLY;BYDAY=2TU',
    'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5',
  ]) {
    assert.deepEqual(every(rule), whole(rule), rule)
    if (!rule.includes('INTERVAL=3')) assert.notEqual(every(rule).length, 0, rule)
  }
})

test('whole days last from midnight to midnight of this machine, one unless said', () => {
  const day = (lines: string): [number, number, boolean] => {
    const { fromMs, untilMs, isAllDay } = only(lines)
    return [fromMs, untilMs, isAllDay]
  }
  const midnight = (date: number): number => new Date(2026, 2, date).getTime()
  assert.deepEqual(day('DTSTART;VALUE=DATE:20260310'), [midnight(10), midnight(11), true])
  assert.deepEqual(day('DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330'), [midnight(28), midnight(30), true])
  assert.deepEqual(day('DTSTART;VALUE=DATE:20260310\nDURATION:P2D'), [midnight(10), midnight(12), true])
})

test('what an event says of time and answer is read, by the person’s own address', () => {
  const said = (lines: string): Partial<Meeting> => {
    const { status, isTransparent, answer, shows } = only(`DTSTART:20260310T100000Z\nDURATION:PT1H\n${lines}`)
    return { status, isTransparent, answer, shows }
  }
  const usual = { status: 'confirmed', isTransparent: false, answer: undefined, shows: undefined }
  const asked = 'ORGANIZER:mailto:bob@example.com\nATTENDEE;PARTSTAT=DECLINED:mailto:carol@example.com\nATTENDEE'
  assert.deepEqual(said('SUMMARY:Lunch'), usual)
  assert.deepEqual(said('STATUS:TENTATIVE\nTRANSP:TRANSPARENT'), {
    ...usual,
    status: 'tentative',
    isTransparent: true,
  })
  assert.deepEqual(said('X-MICROSOFT-CDO-BUSYSTATUS:OOF'), { ...usual, shows: 'out-of-office' })
  assert.deepEqual(said(`${asked};PARTSTAT=DECLINED:MAILTO:Alice@example.com`), { ...usual, answer: 'declined' })
  assert.deepEqual(said(`${asked};PARTSTAT=ACCEPTED:mailto:alice@example.com`), { ...usual, answer: 'accepted' })
  assert.deepEqual(said(`${asked}:mailto:alice@example.com`), { ...usual, answer: 'none' })
  assert.deepEqual(said(`${asked}:mailto:dave@example.com`), usual)
  assert.deepEqual(said('ORGANIZER:mailto:alice@example.com\nATTENDEE:mailto:alice@example.com'), usual)
})

test('free and busy time says how busy', () => {
  const { meetings } = read(`BEGIN:VFREEBUSY
UID:2
FREEBUSY:20260310T100000Z/PT1H,20260311T100000Z/20260311T110000Z
FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260312T100000Z/PT8H
FREEBUSY;FBTYPE=FREE:20260313T100000Z/PT8H
END:VFREEBUSY`)
  assert.deepEqual(
    meetings.map(({ shows }) => shows),
    ['busy', 'busy', 'out-of-office', 'free'],
  )
})

test('a rule that goes on every second, or never again, costs next to nothing and takes nothing from the rest', () => {
  const good = 'BEGIN:VEVENT\nUID:good\nDTSTART:20260310T100000Z\nDURATION:PT1H\nEND:VEVENT'
  for (const rule of [
    'FREQ=SECONDLY',
    'FREQ=MINUTELY;INTERVAL=1',
    'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;INTERVAL=999999999',
    'FREQ=DAILY;COUNT=2000000000',
  ]) {
    const begun = performance.now()
    const found = read(`${event(`DTSTART:19700101T000000Z\nRRULE:${rule}`)}\n${good}`)
    assert.equal(found.unread, 1, rule)
    assert.deepEqual(begins(found), ['2026-03-10T10:00Z'], rule)
    assert.ok(performance.now() - begun < 5000, rule)
  }
})

test('a rule that has no next date is looked at for as long as is allowed and no longer', () => {
  const begun = performance.now()
  const found = read(
    event('DTSTART:20260301T000000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'),
    undefined,
    undefined,
    300,
  )
  assert.deepEqual(found, { meetings: [], planned: [], unread: 1 })
  assert.ok(performance.now() - begun < 2000)
})

test('lines that are none, dates that are none and a zone that is a trap are not read, and nothing throws', () => {
  for (const text of ['', 'no', 'BEGIN:VCALENDAR', 'BEGIN:VCALENDAR\r\nEND:VEVENT\r\n'])
    readMeetings(text, { window: { fromMs: 0, untilMs: 1 }, addresses: [] })
  assert.deepEqual(read(event('DTSTART:tomorrow\nDURATION:PT1H')).meetings, [])
  assert.deepEqual(read(event('DTSTART:20260310T100000Z\nDURATION:-PT1H')).meetings, [])
  const trap = berlin.replaceAll('FREQ=YEARLY', 'FREQ=SECONDLY')
  const begun = performance.now()
  read(`${trap}\n${event('DTSTART;TZID=Our office:20260310T100000\nDURATION:PT1H')}`, undefined, undefined, 300)
  assert.ok(performance.now() - begun < 2000)
})

test('no text throws', () => {
  const word = fc.constantFrom(
    'BEGIN:VEVENT',
    'END:VEVENT',
    'BEGIN:VTIMEZONE',
    'END:VTIMEZONE',
    'DTSTART:20260310T100000Z',
    'DTSTART;TZID=X:20260310T100000',
    'DTSTART;VALUE=DATE:20260310',
    'DTEND:99991231T235959Z',
    'DURATION:P9999999D',
    'RRULE:FREQ=WEEKLY;BYDAY=MO',
    'RRULE:FREQ=YEARLY;BYWEEKNO=53',
    'RRULE:COUNT=0',
    'EXDATE:x',
    'RDATE;VALUE=PERIOD:20260310T100000Z/PT1H',
    'RECURRENCE-ID;VALUE=DATE:20260310',
    'ATTENDEE;PARTSTAT=constructor:mailto:alice@example.com',
    'FREEBUSY:1/2',
    '\u0000',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 20 }), (lines) => {
      for (const { fromMs, untilMs } of read(lines.join('\n')).meetings) assert.ok(fromMs < untilMs)
    }),
    { numRuns: 200 },
  )
})

const placesOf = (lines: string): (readonly [string, boolean])[] =>
  read(event(`DTSTART:20260310T100000Z\nDURATION:PT1H\n${lines}`)).planned.flatMap(({ places }) =>
    places.map(({ address, isSaid }) => [address, isSaid] as const),
  )

test('of a meeting with an address in it is told what it is about and where, and of no other', () => {
  const { planned } = read(
    [
      event('DTSTART:20260310T100000Z\nDURATION:PT1H\nSUMMARY:Plans\\, and more\nURL:https://meet.x/1'),
      event('DTSTART:20260310T100000Z\nDURATION:PT1H\nSUMMARY:The merger\nLOCATION:Room 1'),
    ].join('\n'),
  )
  assert.deepEqual(planned, [
    {
      ...{ event: '1', subject: 'Plans, and more' },
      ...{ fromMs: at('2026-03-10T10:00Z'), untilMs: at('2026-03-10T11:00Z') },
      places: [{ address: 'https://meet.x/1', isSaid: false }],
    },
  ])
})

test('what says it is the conference comes first, with pictures before sound alone (RFC 7986)', () => {
  const lines = [
    'LOCATION:https://meet.x/3',
    'CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR;LABEL=Host:tel:+1-412-555-0123,,,654321',
    'CONFERENCE;VALUE=URI;FEATURE=AUDIO:https://meet.x/2',
    'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Attendee:https://meet.x/1',
    'CONFERENCE;VALUE=URI;FEATURE=CHAT:xmpp:chat-123@conference.example.com',
  ]
  assert.deepEqual(placesOf(lines.join('\n')), [
    ['https://meet.x/1', true],
    ['https://meet.x/2', true],
    ['https://meet.x/3', false],
  ])
})

test('addresses are found where programs write them, without what a sentence puts behind them', () => {
  const lines = [
    'X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij',
    'DESCRIPTION:Join here: <https://meet.x/1?a=b&c=d>\\nor (https://meet.x/2)\\, or parley-room://x/a#b.',
  ]
  assert.deepEqual(
    placesOf(lines.join('\n')).map(([address]) => address),
    ['https://meet.google.com/abc-defg-hij', 'https://meet.x/1?a=b&c=d', 'https://meet.x/2', 'parley-room://x/a#b'],
  )
})

test('of what is cancelled or was declined no place is told', () => {
  for (const lines of ['STATUS:CANCELLED', 'ATTENDEE;PARTSTAT=DECLINED:mailto:alice@example.com'])
    assert.deepEqual(placesOf(`${lines}\nURL:https://meet.x/1`), [])
})

test('each occurrence of a series has its place, and one that was moved its own', () => {
  const series = event('DTSTART:20260309T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nURL:https://meet.x/1')
  const moved = event('RECURRENCE-ID:20260310T100000Z\nDTSTART:20260310T120000Z\nDURATION:PT1H\nURL:https://meet.x/2')
  assert.deepEqual(
    read(`${series}\n${moved}`)
      .planned.map(({ fromMs, places }) => `${new Date(fromMs).toISOString().slice(0, 13)} ${places[0]?.address}`)
      .toSorted(),
    ['2026-03-09T10 https://meet.x/1', '2026-03-10T12 https://meet.x/2', '2026-03-11T10 https://meet.x/1'],
  )
})

test('a text of any size is read as far as anybody needs, and takes no time', () => {
  const began = performance.now()
  const many = placesOf(`DESCRIPTION:${'https://meet.x/a '.repeat(50_000)}`)
  assert.deepEqual(many.length, 1)
  assert.equal(placesOf(`DESCRIPTION:${'a'.repeat(2_000_000)}`).length, 0)
  assert.ok(placesOf(Array.from({ length: 500 }, (_, n) => `CONFERENCE:https://meet.x/${n}`).join('\n')).length <= 16)
  assert.ok(performance.now() - began < 20_000)
})
