// How names of others are read.
import { z } from 'zod'
import { setting } from './entry.ts'

export const nameSettings = {
  'settings.valueNames': setting({
    doc: 'Value names of the registry and of jabber-config.xml, each with the setting that it is for: {"VoicemailPilotNumber": "voicemail.pilotNumber"}. It counts over what is known of a name; an empty setting makes the name unknown.',
    since: '0.1',
    schema: z
      .record(z.string().min(1).max(128), z.string().max(128))
      .refine((names) => Object.keys(names).length <= 500, { message: 'Too many names' }),
    default: {},
    applies: 'now',
  }),
} as const
