// A diagnosis of a session: the steps of its sign-in, and what stands beside them.
import type { DiagnosisStep, RuleDirection, Settings, StateOf, services } from '@openparley/contract'
import { skippedStep, stepOf } from './runtime/step.ts'
import type { DialRulesService } from './services/dial-rules/index.ts'
import { troubleOf } from './services/dial-rules/index.ts'
import type { Provisioning } from './services/provisioning/index.ts'

export interface Diagnosis {
  readonly ok: boolean
  readonly steps: DiagnosisStep[]
}

export interface Diagnosed {
  readonly way: Provisioning
  readonly rules: DialRulesService
  /** How each of those with servers of their own went, when that is known; undefined: no settings name one. */
  readonly beside: Readonly<Record<Beside, () => Promise<DiagnosisStep | undefined>>>
  readonly settings: () => Pick<Settings, 'dialRules.from'>
  readonly now: () => number
}

type Beside = 'chat' | 'calendar' | 'directory' | 'voicemail' | 'conferences'

export async function diagnose(looked: Diagnosed): Promise<Diagnosis> {
  // The others sign in when it is known what the settings are.
  const way = await looked.way.diagnosis()
  const beside = order.map(async (name) => (await looked.beside[name]()) ?? skippedStep(name, without[name]))
  const steps = [...way.steps, ...(await Promise.all([rulesStep(looked, way.ok), ...beside]))]
  return { ok: steps.every(({ ok }) => ok), steps }
}

/** Dial rules come from the same servers as the device's file: where a step before has failed they say nothing new. */
async function rulesStep({ rules, settings, now }: Diagnosed, cameSoFar: boolean): Promise<DiagnosisStep> {
  // Files and the database need different things of a server: who finds the one has not found the other.
  const step = settings()['dialRules.from'] === 'axl' ? 'dial-rules-database' : 'dial-rules'
  if (!cameSoFar) return skippedStep(step, 'a step before has failed')
  const begun = now()
  await rules.look()
  const { state } = rules.state.read()
  const error = troubleOf(state)
  const ms = now() - begun
  if (error) return stepOf(step, { ms }, error)
  const found = (['application', 'directory'] as const).filter((direction) => state[direction].from !== undefined)
  if (found.length === 0) return skippedStep(step, 'there are no dial rules')
  return stepOf(step, { ms, evidence: found.map((direction) => evidenceOf(direction, state)).join('; ') })
}

function evidenceOf(direction: RuleDirection, state: StateOf<(typeof services)['dialRules']>): string {
  const { count, from } = state[direction]
  return `${count} ${direction} rules from ${from}`
}

const order: readonly Beside[] = ['chat', 'calendar', 'directory', 'voicemail', 'conferences']
const without: Readonly<Record<Beside, string>> = {
  chat: 'no chat server is set or found',
  calendar: 'no calendar server is set',
  directory: 'no directory is set',
  voicemail: 'no mail store is set',
  conferences: 'no conference server is set',
}
