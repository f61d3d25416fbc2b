// The lab's chat server against a client that nobody here wrote: xmpp.js.
import assert from 'node:assert/strict'
import type { EventEmitter } from 'node:events'
import { after, test } from 'node:test'
import { type Client, client, xml } from '@xmpp/client'
import { startLab } from '../lab.ts'

const lab = await startLab()
after(() => lab.close())

/** Over TLS, with the lab's certificate looked at: what the library's own options do not say is put where it asks. */
function clientOf(person: string, resource: string): Client {
  const password = String(lab.people.find(({ name }) => name === person)?.xmpp['xmpp.password'])
  const made = client({
    service: `xmpps://${lab.addresses.xmpp.tls}`,
    domain: 'lab.example',
    resource,
    username: person,
    password,
    // A machine with much to do is no reason to give up.
    timeout: 20_000,
  })
  const { transports } = made as unknown as { transports: Transport[] }
  const tls = transports.find(({ name }) => name === 'ConnectionTLS')
  assert.ok(tls)
  transports.unshift(
    class extends tls {
      override socketParameters(service: string): object | undefined {
        const parameters = super.socketParameters(service)
        return parameters && { ...parameters, ca: lab.ca, servername: 'lab.example' }
      }
    },
  )
  return made
}

type Element = ReturnType<typeof xml>
type Transport = new () => { socketParameters(service: string): object | undefined }

/** What comes to it, and the first of it that fits. */
function listening(to: Client): { seen: Element[]; next(fits: (stanza: Element) => boolean): Promise<Element> } {
  const seen: Element[] = []
  const waiting = new Set<() => void>()
  to.on('stanza', (stanza) => {
    seen.push(stanza)
    for (const wake of waiting) wake()
  })
  return {
    seen,
    next: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = seen.find(fits)
          if (!found) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

const bodyOf = (stanza: Element): string => stanza.getChildText('body') ?? ''
const iq = (type: 'get' | 'set', to: string | undefined, ...inner: Element[]): Element =>
  xml('iq', to === undefined ? { type } : { type, to }, ...inner)

test('xmpp.js signs in by SCRAM, reads its roster, sends and gets a message, and a copy of it', async () => {
  const [alice, bob, beside] = [clientOf('alice', 'js'), clientOf('bob', 'js'), clientOf('bob', 'beside')]
  const [heard, copied] = [listening(bob), listening(beside)]
  assert.equal(String(await alice.start()), 'alice@lab.example/js')
  await Promise.all([bob.start(), beside.start()])
  await beside.iqCaller.request(iq('set', undefined, xml('enable', { xmlns: 'urn:xmpp:carbons:2' })))
  await bob.send(xml('presence', {}, xml('priority', {}, '1')))
  await heard.next((stanza) => stanza.is('presence'))
  const roster = await alice.iqCaller.request(iq('get', undefined, xml('query', { xmlns: 'jabber:iq:roster' })))
  assert.equal(roster.getChild('query')?.getChild('item')?.attrs['jid'], 'bob@lab.example')
  await alice.send(xml('message', { to: 'bob@lab.example', type: 'chat' }, xml('body', {}, 'Grüß “dich”')))
  await heard.next((stanza) => bodyOf(stanza) === 'Grüß “dich”')
  const copy = await copied.next((stanza) => stanza.getChild('received') !== undefined)
  const inner = copy.getChild('received')?.getChild('forwarded')?.getChild('message')
  assert.equal(inner && bodyOf(inner), 'Grüß “dich”')
  await Promise.all([alice, bob, beside].map((each) => each.stop()))
})

test('xmpp.js makes a room, speaks in it, and reads its archive', async () => {
  const alice = clientOf('alice', 'room')
  const heard = listening(alice)
  await alice.start()
  const room = 'js@rooms.lab.example'
  await alice.send(xml('presence', { to: `${room}/Alice` }, xml('x', { xmlns: 'http://jabber.org/protocol/muc' })))
  await heard.next((stanza) => stanza.is('presence') && stanza.attrs['from'] === `${room}/Alice`)
  const form = xml('x', { xmlns: 'jabber:x:data', type: 'submit' })
  await alice.iqCaller.request(iq('set', room, xml('query', { xmlns: 'http://jabber.org/protocol/muc#owner' }, form)))
  await alice.send(xml('message', { to: room, type: 'groupchat' }, xml('body', {}, 'Anybody?')))
  await heard.next((stanza) => bodyOf(stanza) === 'Anybody?' && stanza.attrs['from'] === `${room}/Alice`)
  const fin = await alice.iqCaller.request(iq('set', room, xml('query', { xmlns: 'urn:xmpp:mam:2', queryid: 'q' })))
  assert.equal(fin.getChild('fin')?.attrs['complete'], 'true')
  const page = heard.seen.find((stanza) => stanza.getChild('result', 'urn:xmpp:mam:2') !== undefined)
  const said = page?.getChild('result')?.getChild('forwarded')?.getChild('message')
  assert.equal(said && bodyOf(said), 'Anybody?')
  await alice.stop()
})

test('xmpp.js takes its stream up again after the line was cut, and misses nothing', async () => {
  const [alice, bob] = [clientOf('alice', 'sm'), clientOf('bob', 'sm')]
  const heard = listening(bob)
  await Promise.all([alice.start(), bob.start()])
  await bob.send(xml('presence'))
  await heard.next((stanza) => stanza.is('presence'))
  // The library says that its line is gone as an error, too.
  bob.on('error', () => {})
  const { streamManagement } = bob as unknown as { streamManagement: EventEmitter }
  const resumed = new Promise((resolve) => streamManagement.once('resumed', resolve))
  const gone = new Promise((resolve) => bob.once('disconnect', resolve))
  lab.xmpp.cut('bob')
  await gone
  await alice.send(xml('message', { to: 'bob@lab.example/sm', type: 'chat' }, xml('body', {}, 'while you were away')))
  await resumed
  await heard.next((stanza) => bodyOf(stanza) === 'while you were away')
  await Promise.all([alice.stop(), bob.stop()])
})
