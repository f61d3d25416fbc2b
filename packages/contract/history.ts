// History: the record of past calls.
import { z } from 'zod'
import { CallEnd, Party, Precedence } from './call.ts'
import { ContactAddress } from './contacts.ts'
import { CallId, DurationMs, Time } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const HistoryEntry = z
  .object({
    call: CallId,
    direction: z.enum(['outgoing', 'incoming']),
    remote: Party,
    /** The contact that the other side was, where it was one. */
    person: ContactAddress.optional(),
    startedAt: Time,
    answeredAt: Time.optional(),
    endedAt: Time,
    /** From answer to end; absent for a call that was not answered. */
    talkedMs: DurationMs.optional(),
    end: CallEnd,
    /** They called, and the person neither answered nor refused. Absent in records of before it was noted. */
    missed: z.boolean().optional(),
    precedence: Precedence.optional(),
    /** The codes that the call was made with, for billing. */
    account: z.string().optional(),
    matter: z.string().optional(),
  })
  .describe('A call that is over.')
export type HistoryEntry = z.output<typeof HistoryEntry>

export const history = service({
  doc: 'The record of past calls, kept in the store of the session’s user.',
  perSession: true,
  watched: {
    scope: 'history.read',
    state: z.object({ total: z.number().int() }),
    changes: {
      added: change({ doc: 'A call is over and recorded.', since: '0.1', payload: z.object({ entry: HistoryEntry }) }),
    },
  },
  methods: {
    list: method({
      doc: 'Past calls, newest first, page by page.',
      since: '0.1',
      scope: 'history.read',
      params: z.object({
        cursor: z.string().max(64).optional().describe('`next` of the page before.'),
        limit: z.number().int().min(1).max(500).default(50),
      }),
      result: z.object({ entries: z.array(HistoryEntry), next: z.string().optional() }),
      errors: ['store-unusable'],
      example: { limit: 10 },
    }),
  },
})
