import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { elementsIn, type XmlElement } from '@openparley/protocols/common'
import { startLab } from '../lab.ts'
import { isIq, RawClient, shown } from './client.suite.ts'
import { ns } from './names.ts'
import { inbound, outbound } from './subscription-tables.ts'

const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy']
const lab = await startLab({
  people,
  rosterOf: (person) =>
    person === 'judy'
      ? Array.from({ length: 10_000 }, (_, i) => ({
          jid: `contact${i}@lab.example`,
          name: `Contact ${i}`,
          groups: ['All'],
        }))
      : person === 'alice' || person === 'bob'
        ? [{ jid: `${person === 'bob' ? 'alice' : 'bob'}@lab.example`, name: 'A friend', groups: ['Friends'] }]
        : [],
})
after(() => lab.close())

const isPresence =
  (from: string, type?: string) =>
  (each: XmlElement): boolean =>
    each.local === 'presence' && each.attributes['from'] === from && each.attributes['type'] === type
const isMessage = ({ local }: XmlElement): boolean => local === 'message'

test('a roster is asked for, changed and emptied, and who has asked for it is told', async () => {
  const one = await RawClient.there(lab, 'carol', 'one')
  const two = await RawClient.there(lab, 'carol', 'two')
  const set = `<iq type='set' id='s'><query xmlns='${ns.roster}'><item jid='nurse@lab.example' name='Nurse'><group>Servants</group></item></query></iq>`
  assert.equal(shown(await one.ask('s', set)), `<iq type="result" id="s" to="carol@lab.example/one"/>`)
  const push = await two.next(({ local, attributes }) => local === 'iq' && attributes['type'] === 'set')
  assert.equal(
    elementsIn(push).map(shown).join(''),
    `<query xmlns="${ns.roster}" ver="1"><item jid="nurse@lab.example" name="Nurse" subscription="none"><group>Servants</group></item></query>`,
  )
  const got = await two.ask('g', `<iq type='get' id='g'><query xmlns='${ns.roster}' ver='0'/></iq>`)
  assert.match(shown(got), /ver="1"><item jid="nurse@lab.example"/)
  const same = await two.ask('h', `<iq type='get' id='h'><query xmlns='${ns.roster}' ver='1'/></iq>`)
  assert.equal(elementsIn(same).length, 0)
  const remove = (jid: string, id: string): Promise<XmlElement> =>
    one.ask(
      id,
      `<iq type='set' id='${id}'><query xmlns='${ns.roster}'><item jid='${jid}' subscription='remove'/></query></iq>`,
    )
  assert.match(shown(await remove('nobody@lab.example', 'r1')), /item-not-found/)
  assert.match(shown(await remove('nurse@lab.example', 'r2')), /type="result"/)
  assert.match(shown(await two.next(({ attributes }) => attributes['type'] === 'set')), /subscription="remove"/)
  const wrong = `<iq type='set' id='w'><query xmlns='${ns.roster}'><item jid='a@b'><group/></item></query></iq>`
  assert.match(shown(await one.ask('w', wrong)), /not-acceptable/)
  one.leave()
  two.leave()
})

test('who asks to see somebody is asked about, answered, seen, and no longer seen', async () => {
  const dave = await RawClient.there(lab, 'dave')
  const erin = await RawClient.there(lab, 'erin')
  dave.send(`<presence to='erin@lab.example/x' type='subscribe' id='q'><status>It is me</status></presence>`)
  assert.match(
    shown(await dave.next(({ attributes }) => attributes['type'] === 'set')),
    /subscription="none" ask="subscribe"/,
  )
  const asked = await erin.next(isPresence('dave@lab.example', 'subscribe'))
  assert.equal(asked.attributes['to'], 'erin@lab.example')
  assert.match(shown(asked), /It is me/)
  erin.send(`<presence to='dave@lab.example' type='subscribed'/>`)
  assert.match(shown(await erin.next(({ attributes }) => attributes['type'] === 'set')), /subscription="from"/)
  await dave.next(isPresence('erin@lab.example', 'subscribed'))
  assert.match(shown(await dave.next(({ attributes }) => attributes['type'] === 'set')), /subscription="to"/)
  await dave.next(isPresence(erin.jid))
  erin.send(`<presence><show>away</show></presence>`)
  assert.match(shown(await dave.next(isPresence(erin.jid))), /<show>away/)
  erin.send(`<presence to='dave@lab.example' type='unsubscribed'/>`)
  await dave.next(isPresence('erin@lab.example', 'unsubscribed'))
  assert.match(shown(await dave.next(({ attributes }) => attributes['type'] === 'set')), /subscription="none"/)
  await dave.next(isPresence(erin.jid, 'unavailable'))
  dave.leave()
  erin.leave()
})

test('a request waits for who is not there, and nobody says no at once', async () => {
  const frank = await RawClient.there(lab, 'frank')
  frank.send(`<presence to='grace@lab.example' type='subscribe'/>`)
  frank.send(`<presence to='nobody@lab.example' type='subscribe'/>`)
  await frank.next(isPresence('nobody@lab.example', 'unsubscribed'))
  const grace = await RawClient.signedIn(lab, 'grace')
  const roster = await grace.ask('g', `<iq type='get' id='g'><query xmlns='${ns.roster}'/></iq>`)
  assert.equal(shown(roster).includes('frank'), false)
  grace.send('<presence/>')
  await grace.next(isPresence('frank@lab.example', 'subscribe'))
  frank.leave()
  grace.leave()
})

test('friends see each other come, change and be cut off', async () => {
  const alice = await RawClient.there(lab, 'alice')
  const bob = await RawClient.there(lab, 'bob', 'one')
  await alice.next(isPresence(bob.jid))
  await bob.next(isPresence(alice.jid))
  bob.send(`<presence><show>dnd</show><status>In a meeting</status></presence>`)
  const seen = await alice.next(isPresence(bob.jid))
  assert.equal(
    shown(seen),
    `<presence from="bob@lab.example/one" to="alice@lab.example"><show>dnd</show><status>In a meeting</status></presence>`,
  )
  lab.xmpp.cut('bob')
  await alice.next(isPresence(bob.jid, 'unavailable'))
  await bob.closed()
  alice.leave()
})

test('who was told by name learns of the end too', async () => {
  const heidi = await RawClient.there(lab, 'heidi')
  const ivan = await RawClient.there(lab, 'ivan')
  heidi.send(`<presence to='${ivan.jid}'/>`)
  await ivan.next(isPresence(heidi.jid))
  heidi.cut()
  await ivan.next(isPresence(heidi.jid, 'unavailable'))
  ivan.leave()
})

test('a message goes to the resource that it names, or to the foremost ones', async () => {
  const alice = await RawClient.there(lab, 'alice', 'a')
  const [low, high, mute] = [
    await RawClient.there(lab, 'bob', 'low', 0),
    await RawClient.there(lab, 'bob', 'high', 5),
    await RawClient.there(lab, 'bob', 'mute', -1),
  ]
  alice.send(`<message to='bob@lab.example' type='chat' id='1'><body>first</body></message>`)
  assert.match(
    shown(await high.next(isMessage)),
    /^<message to="bob@lab.example" type="chat" id="1" from="alice@lab.example\/a"><body>first<\/body><stanza-id xmlns="urn:xmpp:sid:0" by="bob@lab.example" id="[\w-]{22}"\/><\/message>$/,
  )
  alice.send(`<message to='bob@lab.example/mute' type='chat'><body>second</body></message>`)
  assert.match(shown(await mute.next(isMessage)), /second/)
  alice.send(`<message to='bob@lab.example/gone' type='chat'><body>third</body></message>`)
  assert.match(shown(await high.next(isMessage)), /third/)
  alice.send(`<message to='bob@lab.example' type='headline'><body>fourth</body></message>`)
  assert.match(shown(await low.next(isMessage)), /fourth/)
  alice.send(`<message to='bob@lab.example' type='groupchat' id='g'><body>fifth</body></message>`)
  assert.match(shown(await alice.next(isMessage)), /service-unavailable/)
  alice.send(`<message to='nobody@lab.example' id='n'><body>sixth</body></message>`)
  assert.match(shown(await alice.next(isMessage)), /service-unavailable/)
  assert.equal((await mute.all()).filter(isMessage).length, 0)
  for (const each of [alice, low, high, mute]) each.leave()
})

test('what comes for who is away waits with the time that it came, and comes once', async () => {
  const alice = await RawClient.there(lab, 'alice', 'o')
  alice.send(`<message to='ivan@lab.example' type='chat'><body>for later</body></message>`)
  alice.send(`<message to='ivan@lab.example' type='chat'><composing xmlns='urn:x'/></message>`)
  await alice.all()
  const ivan = await RawClient.there(lab, 'ivan', 'later')
  const waiting = (await ivan.all()).filter(isMessage)
  assert.equal(waiting.length, 1)
  assert.match(
    shown(waiting[0] as XmlElement),
    /for later<\/body><stanza-id .*><delay xmlns="urn:xmpp:delay" from="lab.example" stamp="\d{4}-/,
  )
  const again = await RawClient.there(lab, 'ivan', 'again')
  assert.equal((await again.all()).filter(isMessage).length, 0)
  const sent = lab.record().xmpp.stanzas['ivan']?.filter(({ body }) => body === 'for later')
  assert.deepEqual(
    sent?.map(({ from, bodyLength }) => [from, bodyLength]),
    [['alice@lab.example/o', 9]],
  )
  for (const each of [alice, ivan, again]) each.leave()
})

test('a roster of ten thousand comes whole, and one of them that is imagined comes and goes', async () => {
  const judy = await RawClient.signedIn(lab, 'judy')
  const roster = await judy.ask('g', `<iq type='get' id='g'><query xmlns='${ns.roster}'/></iq>`)
  assert.equal(elementsIn(elementsIn(roster)[0] as XmlElement).length, 10_000)
  lab.xmpp.imagine('contact7@lab.example', 'away', 'Out for lunch')
  judy.send('<presence/>')
  assert.match(shown(await judy.next(isPresence('contact7@lab.example/imagined'))), /away.*Out for lunch/)
  lab.xmpp.imagine('contact7@lab.example', 'unavailable')
  await judy.next(isPresence('contact7@lab.example/imagined', 'unavailable'))
  judy.leave()
})

test('a question to a person’s resource reaches it, and its answer comes back', async () => {
  const alice = await RawClient.there(lab, 'alice', 'q')
  const bob = await RawClient.there(lab, 'bob', 'q')
  alice.send(`<iq to='${bob.jid}' type='get' id='v'><query xmlns='${ns.version}'/></iq>`)
  assert.equal((await bob.next(isIq('v'))).attributes['from'], alice.jid)
  bob.send(`<iq to='${alice.jid}' type='result' id='v'><query xmlns='${ns.version}'><name>Mine</name></query></iq>`)
  assert.match(shown(await alice.next(isIq('v'))), /<name>Mine/)
  alice.send(`<iq to='bob@lab.example/none' type='get' id='w'><query xmlns='${ns.version}'/></iq>`)
  assert.match(shown(await alice.next(isIq('w'))), /service-unavailable/)
  for (const each of [alice, bob]) each.leave()
})

test('the tables of subscriptions leave out no state and agree with each other', () => {
  for (const table of [outbound, inbound])
    for (const row of Object.values(table))
      for (const [, next] of Object.values(row)) assert.ok(Object.hasOwn(table, next))
  // What one asks for and the other grants ends with both seeing the same of it.
  const asks = outbound.none.subscribe[1]
  const asked = inbound.none.subscribe[1]
  assert.deepEqual([inbound[asks].subscribed[1], outbound[asked].subscribed[1]], ['to', 'from'])
  assert.deepEqual([outbound.both.unsubscribe[1], inbound.both.unsubscribe[1]], ['from', 'to'])
})
