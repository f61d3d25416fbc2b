// The example of an agent that answers: called by Bob, who presses keys, listens and speaks.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { connect, direct, type Session } from '@openparley/sdk'
import { homeFor } from './command.ts'

const program = join(import.meta.dirname, '../examples/agent.ts')

interface Agent {
  /** What it has printed. */
  readonly lines: readonly string[]
  said(line: RegExp): Promise<void>
}

async function agent(t: TestContext, engine?: string): Promise<{ bob: Session; agent: Agent }> {
  const lab = await startLab()
  const home = await homeFor(t)
  const host = await startInProcess()
  const core = await connect({ application: 'bob', role: 'approve', over: direct((request) => host.attach(request)) })
  const [alice, bob] = lab.people
  const settings = join(home, 'alice.json')
  await writeFile(settings, JSON.stringify(alice?.settings))
  const module = join(home, 'engine.ts')
  if (engine !== undefined) await writeFile(module, engine)
  const child = spawn(process.execPath, [program, settings, ...(engine === undefined ? [] : [module])], {
    env: { ...process.env, PARLEY_HOME: join(home, 'core'), PARLEY_LINGER_MS: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  const own = { ...process.env, PARLEY_HOME: join(home, 'core') }
  t.after(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    // It started a core, which may be about to stop by itself.
    const left = await connect({ application: 'test', start: false, env: own }).catch(() => undefined)
    if (left) {
      await left.system.stop({ when: 'now' })
      await left.closed
      left.close()
    }
    core.close()
    await host.close()
    await lab.close()
  })
  const said = async (line: RegExp): Promise<void> => {
    while (!lines.some((each) => line.test(each))) await once(reader, 'line', { signal: AbortSignal.timeout(20_000) })
  }
  const session = await core.open({ ...bob?.settings })
  await session.phones.ready({ timeoutMs: 15_000 })
  await said(/^ready as sip:alice@/)
  return { bob: session, agent: { lines, said } }
}

/** Counts beeps in what is heard: sound of that height after silence. */
function beepCounter(hertz: number): { hear(samples: Int16Array): void; until(count: number): Promise<void> } {
  let count = 0
  let quiet = true
  const waiting = new Set<() => void>()
  return {
    hear: (samples) => {
      let [real, imaginary] = [0, 0]
      for (const [at, sample] of samples.entries()) {
        real += sample * Math.cos((2 * Math.PI * hertz * at) / 16_000)
        imaginary += sample * Math.sin((2 * Math.PI * hertz * at) / 16_000)
      }
      const loud = (2 * Math.hypot(real, imaginary)) / samples.length > 1500
      if (loud && quiet) count++
      quiet = !loud
      for (const look of waiting) look()
    },
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${count} beeps, and not ${wanted}`)), 20_000)
        const look = (): void => {
          if (count < wanted) return
          clearTimeout(late)
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

test('the agent answers with a beep, says a key in as many, and hangs up at #', async (t) => {
  const { bob, agent: alice } = await agent(t)
  const beeps = beepCounter(440)
  const stream = await bob.openStream({ onFrame: beeps.hear })
  const { call } = await bob.calls.dial({ to: 'alice', endpoint: { kind: 'stream', stream: stream.id } })
  await beeps.until(1)
  await bob.calls.sendDigits({ call, digits: '3' })
  await beeps.until(4)
  await bob.calls.sendDigits({ call, digits: '#' })
  const { end } = await bob.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
  assert.equal(end?.by, 'remote')
  await alice.said(/^bob is gone$/)
  assert.deepEqual(alice.lines.slice(1), [
    'answered bob',
    'understood hello',
    'understood 3',
    'understood #',
    'bob is gone',
  ])
})

test('an engine that is plugged in hears the caller, is answered for, and may end the call', async (t) => {
  const { bob, agent: alice } = await agent(
    t,
    `// Understands words when they have ended: the first loud sound is a question, the second a farewell.
    export default () => {
      let [count, quiet, loud] = [0, 0, false]
      return {
        hear: (samples: Int16Array) => {
          const now = samples.some((sample) => Math.abs(sample) > 4000)
          quiet = now ? 0 : quiet + 1
          if (now) loud = true
          if (!loud || quiet < 5) return undefined
          loud = false
          return ['what time is it', 'bye'][count++]
        },
        reply: async (words: string) =>
          Int16Array.from({ length: words === 'hello' ? 0 : 3200 }, (_, at) => 8000 * Math.sin((2 * Math.PI * 600 * at) / 16_000)),
      }
    }`,
  )
  const beeps = beepCounter(600)
  const stream = await bob.openStream({ onFrame: beeps.hear })
  const { call } = await bob.calls.dial({ to: 'alice', endpoint: { kind: 'stream', stream: stream.id } })
  await bob.calls.until(call, ({ state }) => state === 'connected', { timeoutMs: 10_000 })
  const say = (): void => {
    const loud = Int16Array.from({ length: 320 }, (_, at) => 12_000 * Math.sin((2 * Math.PI * 300 * at) / 16_000))
    for (let frame = 0; frame < 10; frame++) stream.write(loud)
  }
  say()
  await beeps.until(1)
  say()
  await bob.calls.until(call, ({ state }) => state === 'ended', { timeoutMs: 10_000 })
  await alice.said(/^bob is gone$/)
  assert.ok(alice.lines.includes('understood what time is it'), alice.lines.join('\n'))
  assert.ok(alice.lines.includes('understood bye'))
})
