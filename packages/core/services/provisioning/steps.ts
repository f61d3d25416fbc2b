// What is told of each step: the evidence for a diagnosis, and a row of health while it goes on.
import type { DiagnosisStep, ErrorValue, HealthRow } from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import type { Attempt, Tried } from './port.ts'

export type StepName = 'settings' | 'discovery' | 'devices' | 'device' | 'device-config' | 'registration'

export type TellRow = (service: StepName, row: Omit<HealthRow, 'service' | 'since'>) => void

export interface Steps {
  readonly list: readonly DiagnosisStep[]
  /** What a step came to; it takes the place of an earlier word on the same step. */
  note(step: StepName, what: Partial<DiagnosisStep>, error?: ErrorValue): void
  skip(step: StepName, why: string): void
  /** Takes a step. `lacking`: what the person does without where it fails, and what works nevertheless. */
  take<T>(
    step: StepName,
    act: () => Promise<Tried<T>>,
    lacking: Pick<HealthRow, 'without' | 'works'>,
    evidenceOf?: (value: T) => string,
  ): Promise<Tried<T>>
  /** The step failed, and nothing was lost by it. */
  forgive(step: StepName): void
}

export function stepsOf(world: World, row: TellRow): Steps {
  const list: DiagnosisStep[] = []
  const put = (step: DiagnosisStep): void => {
    const at = list.findIndex((each) => each.step === step.step)
    if (at >= 0) list[at] = step
    else list.push(step)
  }
  const note: Steps['note'] = (step, what, error) => {
    const evidence = [what.evidence, error?.detail].filter((each) => each !== undefined && each !== '').join('; ')
    put({
      step,
      ok: error === undefined,
      ms: 0,
      ...what,
      evidence: evidence === '' && error ? error.sentence : evidence,
      ...(error ? { code: error.code, hint: error.next } : {}),
    })
  }
  return {
    list,
    note,
    skip: (step, why) => put({ step, ok: true, skipped: true, ms: 0, evidence: why }),
    take: async (step, act, lacking, evidenceOf) => {
      row(step, { state: 'starting' })
      const begun = world.clock.now()
      const tried = await act()
      const error = 'error' in tried ? tried.error : undefined
      const place = tried.attempts.at(-1)?.address
      const address = place === undefined ? {} : { address: place }
      const lines = tried.attempts.map((attempt) => line(attempt, tried.attempts.length > 1))
      if ('value' in tried && evidenceOf) lines.push(evidenceOf(tried.value))
      note(step, { ms: Math.round(world.clock.now() - begun), ...address, evidence: lines.join('; ') }, error)
      row(step, { state: error ? 'failed' : 'ok', ...address, ...(error ? { error, ...lacking } : {}) })
      return tried
    },
    forgive: (step) => {
      const failed = list.find((each) => each.step === step)
      if (failed) put({ ...failed, ok: true, skipped: true })
      row(step, { state: 'off' })
    },
  }
}

/** One attempt in a line; its address where there are others. */
function line({ address, ms, evidence, error }: Attempt, isOneOfSome: boolean): string {
  const cause = error?.peer?.text ?? error?.peer?.status
  const said = cause === undefined || evidence.includes(String(cause)) ? evidence : `${evidence} (${cause})`
  return `${isOneOfSome ? `${address}: ` : ''}${said}, ${Math.round(ms)} ms`
}
