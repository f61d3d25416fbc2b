// Configuration: the settings of a session, without their secrets.
import { z } from 'zod'
import { SettingsObject } from './settings.ts'
import { change, method, service } from './vocabulary.ts'

export const config = service({
  doc: 'The settings in force. Secrets go in and never come out.',
  perSession: true,
  watched: {
    scope: 'config.read',
    state: z
      .object({ settings: SettingsObject })
      .describe('All settings with a value; a secret is shown as {"secret": true}.'),
    changes: {
      changed: change({
        doc: 'A setting has another value.',
        since: '0.1',
        payload: z.object({ name: z.string(), value: z.unknown() }),
      }),
    },
  },
  methods: {
    set: method({
      doc: 'Give a setting a value. The result says when it takes effect.',
      since: '0.1',
      scope: 'config.write',
      params: z.object({ name: z.string().max(128), value: z.unknown() }),
      result: z.object({ applies: z.enum(['now', 'next call', 'sign-in']) }),
      errors: ['setting-unknown', 'setting-invalid'],
      example: { name: 'calls.max', value: 4 },
    }),
    unset: method({
      doc: 'Give a setting its default back.',
      since: '0.1',
      scope: 'config.write',
      params: z.object({ name: z.string().max(128) }),
      result: z.object({ applies: z.enum(['now', 'next call', 'sign-in']) }),
      errors: ['setting-unknown', 'setting-missing'],
      example: { name: 'calls.max' },
    }),
  },
})
