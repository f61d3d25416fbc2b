// Health: one row a service, with the cause and the next step; and the whole way looked at step by step.
import { z } from 'zod'
import { layers } from './config.ts'
import { ErrorCodeValue, ErrorValue, Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const HealthRow = z
  .object({
    /** What the row is about: calls, history, … */
    service: z.string(),
    /** off: not configured, nothing is wrong. */
    state: z.enum(['ok', 'starting', 'degraded', 'failed', 'off']),
    since: Time,
    /** The server, where there is one. */
    address: z.string().optional(),
    /** Where the setting that names the server comes from. */
    configuredFrom: z.object({ name: z.string(), layer: z.enum(layers), from: z.string() }).optional(),
    error: ErrorValue.optional(),
    /** What works and yet should not stay so: a certificate that is not checked. */
    warning: ErrorValue.optional(),
    /** What went wrong last, when it is well again. */
    lastError: z.object({ error: ErrorValue, at: Time }).optional(),
    nextTryAt: Time.optional(),
    /** What is tried then. */
    nextTry: z.string().optional(),
    /** What the person does without while it stays so. */
    without: z.string().optional(),
    /** What still works meanwhile. */
    works: z.string().optional(),
  })
  .describe('How one service is.')
export type HealthRow = z.output<typeof HealthRow>

export const DiagnosisStep = z
  .object({
    /** settings, discovery, devices, device-config, dial-rules, dial-rules-database, registration, chat, calendar, … */
    step: z.string(),
    ok: z.boolean(),
    /** skipped: nothing asks for this step; nothing is wrong. */
    skipped: z.boolean().optional(),
    code: ErrorCodeValue.optional(),
    address: z.string().optional(),
    ms: z.number().min(0),
    /** What was seen that tells so. */
    evidence: z.string(),
    /** What to do next. */
    hint: z.string().optional(),
  })
  .describe('One step on the way from a name and a password to a phone.')
export type DiagnosisStep = z.output<typeof DiagnosisStep>

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
  methods: {
    diagnose: method({
      doc: 'How each step of the last sign-in went, with what was seen; waits until it is over, 60 s at most.',
      since: '0.1',
      scope: 'system.read',
      params: z.object({}),
      result: z.object({ ok: z.boolean(), steps: z.array(DiagnosisStep) }),
      errors: [],
      example: {},
    }),
    report: method({
      doc: 'All that a problem report holds of this session: settings with their origins, health and its changes, what the last sign-ins asked and got, and what the SIP engines did in the last minutes. No secret, key, digit or message is in it; names and numbers are.',
      since: '0.1',
      scope: 'system.control',
      params: z.object({}),
      result: z.object({ report: z.record(z.string(), z.unknown()) }),
      errors: [],
      example: {},
    }),
  },
})
