// One sign-in in this process, looked at step by step: what `doctor` and `requirements` share.
import type { DiagnosisStep } from '@openparley/sdk'

export interface Diagnosis {
  readonly ok: boolean
  readonly steps: readonly DiagnosisStep[]
}

export async function diagnose(settings: Record<string, unknown>): Promise<Diagnosis> {
  const { startInProcess } = await import('@openparley/daemon/in-process')
  const { connect, direct, ParleyError } = await import('@openparley/sdk')
  const host = await startInProcess()
  try {
    const core = await connect({ application: 'parley', over: direct((request) => host.attach(request)) })
    const session = await core.open(settings)
    return await session.health.diagnose()
  } catch (thrown) {
    // What the settings say cannot be right: that is the first step.
    if (!(thrown instanceof ParleyError)) throw thrown
    const { code, detail, sentence, next } = thrown
    return {
      ok: false,
      steps: [{ step: 'settings', ok: false, code, ms: 0, evidence: detail ?? sentence, hint: next }],
    }
  } finally {
    await host.close()
  }
}
