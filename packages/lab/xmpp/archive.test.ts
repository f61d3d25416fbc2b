import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { elementsIn, type XmlElement } from '@openparley/protocols/common'
import { startLab } from '../lab.ts'
import { Archive } from './archive.ts'
import { RawClient, shown } from './client.suite.ts'
import { ns } from './names.ts'
import { element, inside, said } from './stanza.ts'

const lab = await startLab({ people: ['alice', 'bob', 'carol', 'dave', 'erin'] })
after(() => lab.close())

const isMessage = ({ local }: XmlElement): boolean => local === 'message'
const bodyIn = (message: XmlElement, ...way: string[]): string => {
  let at: XmlElement | undefined = message
  for (const local of [...way, 'body']) at = at && elementsIn(at, local)[0]
  return said(at)
}
const form = (fields: Readonly<Record<string, string>>): string =>
  `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>${Object.entries(
    fields,
  )
    .map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`)
    .join('')}</x>`
let count = 0

/** One query: the bodies that came, and the end. */
async function query(client: RawClient, inner: string): Promise<{ bodies: string[]; ids: string[]; fin: string }> {
  const id = `q${++count}`
  client.send(`<iq type='set' id='${id}'><query xmlns='urn:xmpp:mam:2' queryid='${id}'>${inner}</query></iq>`)
  const bodies: string[] = []
  const ids: string[] = []
  for (;;) {
    const stanza = await client.next()
    const result = inside(stanza, ns.archive, 'result')
    if (result?.attributes['queryid'] === id) {
      bodies.push(bodyIn(result, 'forwarded', 'message'))
      ids.push(result.attributes['id'] ?? '')
    }
    if (stanza.attributes['id'] === id) return { bodies, ids, fin: elementsIn(stanza).map(shown).join('') }
  }
}

test('what two said to each other is in both their archives, and found by page, partner and time', async () => {
  const alice = await RawClient.there(lab, 'alice')
  const bob = await RawClient.there(lab, 'bob')
  for (const text of ['one', 'two', 'three'])
    alice.send(`<message to='bob@lab.example' type='chat'><body>${text}</body></message>`)
  alice.send(`<message to='carol@lab.example' type='chat'><body>else</body></message>`)
  alice.send(
    `<message to='bob@lab.example' type='chat'><body>unkept</body><no-store xmlns='urn:xmpp:hints'/></message>`,
  )
  await alice.all()
  bob.send(`<message to='alice@lab.example/r' type='chat'><body>four</body></message>`)
  await bob.all()
  const all = await query(alice, '')
  assert.deepEqual(all.bodies, ['one', 'two', 'three', 'else', 'four'])
  assert.match(
    all.fin,
    /^<fin xmlns="urn:xmpp:mam:2" complete="true"><set xmlns="http:\/\/jabber.org\/protocol\/rsm"><first index="0">/,
  )
  assert.deepEqual((await query(bob, '')).bodies, ['one', 'two', 'three', 'four'])
  assert.deepEqual((await query(alice, form({ with: 'bob@lab.example' }))).bodies, ['one', 'two', 'three', 'four'])
  const set = (inner: string): string => `<set xmlns='${ns.pages}'><max>2</max>${inner}</set>`
  const first = await query(alice, set(''))
  assert.deepEqual(first.bodies, ['one', 'two'])
  assert.equal(/complete/.test(first.fin), false)
  assert.match(first.fin, /<count>5<\/count>/)
  assert.deepEqual((await query(alice, set(`<after>${first.ids[1]}</after>`))).bodies, ['three', 'else'])
  const last = await query(alice, set('<before/>'))
  assert.deepEqual(last.bodies, ['else', 'four'])
  assert.deepEqual((await query(alice, set(`<before>${last.ids[0]}</before>`))).bodies, ['two', 'three'])
  assert.deepEqual((await query(alice, form({ 'after-id': all.ids[3] ?? '' }))).bodies, ['four'])
  assert.deepEqual((await query(alice, form({ end: '2001-01-01T00:00:00Z' }))).bodies, [])
  assert.deepEqual(
    (await query(alice, form({ start: '2001-01-01T00:00:00Z', 'before-id': all.ids[1] ?? '' }))).bodies,
    ['one'],
  )
  assert.deepEqual((await query(alice, `${set('<before/>')}<flip-page/>`)).bodies, ['four', 'else'])
  assert.match((await query(alice, set('<after>unknown</after>'))).fin, /item-not-found/)
  assert.match((await query(alice, form({ colour: 'red' }))).fin, /feature-not-implemented/)
  assert.match((await query(alice, form({ start: 'yesterday' }))).fin, /bad-request/)
  assert.deepEqual(
    lab.xmpp.archive('bob').map(({ body }) => body),
    ['one', 'two', 'three', 'four'],
  )
  alice.leave()
  bob.leave()
})

test('pages taken one after another are the whole, in either direction, whatever their size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 12 }),
      fc.boolean(),
      (size, most, backwards) => {
        const archive = new Archive()
        for (let i = 0; i < size; i++)
          archive.add({ id: `i${i}`, atMs: i, with: `${i % 2 ? 'a' : 'b'}@x/y`, stanza: element('message', ns.client) })
        const seen: string[] = []
        let at: string | undefined
        for (;;) {
          const page = archive.page(
            { with: 'b@x' },
            { most, ...(backwards ? { before: at ?? '' } : at === undefined ? {} : { after: at }) },
          )
          assert.ok(page)
          const ids = page.entries.map(({ id }) => id)
          seen[backwards ? 'unshift' : 'push'](...ids)
          at = backwards ? ids[0] : ids.at(-1)
          if (page.isComplete) break
        }
        assert.deepEqual(
          seen,
          Array.from({ length: Math.ceil(size / 2) }, (_, i) => `i${i * 2}`),
        )
      },
    ),
  )
})

test('other resources of both sides get copies, unless it is private', async () => {
  const enable = async (client: RawClient): Promise<unknown> =>
    client.ask('c', `<iq type='set' id='c'><enable xmlns='${ns.carbons}'/></iq>`)
  const [one, two] = [await RawClient.there(lab, 'dave', 'one', 1), await RawClient.there(lab, 'dave', 'two')]
  const [there, beside] = [await RawClient.there(lab, 'erin', 'there', 1), await RawClient.there(lab, 'erin', 'beside')]
  for (const each of [one, two, there, beside]) await enable(each)
  one.send(`<message to='erin@lab.example' type='chat' id='m'><body>hello</body></message>`)
  assert.equal(bodyIn(await there.next(isMessage)), 'hello')
  const sent = await two.next(isMessage)
  assert.deepEqual([sent.attributes['from'], sent.attributes['to']], ['dave@lab.example', 'dave@lab.example/two'])
  assert.equal(bodyIn(sent, 'sent', 'forwarded', 'message'), 'hello')
  const got = await beside.next(isMessage)
  assert.equal(bodyIn(got, 'received', 'forwarded', 'message'), 'hello')
  assert.match(shown(got), /<message xmlns="jabber:client" to="erin@lab.example" type="chat" id="m"/)
  one.send(`<message to='erin@lab.example' type='chat'><body>secret</body><private xmlns='${ns.carbons}'/></message>`)
  await there.next(isMessage)
  await one.all()
  assert.equal((await two.all()).filter(isMessage).length, 0)
  assert.equal((await beside.all()).filter(isMessage).length, 0)
  for (const each of [one, two, there, beside]) each.leave()
})

test('who is blocked is not heard, not seen, and not written to', async () => {
  const alice = await RawClient.there(lab, 'alice')
  const bob = await RawClient.there(lab, 'bob')
  await alice.ask('l', `<iq type='get' id='l'><blocklist xmlns='${ns.blocking}'/></iq>`)
  await alice.all()
  await bob.all()
  alice.send(`<iq type='set' id='b'><block xmlns='${ns.blocking}'><item jid='bob@lab.example'/></block></iq>`)
  const pushed = await alice.next(({ attributes }) => attributes['type'] === 'set')
  assert.match(shown(pushed), /<block xmlns="urn:xmpp:blocking"><item jid="bob@lab.example"\/>/)
  assert.match(
    shown(await bob.next()),
    /<presence type="unavailable" from="alice@lab.example\/r" to="bob@lab.example"\/>/,
  )
  bob.send(`<message to='alice@lab.example' type='chat' id='m'><body>hello?</body></message>`)
  assert.match(shown(await bob.next(isMessage)), /service-unavailable/)
  alice.send(`<message to='bob@lab.example' type='chat' id='n'><body>no</body></message>`)
  assert.match(shown(await alice.next(isMessage)), /not-acceptable.*<blocked xmlns="urn:xmpp:blocking:errors"/)
  bob.send('<presence><show>away</show></presence>')
  await bob.all()
  assert.equal(
    (await alice.all()).some(({ attributes }) => attributes['from'] === bob.jid),
    false,
  )
  await alice.ask('u', `<iq type='set' id='u'><unblock xmlns='${ns.blocking}'/></iq>`)
  await bob.next(({ local, attributes }) => local === 'presence' && attributes['from'] === alice.jid)
  alice.leave()
  bob.leave()
})

test('spoofs are sent where a fault asks for them, each from somebody who may not', async () => {
  const bad = await startLab()
  const [alice, bob] = [await RawClient.there(bad, 'alice'), await RawClient.there(bad, 'bob')]
  const said = async (): Promise<XmlElement[]> => {
    alice.send(`<message to='bob@lab.example' type='chat' id='right'><body>right</body></message>`)
    await alice.all()
    return (await bob.all()).filter(isMessage).slice(1)
  }
  for (const [fault, pattern] of [
    ['xmpp-spoofed-carbon', /^<message from="mallory@lab.example" to="bob@lab.example\/r" type="chat"><received/],
    [
      'xmpp-wrong-correction',
      /^<message from="mallory@lab.example\/x".*<replace xmlns="urn:xmpp:message-correct:0" id="right"/,
    ],
    ['xmpp-huge-message', /x{2000000}/],
  ] as const) {
    bad.setFault(fault)
    const [forged, ...more] = await said()
    assert.ok(forged && pattern.test(shown(forged)) && more.length === 0, fault)
    bad.clearFault(fault)
  }
  bad.setFault('xmpp-spoofed-archive')
  const came = await query(bob, '')
  assert.equal(came.bodies[0], 'Spoofed: from no archive of yours.')
  await bad.close()
})
