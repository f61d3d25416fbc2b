// The calendar's adapter against Radicale.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { begins, event, house } from '../../../packages/core/adapters/calendar-caldav/house.suite.ts'
import { whenInstalled } from '../peer.ts'
import { type Radicale, startRadicale } from './start.ts'

const berlin = `BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
BEGIN:DAYLIGHT\r
DTSTART:19810329T020000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
DTSTART:19961027T030000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
END:STANDARD\r
END:VTIMEZONE\r
`

const wrapped = (lines: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n${lines}END:VCALENDAR\r\n`
const part = (lines: string): string => `BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n${lines}END:VEVENT\r\n`

describe('a calendar at Radicale', whenInstalled('radicale', ['radicale']), () => {
  let radicale: Radicale
  before(async () => {
    radicale = await startRadicale()
  })
  beforeEach(async () => {
    await radicale.ask('alice', 'DELETE', 'work/')
    assert.equal(await radicale.ask('alice', 'MKCALENDAR', 'work/'), 201)
  })
  after(() => radicale.stop())
  const put = async (name: string, ics: string): Promise<void> => {
    assert.ok(
      [201, 204].includes(await radicale.ask('alice', 'PUT', `work/${name}.ics`, ics)),
      radicale.log().slice(-800),
    )
  }

  test('Radicale’s calendars are found by its name, and their meetings are told', async () => {
    await put('1', event('1', '20260310T100000Z'))
    await radicale.ask('alice', 'MKCALENDAR', 'home/')
    await radicale.ask('alice', 'PUT', 'home/2.ics', event('2', '20260310T180000Z'))
    const one = house(radicale.settings('alice'))
    const { is, error, warning } = await one.first()
    assert.deepEqual([is, error, warning], ['ok', undefined, undefined])
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T10:00:00.000Z', '2026-03-10T18:00:00.000Z'])
    await one.port.stop()
    await radicale.ask('alice', 'DELETE', 'home/')
  })

  test('a series at Radicale in a zone of its own is without what is taken out and moved where it was moved', async () => {
    const series = part(
      'UID:s\r\nDTSTART;TZID=Europe/Berlin:20260302T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR\r\nEXDATE;TZID=Europe/Berlin:20260310T100000\r\nTRANSP:OPAQUE\r\n',
    )
    const moved = part(
      'UID:s\r\nRECURRENCE-ID;TZID=Europe/Berlin:20260311T100000\r\nDTSTART;TZID=Europe/Berlin:20260311T153000\r\nDURATION:PT30M\r\n',
    )
    await put('s', wrapped(berlin + series + moved))
    const one = house(radicale.settings('alice'))
    await one.first()
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-11T14:30:00.000Z'])
    // Beyond the two days that are known at first, and beyond the beginning of summer time.
    one.clock.pass(19 * 86_400_000)
    await one.next()
    one.clock.pass(70_000)
    await one.next()
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-30T08:00:00.000Z', '2026-03-31T08:00:00.000Z'])
    await one.port.stop()
  })

  test('where a meeting at Radicale takes place is told where it has an address, and of no other what it is about', async () => {
    const lines =
      'SUMMARY:Plans\r\nCONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL="A, b":https://meet.x/1\r\nDESCRIPTION:Or https://meet.x/2\\, if you like.\r\n'
    await put('1', event('1', '20260310T100000Z', lines))
    await put('2', event('2', '20260310T120000Z', 'SUMMARY:The merger\r\nLOCATION:Room 1\r\n'))
    const one = house(radicale.settings('alice'))
    await one.first()
    assert.deepEqual(
      one.planned.at(-1)?.map(({ subject, places }) => [subject, ...places.map(({ address }) => address)]),
      [['Plans', 'https://meet.x/1', 'https://meet.x/2']],
    )
    assert.equal(JSON.stringify([one.told, one.planned]).includes('merger'), false)
    await one.port.stop()
    assert.deepEqual(one.planned.at(-1), [])
  })

  test('what changes at Radicale is told, and what does not is not told again', async () => {
    await put('1', event('1', '20260310T100000Z'))
    const one = house(radicale.settings('alice'))
    await one.first()
    const poll = async (): Promise<void> => {
      one.clock.pass(70_000)
      await one.next()
    }
    await poll()
    await poll()
    assert.equal(one.told.length, 1)
    await put('1', event('1', '20260310T120000Z'))
    await poll()
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T12:00:00.000Z'])
    await radicale.ask('alice', 'DELETE', 'work/1.ics')
    await poll()
    assert.deepEqual(one.told.at(-1), [])
    await one.port.stop()
  })

  test('a password that Radicale refuses is told as that, and is not given again', async () => {
    const one = house({ ...radicale.settings('alice'), 'calendar.password': 'wrong' })
    const { is, error } = await one.first()
    assert.deepEqual([is, error?.code], ['failed', 'credentials-rejected'])
    assert.equal(one.clock.pending, 0)
    await one.port.stop()
  })

  test('somebody without a calendar at Radicale is told so', async () => {
    const one = house(radicale.settings('bob'))
    assert.equal((await one.first()).error?.code, 'calendar-none-found')
    await one.port.stop()
  })

  test('while Radicale is killed what was known stays, and it is read when it is back', async () => {
    await put('1', event('1', '20260310T100000Z'))
    const one = house(radicale.settings('alice'))
    await one.first()
    await radicale.gone()
    one.clock.pass(70_000)
    const { is, error } = await one.next()
    assert.deepEqual([is, error?.code], ['waiting', 'server-refused'])
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T10:00:00.000Z'])
    await radicale.comeBack()
    await put('2', event('2', '20260310T110000Z'))
    one.clock.pass(5000)
    assert.equal((await one.next()).is, 'ok')
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T10:00:00.000Z', '2026-03-10T11:00:00.000Z'])
    await one.port.stop()
  })
})
