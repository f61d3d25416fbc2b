// Files in conversations with a server that does what none should, with none at all, and with a core that ends in between.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type InProcess, startInProcess } from '@openparley/daemon/in-process'
import { type Lab, readFault, startLab } from '@openparley/lab'
import { type Core, connect, direct, type Message, type Session } from '@openparley/sdk'

interface Signed {
  readonly session: Session
  close(): Promise<void>
}

async function signIn(lab: Lab, name: string, dataFolder?: string): Promise<Signed> {
  const host: InProcess = await startInProcess(dataFolder === undefined ? {} : { dataFolder })
  const core: Core = await connect({
    application: 'test',
    role: 'approve',
    over: direct((request) => host.attach(request)),
  })
  const settings = lab.people.find((person) => person.name === name)?.xmpp ?? {}
  return {
    session: await core.open(settings),
    close: async () => {
      core.close()
      await host.close()
    },
  }
}

async function labWith(t: TestContext, ...faults: string[]): Promise<Lab> {
  const lab = await startLab({ faults: faults.map(readFault) })
  t.after(() => lab.close())
  return lab
}

async function people(
  t: TestContext,
  lab: Lab,
): Promise<{ alice: Session; bob: Session; ofAlice: string; ofBob: string }> {
  const [alice, bob] = await Promise.all(['alice', 'bob'].map((name) => signIn(lab, name)))
  assert.ok(alice && bob)
  t.after(() => Promise.all([alice.close(), bob.close()]))
  for (const { session } of [alice, bob]) await session.until('presence', ({ published }) => published, 15_000)
  return { alice: alice.session, bob: bob.session, ofAlice: addressOf(lab, 'alice'), ofBob: addressOf(lab, 'bob') }
}

const addressOf = (lab: Lab, name: string): string =>
  String(lab.people.find((person) => person.name === name)?.xmpp['xmpp.user'])

async function last(of: Session, conversation: string, is: (message: Message) => boolean): Promise<Message> {
  const { conversations } = await of.until(
    'chat',
    (state) => state.conversations.some((each) => each.address === conversation && !!each.last && is(each.last)),
    20_000,
  )
  return conversations.find(({ address }) => address === conversation)?.last as Message
}

async function send(from: Session, to: string, name = 'photo.png'): Promise<string> {
  const { handle } = await from.chat.upload({ content: 'aGVsbG8=', name })
  return (await from.chat.sendFile({ to, file: handle })).message
}

describe('files with a server that does what none should', { concurrency: 2 }, () => {
  for (const [fault, code] of [
    ['xmpp-no-files', 'chat-upload-unavailable'],
    ['xmpp-file-refused', 'chat-file-too-large'],
  ] as const)
    test(`${fault}: the message has failed with ${code}, and what was written after it arrives`, async (t) => {
      const { alice, bob, ofAlice, ofBob } = await people(t, await labWith(t, fault))
      const id = await send(alice, ofBob)
      await alice.chat.send({ to: ofBob, text: 'After it.' })
      await last(bob, ofAlice, ({ text }) => text === 'After it.')
      const { messages } = await alice.chat.list({ conversation: ofBob })
      const failed = messages.find((each) => each.id === id)
      assert.deepEqual([failed?.state, failed?.error?.code], ['failed', code])
      assert.equal((await bob.chat.list({ conversation: ofAlice })).messages.length, 1)
    })

  test('xmpp-file-headers: only what is the server’s to set is sent with the file', async (t) => {
    const { alice, bob, ofAlice, ofBob } = await people(t, await labWith(t, 'xmpp-file-headers'))
    await send(alice, ofBob)
    const got = await last(bob, ofAlice, ({ file }) => file !== undefined)
    assert.equal((await bob.chat.fetchFile({ message: got.id })).content, 'aGVsbG8=')
  })

  for (const [fault, code] of [
    ['xmpp-file-huge', 'chat-file-too-large'],
    ['xmpp-file-elsewhere', 'chat-file-unavailable'],
  ] as const)
    test(`${fault}: who fetches the file is told ${code}`, async (t) => {
      const { alice, bob, ofAlice, ofBob } = await people(t, await labWith(t, fault))
      await send(alice, ofBob)
      const got = await last(bob, ofAlice, ({ file }) => file !== undefined)
      await assert.rejects(bob.chat.fetchFile({ message: got.id }), { code })
    })

  test('a file that is said to lie on this machine is not fetched, and one under an evil name has a harmless one', async (t) => {
    const lab = await labWith(t)
    const { bob, ofAlice, ofBob } = await people(t, lab)
    const url = 'https://127.0.0.1:9/..%2F%E2%80%AEfdp.txt'
    lab.xmpp.inject(
      `<message from='${ofAlice}/x' to='${ofBob}' type='chat' id='e'><body>${url}</body><x xmlns='jabber:x:oob'><url>${url}</url></x></message>`,
    )
    const got = await last(bob, ofAlice, ({ file }) => file !== undefined)
    assert.deepEqual(got.file, { name: 'fdp.txt', type: 'text/plain', address: url })
    await assert.rejects(bob.chat.fetchFile({ message: got.id }), { code: 'chat-file-address-refused' })
  })
})

test('what was accepted while the server was gone is sent by the next core, once, and leaves no copy', async (t) => {
  const lab = await labWith(t)
  const data = await mkdtemp(join(tmpdir(), 'parley-files-kept-'))
  t.after(() => rm(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  const copies = async (): Promise<string[]> =>
    (await readdir(data, { recursive: true })).filter((each) => /files[/\\]message_/.test(each))
  const bob = await signIn(lab, 'bob')
  t.after(() => bob.close())
  const before = await signIn(lab, 'alice', data)
  await before.session.until('presence', ({ published }) => published, 15_000)
  await lab.xmpp.go()
  const id = await send(before.session, addressOf(lab, 'bob'))
  assert.equal((await copies()).length, 1)
  await before.close()
  await lab.xmpp.comeBack()
  const after = await signIn(lab, 'alice', data)
  t.after(() => after.close())
  await last(after.session, addressOf(lab, 'bob'), ({ state }) => state === 'sent' || state === 'delivered')
  const got = await last(bob.session, addressOf(lab, 'alice'), ({ file }) => file !== undefined)
  assert.equal((await bob.session.chat.fetchFile({ message: got.id })).content, 'aGVsbG8=')
  assert.equal((await bob.session.chat.list({ conversation: addressOf(lab, 'alice') })).messages.length, 1)
  const { messages } = await after.session.chat.list({ conversation: addressOf(lab, 'bob') })
  assert.deepEqual(
    messages.map((each) => each.id),
    [id],
  )
  assert.deepEqual(await copies(), [])
})
