// What a person is told of each fault: by `parley call`, and by `parley status` when the core has met it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type ErrorCode, errors, type SettingsInput } from '@openparley/contract'
import { type FaultEntry, listFaults, startLab } from '@openparley/lab'
import { connect } from '@openparley/sdk'
import { dialAndEnd, settled } from './signing-in.ts'

interface Ran {
  readonly code: number
  readonly out: string
}

function parley(home: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, PARLEY_HOME: home }, timeout: 60_000 }
    execFile(process.execPath, [main, ...args], options, (error, out, complaint) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out: out + complaint })
    })
  })
}

/** A lab of its own for each: some faults come true but once. */
async function withLab<T>(
  { name }: FaultEntry,
  use: (home: string, settings: SettingsInput) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'parley-told-'))
  const lab = await startLab({ faults: [{ name, ...(name === 'no-answer' ? { value: '300' } : {}) }] })
  try {
    return await use(home, lab.people[0]?.settings ?? {})
  } finally {
    await lab.close()
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

function toldByCall(fault: FaultEntry): Promise<Ran> {
  return withLab(fault, async (home, settings) => {
    const file = join(home, 'settings.json')
    await writeFile(file, JSON.stringify(settings), { mode: 0o600 })
    return parley(home, 'call', '600', '--settings', file, '--json')
  })
}

function toldByStatus(fault: FaultEntry): Promise<{ json: Ran; text: Ran }> {
  return withLab(fault, async (home, settings) => {
    const core = await connect({ application: 'test', env: { ...process.env, PARLEY_HOME: home } })
    const session = await core.open(settings)
    if ((await settled(session)).state.is === 'ready') await dialAndEnd(session, '600')
    const [json, text] = [await parley(home, 'status', '--json'), await parley(home, 'status')]
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

const main = join(import.meta.dirname, '../packages/cli/main.ts')

describe('what a person is told', { concurrency: 4 }, () => {
  for (const fault of listFaults().filter(({ code, journey }) => code !== null && journey === 'call')) {
    test(`with the fault ${fault.name}, \`call\` and \`status\` say ${fault.code} and what to do`, async () => {
      const { sentence, next } = errors[fault.code as ErrorCode]
      const call = await toldByCall(fault)
      const last = JSON.parse(call.out.trim().split('\n').at(-1) as string)
      assert.deepEqual([last.code, last.sentence, last.next], [fault.code, sentence, next], call.out)
      const { json, text } = await toldByStatus(fault)
      // Nothing else: but a server that is gone is also told by the registration.
      const shown = new Set(codesIn(JSON.parse(json.out)))
      if (fault.name === 'gone-in-call') shown.delete('server-refused')
      assert.deepEqual([...shown], [fault.code], json.out)
      assert.ok(text.out.includes(`${sentence} ${next}`), text.out)
      assert.deepEqual([json.code, text.code], [0, 0])
    })
  }
})
