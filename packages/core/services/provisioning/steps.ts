// The steps of a sign-in as a diagnosis tells them: how each went, with what was seen and what to do.
import type { DiagnosisStep, ErrorValue } from '@openparley/contract'
import type { Tried } from './port.ts'

export type StepName = 'settings' | 'discovery' | 'devices' | 'device' | 'device-config' | 'registration'

/** Takes the place of an earlier word on the same step. */
export function putStep(list: DiagnosisStep[], step: DiagnosisStep): void {
  const at = list.findIndex((each) => each.step === step.step)
  if (at >= 0) list[at] = step
  else list.push(step)
}

export function isFailed(tried: Tried<unknown>): tried is Extract<Tried<unknown>, { error: ErrorValue }> {
  return 'error' in tried
}
