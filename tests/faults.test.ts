import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errors } from '@openparley/contract'
import { startInProcess } from '@openparley/daemon/in-process'
import { type FaultEntry, listFaults, startLab } from '@openparley/lab'
import { type Call, connect, direct } from '@openparley/sdk'
import {
  dialAndEnd,
  faultsWithCode,
  isBesideCalls,
  isOfFault,
  rowWith,
  settingsFor,
  settled,
  switchedOn,
} from './signing-in.ts'

/** What somebody who signs in and calls the echo number is told in the end: the code, and those of the health. */
async function told(
  fault: FaultEntry & { readonly code: string },
): Promise<{ call: string | undefined; health: string[] }> {
  const lab = await startLab({ faults: switchedOn(fault) })
  const host = await startInProcess()
  try {
    const core = await connect({ application: 'test', role: 'approve', over: direct(host.attach) })
    const session = await core.open(settingsFor(fault, lab))
    const phone = await settled(session)
    if (isBesideCalls(fault)) await rowWith(session, fault.code)
    const { state } = await session.health.get()
    const health = state.services.flatMap(({ error }) => (error ? [error.code] : []))
    if (phone.state.is !== 'ready') return { call: phone.state.error?.code, health }
    if (isBesideCalls(fault)) return { call: undefined, health }
    const ended = await dialAndEnd(session, '600')
    return { call: ended.end?.error?.code, health }
  } finally {
    await host.close()
    await lab.close()
  }
}

test('every code that a fault leads to is an error of the contract', () => {
  for (const { name, code } of faultsWithCode) assert.ok(Object.hasOwn(errors, code), name)
})

// Many of them are found by waiting.
describe('what one is told', { concurrency: 4 }, () => {
  for (const fault of faultsWithCode) {
    test(`with the fault ${fault.name} one is told ${fault.code}`, async () => {
      const { call, health } = await told(fault)
      assert.equal(call, isBesideCalls(fault) ? undefined : fault.code)
      // What keeps the phone from its server is also what the health says, in every row that it stops.
      assert.deepEqual([...new Set(health)].filter(isOfFault(fault)), fault.area === 'call' ? [] : [fault.code])
    })
  }
})

/** A call to the echo with an impairment: how long the way to the answer took, and the call after so many ms of it. */
async function impaired(name: string, value: number, talkMs: number): Promise<{ setUpMs: number; ended: Call }> {
  const lab = await startLab({ faults: [{ name, value: String(value) }] })
  const host = await startInProcess()
  try {
    const core = await connect({ application: 'test', role: 'approve', over: direct(host.attach) })
    const session = await core.open({ ...lab.people[0]?.settings })
    assert.equal((await settled(session)).state.is, 'ready')
    const begun = performance.now()
    const { call } = await session.calls.dial({ to: '600' })
    await session.calls.until(call, ({ state }) => state === 'connected', { timeoutMs: 30_000 })
    const setUpMs = performance.now() - begun
    // Sound has no event to wait for: so long it is let flow.
    await new Promise((resolve) => setTimeout(resolve, talkMs))
    await session.calls.end({ call })
    return { setUpMs, ended: await session.calls.until(call, ({ state }) => state === 'ended') }
  } finally {
    await host.close()
    await lab.close()
  }
}

/** What each impairment does to a call that is nevertheless made. */
const impairments: Record<string, () => Promise<void>> = {
  slow: async () => {
    // Twice: the server asks for the password first.
    const { setUpMs, ended } = await impaired('slow', 400, 0)
    assert.ok(setUpMs > 800 && ended.answeredAt !== undefined, `${setUpMs} ms`)
  },
  'sip-drop': async () => {
    const { ended } = await impaired('sip-drop', 20, 0)
    assert.ok(ended.answeredAt !== undefined)
  },
  'media-drop': async () => {
    const { statistics } = (await impaired('media-drop', 30, 3000)).ended
    assert.ok(statistics && statistics.packetsLost > 0 && statistics.packetsReceived > 0, JSON.stringify(statistics))
  },
  'media-delay': async () => {
    const { statistics } = (await impaired('media-delay', 200, 3000)).ended
    // The echo says back each packet that it hears: those of 400 ms are still on their way, there and back.
    const under = statistics ? statistics.packetsSent - statistics.packetsReceived - statistics.packetsLost : 0
    assert.ok(under >= 18 && (statistics?.packetsReceived ?? 0) > 0, JSON.stringify(statistics))
  },
  'media-jitter': async () => {
    const { statistics } = (await impaired('media-jitter', 80, 3000)).ended
    assert.ok((statistics?.jitterMs ?? 0) > 10, JSON.stringify(statistics))
  },
}

test('every impairment of the lab is one that is tried here', () => {
  // That there is no conference is felt in none but that (call-conference-server-refused).
  const all = listFaults().filter(({ code, journey, area }) => code === null && journey === 'call' && area !== 'call')
  assert.deepEqual(all.map(({ name }) => name).toSorted(), Object.keys(impairments).toSorted())
})

for (const [name, isFelt] of Object.entries(impairments)) {
  test(`with the impairment ${name} the call is made, and it is felt`, isFelt)
}
