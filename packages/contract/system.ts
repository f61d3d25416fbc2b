// System: the core as a whole.
import { z } from 'zod'
import { scopeNames, type Scope } from './scopes.ts'
import { ApplicationId, SessionId, Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const Role = z
  .enum(['observe', 'approve'])
  .describe(
    'For calls that come in. observe: may log them; approve: may answer or decline them, and handles the one that it claims.',
  )
export type Role = z.output<typeof Role>

export const Application = z
  .object({
    id: ApplicationId,
    name: z.string(),
    role: Role,
    /** Whether the core stops a little after this application has left, if no other needs it. */
    leaves: z.enum(['stop', 'stay']),
    attachedAt: Time,
  })
  .describe('An attached application.')
export type Application = z.output<typeof Application>

export const ScopeValue = z.enum(scopeNames as [Scope, ...Scope[]])

export const system = service({
  doc: 'The core itself: version, attached applications, stopping.',
  perSession: false,
  watched: {
    scope: 'system.read',
    state: z.object({
      version: z.string(),
      contract: z.string(),
      pid: z.number().int(),
      startedAt: Time,
      applications: z.array(Application),
      /** Where the log lies, for the user of this machine. */
      log: z.string().optional(),
    }),
    changes: {
      attached: change({
        doc: 'An application attached.',
        since: '0.1',
        payload: z.object({ application: Application }),
      }),
      detached: change({
        doc: 'An application left.',
        since: '0.1',
        payload: z.object({ application: ApplicationId }),
      }),
      stopping: change({
        doc: 'The core is about to stop.',
        since: '0.1',
        payload: z.object({ restart: z.boolean() }),
      }),
    },
  },
  methods: {
    stop: method({
      doc: 'Stop the core: now, or when no call is up and no other application is attached.',
      since: '0.1',
      scope: 'system.control',
      params: z.object({ when: z.enum(['now', 'idle']).default('now'), restart: z.boolean().default(false) }),
      result: z.object({}),
      errors: [],
      example: { when: 'idle' },
    }),
    issueToken: method({
      doc: 'Make a token for another application: bound to its name, one session and the scopes given, none of which the caller lacks.',
      since: '0.1',
      scope: 'system.control',
      params: z.object({
        application: z.string().min(1).max(64),
        session: SessionId.optional(),
        scopes: z.array(ScopeValue).min(1),
        /** Pages of these origins may use it; none given: no page. */
        origins: z.array(z.string().max(256)).max(16).default([]),
        validForMs: z.number().int().min(1000).optional(),
      }),
      result: z.object({ token: z.string() }),
      errors: ['scope-missing', 'session-unknown'],
      example: { application: 'crm', scopes: ['calls.read'] },
    }),
    oneTimeAddress: method({
      doc: 'An address for the person to open in a browser: its code is exchanged once, within a minute, for a token with the scopes given, none of which the caller lacks.',
      since: '0.1',
      scope: 'system.control',
      params: z.object({
        application: z.string().min(1).max(64).describe('The page’s name as an application.'),
        session: SessionId.optional(),
        scopes: z.array(ScopeValue).min(1),
        path: z
          .string()
          .regex(/^\/[\w./-]*$/)
          .max(256)
          .default('/')
          .describe('The page.'),
      }),
      result: z.object({ address: z.string() }),
      errors: ['scope-missing', 'session-unknown', 'core-unreachable'],
      example: { application: 'status', scopes: ['system.read'] },
    }),
    revokeTokens: method({
      doc: 'Revoke every token of an application and detach it.',
      since: '0.1',
      scope: 'system.control',
      params: z.object({ application: z.string().min(1).max(64) }),
      result: z.object({ revoked: z.number().int() }),
      errors: [],
      example: { application: 'crm' },
    }),
  },
})
