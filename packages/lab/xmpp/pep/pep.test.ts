import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { XmlElement } from '@openparley/protocols/common'
import { startLab } from '../../lab.ts'
import { isIq, RawClient, shown } from '../client.suite.ts'
import { ns } from '../names.ts'
import { inside } from '../stanza.ts'

const lab = await startLab()
after(() => lab.close())

const nick = 'http://jabber.org/protocol/nick'
const isEvent = (each: XmlElement): boolean => inside(each, ns.pubsubEvent, 'event') !== undefined

/** There, with a client that wants to hear of nicknames. */
async function wanting(person: string, resource: string): Promise<RawClient> {
  const client = await RawClient.there(lab, person, resource)
  client.send(`<presence><c xmlns='${ns.caps}' hash='sha-1' node='urn:test' ver='v'/></presence>`)
  const asked = await client.next(({ attributes }) => attributes['type'] === 'get')
  assert.match(shown(asked), /<query xmlns="http:\/\/jabber.org\/protocol\/disco#info" node="urn:test#v"\/>/)
  const { id } = asked.attributes
  client.send(
    `<iq type='result' to='lab.example' id='${id}'><query xmlns='${ns.info}' node='urn:test#v'><identity category='client' type='pc'/><feature var='${nick}+notify'/></query></iq>`,
  )
  return client
}

const publish = (client: RawClient, node: string, inner: string, options = ''): Promise<XmlElement> =>
  client.ask(
    'p',
    `<iq type='set' id='p'><pubsub xmlns='${ns.pubsub}'><publish node='${node}'>${inner}</publish>${options}</pubsub></iq>`,
  )

const options = (fields: Readonly<Record<string, string>>): string =>
  `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>${ns.pubsub}#publish-options</value></field>${Object.entries(
    fields,
  )
    .map(([name, value]) => `<field var='pubsub#${name}'><value>${value}</value></field>`)
    .join('')}</x></publish-options>`

const items = (client: RawClient, of: string, node: string): Promise<XmlElement> =>
  client.ask('g', `<iq type='get' id='g' to='${of}'><pubsub xmlns='${ns.pubsub}'><items node='${node}'/></pubsub></iq>`)

test('what one publishes comes to friends whose client wants it, and the last of it to who comes later', async () => {
  const alice = await wanting('alice', 'p')
  const bob = await wanting('bob', 'p')
  const carol = await wanting('carol', 'p')
  const done = await publish(alice, nick, `<item><nick xmlns='${nick}'>Ally</nick></item>`)
  assert.match(shown(done), /<publish node="http:\/\/jabber.org\/protocol\/nick"><item id="[\w-]+"\/>/)
  const event = await bob.next(isEvent)
  assert.match(
    shown(event),
    /^<message type="headline" from="alice@lab.example" to="bob@lab.example\/p"><event xmlns="http:\/\/jabber.org\/protocol\/pubsub#event"><items node="http:\/\/jabber.org\/protocol\/nick"><item id="[\w-]+" publisher="alice@lab.example"><nick xmlns="http:\/\/jabber.org\/protocol\/nick">Ally</,
  )
  assert.equal((await carol.all()).some(isEvent), false)
  const later = await wanting('bob', 'later')
  assert.match(shown(await later.next(isEvent)), /Ally/)
  assert.match(shown(await items(bob, 'alice@lab.example', nick)), /Ally/)
  assert.match(shown(await items(carol, 'alice@lab.example', nick)), /not-authorized.*presence-subscription-required/)
  await publish(alice, nick, `<item id='current'><nick xmlns='${nick}'>Al</nick></item>`)
  assert.equal(shown(await items(bob, 'alice@lab.example', nick)).includes('Ally'), false)
  for (const each of [alice, bob, carol, later]) each.leave()
})

test('a node is as it was first asked for, and keeps as much as it was told to', async () => {
  const alice = await RawClient.there(lab, 'alice', 'q')
  const bob = await RawClient.there(lab, 'bob', 'q')
  const marks = 'urn:xmpp:bookmarks:1'
  const own = options({ access_model: 'whitelist', max_items: 'max', persist_items: 'true' })
  for (const room of ['a', 'b'])
    await publish(alice, marks, `<item id='${room}@rooms.lab.example'><conference xmlns='${marks}'/></item>`, own)
  assert.match(
    shown(await items(alice, 'alice@lab.example', marks)),
    /id="a@rooms.lab.example".*id="b@rooms.lab.example"/,
  )
  assert.match(shown(await items(bob, 'alice@lab.example', marks)), /not-authorized/)
  const other = await publish(alice, marks, `<item id='c'/>`, options({ access_model: 'open' }))
  assert.match(shown(other), /conflict.*precondition-not-met/)
  const retract = `<iq type='set' id='r'><pubsub xmlns='${ns.pubsub}'><retract node='${marks}'><item id='a@rooms.lab.example'/></retract></pubsub></iq>`
  assert.equal((await alice.ask('r', retract)).attributes['type'], 'result')
  assert.match(shown(await alice.ask('r', retract)), /item-not-found/)
  const form = await alice.ask(
    'c',
    `<iq type='get' id='c'><pubsub xmlns='${ns.pubsubOwner}'><configure node='${marks}'/></pubsub></iq>`,
  )
  assert.match(shown(form), /type="list-single" var="pubsub#access_model"><value>whitelist/)
  const gone = `<iq type='set' id='d'><pubsub xmlns='${ns.pubsubOwner}'><delete node='${marks}'/></pubsub></iq>`
  assert.equal((await alice.ask('d', gone)).attributes['type'], 'result')
  assert.match(shown(await items(alice, 'alice@lab.example', marks)), /item-not-found/)
  for (const each of [alice, bob]) each.leave()
})

test('an open node is for everybody, and who subscribes gets its last item and the next ones', async () => {
  const alice = await RawClient.there(lab, 'alice', 's')
  const carol = await RawClient.there(lab, 'carol', 's')
  await publish(alice, 'urn:open', `<item id='1'><x xmlns='urn:x'/></item>`, options({ access_model: 'open' }))
  carol.send(
    `<iq type='set' id='s' to='alice@lab.example'><pubsub xmlns='${ns.pubsub}'><subscribe node='urn:open' jid='carol@lab.example'/></pubsub></iq>`,
  )
  assert.match(shown(await carol.next(isEvent)), /id="1"/)
  assert.match(shown(await carol.next(isIq('s'))), /subscription="subscribed"/)
  await publish(alice, 'urn:open', `<item id='2'><x xmlns='urn:x'/></item>`)
  assert.match(shown(await carol.next(isEvent)), /id="2"/)
  for (const each of [alice, carol]) each.leave()
})
