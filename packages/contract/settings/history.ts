// Settings of the record of what was.
import { z } from 'zod'
import { setting } from './entry.ts'

export const historySettings = {
  'history.keepDays': setting({
    doc: 'For how many days calls, messages, voicemail and conferences are kept in the record, and messages in conversations; 0: for ever. What is older is deleted when this is set and once a day.',
    since: '0.1',
    schema: z.number().int().min(0).max(36_500),
    default: 0,
    applies: 'now',
  }),
} as const
