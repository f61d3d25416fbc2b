// One sign-in in this process, looked at step by step: what `doctor` and `requirements` share.
import type { DiagnosisStep } from '@openparley/sdk'

export interface Diagnosis {
  readonly ok: boolean
  readonly steps: readonly DiagnosisStep[]
  /** The settings that somebody or something has given a value. */
  readonly named: ReadonlySet<string>
}

export async function diagnose(settings: Record<string, unknown>): Promise<Diagnosis> {
  const { startInProcess } = await import('@openparley/daemon/in-process')
  const { connect, direct, ParleyError } = await import('@openparley/sdk')
  const host = await startInProcess()
  try {
    const core = await connect({ application: 'parley', over: direct((request) => host.attach(request)) })
    const session = await core.open(settings)
    const { ok, steps } = await session.health.diagnose()
    const { settings: values } = (await session.config.get()).state
    const named = Object.entries(values).flatMap(([name, value]) => (value.layer === 'default' ? [] : [name]))
    return { ok, steps, named: new Set(named) }
  } catch (thrown) {
    // What the settings say cannot be right: that is the first step.
    if (!(thrown instanceof ParleyError)) throw thrown
    const { code, detail, sentence, next } = thrown
    return {
      ok: false,
      named: new Set(Object.keys(settings)),
      steps: [{ step: 'settings', ok: false, code, ms: 0, evidence: detail ?? sentence, hint: next }],
    }
  } finally {
    await host.close()
  }
}
