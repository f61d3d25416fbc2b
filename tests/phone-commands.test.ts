// parley phones and calls, as commands of a core that runs: a phone on the desk and a soft phone.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { connect, direct } from '@openparley/sdk'
import { homeFor, run } from './command.ts'

test('a person looks at their phones, chooses one, sets its line and moves a call by commands alone', async (t: TestContext) => {
  const lab = await startLab()
  const home = await homeFor(t)
  const host = await startInProcess()
  const [ofAlice, ofBob] = lab.people
  const core = await connect({ application: 'test', role: 'approve', env: { ...process.env, PARLEY_HOME: home } })
  const other = await connect({ application: 'bob', role: 'approve', over: direct((request) => host.attach(request)) })
  t.after(async () => {
    await core.system.stop({ when: 'now' })
    await core.closed
    core.close()
    other.close()
    await host.close()
    await lab.close()
  })
  const alice = await core.open({ ...ofAlice?.settings, ...ofAlice?.desk })
  const bob = await other.open({ ...ofBob?.settings })
  const allReady = ({ phones }: { phones: readonly { state: { is: string } }[] }): boolean =>
    phones.every(({ state }) => state.is === 'ready')
  await alice.until('phones', (state) => state.phones.length === 2 && allReady(state), 15_000)
  await bob.until('phones', allReady, 15_000)
  const does = async (...args: string[]): Promise<string> => {
    const { status, out, complaint } = await run(home, ...args)
    assert.equal(status, 0, `${complaint}${out}`)
    return out
  }

  assert.match(await does('phones'), /^→ soft ready {6}sip:alice@.*\n(?: {4}.*\n)+ {2}desk ready {6}desk-alice /m)
  await does('phones', 'use', 'desk')
  assert.match(await does('phones'), /^→ desk ready/m)
  const nobody = await run(home, 'phones', 'use', 'kitchen')
  assert.notEqual(nobody.status, 0)
  assert.match(nobody.complaint, /no phone kitchen: there are soft sip:alice@.*; desk desk-alice/)

  await does('phones', 'forward', '600')
  await alice.until('phones', ({ phones }) => phones.every(({ forwardedTo }) => forwardedTo === '600'), 5000)
  assert.equal(lab.desk.line('desk-alice')?.forwardedTo, '600')
  assert.match(await does('phones'), /all calls go on to 600/)
  await does('phones', 'forward', '--phone', 'soft')
  await alice.until('phones', ({ phones }) => phones.every(({ forwardedTo }) => forwardedTo === undefined), 5000)
  await does('phones', 'do-not-disturb', 'on')
  assert.equal(lab.desk.line('desk-alice')?.doNotDisturb, true)
  await does('phones', 'do-not-disturb', 'off')

  lab.desk.touch('desk-alice', 'dial', 'bob')
  const rings = await bob.until('calls', ({ calls }) => calls.some(({ state }) => state === 'alerting'), 5000)
  await bob.calls.answer({ call: rings.calls[0]?.id ?? '' })
  await alice.until('calls', ({ calls }) => calls.some(({ state }) => state === 'connected'), 5000)
  assert.match(await does('calls'), /^desk outgoing connected +bob /m)
  const { call } = JSON.parse(await does('calls', 'move', 'soft', '--json'))
  assert.match(await does('calls'), new RegExp(`^soft incoming connected .*${call}$`, 'm'))
})
