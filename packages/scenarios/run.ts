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
  /** Whether it goes no further than to the first check that does not hold. */
  readonly untilWrong?: boolean
}

export async function runScenario(
  scenario: Scenario,
  { faults = [], withhold, untilWrong = false }: RunOptions = {},
): Promise<Outcome & Record<string, unknown>> {
  const began = performance.now()
  const checked: (Check & { readonly holds: boolean })[] = []
  const note = (what: string, expected: unknown, seen: unknown, holds: boolean): void => {
    checked.push({ what, expected: expected ?? null, seen: seen ?? null, holds })
    if (!holds && untilWrong) throw new Wrong(what)
  }
  const same = (what: string, expected: unknown, seen: unknown): void =>
    note(what, expected, seen, JSON.stringify(expected ?? null) === JSON.stringify(seen ?? null))
  const people: Person[] = []
  const hosts = new Map<Person, { readonly host: InProcess; readonly settings: Readonly<Record<string, unknown>> }>()
  const folder = await mkdtemp(join(tmpdir(), 'parley-scenario-'))
  const lab = await startLab({
    faults: faults.map(readFault),
    standby: scenario.standby ?? false,
    ...(scenario.people ? { people: scenario.people } : {}),
    ...(scenario.lines ? { lines: scenario.lines } : {}),
  })
  /** The other end is looked at, too: what applications are told alone may be what we would like to have happened. */
  let looked = false
  const looking =
    <T>(read: () => T) =>
    (): T => {
      looked = true
      return read()
    }
  let extras: Record<string, unknown> = {}
  const stage: Stage = {
    lab: {
      ...lab,
      record: looking(lab.record),
      asked: looking(lab.asked),
      rooms: { ...lab.rooms, rooms: looking(lab.rooms.rooms) },
      bigbluebutton: { ...lab.bigbluebutton, meetings: looking(lab.bigbluebutton.meetings) },
    },
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
    check: same,
    atLeast: (what, least, seen) => note(what, `at least ${least}`, seen, seen >= least),
    below: (what, limit, seen) => note(what, `below ${limit}`, seen, seen < limit),
    labSaw: (...calls) =>
      same(
        'what the lab saw',
        calls,
        stage.lab.record().calls.map(({ from, to, answered, status }) => [from, to, answered ? 'answered' : status]),
      ),
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
    if (!looked) note('the lab’s own record was looked at', true, false, false)
  } catch (error) {
    if (!(error instanceof Wrong)) checked.push(broken(error))
  } finally {
    for (const person of people) await person.close()
    for (const { host } of hosts.values()) await host.close()
    await lab.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
  return {
    ok: checked.every(({ holds }) => holds),
    checked: checked.map(({ what, expected, seen }) => ({ what, expected, seen })),
    ms: Math.round(performance.now() - began),
    ...extras,
  }
}

/** A check does not hold, and nothing more is looked at. */
class Wrong extends Error {}

function broken(error: unknown): Check & { readonly holds: boolean } {
  const seen = error instanceof Error ? error.message : String(error)
  return { what: 'the journey comes to its end', expected: 'no error', seen, holds: false }
}

/** How a scenario is run so that it must fail. */
export function sabotaged({ sabotage }: Scenario): RunOptions {
  if ('withhold' in sabotage) return { withhold: sabotage.withhold, untilWrong: true }
  return {
    untilWrong: true,
    faults: [sabotage.value === undefined ? sabotage.fault : `${sabotage.fault}=${sabotage.value}`],
  }
}
