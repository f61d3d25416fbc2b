// A thousand messages each way through Prosody, while the server, the network and the daemon are killed at random points: every message
// arrives once and in order, on both sides and in the server's own archive.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Core, connect, type Message, type Session } from '@openparley/sdk'
import { seededDice } from '@openparley/testkit'
import { whenInstalled } from '../peer.ts'
import { cuttable } from './cuttable.ts'
import { startProsody } from './start.ts'

const many = 1000
const kills = [
  'server',
  'network',
  'daemon',
  'network',
  'server',
  'daemon',
  'network',
  'daemon',
  'server',
  'network',
  'daemon',
  'server',
]

test(
  'a thousand messages each way arrive once and in order, whatever is killed meanwhile',
  whenInstalled('prosody', ['prosody']),
  async (context) => {
    const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    const dice = seededDice(seed)
    const home = await mkdtemp(join(tmpdir(), 'parley-killed-'))
    const before = process.env['PARLEY_HOME']
    process.env['PARLEY_HOME'] = home
    const prosody = await startProsody()
    const network = await cuttable(prosody.port)
    let core: Core | undefined
    const done: string[] = []
    try {
      core = await connect({ application: 'writer', leaves: 'stay' })
      const settings = (name: string): object => ({
        ...prosody.settings(name),
        'xmpp.servers': [`127.0.0.1:${network.port}`],
      })
      const alice = await core.open(settings('alice'))
      const bob = await core.open(settings('bob'))
      let accepted = 0
      const reached = (at: number): boolean => accepted >= at
      const writes = async (session: Session, to: string, who: string): Promise<void> => {
        for (let n = 0; n < many; n++) {
          await accept(session, { to, text: `${who} ${n}`, requestId: `${who}-${n}` })
          accepted++
        }
      }
      const chaos = async (of: Core): Promise<void> => {
        for (const [n, kind] of kills.entries()) {
          const at = Math.floor((many * 2 * (n + dice.roll())) / kills.length)
          while (!reached(at)) await new Promise((resolve) => setImmediate(resolve))
          if (kind === 'network') network.cut()
          else if (kind === 'server') {
            await prosody.kill()
            await prosody.comeBack()
          } else {
            const pid = await pidOf(of)
            if (pid !== undefined) process.kill(pid, 'SIGKILL')
          }
          done.push(kind)
        }
      }
      await Promise.all([writes(alice, 'bob@localhost', 'alice'), writes(bob, 'alice@localhost', 'bob'), chaos(core)])
      for (const [session, other, own, theirs] of [
        [alice, 'bob@localhost', 'alice', 'bob'],
        [bob, 'alice@localhost', 'bob', 'alice'],
      ] as const) {
        const messages = await settled(session, other)
        const texts = (direction: Message['direction']): string[] =>
          messages.filter((each) => each.direction === direction).map(({ text }) => text)
        assert.deepEqual(texts('outgoing'), sequence(own), `what ${own} wrote (seed ${seed})`)
        assert.deepEqual(texts('incoming'), sequence(theirs), `what ${own} got (seed ${seed})`)
        const archived = await prosody.archived(own)
        assert.deepEqual(new Set(archived), new Set([...sequence('alice'), ...sequence('bob')]), `seed ${seed}`)
        context.diagnostic(`${own}: ${messages.length} messages here, ${archived.length} in the archive`)
      }
      context.diagnostic(`killed: ${done.join(', ')} (seed ${seed})`)
      await core.system.stop({ when: 'now' })
      await core.closed
    } finally {
      core?.close()
      if (before === undefined) delete process.env['PARLEY_HOME']
      else process.env['PARLEY_HOME'] = before
      await network.close()
      await prosody.stop()
      await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    }
  },
)

const sequence = (who: string): string[] => Array.from({ length: many }, (_, n) => `${who} ${n}`)

/** The same request again for as long as the core is away: it is one message. */
async function accept(session: Session, message: { to: string; text: string; requestId: string }): Promise<void> {
  for (;;) {
    try {
      await session.chat.send(message)
      return
    } catch (error) {
      const { code } = error as { code?: string }
      if (code !== 'core-unreachable' && code !== 'session-unknown') throw error
    }
  }
}

async function pidOf(core: Core): Promise<number | undefined> {
  try {
    return (await core.system.get()).state.pid
  } catch (error) {
    // It is being started again: there is nobody to kill.
    if ((error as { code?: string }).code !== 'core-unreachable') throw error
    return undefined
  }
}

/** All messages of the conversation, oldest first, when nothing more waits and as many have come as were written. */
async function settled(session: Session, conversation: string): Promise<Message[]> {
  const last = performance.now() + 120_000
  for (;;) {
    const all: Message[] = []
    let cursor: string | undefined
    do {
      const page = await session.chat.list({ conversation, limit: 500, ...(cursor === undefined ? {} : { cursor }) })
      all.unshift(...page.messages.toReversed())
      cursor = page.next
    } while (cursor !== undefined)
    const open = all.filter(({ state }) => state === 'queued').length
    const got = all.filter(({ direction }) => direction === 'incoming').length
    if ((open === 0 && got >= many) || performance.now() > last) return all
    await changed(session)
  }
}

/** Resolves when something in the conversations is different, or nothing was for a second. */
async function changed(session: Session): Promise<void> {
  let seen = 0
  for await (const _ of session.chat.watch({ signal: AbortSignal.timeout(1000) })) if (++seen > 1) return
}
