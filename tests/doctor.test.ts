// The doctor against every fault of the lab that it must find: each by its own code, and no two alike.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type FaultEntry, listFaults, startLab } from '@openparley/lab'
import { settingsFor } from './signing-in.ts'

interface Diagnosis {
  readonly ok: boolean
  readonly steps: readonly {
    readonly step: string
    readonly ok: boolean
    readonly code: string | null
    readonly address: string | null
    readonly ms: number
    readonly evidence: string
    readonly hint: string | null
  }[]
}

const main = join(import.meta.dirname, '../packages/cli/main.ts')

describe('the doctor', { concurrency: 4 }, () => {
  let home: string
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'parley-doctor-'))
  })
  after(() => rm(home, { recursive: true, force: true, maxRetries: 10 }))

  async function doctor(name: string, settings: object): Promise<Diagnosis & { readonly code: number }> {
    const file = join(home, `${name}.json`)
    await writeFile(file, JSON.stringify(settings), { mode: 0o600 })
    const args = [main, 'doctor', '--settings', file, '--json']
    const env = { ...process.env, PARLEY_HOME: home }
    const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
      execFile(process.execPath, args, { env, timeout: 90_000 }, (error, said) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: said })
      })
    })
    return { ...(JSON.parse(out) as Diagnosis), code }
  }

  async function meeting(fault: FaultEntry): Promise<Diagnosis & { readonly code: number }> {
    const lab = await startLab({ faults: [{ name: fault.name }] })
    try {
      return await doctor(fault.name, settingsFor(fault, lab))
    } finally {
      await lab.close()
    }
  }

  test('finds nothing where all is well, by SIP account, by name and password, and with rules from the database', async () => {
    const lab = await startLab()
    try {
      const [alice] = lab.people
      const withDatabase = { ...alice?.signIn, ...lab.administrator.settings }
      for (const settings of [alice?.settings, alice?.signIn, withDatabase]) {
        const { ok, steps, code } = await doctor('well', settings ?? {})
        assert.deepEqual([ok, code, steps.filter((step) => !step.ok)], [true, 0, []])
      }
    } finally {
      await lab.close()
    }
  })

  const answers = new Map<string, string>()
  const faults = listFaults().filter(({ doctor: must }) => must)

  test('has at least 25 faults to find', () => assert.ok(faults.length >= 25, String(faults.length)))

  for (const fault of faults) {
    test(`names ${fault.code} for ${fault.name}, with evidence and what to do`, async () => {
      const { ok, steps, code } = await meeting(fault)
      assert.deepEqual([ok, code], [false, 1])
      const wrong = steps.filter((step) => !step.ok)
      assert.deepEqual(
        wrong.map((step) => step.code),
        [fault.code],
        JSON.stringify(steps),
      )
      for (const { evidence, hint } of wrong) assert.ok(evidence !== '' && hint !== null && hint !== '')
      const answer = JSON.stringify(wrong.map((step) => [step.step, step.code]))
      assert.equal(answers.get(answer), undefined, `the same answer as for ${answers.get(answer)}`)
      answers.set(answer, fault.name)
    })
  }
})
