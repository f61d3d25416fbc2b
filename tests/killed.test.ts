import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { connect, direct } from '@openparley/sdk'

test('a daemon that is killed in a call is followed by one that works, and the far side ends the call', async () => {
  const lab = await startLab()
  const home = await mkdtemp(join(tmpdir(), 'parley-killed-'))
  const before = process.env['PARLEY_HOME']
  process.env['PARLEY_HOME'] = home
  const host = await startInProcess()
  try {
    const [ofAlice, ofBob] = lab.people.map(({ settings }) => settings)
    const bob = await (
      await connect({ application: 'bob', role: 'approve', over: direct((request) => host.attach(request)) })
    ).open({ ...ofBob })
    await bob.phones.ready({ timeoutMs: 10_000 })
    const answered = (async () => {
      for await (const { id } of bob.calls.incoming()) {
        await bob.calls.answer({ call: id })
        return id
      }
      throw new Error('no call came')
    })()

    const first = await connect({ application: 'alice', leaves: 'stay' })
    const alice = await first.open({ ...ofAlice })
    await alice.phones.ready({ timeoutMs: 10_000 })
    const { call } = await alice.calls.dial({ to: 'bob' })
    await alice.calls.until(call, ({ state }) => state === 'connected', { timeoutMs: 10_000 })
    const { state } = await first.system.get()
    process.kill(state.pid, 'SIGKILL')
    first.close()

    const second = await connect({ application: 'alice', leaves: 'stay' })
    const again = await second.open({ ...ofAlice })
    await again.phones.ready({ timeoutMs: 10_000 })
    assert.notEqual((await second.system.get()).state.pid, state.pid)
    await second.system.stop({ when: 'now' })
    await second.closed
    second.close()

    const ended = await bob.calls.until(await answered, (seen) => seen.state === 'ended', { timeoutMs: 75_000 })
    assert.equal(ended.end?.error?.code, 'call-lost')
    assert.equal(ended.end?.by, 'network')
  } finally {
    if (before === undefined) delete process.env['PARLEY_HOME']
    else process.env['PARLEY_HOME'] = before
    await host.close()
    await lab.close()
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
})
