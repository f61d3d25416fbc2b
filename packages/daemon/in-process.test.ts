import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, direct } from '@openparley/sdk'
import { house } from './house.suite.ts'
import { startInProcess } from './in-process.ts'

test('a core in this process starts and ends without a door, and its own application may do all', async () => {
  const host = await startInProcess()
  const core = await connect({ application: 'here', role: 'approve', over: direct(host.attach) })
  const { state } = await core.system.get()
  assert.equal(state.pid, process.pid)
  assert.deepEqual(
    state.applications.map(({ name, role }) => [name, role]),
    [['here', 'approve']],
  )
  const asked = core.system.issueToken({ application: 'x', scopes: ['calls.read'] })
  await assert.rejects(asked, { code: 'scope-missing' })
  core.close()
  assert.deepEqual(host.core.applications(), [])
  await host.close()
})

test('stopping a core in this process ends it for whoever is attached', async () => {
  const host = await startInProcess({ core: (given) => house(given).core })
  const core = await connect({ application: 'here', over: direct(host.attach) })
  await core.system.stop()
  await assert.rejects(core.open({ 'softphone.servers': 'sip:a', 'softphone.user': 'b' }), { code: 'core-stopping' })
  core.close()
  await host.close()
})
