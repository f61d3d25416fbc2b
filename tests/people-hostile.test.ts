// Chat with a server that does what none should, and one that cannot be signed in to: what is believed, and what is said.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { type Lab, readFault, startLab } from '@openparley/lab'
import { type Conversation, connect, direct, type Session } from '@openparley/sdk'

async function withPeople(
  faults: readonly string[],
  act: (people: { lab: Lab; alice: Session; bob: Session; ofAlice: string; ofBob: string }) => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const lab = await startLab({ faults: faults.map(readFault) })
  const host = await startInProcess()
  const core = await connect({ application: 'test', role: 'approve', over: direct((request) => host.attach(request)) })
  try {
    const of = (name: string): Readonly<Record<string, unknown>> =>
      lab.people.find((person) => person.name === name)?.xmpp ?? {}
    const bound = { ...more, 'xmpp.mostStanzaBytes': 1_000_000 }
    const [alice, bob] = await Promise.all(['alice', 'bob'].map((name) => core.open({ ...of(name), ...bound })))
    assert.ok(alice && bob)
    await act({ lab, alice, bob, ofAlice: String(of('alice')['xmpp.user']), ofBob: String(of('bob')['xmpp.user']) })
  } finally {
    core.close()
    await host.close()
    await lab.close()
  }
}

const online = (...sessions: readonly Session[]): Promise<unknown> =>
  Promise.all(sessions.map((session) => session.until('presence', ({ published }) => published, 15_000)))

const texts = async (of: Session, conversation: string): Promise<string[]> =>
  (await of.chat.list({ conversation })).messages.map(({ text }) => text).toReversed()

const arrived = async (of: Session, from: string, text: string): Promise<readonly Conversation[]> =>
  (
    await of.until(
      'chat',
      ({ conversations }) => conversations.some(({ address, last }) => address === from && last?.text === text),
      25_000,
    )
  ).conversations

describe('an invitation to a web conference', () => {
  test('that leads nowhere good is a text, and nobody else’s word takes back one that is good', async () => {
    const own = { 'conferences.jitsi.servers': 'https://meet.example.com' }
    await withPeople(
      [],
      async ({ lab, alice, bob, ofAlice, ofBob }) => {
        await online(alice, bob)
        const invite = (uri: string): string =>
          `<invite xmlns='urn:xmpp:call-invites:0' video='true'><external uri='${uri}'/></invite>`
        const said = (id: string, body: string, more: string): void =>
          lab.xmpp.inject(
            `<message from='${ofBob}/x' to='${ofAlice}' type='chat' id='${id}'><body>${body}</body>${more}</message>`,
          )
        said('1', 'one', invite('javascript:alert(1)'))
        said('2', 'two', invite(`https://meet.example.com/${'x'.repeat(50_000)}`))
        said('3', 'three', invite('https://meet.example.com.evil.example/Plans'))
        said('4', 'four', invite('https://meet.example.com/Plans'))
        const retract = (from: string): void =>
          lab.xmpp.inject(
            `<message from='${from}/x' to='${ofAlice}' type='chat' id='r'><retract xmlns='urn:xmpp:call-invites:0' id='4'/></message>`,
          )
        retract(ofBob.replace('bob', 'carol'))
        said('5', 'five', '')
        await arrived(alice, ofBob, 'five')
        const { messages } = await alice.chat.list({ conversation: ofBob })
        assert.deepEqual(
          messages
            .toReversed()
            .map(({ text, invitation }) => [text, invitation?.address, invitation?.conference !== undefined]),
          [
            ['one', undefined, false],
            ['two', undefined, false],
            ['three', 'https://meet.example.com.evil.example/Plans', false],
            ['four', 'https://meet.example.com/Plans', true],
            ['five', undefined, false],
          ],
        )
        const { state } = await alice.conferences.get()
        assert.deepEqual(
          state.conferences.map(({ invitation, from, state: is }) => [invitation, from, is]),
          [['https://meet.example.com/Plans', ofBob, 'ready']],
        )
        await assert.rejects(alice.conferences.join({ invitation: messages[2]?.invitation?.address ?? '' }), {
          code: 'conference-invitation-unusable',
        })
        retract(ofBob)
        await alice.until('conferences', ({ conferences }) => conferences[0]?.state === 'ended', 10_000)
      },
      own,
    )
  })
})

describe('a server that does what none should', { concurrency: 2 }, () => {
  for (const [fault, what] of [
    ['xmpp-spoofed-carbon', 'a copy that did not come from the person’s own server is no message'],
    ['xmpp-spoofed-archive', 'what an archive that nobody asked says is no message'],
    ['xmpp-wrong-correction', 'a correction by somebody else changes nothing'],
    ['xmpp-huge-message', 'a message that is too large is not taken, and those before and after it are'],
    ['xmpp-drop-acks', 'a server that confirms nothing is sent everything again, and it is shown once'],
    ['xmpp-cut=12', 'on a line that breaks again and again everything arrives, once and in order'],
  ] as const)
    test(`${fault}: ${what}`, async () => {
      await withPeople([fault], async ({ alice, bob, ofAlice, ofBob }) => {
        await online(alice, bob)
        const said = ['One.', 'Two.', 'Three.']
        for (const text of said) await alice.chat.send({ to: ofBob, text })
        const conversations = await arrived(bob, ofAlice, 'Three.')
        assert.deepEqual(await texts(bob, ofAlice), said)
        assert.deepEqual(
          conversations.map(({ address }) => address),
          [ofAlice],
          'nobody else has said anything',
        )
        await bob.chat.send({ to: ofAlice, text: 'Four.' })
        await arrived(alice, ofBob, 'Four.')
        assert.deepEqual(await texts(alice, ofBob), [...said, 'Four.'])
      })
    })
})

describe('a server that cannot be signed in to', { concurrency: 2 }, () => {
  for (const [fault, code] of [
    ['xmpp-refuse', 'server-refused'],
    ['xmpp-silent', 'server-silent'],
    ['xmpp-wrong-certificate', 'tls-untrusted'],
    ['xmpp-wrong-password', 'credentials-rejected'],
    ['xmpp-no-tls', 'chat-no-encryption'],
  ] as const)
    test(`${fault} is said to be ${code}`, async () => {
      await withPeople([fault], async ({ alice }) => {
        const { services } = await alice.until(
          'health',
          (state) => state.services.some(({ service, error }) => service === 'chat' && error !== undefined),
          25_000,
        )
        const row = services.find(({ service }) => service === 'chat')
        assert.equal(row?.error?.code, code)
        assert.equal(row?.without, 'presence, contacts and chat')
        assert.ok(row.works && row.nextTry)
      })
    })
})
