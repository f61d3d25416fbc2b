import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors } from '@openparley/contract'
import { startInProcess } from '@openparley/daemon/in-process'
import { type FaultEntry, listFaults, startLab } from '@openparley/lab'
import { connect, direct } from '@openparley/sdk'
import { dialAndEnd, settled } from './signing-in.ts'

/** What somebody who signs in and calls the echo number is told in the end: the code, and the health row's. */
async function told(fault: FaultEntry): Promise<{ call: string | undefined; health: string | undefined }> {
  const lab = await startLab({
    faults: [{ name: fault.name, ...(fault.name === 'no-answer' ? { value: '300' } : {}) }],
  })
  const host = await startInProcess()
  try {
    const core = await connect({
      application: 'test',
      role: 'approve',
      over: direct((request) => host.attach(request)),
    })
    const session = await core.open(lab.people[0]?.settings ?? {})
    const phone = await settled(session)
    const { state } = await session.health.get()
    const health = state.services.find(({ service }) => service === 'calls')?.error?.code
    if (phone.state.is !== 'ready') return { call: phone.state.error?.code, health }
    const ended = await dialAndEnd(session, '600')
    return { call: ended.end?.error?.code, health }
  } finally {
    await host.close()
    await lab.close()
  }
}

const faults = listFaults().filter(({ code, journey }) => code !== null && journey === 'call')

test('every code that a fault leads to is an error of the contract', () => {
  for (const { name, code } of faults) assert.ok(Object.hasOwn(errors, code as string), name)
})

for (const fault of faults) {
  test(`with the fault ${fault.name} one is told ${fault.code}`, async () => {
    const { call, health } = await told(fault)
    assert.equal(call, fault.code)
    // What keeps the phone from its server is also what the health of calls says.
    if (fault.area !== 'call') assert.equal(health, fault.code)
  })
}
