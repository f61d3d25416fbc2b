import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { elementsIn, type XmlElement } from '@openparley/protocols/common'
import { startLab } from '../../lab.ts'
import { RawClient, shown } from '../client.suite.ts'
import { ns } from '../names.ts'
import { allInside, inside, said } from '../stanza.ts'

const lab = await startLab({ people: ['alice', 'bob', 'carol', 'dave'] })
after(() => lab.close())

const isMessage = ({ local }: XmlElement): boolean => local === 'message'
const isSaid =
  (body: string) =>
  (each: XmlElement): boolean =>
    isMessage(each) && said(inside(each, ns.client, 'body')) === body
const codes = (presence: XmlElement): string[] =>
  allInside(inside(presence, ns.roomsUser, 'x') ?? presence, ns.roomsUser, 'status').map(
    ({ attributes }) => attributes['code'] ?? '',
  )
const item = (presence: XmlElement): Readonly<Record<string, string>> =>
  elementsIn(inside(presence, ns.roomsUser, 'x') ?? presence, 'item')[0]?.attributes ?? {}
const isSelf = (each: XmlElement): boolean => each.local === 'presence' && codes(each).includes('110')

async function join(client: RawClient, room: string, nick: string, inner = ''): Promise<XmlElement> {
  client.send(`<presence to='${room}@rooms.lab.example/${nick}'><x xmlns='${ns.rooms}'>${inner}</x></presence>`)
  return client.next(isSelf)
}

const open = (client: RawClient, room: string, fields = ''): Promise<XmlElement> =>
  client.ask(
    'open',
    `<iq type='set' id='open' to='${room}@rooms.lab.example'><query xmlns='${ns.roomsOwner}'><x xmlns='jabber:x:data' type='submit'>${fields}</x></query></iq>`,
  )

const say = (client: RawClient, room: string, body: string, more = ''): void =>
  client.send(
    `<message to='${room}@rooms.lab.example' type='groupchat' id='${body}'><body>${body}</body>${more}</message>`,
  )

async function people(): Promise<[RawClient, RawClient, RawClient]> {
  return [await RawClient.there(lab, 'alice'), await RawClient.there(lab, 'bob'), await RawClient.there(lab, 'carol')]
}

test('a room is made, opened, entered, spoken in and left', async () => {
  const [alice, bob, carol] = await people()
  const first = await join(alice, 'one', 'Alice')
  assert.deepEqual(codes(first), ['110', '100', '201'])
  assert.deepEqual([item(first)['affiliation'], item(first)['role']], ['owner', 'moderator'])
  bob.send(`<presence to='one@rooms.lab.example/Bob'><x xmlns='${ns.rooms}'/></presence>`)
  assert.match(shown(await bob.next(({ attributes }) => attributes['type'] === 'error')), /item-not-found/)
  await open(alice, 'one')
  bob.send(`<presence to='one@rooms.lab.example/Bob'><x xmlns='${ns.rooms}'/></presence>`)
  const there = await bob.next(({ attributes }) => attributes['from'] === 'one@rooms.lab.example/Alice')
  assert.equal(item(there)['jid'], 'alice@lab.example/r')
  assert.deepEqual(codes(await bob.next(isSelf)), ['110', '100'])
  assert.match(
    shown(await bob.next(isMessage)),
    /^<message from="one@rooms.lab.example" type="groupchat" to="bob@lab.example\/r"><subject\/>/,
  )
  assert.equal(
    item(await alice.next(({ attributes }) => attributes['from'] === 'one@rooms.lab.example/Bob'))['role'],
    'participant',
  )
  carol.send(`<presence to='one@rooms.lab.example/Bob'><x xmlns='${ns.rooms}'/></presence>`)
  assert.match(shown(await carol.next(({ attributes }) => attributes['type'] === 'error')), /<conflict/)
  say(bob, 'one', 'hello', `<stanza-id xmlns='${ns.ids}' by='one@rooms.lab.example' id='forged'/>`)
  const heard = await alice.next(isSaid('hello'))
  assert.equal(heard.attributes['from'], 'one@rooms.lab.example/Bob')
  const ids = allInside(heard, ns.ids, 'stanza-id')
  assert.equal(ids.length, 1)
  assert.notEqual(ids[0]?.attributes['id'], 'forged')
  assert.equal((await bob.next(isSaid('hello'))).attributes['id'], 'hello')
  say(carol, 'one', 'not in')
  assert.match(shown(await carol.next(isMessage)), /not-acceptable/)
  alice.send(`<message to='one@rooms.lab.example' type='groupchat'><subject>Plans</subject></message>`)
  assert.match(shown(await bob.next((each) => inside(each, ns.client, 'subject') !== undefined)), /<subject>Plans/)
  bob.send(`<presence to='one@rooms.lab.example/Bob' type='unavailable'/>`)
  assert.equal((await bob.next(isSelf)).attributes['type'], 'unavailable')
  assert.equal(
    (await alice.next(({ attributes }) => attributes['type'] === 'unavailable')).attributes['from'],
    'one@rooms.lab.example/Bob',
  )
  await join(carol, 'one', 'Carol', `<history maxstanzas='0'/>`)
  assert.match(shown(await carol.next(isMessage)), /<subject>Plans/)
  for (const each of [alice, bob, carol]) each.leave()
})

test('who comes gets what was said as far back as they ask, and the archive gives the rest', async () => {
  const [alice, bob] = await people()
  await join(alice, 'two', 'Alice')
  await open(alice, 'two')
  for (let i = 0; i < 25; i++) say(alice, 'two', `m${i}`)
  await alice.next(isSaid('m24'))
  const history = async (inner: string): Promise<string[]> => {
    await join(bob, 'two', 'Bob', inner)
    const came = (await bob.all()).filter(isMessage).map((each) => said(inside(each, ns.client, 'body')))
    bob.send(`<presence to='two@rooms.lab.example/Bob' type='unavailable'/>`)
    await bob.next(isSelf)
    return came.filter((body) => body !== '')
  }
  assert.deepEqual((await history('')).length, 20)
  assert.deepEqual(await history(`<history maxstanzas='2'/>`), ['m23', 'm24'])
  assert.deepEqual(await history(`<history since='2990-01-01T00:00:00Z'/>`), [])
  assert.deepEqual(await history(`<history maxchars='0'/>`), [])
  const query = `<query xmlns='${ns.archive}' queryid='q'><set xmlns='${ns.pages}'><max>2</max><before/></set></query>`
  bob.send(`<iq type='set' id='q' to='two@rooms.lab.example'>${query}</iq>`)
  const page = await bob.next((each) => inside(each, ns.archive, 'result') !== undefined)
  assert.match(
    shown(page),
    /^<message from="two@rooms.lab.example" to="bob@lab.example\/r"><result.*<message xmlns="jabber:client" type="groupchat" id="m23" from="two@rooms.lab.example\/Alice"/,
  )
  assert.equal(lab.xmpp.roomArchive('two').length, 25)
  for (const each of [alice, bob]) each.leave()
})

test('a name is changed, and one may be there twice', async () => {
  const [alice, bob] = await people()
  const other = await RawClient.there(lab, 'bob', 'other')
  await join(alice, 'three', 'Alice')
  await open(alice, 'three')
  await join(bob, 'three', 'Bob')
  await join(other, 'three', 'Bob')
  say(alice, 'three', 'both')
  await bob.next(isSaid('both'))
  await other.next(isSaid('both'))
  other.cut()
  bob.send(`<presence to='three@rooms.lab.example/Robert'/>`)
  const gone = await alice.next(
    ({ attributes }) => attributes['type'] === 'unavailable' && (attributes['from'] ?? '').startsWith('three'),
  )
  assert.deepEqual([item(gone)['nick'], codes(gone)], ['Robert', ['303']])
  await alice.next(({ attributes }) => attributes['from'] === 'three@rooms.lab.example/Robert')
  bob.cut()
  await alice.next(
    ({ attributes }) => attributes['type'] === 'unavailable' && attributes['from'] === 'three@rooms.lab.example/Robert',
  )
  alice.leave()
})

test('one is spoken to alone, asks whether one is still in, and is asked in', async () => {
  const [alice, bob, carol] = await people()
  await join(alice, 'four', 'Alice')
  await open(alice, 'four')
  await join(bob, 'four', 'Bob')
  bob.send(`<message to='four@rooms.lab.example/Alice' type='chat'><body>psst</body></message>`)
  const heard = await alice.next(isSaid('psst'))
  assert.deepEqual([heard.attributes['from'], heard.attributes['type']], ['four@rooms.lab.example/Bob', 'chat'])
  assert.ok(inside(heard, ns.roomsUser, 'x'))
  bob.send(`<message to='four@rooms.lab.example/Nobody' type='chat'><body>?</body></message>`)
  assert.match(shown(await bob.next(isMessage)), /item-not-found|subject/)
  const ping = (client: RawClient, nick: string): Promise<XmlElement> =>
    client.ask('p', `<iq type='get' id='p' to='four@rooms.lab.example/${nick}'><ping xmlns='${ns.ping}'/></iq>`)
  assert.equal((await ping(bob, 'Bob')).attributes['type'], 'result')
  assert.match(shown(await ping(carol, 'Carol')), /not-acceptable/)
  bob.send(
    `<message to='four@rooms.lab.example'><x xmlns='${ns.roomsUser}'><invite to='carol@lab.example'><reason>Come</reason></invite></x></message>`,
  )
  assert.match(
    shown(await carol.next(isMessage)),
    /^<message from="four@rooms.lab.example".*<invite from="bob@lab.example"><reason>Come/,
  )
  for (const each of [alice, bob, carol]) each.leave()
})

test('an owner puts out, keeps out, makes members, and ends the room', async () => {
  const [alice, bob, carol] = await people()
  await join(alice, 'five', 'Alice')
  await open(alice, 'five', `<field var='muc#roomconfig_membersonly'><value>1</value></field>`)
  bob.send(`<presence to='five@rooms.lab.example/Bob'><x xmlns='${ns.rooms}'/></presence>`)
  assert.match(shown(await bob.next(({ attributes }) => attributes['type'] === 'error')), /registration-required/)
  const admin = (client: RawClient, inner: string): Promise<XmlElement> =>
    client.ask(
      'a',
      `<iq type='set' id='a' to='five@rooms.lab.example'><query xmlns='${ns.roomsAdmin}'>${inner}</query></iq>`,
    )
  for (const person of ['bob', 'carol']) await admin(alice, `<item affiliation='member' jid='${person}@lab.example'/>`)
  await join(bob, 'five', 'Bob')
  await join(carol, 'five', 'Carol')
  assert.match(shown(await admin(bob, `<item nick='Alice' role='none'/>`)), /forbidden/)
  await admin(alice, `<item nick='Bob' role='none'><reason>Out</reason></item>`)
  assert.deepEqual(codes(await bob.next(isSelf)), ['110', '307'])
  await admin(alice, `<item affiliation='outcast' jid='bob@lab.example'/>`)
  bob.send(`<presence to='five@rooms.lab.example/Bob'><x xmlns='${ns.rooms}'/></presence>`)
  assert.match(shown(await bob.next(({ attributes }) => attributes['type'] === 'error')), /<forbidden/)
  const list = await alice.ask(
    'l',
    `<iq type='get' id='l' to='five@rooms.lab.example'><query xmlns='${ns.roomsAdmin}'><item affiliation='outcast'/></query></iq>`,
  )
  assert.match(shown(list), /jid="bob@lab.example"/)
  const info = await bob.ask('i', `<iq type='get' id='i' to='five@rooms.lab.example'><query xmlns='${ns.info}'/></iq>`)
  assert.match(shown(info), /muc_membersonly/)
  const form = await alice.ask(
    'f',
    `<iq type='get' id='f' to='five@rooms.lab.example'><query xmlns='${ns.roomsOwner}'/></iq>`,
  )
  assert.match(shown(form), /var="muc#roomconfig_membersonly"><value>1/)
  alice.send(
    `<iq type='set' id='d' to='five@rooms.lab.example'><query xmlns='${ns.roomsOwner}'><destroy><reason>Over</reason></destroy></query></iq>`,
  )
  assert.match(shown(await carol.next(isSelf)), /<destroy><reason>Over/)
  const items = await carol.ask('n', `<iq type='get' id='n' to='rooms.lab.example'><query xmlns='${ns.items}'/></iq>`)
  assert.equal(shown(items).includes('five@'), false)
  for (const each of [alice, bob, carol]) each.leave()
})
