// Health: one row a service, the last word of each.
import type { ChangeOf, DiagnosisStep, HealthRow, services, StateOf } from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { ServiceBody } from '../../runtime/service.ts'

type Health = (typeof services)['health']

export interface HealthService extends ServiceBody<Health> {
  readonly state: Broadcast<StateOf<Health>, ChangeOf<Health>>
  /** Says how a service is now. */
  tell(row: HealthRow): void
  /** The last changes, oldest first. */
  past(): HealthRow[]
  close(): void
}

export interface HealthNeeds {
  /** Every step of the last sign-in. */
  readonly diagnosis: () => Promise<{ readonly ok: boolean; readonly steps: DiagnosisStep[] }>
  /** All that a problem report holds of this session, without secrets. */
  readonly report: () => Readonly<Record<string, unknown>>
}

export function health(epoch: string, needs: HealthNeeds): HealthService {
  const rows = new Map<string, HealthRow>()
  const past: HealthRow[] = []
  const state = broadcast<StateOf<Health>, ChangeOf<Health>>(epoch, () => ({ services: [...rows.values()] }))
  return {
    past: () => [...past],
    handlers: { diagnose: () => needs.diagnosis(), report: () => ({ report: needs.report() }) },
    state,
    tell: (row) => {
      const before = rows.get(row.service)
      // `since` is when the state began, not when it was last confirmed.
      const since = before?.state === row.state && before.error?.code === row.error?.code ? before.since : row.since
      const lastError = before?.error ? { error: before.error, at: row.since } : before?.lastError
      const next = { ...row, since, ...(lastError && !row.error ? { lastError } : {}) }
      rows.set(row.service, next)
      past.push(next)
      if (past.length > mostPast) past.shift()
      state.publish({ type: 'service', row: next })
    },
    close: () => state.close(),
  }
}

const mostPast = 200
