// The adapter against the lab's server of calendars, and against servers that mean harm.
import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { seededDice } from '@openparley/testkit'
import type { CalendarState } from './calendar-caldav.ts'
import { begins, event, house } from './house.suite.ts'

describe('a calendar at the lab', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  beforeEach(() => {
    for (const { name } of lab.people) lab.calendar.remove(name)
  })
  after(() => lab.close())
  const settings = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
    ...lab.people[0]?.calendar,
    ...more,
  })

  test('is found by the server’s name alone, and what is in it is told', async () => {
    lab.calendar.put('alice', event('1', '20260310T100000Z'))
    const one = house(settings())
    const before = lab.calendar.asked().length
    const state = await one.first()
    assert.deepEqual([state.is, state.error, state.warning], ['ok', undefined, undefined])
    assert.deepEqual(lab.calendar.asked().slice(before), [
      'PROPFIND /.well-known/caldav',
      'PROPFIND /dav/',
      'PROPFIND /dav/alice/',
      'PROPFIND /dav/alice/',
      'REPORT /dav/alice/calendar/',
    ])
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T10:00:00.000Z'])
    await one.port.stop()
  })

  test('is found by the address of the person’s calendars, or its own', async () => {
    lab.calendar.put('alice', event('1', '20260310T100000Z'))
    for (const path of ['/dav/', '/dav/alice/', '/dav/alice/calendar/']) {
      const one = house(settings({ 'calendar.servers': lab.addresses.calendar + path }))
      assert.equal((await one.first()).is, 'ok', path)
      assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T10:00:00.000Z'], path)
      await one.port.stop()
      assert.deepEqual(one.told.at(-1), [], 'nothing is said of who has signed out')
    }
  })

  test('is read again when it has changed, and when what is known ends within a day; else it is only asked whether it has', async () => {
    lab.calendar.put('alice', event('1', '20260310T100000Z', 'RRULE:FREQ=DAILY\r\n'))
    const { first, next, clock, told, port } = house(settings())
    const reports = (): number => lab.calendar.asked().filter((each) => each.startsWith('REPORT')).length
    await first()
    const before = reports()
    const poll = async (ms = 6000): Promise<CalendarState> => {
      clock.pass(ms)
      return next()
    }
    for (let n = 0; n < 5; n++) await poll()
    assert.equal(reports(), before)
    assert.equal(told.length, 1)
    lab.calendar.put('alice', event('2', '20260311T140000Z'), 'other.ics')
    await poll()
    assert.equal(reports(), before + 1)
    assert.equal(begins(told.at(-1)).includes('2026-03-11T14:00:00.000Z'), true)
    lab.calendar.remove('alice', 'other.ics')
    await poll()
    assert.equal(begins(told.at(-1)).includes('2026-03-11T14:00:00.000Z'), false)
    // The first of these is asked at its time, before the day has passed.
    await poll(25 * 3_600_000)
    await poll()
    assert.equal(reports(), before + 3)
    assert.equal(begins(told.at(-1)).at(-1), '2026-03-13T10:00:00.000Z')
    await port.stop()
  })

  test('that does not say whether it has changed is read each time', async () => {
    lab.setFault('calendar-no-tags')
    const { first, next, clock, port } = house(settings())
    await first()
    const before = lab.calendar.asked().length
    clock.pass(6000)
    await next()
    lab.clearFault('calendar-no-tags')
    assert.deepEqual(lab.calendar.asked().slice(before), ['PROPFIND /dav/alice/', 'REPORT /dav/alice/calendar/'])
    await port.stop()
  })

  test('whose events may not be read says when the person is busy', async () => {
    lab.calendar.put('alice', event('1', '20260310T100000Z').replace('DURATION:PT1H', 'DTEND:20260310T110000Z'))
    lab.setFault('calendar-no-reading')
    const one = house(settings())
    assert.equal((await one.first()).is, 'ok')
    lab.clearFault('calendar-no-reading')
    assert.deepEqual(
      one.told.at(-1)?.map(({ shows }) => shows),
      ['busy'],
    )
    await one.port.stop()
  })

  test('how often it is asked is a setting that counts at once', async () => {
    const one = house(settings({ 'calendar.pollS': 86_400 }))
    await one.first()
    one.set({ 'calendar.pollS': 5 })
    assert.equal((await one.next()).is, 'ok')
    one.clock.pass(6000)
    assert.equal((await one.next()).is, 'ok')
    await one.port.stop()
    assert.equal(one.clock.pending, 0)
  })

  test('that has gone leaves what was known, and is there again when it is back', async () => {
    lab.calendar.put('alice', event('1', '20260310T100000Z'))
    const one = house(settings())
    await one.first()
    await lab.calendar.go()
    one.clock.pass(6000)
    const waiting = await one.next()
    assert.deepEqual([waiting.is, waiting.error?.code], ['waiting', 'server-refused'])
    assert.ok(waiting.nextTryAt !== undefined)
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T10:00:00.000Z'])
    await lab.calendar.comeBack()
    one.clock.pass(5000)
    assert.equal((await one.next()).is, 'ok')
    assert.equal(one.told.length, 1)
    await one.port.stop()
  })

  test('that has gone leaves its place to the next, until it is back', async () => {
    // Of the same chance, and so with the same passwords.
    const [best, second] = await Promise.all([seededDice(7), seededDice(7)].map((dice) => startLab({ dice })))
    assert.ok(best && second)
    second.calendar.put('alice', event('1', '20260310T150000Z'))
    const both = house({
      ...best.people[0]?.calendar,
      'calendar.servers': [best.addresses.calendar, second.addresses.calendar],
      'calendar.tls.verify': 'off',
    })
    assert.equal((await both.first()).server, best.addresses.calendar)
    await best.calendar.go()
    both.clock.pass(6000)
    assert.equal((await both.next()).server, second.addresses.calendar)
    assert.deepEqual(begins(both.told.at(-1)), ['2026-03-10T15:00:00.000Z'])
    const asked = second.calendar.asked().length
    both.clock.pass(6000)
    assert.equal((await both.next()).server, second.addresses.calendar)
    assert.ok(second.calendar.asked().length > asked, 'it is not tried each time whether the first is back')
    await best.calendar.comeBack()
    both.clock.pass(30_000)
    await both.next()
    both.clock.pass(6000)
    assert.equal((await both.next()).server, best.addresses.calendar)
    await both.port.stop()
    await Promise.all([best.close(), second.close()])
  })

  test('has each of its faults told by its own name', async () => {
    for (const [fault, code] of [
      ['calendar-refused', 'credentials-rejected'],
      ['calendar-forbidden', 'account-forbidden'],
      ['calendar-error', 'server-failed'],
      ['calendar-overload', 'server-overloaded'],
      ['calendar-html', 'server-garbled'],
      ['calendar-none', 'calendar-none-found'],
      ['calendar-elsewhere', 'calendar-elsewhere'],
      ['calendar-stray', 'calendar-elsewhere'],
      ['calendar-huge', 'calendar-too-large'],
    ] as const) {
      lab.setFault(fault)
      const { first, port } = house(settings())
      const { is, error } = await first()
      lab.clearFault(fault)
      assert.deepEqual([is, error?.code], [fault === 'calendar-refused' ? 'failed' : 'waiting', code], fault)
      await port.stop()
    }
    const untrusted = await startLab({ faults: [{ name: 'calendar-certificate' }] })
    const one = house({ ...untrusted.people[0]?.calendar })
    assert.equal((await one.first()).error?.code, 'tls-untrusted')
    await one.port.stop()
    await untrusted.close()
  })

  test('is not asked again with a password that was refused, nor is another server', async () => {
    const { first, port, clock } = house(
      settings({ 'calendar.password': 'wrong', 'calendar.servers': [lab.addresses.calendar, 'https://127.0.0.1:1'] }),
    )
    const { is, error } = await first()
    assert.deepEqual([is, error?.code], ['failed', 'credentials-rejected'])
    assert.equal(clock.pending, 0)
    await port.stop()
  })

  test('that holds broken events is read but for them, and says how many', async () => {
    lab.calendar.put('alice', event('1', '20260310T100000Z'))
    lab.calendar.put('alice', event('2', '20260310T110000Z', 'RRULE:FREQ=SECONDLY\r\n'), 'second.ics')
    lab.calendar.put('alice', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART\r\nEND', 'third.ics')
    const one = house(settings())
    const { is, warning } = await one.first()
    lab.calendar.remove('alice', 'second.ics')
    lab.calendar.remove('alice', 'third.ics')
    assert.deepEqual([is, warning?.code, warning?.detail], ['ok', 'calendar-unreadable', 'events: 2'])
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T10:00:00.000Z'])
    await one.port.stop()
  })

  test('that holds a rule without a next date is read once more than it would be, and no oftener', async () => {
    lab.calendar.put('alice', event('1', '20260310T100000Z'))
    lab.calendar.put(
      'alice',
      event('2', '20260310T110000Z', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n'),
      'trap.ics',
    )
    const one = house(settings())
    const reports = (): number => lab.calendar.asked().filter((each) => each.startsWith('REPORT')).length
    const before = reports()
    const poll = (): Promise<CalendarState> => {
      one.clock.pass(6000)
      return one.next()
    }
    assert.equal((await one.first()).warning?.code, 'calendar-unreadable')
    assert.equal(reports(), before + 1)
    // Nothing has changed; but it may have been the machine.
    await poll()
    assert.equal(reports(), before + 2)
    assert.equal((await poll()).warning?.code, 'calendar-unreadable')
    assert.equal(reports(), before + 2)
    lab.calendar.put('alice', event('1', '20260310T120000Z'))
    assert.equal((await poll()).warning?.detail, 'events: 1')
    lab.calendar.remove('alice', 'trap.ics')
    assert.deepEqual(begins(one.told.at(-1)), ['2026-03-10T12:00:00.000Z'])
    await one.port.stop()
  })
})

/** A server that answers whatever it likes. */
async function hostile(listener: RequestListener): Promise<{ readonly address: string; close(): Promise<void> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const person = { 'calendar.user': 'alice', 'calendar.password': 'secret' }

describe('a hostile server of calendars', () => {
  test('that redirects to another host, or names its calendars there, is not followed with the password', async () => {
    const heard: string[] = []
    const other = await hostile((request, response) => {
      heard.push(request.headers.authorization ?? '')
      response.writeHead(401).end()
    })
    const answers: RequestListener[] = [
      (_, response) => response.writeHead(307, { location: `${other.address}/` }).end(),
      (_, response) => response.writeHead(301, { location: `http://localhost:${new URL(other.address).port}/` }).end(),
      (_, response) =>
        response
          .writeHead(207)
          .end(
            `<multistatus xmlns="DAV:"><response><href>/</href><propstat><prop><current-user-principal><href>${other.address}/me/</href></current-user-principal></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`,
          ),
    ]
    for (const answer of answers) {
      const server = await hostile(answer)
      const one = house({ ...person, 'calendar.servers': server.address })
      const { error } = await one.first()
      assert.equal(error?.code, 'calendar-elsewhere')
      await one.port.stop()
      await server.close()
    }
    assert.deepEqual(heard, [])
    await other.close()
  })

  test('that answers with XML that is none, too deep, or full of entities is garbled', async () => {
    for (const body of [
      '<multistatus xmlns="DAV:">',
      `<multistatus xmlns="DAV:">${'<a>'.repeat(10_000)}`,
      '<!DOCTYPE x [<!ENTITY a "b">]><multistatus xmlns="DAV:"/>',
      '<multistatus/>',
      '<multistatus xmlns="DAV:"><response><href>http://[/</href><propstat><prop><current-user-principal><href>http://[</href></current-user-principal></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>',
    ]) {
      const server = await hostile((_, response) => response.writeHead(207).end(body))
      const one = house({ ...person, 'calendar.servers': `${server.address}/dav/` })
      assert.equal((await one.first()).error?.code, 'server-garbled', body.slice(0, 60))
      await one.port.stop()
      await server.close()
    }
  })

  test('that wants to be left alone for a while is left alone', async () => {
    const server = await hostile((_, response) => response.writeHead(503, { 'retry-after': '120' }).end())
    const one = house({ ...person, 'calendar.servers': `${server.address}/dav/` })
    const { error, nextTryAt } = await one.first()
    assert.equal(error?.code, 'server-overloaded')
    assert.equal(nextTryAt, '2026-03-10T09:02:00.000Z')
    await one.port.stop()
    await server.close()
  })

  test('that is silent is left at once by who signs out', async () => {
    const asked = Promise.withResolvers<void>()
    const server = await hostile(() => asked.resolve())
    const one = house({ ...person, 'calendar.servers': server.address })
    one.port.start()
    await asked.promise
    const begun = performance.now()
    await one.port.stop()
    assert.ok(performance.now() - begun < 2000)
    assert.equal(one.states.at(-1)?.is, 'off')
    await server.close()
  })
})
