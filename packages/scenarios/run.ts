// Runs a scenario on a lab of its own, as it is or sabotaged, and says what was checked.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type InProcess, startInProcess } from '@openparley/daemon/in-process'
import { type LabPerson, readFault, startLab } from '@openparley/lab'
import { type Core, connect, direct } from '@openparley/sdk'
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
    checked.push({ what, expected: expected ?? null, seen: seen ?? null, holds })
  }
  const people: Person[] = []
  const hosts = new Map<Person, { readonly host: InProcess; readonly settings: Readonly<Record<string, unknown>> }>()
  const folder = await mkdtemp(join(tmpdir(), 'parley-scenario-'))
  const lab = await startLab({
    faults: faults.map(readFault),
    standby: scenario.standby ?? false,
    ...(scenario.people ? { people: scenario.people } : {}),
  })
  let extras: Record<string, unknown> = {}
  const stage: Stage = {
    lab,
    file: (name) => join(folder, name),
    signIn: (name) => known(name).signIn,
    person: async (name, settings = known(name).settings) => {
      const host = await startInProcess()
      const person = await attach(host, name, `scenario of ${name}`, settings)
      hosts.set(person, { host, settings })
      // Ready or not, as its error tells: a journey may be about just that.
      await person.session.phones.ready({ timeoutMs: 15_000 }).catch(() => undefined)
      return person
    },
    personWith: (name, more) => stage.person(name, { ...known(name).settings, ...more }),
    line: async (person, name) => {
      const { host } = hosts.get(person) as { host: InProcess }
      const line = await attach(host, name, `scenario of ${name}`, known(name).settings)
      await line.session.phones.ready({ timeoutMs: 15_000 })
      return line
    },
    application: async (person, name) => {
      const { host, settings } = hosts.get(person) as { host: InProcess; settings: Readonly<Record<string, unknown>> }
      return attach(host, person.name, name, settings)
    },
    act: async (name, does) => (name === withhold ? undefined : does()),
    check: (what, expected, seen) =>
      note(what, expected, seen, JSON.stringify(expected ?? null) === JSON.stringify(seen ?? null)),
    atLeast: (what, least, seen) => note(what, `at least ${least}`, seen, seen >= least),
    below: (what, limit, seen) => note(what, `below ${limit}`, seen, seen < limit),
  }
  function known(name: string): LabPerson {
    const person = lab.people.find((each) => each.name === name)
    if (!person) throw new Error(`the lab knows nobody named ${name}`)
    return person
  }
  async function attach(
    host: InProcess,
    person: string,
    application: string,
    settings: Readonly<Record<string, unknown>>,
  ): Promise<Person> {
    const core: Core = await connect({ application, role: 'approve', over: direct((request) => host.attach(request)) })
    const session = await core.open(settings)
    const attached = await follow(person, session, async () => core.close())
    people.push(attached)
    return attached
  }
  try {
    extras = (await scenario.run(stage)) ?? {}
  } catch (error) {
    note('the journey comes to its end', 'no error', error instanceof Error ? error.message : String(error), false)
  } finally {
    for (const person of people) await person.close()
    for (const { host } of hosts.values()) await host.close()
    await lab.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
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
