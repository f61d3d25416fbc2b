import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { XmlElement } from '@openparley/protocols/common'
import { startLab } from '../lab.ts'
import { RawClient, shown } from './client.suite.ts'
import { Ledger } from './management.ts'
import { ns } from './names.ts'
import { element } from './stanza.ts'

const lab = await startLab({ people: ['alice', 'bob', 'carol', 'dave'] })
after(() => lab.close())

const isMessage = ({ local }: XmlElement): boolean => local === 'message'
const is = (name: string) => (each: XmlElement) => each.uri === ns.management && each.local === name

async function enabled(client: RawClient): Promise<string> {
  client.send(`<enable xmlns='${ns.management}' resume='true'/>`)
  const answer = await client.next(is('enabled'))
  assert.deepEqual([answer.attributes['resume'], answer.attributes['max']], ['true', '120'])
  return answer.attributes['id'] ?? ''
}

async function resumed(on: typeof lab, person: string, id: string, h: number): Promise<RawClient> {
  const client = await RawClient.proven(on, person)
  client.send(`<resume xmlns='${ns.management}' previd='${id}' h='${h}'/>`)
  return client
}

test('both sides say how much they have had, and who says too much is put out', async () => {
  const alice = await RawClient.signedIn(lab, 'alice')
  await enabled(alice)
  alice.send(`<presence/><message to='bob@lab.example'><body>x</body></message><r xmlns='${ns.management}'/>`)
  assert.equal(shown(await alice.next(is('a'))), `<a xmlns="${ns.management}" h="2"/>`)
  alice.send(`<a xmlns='${ns.management}' h='1000'/>`)
  assert.match(shown(await alice.next(({ local }) => local === 'error')), /undefined-condition/)
  await alice.closed()
})

test('before there is a resource there is nothing to enable, and what is unknown is not taken up', async () => {
  const alice = await RawClient.proven(lab, 'alice')
  alice.send(`<enable xmlns='${ns.management}'/>`)
  assert.match(shown(await alice.next()), /^<failed.*unexpected-request/)
  alice.send(`<resume xmlns='${ns.management}' previd='none' h='0'/>`)
  assert.equal(
    shown(await alice.next()),
    `<failed xmlns="${ns.management}"><item-not-found xmlns="${ns.stanzaErrors}"/></failed>`,
  )
  alice.cut()
})

test('a session whose line was cut is taken up again with all that it missed, and nobody saw it gone', async () => {
  const alice = await RawClient.there(lab, 'alice')
  const bob = await RawClient.there(lab, 'bob')
  await alice.all()
  const id = await enabled(bob)
  alice.send(`<message to='${bob.jid}' type='chat' id='1'><body>before</body></message>`)
  await bob.next(isMessage)
  bob.cut()
  await bob.closed()
  alice.send(`<message to='bob@lab.example' type='chat' id='2'><body>meanwhile</body></message>`)
  assert.equal(
    (await alice.all()).some(({ local }) => local === 'presence'),
    false,
  )
  const again = await resumed(lab, 'bob', id, 0)
  assert.equal(shown(await again.next()), `<resumed xmlns="${ns.management}" previd="${id}" h="0"/>`)
  assert.match(shown(await again.next(isMessage)), /before/)
  assert.match(shown(await again.next(isMessage)), /meanwhile/)
  await again.next(is('r'))
  again.send(`<a xmlns='${ns.management}' h='2'/>`)
  again.send(`<message to='${alice.jid}' type='chat'><body>I am back</body></message>`)
  assert.match(shown(await alice.next(isMessage)), /I am back/)
  const third = await resumed(lab, 'bob', id, 2)
  await third.next(is('resumed'))
  assert.match(shown(await again.next(({ local }) => local === 'error')), /conflict/)
  assert.equal((await third.all()).some(isMessage), false)
  const stranger = await resumed(lab, 'alice', id, 0)
  assert.match(shown(await stranger.next()), /item-not-found/)
  for (const each of [stranger, third, alice]) each.leave()
})

test('what a session missed that is not taken up again waits for the next one', async () => {
  const short = await startLab({ resumeMs: 50 })
  const alice = await RawClient.there(short, 'alice')
  const bob = await RawClient.there(short, 'bob')
  bob.send(`<enable xmlns='${ns.management}' resume='true'/>`)
  await bob.next(is('enabled'))
  bob.cut()
  await bob.closed()
  alice.send(`<message to='bob@lab.example' type='chat'><body>missed</body></message>`)
  await alice.next(({ attributes }) => attributes['type'] === 'unavailable' && attributes['from'] === bob.jid)
  const later = await RawClient.there(short, 'bob', 'later')
  assert.match(shown(await later.next(isMessage)), /missed.*<delay/)
  await short.close()
})

test('who never acknowledges is put out in the end, and a server that is told so acknowledges nothing', async () => {
  const [carol, dave] = [await RawClient.there(lab, 'carol'), await RawClient.there(lab, 'dave')]
  await enabled(dave)
  for (let i = 0; i <= 1000; i++) carol.send(`<message to='${dave.jid}' type='chat'><body>${i}</body></message>`)
  assert.match(shown(await dave.next(({ local }) => local === 'error')), /policy-violation/)
  lab.setFault('xmpp-drop-acks')
  await enabled(carol)
  carol.send(`<r xmlns='${ns.management}'/>`)
  assert.equal((await carol.all()).some(is('a')), false)
  lab.clearFault('xmpp-drop-acks')
  carol.leave()
})

test('the count goes round at its end', () => {
  const ledger = new Ledger(undefined)
  for (let i = 0; i < 3; i++) ledger.sent(element('message', ns.client))
  assert.ok(ledger.acknowledge(2))
  assert.equal(ledger.unacknowledged().length, 1)
  assert.equal(ledger.acknowledge(1), false)
  assert.equal(ledger.acknowledge(4), false)
  assert.ok(ledger.acknowledge(3))
})
