// Health: one row a service, with the cause and the next step.
import { z } from 'zod'
import { ErrorValue, Time } from './values.ts'
import { change, service } from './vocabulary.ts'

export const HealthRow = z
  .object({
    /** What the row is about: calls, history, … */
    service: z.string(),
    /** off: not configured, nothing is wrong. */
    state: z.enum(['ok', 'starting', 'degraded', 'failed', 'off']),
    since: Time,
    /** The server, where there is one. */
    address: z.string().optional(),
    error: ErrorValue.optional(),
    nextTryAt: Time.optional(),
    /** What the person does without while it stays so. */
    without: z.string().optional(),
  })
  .describe('How one service is.')
export type HealthRow = z.output<typeof HealthRow>

export const health = service({
  doc: 'How each service of the session is, why, and what happens next.',
  perSession: true,
  watched: {
    scope: 'system.read',
    state: z.object({ services: z.array(HealthRow) }),
    changes: {
      service: change({ doc: 'A service’s health has changed.', since: '0.1', payload: z.object({ row: HealthRow }) }),
    },
  },
  methods: {},
})
