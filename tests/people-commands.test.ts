// parley presence, contacts and chat, as commands of a core that runs.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { connect, direct, type Session } from '@openparley/sdk'
import { homeFor, type Ran, run } from './command.ts'

interface House {
  /** Runs a command of alice's core. */
  readonly alice: (...args: string[]) => Promise<string>
  /** The same, of one that fails. */
  readonly refused: (...args: string[]) => Promise<Ran>
  readonly home: string
  readonly bob: Session
  readonly ofBob: string
  readonly ofAlice: string
  readonly rooms: string
}

async function house(t: TestContext): Promise<House> {
  const lab = await startLab()
  const home = await homeFor(t)
  const host = await startInProcess()
  const [ofAlice = {}, ofBob = {}] = lab.people.map(({ xmpp }) => xmpp)
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
  const [alice, bob] = await Promise.all([core.open(ofAlice), other.open(ofBob)])
  for (const session of [alice, bob]) {
    await session.until('presence', ({ published }) => published, 15_000)
    await session.until('contacts', ({ current, contacts }) => current && contacts.length > 0, 15_000)
  }
  return {
    alice: async (...args) => {
      const { status, out, complaint } = await run(home, ...args)
      assert.equal(status, 0, complaint)
      return out
    },
    refused: async (...args) => {
      const ran = await run(home, ...args)
      assert.notEqual(ran.status, 0, ran.out)
      return ran
    },
    home,
    bob,
    ofAlice: String(ofAlice['xmpp.user']),
    ofBob: String(ofBob['xmpp.user']),
    rooms: `rooms.${String(ofBob['xmpp.user']).split('@')[1]}`,
  }
}

test('a person chooses, explains, sees others, writes, reads and looks for words by commands alone', async (t) => {
  const { alice, refused, home, bob, ofAlice, ofBob, rooms } = await house(t)

  await alice('presence', 'set', 'do-not-disturb', '--note', 'Writing')
  assert.match(await alice('presence'), /^do-not-disturb: Writing\nchosen: do-not-disturb; others are told\n$/)
  assert.match(await alice('presence', 'explain'), /→ choice +do-not-disturb +The person chose do-not-disturb/)
  const explained = JSON.parse(await alice('presence', 'explain', '--json'))
  assert.equal(explained.own.availability, 'do-not-disturb')
  await bob.until(
    'contacts',
    ({ contacts: [first] }) => first?.presence.availability === 'do-not-disturb' && first.presence.note === 'Writing',
    10_000,
  )

  await bob.presence.set({ choice: 'busy', note: '\u001b[31mred\u202Ered' })
  for (let list = ''; !list.includes('busy'); ) list = await alice('contacts')
  const list = await alice('contacts')
  assert.match(list, new RegExp(`^ +busy {13}Bob  ${ofBob}  “\uFFFD\\[31mred\uFFFDred”$`, 'm'))
  await alice('contacts', 'rename', ofBob, 'Robert')
  assert.equal(JSON.parse(await alice('contacts', 'list', '--json')).contacts[0].name, 'Robert')

  const { message } = JSON.parse(await alice('chat', 'send', ofBob, 'Lunch?', '--json'))
  assert.match(message, /^message_/)
  await bob.until('chat', ({ conversations: [first] }) => first?.last?.text === 'Lunch?', 10_000)
  await bob.chat.send({ to: ofAlice, text: 'Yes,\nat \u001b[2Jtwo' })
  for (let all = ''; !all.includes('two'); ) all = await alice('chat')
  assert.match(await alice('chat'), new RegExp(`^   1  ${ofBob}  ${ofBob}: Yes, at \uFFFD\\[2Jtwo\n$`))
  assert.match(await alice('chat', 'read', ofBob), /Lunch\? \((sent|delivered|read)\)\n.*Yes,\uFFFDat \uFFFD\[2Jtwo\n$/)
  assert.match(await alice('chat'), /^ {3}0 /)
  assert.equal(JSON.parse(await alice('chat', 'search', 'lun', '--json'))[0].text, 'Lunch?')

  const picture = join(home, 'photo.png')
  await writeFile(picture, 'not much of a picture')
  assert.match(
    await alice('chat', 'send', ofBob, '--file', picture),
    /^photo\.png, 21 bytes: queued: .*\nphoto\.png, 21 bytes: (sent|delivered)\n$/,
  )
  await bob.until('chat', ({ conversations: [first] }) => first?.last?.file?.name === 'photo.png', 10_000)
  const sound = Buffer.from('RIFFWAVE').toString('base64')
  const { handle } = await bob.chat.upload({ content: sound, name: 'a \u202E\u001b[2J.wav' })
  await bob.chat.sendFile({ to: ofAlice, file: handle })
  let said = ''
  while (!said.includes('.wav')) said = await alice('chat', 'read', ofBob)
  const [, id = ''] = /: file a \[2J\.wav, audio\/wav \(parley chat save (message_[\w-]{22}) PATH\)$/m.exec(said) ?? []
  const saved = join(home, 'saved.wav')
  assert.match(await alice('chat', 'save', id, saved), /^fetching it\na \[2J\.wav, audio\/wav, 8 bytes: saved as /)
  assert.equal(await readFile(saved, 'utf8'), 'RIFFWAVE')
  assert.match((await refused('chat', 'save', id, saved)).complaint, /is there already: --force replaces it/)
  assert.equal(JSON.parse(await alice('chat', 'save', id, saved, '--force', '--json')).bytes, 8)
  assert.match((await refused('chat', 'send', ofBob, '--file', join(home, 'none'))).complaint, /cannot be read: ENOENT/)
  assert.match((await refused('chat', 'send', ofBob)).complaint, /either a text or --file/)

  await alice('chat', 'join', `plans@${rooms}`, '--nickname', 'Alice')
  await alice('chat', 'send', `plans@${rooms}`, 'Anybody?')
  await bob.chat.join({ room: `plans@${rooms}`, nickname: 'Bob' })
  await bob.until(
    'chat',
    ({ conversations }) => conversations.some(({ kind, last }) => kind === 'room' && last?.text === 'Anybody?'),
    10_000,
  )
  await alice('chat', 'leave', `plans@${rooms}`)
})
