// Runs a scenario on a lab of its own, as it is or sabotaged, and says what was checked.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { follow, type Person } from './person.ts'
import type { Check, Outcome, Scenario, Stage } from './scenario.ts'

export interface RunOptions {
  /** Faults of the lab, NAME or NAME=VALUE. */
  readonly faults?: readonly string[]
  /** The name of an act that is left out. */
  readonly withhold?: string
}

export async function runScenario(
  scenario: Scenario,
  { faults = [], withhold }: RunOptions = {},
): Promise<Outcome & Record<string, unknown>> {
  const began = performance.now()
  const checked: (Check & { readonly holds: boolean })[] = []
  const note = (what: string, expected: unknown, seen: unknown, holds: boolean): void => {
    checked.push({ what, expected, seen, holds })
  }
  const people: Person[] = []
  const folder = await mkdtemp(join(tmpdir(), 'parley-scenario-'))
  const lab = await startLab({ faults: faults.map(readFault) })
  let extras: Record<string, unknown> = {}
  const stage: Stage = {
    lab,
    file: (name) => join(folder, name),
    person: async (name) => {
      const settings = lab.people.find((each) => each.name === name)?.settings
      if (!settings) throw new Error(`the lab knows nobody named ${name}`)
      const host = await startInProcess()
      const application = await host.connect({ application: `scenario of ${name}`, role: 'approve' })
      const session = await application.open(settings)
      const person = await follow(name, session, async () => {
        await application.close()
        await host.close()
      })
      people.push(person)
      await session.until('phones', ({ phones }) => phones.some((phone) => settled.has(phone.state.is)), 15_000)
      return person
    },
    act: async (name, does) => (name === withhold ? undefined : does()),
    check: (what, expected, seen) => note(what, expected, seen, JSON.stringify(expected) === JSON.stringify(seen)),
    atLeast: (what, least, seen) => note(what, `at least ${least}`, seen, seen >= least),
    below: (what, limit, seen) => note(what, `below ${limit}`, seen, seen < limit),
  }
  try {
    extras = (await scenario.run(stage)) ?? {}
  } catch (error) {
    note('the journey comes to its end', 'no error', error instanceof Error ? error.message : String(error), false)
  } finally {
    for (const person of people) await person.close()
    await lab.close()
    await rm(folder, { recursive: true, force: true })
  }
  if (checked.length === 0) note('something was checked', true, false, false)
  return {
    ok: checked.every(({ holds }) => holds),
    checked: checked.map(({ what, expected, seen }) => ({ what, expected, seen })),
    ms: Math.round(performance.now() - began),
    ...extras,
  }
}

/** How a scenario is run so that it must fail. */
export function sabotaged({ sabotage }: Scenario): RunOptions {
  if ('withhold' in sabotage) return { withhold: sabotage.withhold }
  return { faults: [sabotage.value === undefined ? sabotage.fault : `${sabotage.fault}=${sabotage.value}`] }
}

export function readFault(text: string): { name: string; value?: string } {
  const at = text.indexOf('=')
  return at < 0 ? { name: text } : { name: text.slice(0, at), value: text.slice(at + 1) }
}

const settled = new Set(['ready', 'waiting', 'failed'])
