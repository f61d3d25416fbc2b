// A diagnosis of a session: the steps of its sign-in, and what stands beside them.
import type { DiagnosisStep, RuleDirection, Settings, StateOf, services } from '@openparley/contract'
import type { DialRulesService } from './services/dial-rules/index.ts'
import { troubleOf } from './services/dial-rules/index.ts'
import type { Provisioning } from './services/provisioning/index.ts'

export interface Diagnosis {
  readonly ok: boolean
  readonly steps: DiagnosisStep[]
}

/** The way to a phone, and what stands beside it: that one has failed says nothing of the other. */
export async function diagnose(
  toPhone: () => Promise<Diagnosis>,
  beside: () => Promise<readonly DiagnosisStep[]>,
): Promise<Diagnosis> {
  const [{ ok, steps }, others] = await Promise.all([toPhone(), beside()])
  return { ok: ok && others.every((each) => each.ok), steps: [...steps, ...others] }
}

/** Dial rules come from the same servers as the device's file: where a step before has failed they say nothing new. */
export async function diagnosePhone(
  way: Provisioning,
  rules: DialRulesService,
  settings: () => Pick<Settings, 'dialRules.from'>,
  now: () => number,
): Promise<Diagnosis> {
  const { ok, steps } = await way.diagnosis()
  // Files and the database need different things of a server: who finds the one has not found the other.
  const step = settings()['dialRules.from'] === 'axl' ? 'dial-rules-database' : 'dial-rules'
  const skipped = (why: string): DiagnosisStep => ({ step, ok: true, skipped: true, ms: 0, evidence: why })
  if (!ok) return { ok, steps: [...steps, skipped('a step before has failed')] }
  const begun = now()
  await rules.look()
  const { state } = rules.state.read()
  const error = troubleOf(state)
  const ms = Math.round(now() - begun)
  if (error) {
    const evidence = error.detail ?? error.sentence
    return { ok: false, steps: [...steps, { step, ok: false, ms, code: error.code, evidence, hint: error.next }] }
  }
  const found = (['application', 'directory'] as const).filter((direction) => state[direction].from !== undefined)
  if (found.length === 0) return { ok, steps: [...steps, skipped('there are no dial rules')] }
  const evidence = found.map((direction) => evidenceOf(direction, state)).join('; ')
  return { ok, steps: [...steps, { step, ok: true, ms, evidence }] }
}

function evidenceOf(direction: RuleDirection, state: StateOf<(typeof services)['dialRules']>): string {
  const { count, from } = state[direction]
  return `${count} ${direction} rules from ${from}`
}
