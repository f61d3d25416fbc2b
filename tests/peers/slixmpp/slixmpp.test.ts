import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Lab, startLab } from '@openparley/lab'
import { whenInstalled } from '../peer.ts'
import { type Slixmpp, python, slixmppModule, startSlixmpp } from './start.ts'

const options = whenInstalled('python3-slixmpp', [python, slixmppModule])
let lab: Lab
let alice: Slixmpp
let bob: Slixmpp

const person = (name: string, resource: string, tls: 'tls' | 'starttls'): Promise<Slixmpp> =>
  startSlixmpp({
    jid: `${name}@lab.example/${resource}`,
    password: String(lab.people.find((each) => each.name === name)?.xmpp['xmpp.password']),
    server: tls === 'tls' ? lab.addresses.xmpp.tls : lab.addresses.xmpp.tcp,
    tls,
    ca: lab.ca,
  })

before(async () => {
  if (options.skip !== false) return
  lab = await startLab()
  alice = await person('alice', 's', 'starttls')
  bob = await person('bob', 's', 'tls')
})
after(async () => {
  await Promise.all([alice?.stop(), bob?.stop()])
  await lab?.close()
})

test('slixmpp signs in to the lab by either kind of TLS, and sees who is there', options, async () => {
  await alice.saw({ event: 'started', jid: 'alice@lab.example/s' })
  await bob.saw({ event: 'started', jid: 'bob@lab.example/s' })
  await alice.saw({ event: 'presence', by: 'bob@lab.example/s', type: 'available' })
  await bob.saw({ event: 'presence', by: 'alice@lab.example/s', type: 'available' })
  await bob.does({ do: 'show', show: 'dnd', status: 'In a meeting' })
  await alice.saw({ event: 'presence', by: 'bob@lab.example/s', type: 'dnd', status: 'In a meeting' })
  await alice.does({ do: 'ping', to: 'lab.example' })
})

test('a message of slixmpp’s is heard in the lab, receipted, corrected and copied', options, async () => {
  const other = await person('alice', 'other', 'tls')
  await other.saw({ event: 'started', jid: 'alice@lab.example/other' })
  const { id } = await alice.does({ do: 'say', to: 'bob@lab.example', body: 'Grüß dich' })
  await bob.saw({ event: 'message', by: 'alice@lab.example/s', body: 'Grüß dich' })
  await alice.saw({ event: 'receipt', of: id })
  await other.saw({ event: 'copy', way: 'sent', body: 'Grüß dich' })
  await alice.does({ do: 'say', to: 'bob@lab.example', body: 'Grüß Gott', replaces: id })
  await bob.saw({ event: 'message', body: 'Grüß Gott', replaces: id })
  const { bodies } = await bob.does({ do: 'archive', with: 'alice@lab.example', max: 1 })
  assert.deepEqual((bodies as string[]).filter(Boolean), ['Grüß dich', 'Grüß Gott'])
  await other.stop()
})

test('a nickname that slixmpp publishes comes to the other, whose capabilities ask for it', options, async () => {
  await alice.does({ do: 'nick', nick: 'Ally' })
  await bob.saw({ event: 'nick', by: 'alice@lab.example', nick: 'Ally' })
})

test('who asks slixmpp to be seen is seen, and whom it blocks is refused', options, async () => {
  const carol = await person('carol', 's', 'tls')
  await carol.saw({ event: 'started', jid: 'carol@lab.example/s' })
  await carol.does({ do: 'subscribe', to: 'bob@lab.example' })
  await carol.saw({ event: 'presence', by: 'bob@lab.example', type: 'subscribed' })
  await carol.saw({ event: 'presence', by: 'bob@lab.example/s', type: 'dnd' })
  await bob.does({ do: 'block', who: 'carol@lab.example' })
  await carol.saw({ event: 'presence', by: 'bob@lab.example/s', type: 'unavailable' })
  await carol.does({ do: 'say', to: 'bob@lab.example', body: 'hello?' })
  await carol.saw({ event: 'error', by: 'bob@lab.example', condition: 'service-unavailable' })
  await bob.does({ do: 'unblock', who: 'carol@lab.example' })
  await carol.stop()
})

test('a room of the lab’s is made, entered and remembered by slixmpp', options, async () => {
  const room = 'slix@rooms.lab.example'
  await alice.does({ do: 'join', room, nick: 'Alice' })
  await alice.does({ do: 'open', room })
  await bob.does({ do: 'join', room, nick: 'Bob' })
  await bob.does({ do: 'say', to: room, type: 'groupchat', body: 'Hello, room' })
  await alice.saw({ event: 'message', by: `${room}/Bob`, type: 'groupchat', body: 'Hello, room' })
  await alice.does({ do: 'say', to: `${room}/Bob`, body: 'psst' })
  await bob.saw({ event: 'message', by: `${room}/Alice`, type: 'chat', body: 'psst' })
  assert.deepEqual(await alice.does({ do: 'archive', of: room }), { bodies: ['Hello, room'] })
})

test('slixmpp takes its stream up again after the line was cut, and misses nothing', options, async () => {
  await bob.saw({ event: 'managed' })
  lab.xmpp.cut('bob')
  await alice.does({ do: 'say', to: 'bob@lab.example', body: 'while you were away' })
  await bob.saw({ event: 'resumed' })
  await bob.saw({ event: 'message', body: 'while you were away' })
})
