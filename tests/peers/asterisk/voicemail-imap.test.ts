// Voicemail that nobody of us wrote: Asterisk answers and records, Dovecot keeps it, and what was said by a call of ours is heard in the application.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Mailbox, Playback, Session } from '@openparley/sdk'
import { type Dovecot, startDovecot } from '../dovecot/start.ts'
import { whenInstalled } from '../peer.ts'
import { dial, hangUp, heard, played, signIn, speech } from '../person.ts'
import { type Asterisk, asteriskImapProgram, startAsterisk } from './start.ts'

const options = {
  ...whenInstalled('dovecot-imapd, and asterisk (tests/peers/asterisk/install.sh imap)', [
    'dovecot',
    asteriskImapProgram,
  ]),
  timeout: 90_000,
}
const folder = await mkdtemp(join(tmpdir(), 'parley-voicemail-'))
let dovecot: Dovecot
let asterisk: Asterisk

before(async () => {
  if (options.skip !== false) return
  dovecot = await startDovecot()
  const loginOf = (person: string): { user: string; password: string } => ({
    user: person,
    password: String(dovecot.settings(person)['voicemail.password']),
  })
  const [, port = ''] = String(dovecot.settings('bob', 'starttls')['voicemail.imap.servers']).split(':')
  asterisk = await startAsterisk({
    mailStore: { port: Number(port), logins: { 101: loginOf('alice'), 102: loginOf('bob') } },
  })
})
after(async () => {
  await Promise.all([asterisk?.stop(), dovecot?.stop()])
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
})

const phone = (user: string): Readonly<Record<string, unknown>> => ({
  'softphone.servers': `sip:127.0.0.1:${asterisk.port};transport=udp`,
  'softphone.user': user,
  'softphone.password': `secret-${user}`,
})

const mailbox = async (session: Session, is: (mailbox: Mailbox) => boolean): Promise<Mailbox> =>
  (await session.until('voicemail', (state) => is(state.mailbox), 20_000)).mailbox

async function ended(session: Session, begin: () => Promise<{ playback: string }>): Promise<Playback> {
  const seen: Playback[] = []
  let playback: string | undefined
  for await (const message of session.voicemail.watch({ signal: AbortSignal.timeout(40_000) })) {
    if (message.type !== 'change') playback ??= (await begin()).playback
    else if (message.change.type === 'playback') seen.push(message.change.playback)
    const last = seen.findLast((each) => each.playback === playback)
    if (last?.state === 'ended') return last
  }
  throw new Error('it was not played to its end')
}

test(
  'a message left at Asterisk by a call is listed, heard and deleted in the application, and the light follows',
  options,
  async () => {
    const [alice, bob] = await Promise.all([
      signIn(phone('101')),
      signIn({ ...phone('102'), ...dovecot.settings('bob') }),
    ])
    await mailbox(bob.session, ({ is, total }) => is === 'ready' && total === 0)
    const call = await dial(alice.session, '*7102', { play: speech('alice') })
    assert.equal(call.state, 'connected')
    await played(alice.session, call.id)
    await hangUp(alice.session, call.id)
    assert.deepEqual(
      await mailbox(bob.session, ({ fresh, light }) => fresh === 1 && light).then(({ total, urgent }) => [
        total,
        urgent,
      ]),
      [1, 0],
    )
    const lamp = (on: boolean) =>
      bob.session.until('phones', ({ phones }) => phones[0]?.messages?.waiting === on, 20_000)
    await lamp(true)
    const [left] = (await bob.session.voicemail.list({})).messages
    assert.ok(left)
    assert.deepEqual([left.from.number, left.from.name, left.isNew, left.urgent], ['101', 'Alice', true, false])
    const spokenMs = 6885
    assert.ok(Math.abs((left.lengthMs ?? 0) - spokenMs) < 2500, `${left.lengthMs} ms`)
    const record = join(folder, 'heard.wav')
    const over = await ended(bob.session, () =>
      bob.session.voicemail.play({ message: left.id, endpoint: { kind: 'file', record } }),
    )
    assert.equal(over.error, undefined)
    const found = await heard(speech('alice'), record)
    assert.ok(found >= 0.9, `heard ${found}`)
    // Heard to its end: there, too, and at the phone.
    await mailbox(bob.session, ({ fresh }) => fresh === 0)
    await lamp(false)
    await bob.session.voicemail.delete({ messages: [left.id] })
    await bob.session.voicemail.erase({})
    await mailbox(bob.session, ({ total }) => total === 0)
    const client = await dovecot.client('bob')
    for (const name of ['INBOX', 'Deleted Items'])
      assert.deepEqual([name, await client.status(name, { messages: true })], [name, { path: name, messages: 0 }])
    await client.logout()
    await Promise.all([alice.close(), bob.close()])
  },
)
