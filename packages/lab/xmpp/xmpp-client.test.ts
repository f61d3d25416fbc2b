// The lab's chat server against a client that nobody here wrote: xmpp.js.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Client, client, xml } from '@xmpp/client'
import { startLab } from '../lab.ts'

const lab = await startLab()
after(() => lab.close())

/** Over TLS, with the lab's certificate looked at: what the library's own options do not say is put where it asks. */
export function clientOf(person: string, resource: string): Client {
  const password = String(lab.people.find(({ name }) => name === person)?.xmpp['xmpp.password'])
  const made = client({
    service: `xmpps://${lab.addresses.xmpp.tls}`,
    domain: 'lab.example',
    resource,
    username: person,
    password,
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

type Transport = new () => { socketParameters(service: string): object | undefined }

test('xmpp.js signs in by SCRAM, reads its roster, sends and gets a message', async () => {
  const alice = clientOf('alice', 'js')
  const bob = clientOf('bob', 'js')
  const came = Promise.withResolvers<string>()
  bob.on('stanza', (stanza) => {
    if (stanza.is('message') && stanza.getChildText('body')) came.resolve(stanza.getChildText('body') ?? '')
  })
  assert.equal(String(await alice.start()), 'alice@lab.example/js')
  await bob.start()
  await bob.send(xml('presence'))
  const roster = await alice.iqCaller.request(xml('iq', { type: 'get' }, xml('query', { xmlns: 'jabber:iq:roster' })))
  assert.equal(roster.getChild('query')?.getChild('item')?.attrs['jid'], 'bob@lab.example')
  await alice.send(xml('message', { to: 'bob@lab.example', type: 'chat' }, xml('body', {}, 'Grüß “dich”')))
  assert.equal(await came.promise, 'Grüß “dich”')
  await Promise.all([alice.stop(), bob.stop()])
})
