// Presence, contacts and chat as any server must let people have them: each with a core of their own. Alice, Bob and Carol know nobody yet.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { type Lab, startLab } from '@openparley/lab'
import { type Contact, connect, direct, type Message, type Session, type WebConference } from '@openparley/sdk'

interface Person {
  readonly session: Session
  readonly address: string
  close(): Promise<void>
}

export interface PeopleServer {
  /** The domain of people’s addresses, and of the rooms. */
  readonly domain: string
  readonly rooms: string
  settings(person: string): Readonly<Record<string, unknown>>
}

async function signIn(server: PeopleServer, name: string, more: object = {}): Promise<Person> {
  const host = await startInProcess()
  const core = await connect({ application: 'test', role: 'approve', over: direct((request) => host.attach(request)) })
  const session = await core.open({ ...server.settings(name), ...more })
  await session.until('presence', ({ published }) => published, 15_000)
  return {
    session,
    address: `${name}@${server.domain}`,
    close: async () => {
      core.close()
      await host.close()
    },
  }
}

const contact = async (of: Person, other: Person, is: (contact: Contact) => boolean): Promise<Contact> => {
  const { contacts } = await of.session.until(
    'contacts',
    ({ contacts }) => contacts.some((each) => each.address === other.address && is(each)),
    10_000,
  )
  return contacts.find(({ address }) => address === other.address) as Contact
}

/** One pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const lastOf = async (of: Person, conversation: string, is: (message: Message) => boolean): Promise<Message> => {
  const state = await of.session.until(
    'chat',
    ({ conversations }) =>
      conversations.some(({ address, last }) => address === conversation && last !== undefined && is(last)),
    10_000,
  )
  return state.conversations.find(({ address }) => address === conversation)?.last as Message
}

const conferenceOf = async (of: Person, is: (one: WebConference) => boolean): Promise<WebConference> => {
  const { conferences } = await of.session.until('conferences', (state) => state.conferences.some(is), 10_000)
  return conferences.find(is) as WebConference
}

/** `start` makes a server, `stop` ends it. */
export function peopleSuite(start: () => Promise<PeopleServer>, stop: () => Promise<void>): void {
  let server: PeopleServer
  let alice: Person
  let bob: Person
  /** Where their web conferences are. */
  let rooms: Lab
  before(async () => {
    rooms = await startLab({ people: [] })
    server = await start()
    const { settings } = rooms.bigbluebutton
    ;[alice, bob] = await Promise.all([signIn(server, 'alice', settings), signIn(server, 'bob', settings)])
  })
  after(async () => {
    await Promise.all([alice?.close(), bob?.close()])
    await stop()
    await rooms?.close()
  })

  test('who asks to see somebody is let, and both see each other without a question back, with names and groups', async () => {
    await alice.session.contacts.add({ address: bob.address.replace('bob', 'Bob'), name: 'Bob', groups: ['Work'] })
    const { requests } = await bob.session.until('contacts', (state) => state.requests.length > 0, 10_000)
    assert.deepEqual(requests, [{ from: alice.address }])
    await bob.session.contacts.accept({ address: alice.address })
    const seen = await contact(
      alice,
      bob,
      ({ sees, presence }) => sees === 'both' && presence.availability === 'available',
    )
    assert.deepEqual([seen.name, seen.groups, seen.favourite], ['Bob', ['Work'], false])
    await contact(bob, alice, ({ sees, presence }) => sees === 'both' && presence.availability === 'available')
    const { requests: none } = (await alice.session.contacts.get()).state
    assert.deepEqual(none, [])
  })

  test('each availability that a person chooses is seen by the other, and its note', async () => {
    for (const choice of ['busy', 'away', 'do-not-disturb', 'vacation', 'available'] as const) {
      await bob.session.presence.set({ choice, note: `as ${choice}` })
      const { presence } = await contact(alice, bob, (each) => each.presence.availability === choice)
      assert.equal(presence.note, `as ${choice}`)
    }
    await bob.session.presence.set({ choice: 'offline' })
    const { presence } = await contact(alice, bob, (each) => each.presence.availability === 'offline')
    assert.ok(presence.lastSeen)
    await bob.session.presence.set({ choice: 'automatic', note: '' })
    await contact(alice, bob, (each) => each.presence.availability === 'available')
  })

  test('idle time is seen, and that somebody is back', async () => {
    await bob.session.presence.idle({ idleMs: 600_000 })
    const { presence } = await contact(alice, bob, (each) => each.presence.availability === 'away')
    assert.ok(Date.parse(presence.idleSince ?? '') < Date.now() - 500_000)
    await bob.session.presence.idle({ idleMs: 0 })
    await contact(alice, bob, (each) => each.presence.availability === 'available')
  })

  test('a contact becomes a favourite, is renamed, and is removed', async () => {
    await alice.session.contacts.update({ address: bob.address, favourite: true, name: 'Robert' })
    const seen = await contact(alice, bob, ({ favourite }) => favourite)
    assert.deepEqual([seen.name, seen.groups], ['Robert', ['Work']])
    await alice.session.contacts.add({ address: `carol@${server.domain}` })
    await alice.session.until('contacts', ({ contacts }) => contacts.length === 2, 10_000)
    await alice.session.contacts.remove({ address: `carol@${server.domain}` })
    await alice.session.until('contacts', ({ contacts }) => contacts.length === 1, 10_000)
    await assert.rejects(alice.session.contacts.remove({ address: `carol@${server.domain}` }), {
      code: 'contact-unknown',
    })
  })

  test('what a person says of themselves and how they look is there for a contact', async () => {
    await assert.rejects(alice.session.contacts.card({ address: bob.address }), { code: 'contact-no-card' })
    await assert.rejects(alice.session.contacts.photo({ address: bob.address }), { code: 'contact-no-photo' })
    const card = {
      name: 'Robert <b>Miller</b>',
      title: 'Head of Häfen & Docks',
      numbers: [
        { number: '+1 303 555 0100', kind: 'work' as const },
        { number: '204', kind: 'other' as const },
      ],
      mail: ['bob@example.com'],
    }
    await bob.session.contacts.publishCard({ card })
    assert.deepEqual((await alice.session.contacts.card({ address: bob.address })).card, card)
    const photo = { type: 'image/png', content: png } as const
    await bob.session.contacts.publishPhoto({ photo })
    const { photo: first } = await contact(alice, bob, (each) => each.photo !== undefined)
    assert.deepEqual((await alice.session.contacts.photo({ address: bob.address })).photo, photo)
    await bob.session.contacts.publishPhoto({ photo: { type: 'image/png', content: `${png.slice(0, -4)}AAAA` } })
    await contact(alice, bob, (each) => each.photo !== first)
    const none = { type: 'image/png', content: Buffer.from('<svg onload=alert(1)>').toString('base64') } as const
    await assert.rejects(bob.session.contacts.publishPhoto({ photo: none }), { code: 'contact-photo-unusable' })
  })

  test('a message is delivered, is read, and is answered', async () => {
    const { message } = await alice.session.chat.send({ to: bob.address, text: 'Lunch? <b>12</b> & häpp🎉' })
    const got = await lastOf(bob, alice.address, ({ text }) => text === 'Lunch? <b>12</b> & häpp🎉')
    assert.deepEqual([got.direction, got.state, got.from], ['incoming', 'received', alice.address])
    await lastOf(alice, bob.address, ({ id, state }) => id === message && state === 'delivered')
    await bob.session.chat.read({ conversation: alice.address })
    await lastOf(alice, bob.address, ({ id, state }) => id === message && state === 'read')
    await bob.session.chat.send({ to: alice.address, text: 'Yes.', replyTo: got.id })
    const answer = await lastOf(alice, bob.address, ({ text }) => text === 'Yes.')
    assert.equal(answer.replyTo, message)
  })

  test('typing, a correction and a reaction are seen', async () => {
    await alice.session.chat.typing({ conversation: bob.address, typing: true })
    await bob.session.until('chat', ({ conversations }) => conversations[0]?.typing.length === 1, 10_000)
    const { message } = await alice.session.chat.send({ to: bob.address, text: 'Dinenr?' })
    const got = await lastOf(bob, alice.address, ({ text }) => text === 'Dinenr?')
    await bob.session.until('chat', ({ conversations }) => conversations[0]?.typing.length === 0, 10_000)
    await alice.session.chat.correct({ message, text: 'Dinner?' })
    const corrected = await lastOf(bob, alice.address, ({ text }) => text === 'Dinner?')
    assert.equal(corrected.id, got.id)
    assert.ok(corrected.editedAt)
    await bob.session.chat.react({ message: got.id, emoji: ['👍'] })
    const liked = await lastOf(alice, bob.address, ({ reactions }) => reactions?.length === 1)
    assert.deepEqual(liked.reactions, [{ from: bob.address, emoji: '👍' }])
    const { messages } = await bob.session.chat.search({ words: 'dinn' })
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['Dinner?'],
    )
  })

  test('a file arrives before what is written after it, with its very bytes, under a name that is harmless', async () => {
    const content = Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 31) % 251)).toString('base64')
    const { handle } = await alice.session.chat.upload({ content, name: 'plan (2) ü.png' })
    const { message } = await alice.session.chat.sendFile({ to: bob.address, file: handle })
    await alice.session.chat.send({ to: bob.address, text: 'After it.' })
    await lastOf(bob, alice.address, ({ text }) => text === 'After it.')
    const [, got] = (await bob.session.chat.list({ conversation: alice.address, limit: 2 })).messages
    assert.deepEqual([got?.file?.name, got?.file?.type], ['plan (2) ü.png', 'image/png'])
    const fetched = await bob.session.chat.fetchFile({ message: got?.id ?? '' })
    assert.deepEqual([fetched.bytes, fetched.content === content], [5000, true])
    const [, own] = (await alice.session.chat.list({ conversation: bob.address, limit: 2 })).messages
    assert.deepEqual([own?.id, own?.file?.address], [message, got?.file?.address])
    // What bears no name that is to be shown is not shown under it.
    const evil = await alice.session.chat.upload({ content, name: '../..\\\u202Egnp.txt' })
    await alice.session.chat.sendFile({ to: bob.address, file: evil.handle })
    const last = await lastOf(bob, alice.address, ({ file }) => file !== undefined)
    assert.equal(last.file?.name, 'gnp.txt')
    await assert.rejects(alice.session.chat.upload({ content, name: 'setup.exe' }), { code: 'chat-file-type-refused' })
  })

  test('an invitation to a web conference arrives as one, is joined, and is taken back when it is over', async () => {
    const { conference } = await alice.session.conferences.create({
      ...{ subject: 'Lunch <b>', kind: 'bigbluebutton', invite: [bob.address] },
    })
    const got = await lastOf(bob, alice.address, ({ invitation }) => invitation !== undefined)
    const ready = await conferenceOf(bob, ({ from }) => from === alice.address)
    assert.equal(got.text, `Lunch <b>: ${ready.invitation}`)
    assert.deepEqual(
      [got.invitation?.conference, got.invitation?.subject, ready.state],
      [ready.conference, 'Lunch <b>', 'ready'],
    )
    const { open } = await bob.session.conferences.join({ conference: ready.conference })
    assert.ok(open?.startsWith(rooms.addresses.bigbluebutton))
    await bob.session.conferences.leave({ conference: ready.conference })
    await lastOf(alice, bob.address, ({ state }) => state === 'delivered')
    await alice.session.conferences.end({ conference })
    await lastOf(bob, alice.address, ({ invitation }) => invitation?.withdrawn === true)
    await lastOf(alice, bob.address, ({ invitation }) => invitation?.withdrawn === true)
  })

  test('what was written to nobody is refused, and says so', async () => {
    await alice.session.chat.send({ to: `nobody@${server.domain}`, text: 'Hello?' })
    const { error } = await lastOf(alice, `nobody@${server.domain}`, ({ state }) => state === 'failed')
    assert.match(error?.code ?? '', /^chat-/)
  })

  test('three people talk in a room, each message once, and who leaves is gone', async () => {
    const carol = await signIn(server, 'carol')
    try {
      const room = `plans@${server.rooms}`
      for (const [who, nickname] of [
        [alice, 'Alice'],
        [bob, 'Bob'],
        [carol, 'Carol'],
      ] as const)
        await who.session.chat.join({ room, nickname })
      for (const who of [alice, bob, carol])
        await who.session.until(
          'chat',
          ({ conversations }) => conversations.find(({ address }) => address === room)?.room?.occupants.length === 3,
          10_000,
        )
      await assert.rejects(carol.session.chat.join({ room, nickname: 'Bob' }), { code: 'chat-nickname-taken' })
      await carol.session.chat.join({ room, nickname: 'Carol' })
      await alice.session.chat.send({ to: room, text: 'Who comes?' })
      for (const who of [bob, carol]) {
        const seen = await lastOf(who, room, ({ text }) => text === 'Who comes?')
        assert.deepEqual([seen.direction, seen.from], ['incoming', 'Alice'])
      }
      await lastOf(alice, room, ({ state }) => state === 'sent')
      for (const who of [alice, bob, carol]) {
        const { messages } = await who.session.chat.list({ conversation: room })
        assert.deepEqual(
          messages.map(({ text }) => text),
          ['Who comes?'],
        )
      }
      const { handle } = await bob.session.chat.upload({ content: 'aGVsbG8=', name: 'hello.txt' })
      await bob.session.chat.sendFile({ to: room, file: handle })
      const shown = await lastOf(alice, room, ({ file }) => file?.name === 'hello.txt')
      assert.equal((await alice.session.chat.fetchFile({ message: shown.id })).content, 'aGVsbG8=')
      await lastOf(bob, room, ({ state, file }) => state === 'sent' && file !== undefined)
      const asked = await alice.session.conferences.create({ invite: [room], kind: 'bigbluebutton' })
      assert.equal((await conferenceOf(bob, ({ from }) => from === room)).state, 'ready')
      // Of a server that Carol's settings do not name.
      const foreign = await lastOf(carol, room, ({ invitation }) => invitation !== undefined)
      assert.deepEqual([foreign.invitation?.conference, foreign.text], [undefined, foreign.invitation?.address])
      await lastOf(alice, room, ({ state, invitation }) => state === 'sent' && invitation !== undefined)
      await alice.session.conferences.end(asked)
      await lastOf(carol, room, ({ invitation }) => invitation?.withdrawn === true)
      await carol.session.chat.leave({ room })
      await alice.session.until(
        'chat',
        ({ conversations }) => conversations.find(({ address }) => address === room)?.room?.occupants.length === 2,
        10_000,
      )
      await assert.rejects(carol.session.chat.send({ to: room, text: 'Still here?' }), { code: 'chat-room-not-in' })
    } finally {
      await carol.close()
    }
  })

  test('a wrong password is said to be one', async () => {
    const host = await startInProcess()
    const core = await connect({
      application: 'test',
      role: 'approve',
      over: direct((request) => host.attach(request)),
    })
    try {
      const session = await core.open({ ...server.settings('carol'), 'xmpp.password': 'not this one' })
      const { services } = await session.until(
        'health',
        (state) => state.services.some(({ service, state: is }) => service === 'chat' && is === 'failed'),
        10_000,
      )
      assert.equal(services.find(({ service }) => service === 'chat')?.error?.code, 'credentials-rejected')
    } finally {
      core.close()
      await host.close()
    }
  })
}
