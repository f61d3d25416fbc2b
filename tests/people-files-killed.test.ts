// Files and messages in turn, while the daemon is killed and the line cut: each arrives once, in order and whole, and no copy stays.
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { connect, direct, type Session } from '@openparley/sdk'
import { homeFor } from './command.ts'

const many = 30
/** After which of them what happens, at once: while its file is on its way. */
const kills = [3, 10, 16, 22, 29]
const cuts = [6, 12, 20]

test('files arrive once, in order and whole, whatever is killed meanwhile', async (t) => {
  const lab = await startLab()
  const home = await homeFor(t)
  const host = await startInProcess()
  const core = await connect({ application: 'writer', leaves: 'stay', env: { ...process.env, PARLEY_HOME: home } })
  const other = await connect({ application: 'bob', role: 'approve', over: direct((request) => host.attach(request)) })
  t.after(async () => {
    await core.system.stop({ when: 'now' })
    await core.closed
    core.close()
    other.close()
    await host.close()
    await lab.close()
  })
  const [ofAlice = {}, ofBob = {}] = lab.people.map(({ xmpp }) => xmpp)
  const [alice, bob] = await Promise.all([core.open(ofAlice), other.open(ofBob)])
  await Promise.all([alice, bob].map((each) => each.until('presence', ({ published }) => published, 15_000)))
  const to = String(ofBob['xmpp.user'])
  for (let n = 0; n < many; n++) {
    await accepted(() => (n % 2 === 1 ? sendFile(alice, to, n) : sendText(alice, to, n)))
    if (cuts.includes(n)) lab.xmpp.cut('alice')
    if (kills.includes(n)) process.kill((await accepted(() => core.system.get())).state.pid, 'SIGKILL')
  }
  const from = String(ofAlice['xmpp.user'])
  await bob.until(
    'chat',
    ({ conversations: [first] }) => (first?.last?.file?.name ?? first?.last?.text) === nameOf(many - 1),
    60_000,
  )
  const messages = (await bob.chat.list({ conversation: from, limit: 100 })).messages.toReversed()
  assert.deepEqual(
    messages.map(({ file, text }) => file?.name ?? text),
    Array.from({ length: many }, (_, n) => nameOf(n)),
  )
  for (const { id, file } of messages.filter((each) => each.file)) {
    const { content = '' } = await bob.chat.fetchFile({ message: id })
    assert.equal(Buffer.from(content, 'base64').toString(), file && contentOf(file.name))
  }
  await alice.until(
    'chat',
    ({ conversations: [first] }) => first?.last?.state === 'sent' || first?.last?.state === 'delivered',
    20_000,
  )
  const copies = (await readdir(home, { recursive: true })).filter((each) => /files[/\\]message_/.test(each))
  assert.deepEqual(copies, [])
})

const nameOf = (n: number): string => (n % 2 === 1 ? `${n}.txt` : `Text ${n}`)
const contentOf = (name: string): string => `${name} `.repeat(50_000)

const sendText = (session: Session, to: string, n: number): Promise<unknown> =>
  session.chat.send({ to, text: nameOf(n), requestId: `r${n}` })

async function sendFile(session: Session, to: string, n: number): Promise<unknown> {
  const content = Buffer.from(contentOf(nameOf(n))).toString('base64')
  const { handle } = await session.chat.upload({ content, name: nameOf(n) })
  return session.chat.sendFile({ to, file: handle, requestId: `r${n}` })
}

/** The same request again for as long as the core is away: it is one message. What was handed over goes with a core that is killed. */
async function accepted<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      const { code = '' } = error as { code?: string }
      if (!['core-unreachable', 'session-unknown', 'chat-file-unknown'].includes(code)) throw error
    }
  }
}
