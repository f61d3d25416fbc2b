// People at a server that is told of them and tells those who watch (RFC 3903, RFC 3856), and that carries messages (RFC 3428).
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { startLab } from '@openparley/lab'
import { whenInstalled } from '../peer.ts'
import { answers, hangUp, type Signed, seen, signIn } from '../person.ts'
import { type Kamailio, presenceModule, startKamailio } from './start.ts'

const options = whenInstalled('kamailio-presence-modules', [presenceModule, 'kamailio'])
let kamailio: Kamailio

before(async () => {
  if (options.skip === false) kamailio = await startKamailio({ presence: true })
})
after(() => kamailio?.stop())

const people: Signed[] = []
afterEach(async () => {
  for (const each of people.splice(0)) await each.close()
})

const addressOf = (name: string): string => `${name}@127.0.0.1:${kamailio.port}`

async function person(name: string, more: Record<string, unknown> = {}): Promise<Signed> {
  const signed = await signIn({
    'softphone.servers': `sip:127.0.0.1:${kamailio.port};transport=udp`,
    'softphone.user': name,
    'softphone.password': `secret-${name}`,
    ...more,
  })
  people.push(signed)
  return signed
}

async function sees(of: Signed, name: string, is: string, timeoutMs: number): Promise<void> {
  try {
    await of.session.until(
      'contacts',
      ({ contacts }) => contacts.find(({ address }) => address === addressOf(name))?.presence.availability === is,
      timeoutMs,
    )
  } catch (error) {
    const { contacts } = (await of.session.contacts.get()).state
    throw new Error(`${JSON.stringify(contacts)}\n${kamailio.log().slice(-3000)}`, { cause: error })
  }
}

test('who watches sees within a second what another chose, and what they take back', options, async () => {
  const alice = await person('alice', { 'presence.sip.publish': true })
  const bob = await person('bob', { 'presence.sip.watch': addressOf('alice') })
  await sees(bob, 'alice', 'available', 5000)
  await alice.session.presence.set({ choice: 'busy', note: 'Writing' })
  await sees(bob, 'alice', 'busy', 1000)
  const { contacts } = (await bob.session.contacts.get()).state
  assert.equal(contacts[0]?.presence.note, 'Writing')
  await alice.session.presence.set({ choice: 'automatic', note: '' })
  await sees(bob, 'alice', 'available', 1000)
  await alice.session.presence.set({ choice: 'do-not-disturb' })
  await sees(bob, 'alice', 'do-not-disturb', 1000)
  // What is taken back at the end: this server tells that nobody is there any more.
  await people.shift()?.close()
  await sees(bob, 'alice', 'offline', 5000)
})

test(
  'that somebody talks, and that nobody is at their machine, is seen within a second, and that it is over',
  options,
  async () => {
    const [alice, carol] = [
      await person('alice', { 'presence.sip.publish': true, 'presence.idleAwayS': 60 }),
      await person('carol'),
    ]
    const bob = await person('bob', { 'presence.sip.watch': addressOf('alice') })
    await sees(bob, 'alice', 'available', 5000)
    const { call } = await alice.session.calls.dial({ to: 'carol' })
    await answers(carol)
    await seen(alice, call, ({ state }) => state === 'connected')
    await sees(bob, 'alice', 'on-the-phone', 1000)
    await hangUp(alice.session, call)
    await sees(bob, 'alice', 'available', 1000)
    await alice.session.presence.idle({ idleMs: 90_000 })
    await sees(bob, 'alice', 'away', 1000)
    await alice.session.presence.idle({ idleMs: 0 })
    await sees(bob, 'alice', 'available', 1000)
  },
)

test(
  'that somebody is in a meeting is seen within a second of its beginning, and that it is over',
  options,
  async () => {
    const lab = await startLab()
    try {
      const alice = await person('alice', {
        'presence.sip.publish': true,
        ...lab.people[0]?.calendar,
        'calendar.pollS': 5,
      })
      const bob = await person('bob', { 'presence.sip.watch': addressOf('alice') })
      await sees(bob, 'alice', 'available', 5000)
      // A calendar knows no fractions of seconds; and it is looked at every five.
      const fromMs = Math.ceil((Date.now() + 7000) / 1000) * 1000
      lab.calendar.put('alice', meeting(fromMs, fromMs + 2000))
      await sees(bob, 'alice', 'in-a-meeting', fromMs - Date.now() + 1000)
      await sees(bob, 'alice', 'available', fromMs + 2000 - Date.now() + 1000)
      assert.equal((await alice.session.presence.get()).state.own.availability, 'available')
    } finally {
      await lab.close()
    }
  },
)

test('a message goes each way, and one to nobody is refused with the answer of the server', options, async () => {
  const [alice, bob] = [await person('alice'), await person('bob')]
  const write = async (from: Signed, to: string, text: string): Promise<string> =>
    (await from.session.chat.send({ to: `sip:${addressOf(to)}`, text, requestId: text })).message
  const has = (of: Signed, name: string, text: string, state: string): Promise<unknown> =>
    of.session.until(
      'chat',
      ({ conversations }) =>
        conversations.some(
          ({ address, last }) => address === `sip:${addressOf(name)}` && last?.text === text && last.state === state,
        ),
      5000,
    )
  await write(alice, 'bob', 'Lunch at one? Grüße')
  await Promise.all([
    has(bob, 'alice', 'Lunch at one? Grüße', 'received'),
    has(alice, 'bob', 'Lunch at one? Grüße', 'sent'),
  ])
  await write(bob, 'alice', 'Yes')
  await Promise.all([has(alice, 'bob', 'Yes', 'received'), has(bob, 'alice', 'Yes', 'sent')])
  const message = await write(alice, 'nobody', 'Anybody there?')
  await has(alice, 'nobody', 'Anybody there?', 'failed')
  const { messages } = await alice.session.chat.list({ conversation: `sip:${addressOf('nobody')}` })
  assert.deepEqual(
    [messages[0]?.id, messages[0]?.error?.code, messages[0]?.error?.peer?.status],
    [message, 'chat-refused', 480],
  )
})

function meeting(fromMs: number, untilMs: number): string {
  const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
  const lines = ['UID:meeting', `DTSTART:${utc(fromMs)}`, `DTEND:${utc(untilMs)}`, 'SUMMARY:Meeting']
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n')
}
