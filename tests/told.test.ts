// What a person is told of each fault: by `parley call`, and by `parley status` when the core has met it.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type ErrorCode, errors, type SettingsInput } from '@openparley/contract'
import { type FaultEntry, startLab } from '@openparley/lab'
import { connect } from '@openparley/sdk'
import { homeFor, type Ran, run } from './command.ts'
import {
  dialAndEnd,
  faultsToTell,
  isBesideCalls,
  isOfFault,
  rowWith,
  settingsFor,
  settled,
  switchedOn,
} from './signing-in.ts'

/** A lab of its own for each: some faults come true but once. */
async function withLab<T>(
  t: TestContext,
  fault: FaultEntry,
  use: (home: string, settings: SettingsInput) => Promise<T>,
): Promise<T> {
  const home = await homeFor(t)
  const lab = await startLab({ faults: switchedOn(fault) })
  try {
    return await use(home, settingsFor(fault, lab))
  } finally {
    await lab.close()
  }
}

function toldByCall(t: TestContext, fault: FaultEntry): Promise<Ran> {
  return withLab(t, fault, async (home, settings) => {
    const file = join(home, 'settings.json')
    await writeFile(file, JSON.stringify(settings), { mode: 0o600 })
    return run(home, 'call', '600', '--settings', file, '--json')
  })
}

function toldByStatus(t: TestContext, fault: FaultEntry): Promise<{ json: Ran; text: Ran }> {
  return withLab(t, fault, async (home, settings) => {
    const core = await connect({ application: 'test', env: { ...process.env, PARLEY_HOME: home } })
    const session = await core.open(settings)
    if (isBesideCalls(fault)) await rowWith(session, fault.code as string)
    else if ((await settled(session)).state.is === 'ready') await dialAndEnd(session, '600')
    const [json, text] = [await run(home, 'status', '--json'), await run(home, 'status')]
    await core.system.stop({ when: 'now' })
    await core.closed
    return { json, text }
  })
}

/** Every error in what was printed, wherever it stands. */
function codesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'code' in value && typeof value.code === 'string' && 'sentence' in value ? [value.code] : []
  return [...own, ...Object.values(value).flatMap(codesIn)]
}

/** Where nobody waits for it, every fault; else those that a call meets: each costs five processes. */
const tried = faultsToTell.filter(({ journey }) => journey === 'call' || process.env['PARLEY_PEERS'] === 'required')

describe('what a person is told', { concurrency: 4 }, () => {
  for (const fault of tried) {
    const { name, code } = fault
    const { sentence, next } = errors[code as ErrorCode]
    // A call goes through without its dial rules: it has nothing to say of them.
    if (!isBesideCalls(fault))
      test(`with the fault ${name}, \`call\` says ${code} and what to do`, async (t) => {
        const { status, out, complaint } = await toldByCall(t, fault)
        const last = JSON.parse(out.trim().split('\n').at(-1) as string)
        assert.deepEqual(
          [last.event, last.code, last.sentence, last.next],
          ['ended', code, sentence, next],
          out + complaint,
        )
        // The server is gone in a call that was answered.
        assert.equal(status, name === 'gone-in-call' ? 0 : 1)
      })
    test(`with the fault ${name}, \`status\` says ${code} and what to do`, async (t) => {
      const { json, text } = await toldByStatus(t, fault)
      // Nothing else: but a server that is gone is also told by the registration.
      const shown = new Set(codesIn(JSON.parse(json.out)))
      if (name === 'gone-in-call') shown.delete('server-refused')
      assert.deepEqual([...shown].filter(isOfFault(fault)), [code], json.out)
      assert.ok(text.out.includes(`${sentence} ${next}`), text.out)
      assert.deepEqual([json.status, text.status], [0, 0])
    })
  }
})
