// Address books at the lab’s server, and at servers that mean harm.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { directoryPortSuite } from '../../services/directory/port.suite.ts'
import { cardText, folk, folkCard } from '../../services/directory/port-house.suite.ts'
import { house } from './house.suite.ts'

describe('an address book at the lab', () => {
  let lab: Lab
  before(async () => {
    lab = await startLab()
  })
  after(() => lab.close())
  const settings = (
    person: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Readonly<Record<string, unknown>> => ({
    ...lab.people.find(({ name }) => name === person)?.cards,
    ...more,
  })
  const asked = (since: number): string[] => lab.calendar.asked().slice(since)

  directoryPortSuite('an address book of the lab’s', async () => {
    for (const each of folk) lab.cards.put('alice', folkCard(each), `${each.user}.vcf`)
    const one = house(settings('alice'))
    await one.first()
    return { port: one.port, close: async () => undefined }
  })

  test('is found by the server’s name, the person’s address there, and its own', async () => {
    lab.cards.put('bob', cardText('Ada Adams', '+1 303 555 0101'))
    for (const path of ['', '/dav/', '/dav/bob/', '/dav/bob/contacts/']) {
      const one = house(settings('bob', { 'directory.carddav.servers': lab.addresses.calendar + path }))
      const { is, entries, error } = await one.first()
      assert.deepEqual([is, entries, error], ['ready', 1, undefined], path)
      assert.deepEqual(await one.names('ada'), ['Ada Adams'])
      await one.port.stop()
      await assert.rejects(one.names('ada'), { code: 'directory-unavailable' })
    }
    lab.cards.remove('bob')
  })

  test('is asked only for what has changed, and told what is gone', async () => {
    lab.cards.put('bob', cardText('Ada Adams', '1'), 'a.vcf')
    lab.cards.put('bob', cardText('Bea Brown', '2'), 'b.vcf')
    const one = house(settings('bob'))
    await one.first()
    const poll = async (): Promise<string[]> => {
      const since = lab.calendar.asked().length
      one.clock.pass(6000)
      await one.next()
      return asked(since)
    }
    assert.deepEqual(await poll(), ['PROPFIND /dav/bob/'])
    lab.cards.put('bob', cardText('Bea Black', '2'), 'b.vcf')
    lab.cards.remove('bob', 'a.vcf')
    assert.deepEqual(await poll(), ['PROPFIND /dav/bob/', 'REPORT /dav/bob/contacts/', 'REPORT /dav/bob/contacts/'])
    assert.deepEqual([await one.names('ada'), await one.names('bea')], [[], ['Bea Black']])
    lab.cards.put('bob', 'BEGIN:VCARD\r\nNOTE:nobody\r\nEND:VCARD\r\n', 'c.vcf')
    one.clock.pass(6000)
    const { is, error, entries } = await one.next()
    assert.deepEqual([is, error?.code, error?.detail, entries], ['ready', 'directory-cards-unreadable', 'cards: 1', 1])
    await one.port.stop()
    assert.equal(one.clock.pending, 0)
    for (const name of ['b.vcf', 'c.vcf']) lab.cards.remove('bob', name)
  })

  test('that has gone leaves what was known, and is read again when it is back', async () => {
    lab.cards.put('bob', cardText('Ada Adams', '1'), 'a.vcf')
    const one = house(settings('bob'))
    await one.first()
    await lab.calendar.go()
    one.clock.pass(6000)
    const { is, error } = await one.next()
    assert.deepEqual([is, error?.code], ['waiting', 'server-refused'])
    assert.deepEqual(await one.names('ada'), ['Ada Adams'])
    await lab.calendar.comeBack()
    lab.cards.put('bob', cardText('Ada Archer', '1'), 'a.vcf')
    one.clock.pass(5000)
    assert.equal((await one.next()).is, 'ready')
    assert.deepEqual(await one.names('ada'), ['Ada Archer'])
    await one.port.stop()
    lab.cards.remove('bob', 'a.vcf')
  })

  test('has what the server does wrong told by its own name, and a password that was refused is not given again', async () => {
    for (const [fault, is, code] of [
      ['calendar-refused', 'failed', 'credentials-rejected'],
      ['calendar-forbidden', 'waiting', 'account-forbidden'],
      ['calendar-error', 'waiting', 'server-failed'],
      ['calendar-html', 'waiting', 'server-garbled'],
      ['calendar-none', 'waiting', 'directory-none-found'],
      ['calendar-elsewhere', 'waiting', 'directory-elsewhere'],
      ['calendar-stray', 'waiting', 'directory-elsewhere'],
    ] as const) {
      lab.setFault(fault)
      const one = house(settings('bob'))
      const state = await one.first()
      lab.clearFault(fault)
      assert.deepEqual([state.is, state.error?.code], [is, code], fault)
      if (is === 'failed') assert.equal(one.clock.pending, 0)
      await assert.rejects(one.names('ada'), { code: 'directory-unavailable' })
      await one.port.stop()
    }
  })
})

test('a server that answers with cards that nobody asked for, a hundred thousand of them, or no end of changes costs itself alone', async () => {
  const multistatus = (inner: string): string =>
    `<d:multistatus xmlns:d="DAV:" xmlns:a="urn:ietf:params:xml:ns:carddav" xmlns:s="http://calendarserver.org/ns/">${inner}</d:multistatus>`
  const response = (href: string, prop: string): string =>
    `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${prop}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`
  const book = '<d:resourcetype><d:collection/><a:addressbook/></d:resourcetype>'
  let round = 0
  let reports = 0
  const server = createServer((request, answer) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.once('end', () => {
      answer.statusCode = 207
      if (request.method === 'REPORT') reports++
      const isTags = body.includes('getetag')
      answer.end(
        body.includes('sync-collection')
          ? multistatus(
              `<d:response><d:href>/book/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response><d:sync-token>t${reports}</d:sync-token>`,
            )
          : body.includes('multiget')
            ? multistatus(
                response(
                  '/book/strange.vcf',
                  `<d:getetag>"9"</d:getetag><a:address-data>${cardText('Mallory', '1')}</a:address-data>`,
                ) +
                  response(
                    '/book/a.vcf',
                    `<d:getetag>"1"</d:getetag><a:address-data>${cardText('Ada', '1')}</a:address-data>`,
                  ),
              )
            : multistatus(
                isTags && request.headers.depth === '1'
                  ? response('/book/', book) + response('/book/a.vcf', `<d:getetag>"1"</d:getetag><d:resourcetype/>`)
                  : response('/book/', `${book}<s:getctag>${round++}</s:getctag><d:sync-token>t</d:sync-token>`),
              ),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const one = house({
    'directory.carddav.servers': `http://127.0.0.1:${port}/book/`,
    'directory.carddav.user': 'alice',
    'directory.carddav.password': 'x',
    'directory.carddav.pollS': 5,
  })
  const { is, entries } = await one.first()
  assert.deepEqual([is, entries, await one.names('mallory')], ['ready', 1, []])
  one.clock.pass(6000)
  assert.equal((await one.next()).is, 'ready')
  assert.ok(reports < 110, `${reports}`)
  assert.deepEqual(await one.names('ada'), ['Ada'])
  await one.port.stop()
  server.closeAllConnections()
  server.close()
})
