// The commands that deal with the core that runs: start, restart, stop, status, log.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { startLab } from '@openparley/lab'
import { connect, type Core } from '@openparley/sdk'
import { begin, here, homeFor, run } from './command.ts'
import { dialAndEnd, settled } from './signing-in.ts'

/** An application of the core there, which it starts where none runs. */
async function attached(t: TestContext, home: string, start: boolean): Promise<Core> {
  const core = await connect({ application: 'test', start, env: { ...process.env, PARLEY_HOME: home } })
  t.after(() => core.close())
  return core
}

async function gone(home: string): Promise<void> {
  const last = performance.now() + 30_000
  while (existsSync(join(home, 'core.lock'))) {
    assert.ok(performance.now() < last, 'the core is still there')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

interface Entry {
  readonly level: number
  readonly session?: string
  readonly msg: string
  readonly [fact: string]: unknown
}

function entries(text: string): Entry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)
}

describe('the commands of the core that runs', { concurrency: 2 }, () => {
  test('start starts one core that stays, restart another in its place, and stop ends it', async (t) => {
    const home = await homeFor(t)
    assert.deepEqual(JSON.parse((await run(home, 'stop', '--json')).out), { stopped: false })
    const first = JSON.parse((await run(home, 'start', '--json')).out)
    assert.equal(first.running, true)
    assert.equal((await run(home, 'start')).out, `The core runs (pid ${first.pid}).\n`)
    assert.equal(JSON.parse((await run(home, 'status', '--json')).out).pid, first.pid)
    const second = JSON.parse((await run(home, 'restart', '--json')).out)
    assert.equal(second.running, true)
    assert.notEqual(second.pid, first.pid)
    assert.match((await run(home, 'restart')).out, /^The core runs \(pid \d+\)\.\n$/)
    assert.deepEqual(JSON.parse((await run(home, 'stop', '--json')).out), { stopped: true })
    await gone(home)
    assert.deepEqual(JSON.parse((await run(home, 'status', '--json')).out), { running: false })
    const third = JSON.parse((await run(home, 'restart', '--json')).out)
    assert.equal(third.running, true, 'restart starts a core where none runs')
    assert.equal((await run(home, 'stop')).out, 'The core has stopped.\n')
    await gone(home)
  })

  test('stop --when-idle leaves the core running while an application is attached, and no longer', async (t) => {
    const home = await homeFor(t)
    await run(home, 'start')
    const core = await attached(t, home, false)
    assert.equal((await run(home, 'stop', '--when-idle')).out, 'The core stops when it is idle.\n')
    const { pid } = (await core.system.get()).state
    assert.equal(JSON.parse((await run(home, 'status', '--json')).out).pid, pid)
    core.close()
    await gone(home)
  })

  test('log tells what became of each session, by session and by level, and of nobody the number or the password', async (t) => {
    const home = await homeFor(t)
    const lab = await startLab()
    t.after(() => lab.close())
    assert.deepEqual(await run(home, 'log'), { status: 0, out: '', complaint: 'There is no log yet.\n' })
    // Before there is anything: it waits.
    const following = begin(home, here, 'log', '--follow', '--level', 'error')
    const core = await attached(t, home, true)
    const [ofAlice = {}, ofBob = {}] = lab.people.map(({ settings }) => settings)
    const alice = await core.open({ ...ofAlice })
    const bob = await core.open({ ...ofBob, 'softphone.password': 'not-bobs-own' })
    assert.equal((await settled(alice)).state.is, 'ready')
    assert.equal((await settled(bob)).state.error?.code, 'credentials-rejected')
    await dialAndEnd(alice, '602')

    const followed = JSON.parse(await following.line((line) => line.includes('credentials-rejected'))) as Entry
    assert.deepEqual(
      [followed.level, followed.session, followed.msg, followed['state']],
      [50, bob.id, 'phone', 'failed'],
    )
    following.child.kill('SIGTERM')
    assert.equal((await following.ended).status, 0)
    assert.ok(entries((await following.ended).out).every(({ level }) => level >= 50))

    const all = await run(home, 'log')
    assert.ok(!/not-bobs-own|"602"|sip:602/.test(all.out))
    assert.ok(!all.out.includes(String(ofAlice['softphone.password'])))
    const ofOne = entries((await run(home, 'log', '--session', alice.id)).out)
    assert.ok(ofOne.every(({ session }) => session === alice.id))
    const told = ofOne.map(({ msg, state, error }) => [msg, state, ...(error === undefined ? [] : [error])].join(' '))
    for (const wanted of ['session open', 'phone ready', 'call dialling', 'call ended call-busy'])
      assert.ok(told.includes(wanted), `${wanted}: ${told.join(', ')}`)
    const grave = entries((await run(home, 'log', '--session', bob.id, '--level', 'error')).out)
    assert.ok(grave.length > 0 && grave.every(({ level, session }) => level >= 50 && session === bob.id))
    assert.deepEqual(entries((await run(home, 'log', '--session', 'session_of_nobody')).out), [])
    const refused = await run(home, 'log', '--level', 'loud')
    assert.deepEqual([refused.status, refused.out], [1, ''])
    assert.match(refused.complaint, /--level takes one of/)
    await core.system.stop({ when: 'now' })
    await core.closed
  })
})
