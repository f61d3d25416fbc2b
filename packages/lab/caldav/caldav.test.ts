import assert from 'node:assert/strict'
import { request } from 'node:https'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { listFaults } from '../faults.ts'
import { startLab } from '../lab.ts'
import type { Lab } from '../lab-types.ts'
import { calendarFaults } from './faults.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

interface Asked {
  readonly method?: string
  readonly body?: string
  readonly depth?: string
  readonly as?: string
}

const event = (lines: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n${lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`

const query = (from: string, until: string, kind = 'calendar-query'): string =>
  `<c:${kind} xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:prop><d:getetag/><c:calendar-data/><d:owner/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="${from}" end="${until}"/></c:comp-filter></c:comp-filter></c:filter></c:${kind}>`

describe('the lab’s calendars', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())

  const ask = (path: string, { method = 'GET', body = '', depth = '0', as = 'alice' }: Asked = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const password = String(lab.people.find(({ name }) => name === as)?.calendar['calendar.password'])
      const sent = request(
        lab.addresses.calendar + path,
        { method, ca: lab.ca, agent: false, headers: { depth }, auth: `${as}:${password}` },
        (answer) => {
          let said = ''
          answer.setEncoding('utf8')
          answer.on('data', (text: string) => {
            said += text
          })
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: said }))
        },
      )
      sent.once('error', reject)
      sent.end(body)
    })
  const at = '/dav/alice/calendar/'

  test('know faults that begin alike and are no others’', () => {
    for (const { name } of calendarFaults) assert.match(name, /^calendar-/)
    for (const { name, journey } of listFaults())
      assert.equal(name.startsWith('calendar-'), journey === 'calendar', name)
  })

  test('are written, read, changed and taken away as by any calendar program', async () => {
    const text = event('DTSTART:20260310T100000Z\r\nDTEND:20260310T110000Z')
    const put = (body: string): Promise<Answer> => ask(`${at}a.ics`, { method: 'PUT', body })
    assert.equal((await put(text)).status, 201)
    assert.equal((await put(text)).status, 204)
    assert.equal((await put('no calendar')).status, 415)
    const got = await ask(`${at}a.ics`)
    assert.equal(got.body, text)
    assert.match(String(got.headers['etag']), /^"\w+"$/)
    assert.equal((await ask(`${at}a.ics`, { method: 'DELETE' })).status, 204)
    assert.equal((await ask(`${at}a.ics`)).status, 404)
  })

  test('lead from the server’s name to the calendar, whose tag changes with what is in it', async () => {
    const wellKnown = await ask('/.well-known/caldav', { method: 'PROPFIND' })
    assert.deepEqual([wellKnown.status, wellKnown.headers['location']], [301, '/dav/'])
    const asked = (...names: readonly string[]): string =>
      `<propfind xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"><prop>${names.map((name) => `<${name}/>`).join('')}</prop></propfind>`
    const find = async (path: string, depth: string, ...names: readonly string[]): Promise<string> => {
      const { status, body } = await ask(path, { method: 'PROPFIND', depth, body: asked(...names) })
      assert.equal(status, 207, path)
      return body
    }
    assert.match(await find('/dav/', '0', 'current-user-principal'), /<d:href>\/dav\/alice\/<\/d:href>/)
    assert.match(await find('/dav/alice/', '0', 'c:calendar-user-address-set'), /mailto:alice@lab\.example/)
    const tag = async (): Promise<string> => {
      const body = await find('/dav/alice/', '1', 's:getctag', 'owner')
      assert.match(body, /HTTP\/1\.1 404 Not Found/, 'what is not there is said not to be')
      return /<s:getctag>(.*?)<\/s:getctag>/.exec(body)?.[1] ?? ''
    }
    const before = await tag()
    assert.equal(await tag(), before)
    lab.calendar.put('alice', event('DTSTART:20260310T100000Z'))
    assert.notEqual(await tag(), before)
    lab.calendar.remove('alice')
  })

  test('give what touches the range, and series always; to who may see no more, when somebody is busy', async () => {
    lab.calendar.put('alice', event('DTSTART:20260310T100000Z\r\nDTEND:20260310T110000Z'), 'near.ics')
    lab.calendar.put('alice', event('DTSTART:20260510T100000Z\r\nDTEND:20260510T110000Z'), 'far.ics')
    lab.calendar.put('alice', event('DTSTART:20200101T100000Z\r\nRRULE:FREQ=DAILY'), 'series.ics')
    const report = (kind?: string): Promise<Answer> =>
      ask(at, { method: 'REPORT', depth: '1', body: query('20260310T000000Z', '20260311T000000Z', kind) })
    const { status, body } = await report()
    assert.equal(status, 207)
    assert.deepEqual([...body.matchAll(/calendar\/(\w+)\.ics/g)].map(([, name = '']) => name).toSorted(), [
      'near',
      'series',
    ])
    assert.match((await report('free-busy-query')).body, /FREEBUSY:20260310T100000Z\/20260310T110000Z/)
    lab.setFault('calendar-no-reading')
    assert.equal((await report()).status, 403)
    lab.clearFault('calendar-no-reading')
    for (const name of ['near.ics', 'far.ics', 'series.ics']) lab.calendar.remove('alice', name)
  })

  test('are for the person alone', async () => {
    lab.calendar.put('bob', event('DTSTART:20260310T100000Z'), 'secret.ics')
    assert.equal((await ask('/dav/bob/calendar/secret.ics')).status, 404)
    assert.equal((await ask('/dav/', { as: 'nobody' })).status, 401)
    assert.equal((await ask('/dav/bob/calendar/secret.ics', { as: 'bob' })).status, 200)
  })

  test('are changed, and their server goes and comes back, by the control socket as well', async () => {
    const socket = connect(lab.control)
    let heard: ((text: string) => void) | undefined
    socket.on('data', (chunk) => heard?.(chunk.toString()))
    const control = (what: object): Promise<string> =>
      new Promise((resolve) => {
        heard = resolve
        socket.write(`${JSON.stringify(what)}\n`)
      })
    const value = event('DTSTART:20260310T100000Z')
    assert.equal(await control({ ask: 'calendar-put', name: 'alice', value }), '{"ok":true}\n')
    assert.equal((await ask(`${at}event.ics`)).body, value)
    assert.match(await control({ ask: 'calendar-put', name: 'alice', value: 'none' }), /"ok":false/)
    assert.equal(await control({ ask: 'calendar-remove', name: 'alice' }), '{"ok":true}\n')
    assert.equal((await ask(`${at}event.ics`)).status, 404)
    await control({ ask: 'calendar-kill' })
    await lab.calendar.go()
    await assert.rejects(ask('/dav/'), /ECONNREFUSED|ECONNRESET/)
    await control({ ask: 'calendar-come-back' })
    await lab.calendar.comeBack()
    assert.equal((await ask('/dav/')).status, 404)
    socket.destroy()
  })

  test('take whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('PROPFIND', 'REPORT', 'PUT', 'DELETE', 'GET', 'LOCK'),
        fc.constantFrom('/', '/dav/', '/dav/alice/', at, `${at}constructor`, `${at}..%2f`, '/dav/__proto__/'),
        fc.oneof(fc.string(), fc.constantFrom('<propfind xmlns="DAV:"><prop/></propfind>', query('x', ''), '<a><b>')),
        async (method, path, body) => {
          const { status } = await ask(path, { method, body, depth: '1' })
          assert.ok(status >= 200 && status < 500, `${method} ${path}: ${status}`)
        },
      ),
      { numRuns: 100 },
    )
  })
})
