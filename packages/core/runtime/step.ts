// A step of a diagnosis: how it went, with what was seen and what to do.
import type { DiagnosisStep, ErrorValue } from '@openparley/contract'

export interface Seen {
  readonly ms?: number
  readonly address?: string | undefined
  /** What was seen, however it went. */
  readonly evidence?: string
  /** What shows that it went well, where it did. */
  readonly well?: string
}

export function stepOf(step: string, { ms = 0, address, evidence, well }: Seen, error?: ErrorValue): DiagnosisStep {
  const seen = [evidence, error ? error.detail : well].filter((each) => each !== undefined && each !== '').join('; ')
  return {
    step,
    ok: error === undefined,
    ms: Math.round(ms),
    ...(address === undefined ? {} : { address }),
    evidence: seen === '' && error ? error.sentence : seen,
    ...(error ? { code: error.code, hint: error.next } : {}),
  }
}

/** Nothing asks for it, or it would say nothing new: nothing is wrong. */
export function skippedStep(step: string, evidence: string): DiagnosisStep {
  return { step, ok: true, skipped: true, ms: 0, evidence }
}
