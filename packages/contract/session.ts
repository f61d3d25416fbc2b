// Sessions: one signed-in person inside a core.
import { z } from 'zod'
import { SettingsObject } from './settings.ts'
import { ErrorValue, SessionId, Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const SessionInfo = z
  .object({
    id: SessionId,
    /** The person, as the first configured service names them. */
    user: z.string(),
    openedAt: Time,
    error: ErrorValue.optional(),
  })
  .describe('A signed-in person.')
export type SessionInfo = z.output<typeof SessionInfo>

export const session = service({
  doc: 'Sign people in and out. A core holds many sessions; everything else happens inside one.',
  perSession: false,
  watched: {
    scope: 'session.read',
    state: z.object({ sessions: z.array(SessionInfo) }),
    changes: {
      opened: change({ doc: 'Somebody signed in.', since: '0.1', payload: z.object({ session: SessionInfo }) }),
      closed: change({ doc: 'Somebody signed out.', since: '0.1', payload: z.object({ session: SessionId }) }),
    },
  },
  methods: {
    open: method({
      doc: 'Sign a person in with these settings. The same person’s session is opened once: a second application with the same settings joins it. Phones become ready on their own; watch them.',
      since: '0.1',
      scope: 'session.manage',
      params: z.object({ settings: SettingsObject }),
      result: z.object({ session: SessionId }),
      errors: [
        'setting-unknown',
        'setting-invalid',
        'setting-missing',
        'setting-protected',
        'store-newer',
        'store-unusable',
      ],
      example: {
        settings: {
          'softphone.servers': 'sip:pbx.example.com',
          'softphone.user': 'alice',
          'softphone.password': { env: 'SIP_PASSWORD' },
        },
      },
    }),
    close: method({
      doc: 'Sign a person out: calls end, registrations are taken back.',
      since: '0.1',
      scope: 'session.manage',
      params: z.object({ session: SessionId }),
      result: z.object({}),
      errors: ['session-unknown'],
      example: { session: 'session_AAAAAAAAAAAAAAAAAAAAAA' },
    }),
  },
})
