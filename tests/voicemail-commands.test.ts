// parley voicemail, as commands of a core that runs: a mailbox at the lab, and chat beside it.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { connect, direct } from '@openparley/sdk'
import { homeFor, run } from './command.ts'

test('messages are listed, saved, marked, deleted, brought back, erased and sent on by commands alone', async (t) => {
  const lab = await startLab()
  const home = await homeFor(t)
  const host = await startInProcess()
  const [ofAlice, ofBob] = lab.people
  const core = await connect({ application: 'test', env: { ...process.env, PARLEY_HOME: home } })
  const other = await connect({ application: 'bob', role: 'approve', over: direct((request) => host.attach(request)) })
  t.after(async () => {
    await core.system.stop({ when: 'now' })
    await core.closed
    core.close()
    other.close()
    await host.close()
    await lab.close()
  })
  lab.voicemail.leave('alice', { from: { number: 'bob' }, private: true, atMs: Date.now() - 3_600_000 })
  const alice = await core.open({ ...ofAlice?.voicemail, ...ofAlice?.xmpp })
  const bob = await other.open({ ...ofBob?.xmpp })
  await alice.until('voicemail', ({ mailbox }) => mailbox.is === 'ready', 15_000)
  await Promise.all([alice, bob].map((each) => each.until('contacts', ({ current }) => current, 15_000)))
  const voicemail = async (...args: string[]): Promise<string> => {
    const { status, out, complaint } = await run(home, 'voicemail', ...args)
    assert.equal(status, 0, complaint)
    return out
  }
  const refused = async (...args: string[]): Promise<string> => {
    const { status, complaint } = await run(home, 'voicemail', ...args)
    assert.notEqual(status, 0)
    return complaint
  }

  const list = await voicemail()
  assert.match(list, /^3 messages, 3 new\n\* \S+ +1 s +Carol carol \(urgent\) +voice_/)
  // Bob is a contact of hers: he is called as she calls him.
  assert.match(list, /\* \S+ +2 s +Bob bob +voice_/)
  const { mailbox, messages } = JSON.parse(await voicemail('list', '--json'))
  assert.deepEqual([mailbox.is, mailbox.light, messages.length], ['ready', true, 3])
  const [newest, secret, oldest] = messages.map(({ id }: { id: string }) => id) as [string, string, string]

  const path = join(home, 'message.wav')
  const saved = JSON.parse(await voicemail('play', newest, '--to', path, '--heard', '--json'))
  const sound = await readFile(path)
  assert.deepEqual([saved.type, saved.bytes], ['audio/wav', sound.length])
  assert.equal(sound.readUInt32LE(4) + 8, sound.length)
  assert.match(await refused('play', newest, '--to', path), /is there already: --force replaces it/)
  await voicemail('play', newest, '--to', path, '--force')
  assert.equal(JSON.parse(await voicemail('list', '--new', '--json')).messages.length, 2)
  assert.match(await voicemail('mark', newest, oldest), /^2 messages marked as heard/)
  assert.match(await voicemail('mark', newest, '--new'), /^one message marked as new/)

  assert.match(await voicemail('delete', newest, secret), /^2 messages deleted/)
  assert.deepEqual(JSON.parse(await voicemail('list', '--deleted', '--json')).messages.length, 2)
  assert.match(await voicemail('undelete', newest), /^one message brought back/)
  assert.match(await refused('erase', newest), /did not do it/)
  assert.match(await refused('forward', secret, String(ofBob?.xmpp['xmpp.user'])), /private or secure/)
  assert.match(await voicemail('erase'), /^the deleted are gone/)
  assert.match(await refused('mark', secret), /no such message any more/)

  const ofAddress = String(ofAlice?.xmpp['xmpp.user'])
  await voicemail('forward', newest, String(ofBob?.xmpp['xmpp.user']))
  const { conversations } = await bob.until(
    'chat',
    (state) => state.conversations.some(({ address, last }) => address === ofAddress && last?.file !== undefined),
    15_000,
  )
  const got = conversations.find(({ address }) => address === ofAddress)?.last
  assert.equal(got?.file?.type, 'audio/wav')
  const { content } = await bob.chat.fetchFile({ message: got?.id ?? '' })
  assert.ok(sound.equals(Buffer.from(content ?? '', 'base64')), 'the very bytes')
})
