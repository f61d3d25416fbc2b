// History: the record of what was with others: calls, messages, voicemail, conferences.
import { z } from 'zod'
import { CallEnd, Known, Party, Precedence } from './call.ts'
import { Message } from './chat.ts'
import { conferenceKinds } from './conferences.ts'
import { ContactAddress } from './contacts.ts'
import { CallId, DurationMs, Time, WebConferenceId } from './values.ts'
import { VoiceMessage } from './voicemail.ts'
import { change, method, service } from './vocabulary.ts'

export const HistoryEntry = z
  .object({
    call: CallId,
    direction: z.enum(['outgoing', 'incoming']),
    remote: Party,
    /** The contact that the other side was, where it was one. */
    person: ContactAddress.optional(),
    /** Who had that number then, where a directory knew it. */
    known: Known.optional(),
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

export const ConferenceEntry = z
  .object({
    conference: WebConferenceId,
    kind: z.enum(conferenceKinds),
    subject: z.string(),
    /** Who asked the person into it, where somebody did. */
    from: ContactAddress.optional(),
    startedAt: Time,
    endedAt: Time,
    /** The names of those who were in it. Text from others. */
    members: z.array(z.string()),
  })
  .describe('A web conference that the person was in.')
export type ConferenceEntry = z.output<typeof ConferenceEntry>

/** By what each record is found: when it was, with whom. */
const common = {
  /** Its place in the record: the same as long as it is kept. */
  id: z.string(),
  at: Time,
  /** The contact that it was with, where it was one. */
  person: ContactAddress.optional(),
}

export const HistoryRecord = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('call'), ...common, call: HistoryEntry }),
    z.object({ kind: z.literal('message'), ...common, message: Message }),
    z.object({ kind: z.literal('voicemail'), ...common, voicemail: VoiceMessage }),
    z.object({ kind: z.literal('conference'), ...common, conference: ConferenceEntry }),
  ])
  .describe('One thing of the record.')
export type HistoryRecord = z.output<typeof HistoryRecord>

export const recordKinds = ['call', 'message', 'voicemail', 'conference'] as const

const Looked = {
  kinds: z.array(z.enum(recordKinds)).min(1).optional().describe('All unless said.'),
  with: z
    .string()
    .max(1024)
    .optional()
    .describe('A contact’s address or a number, in any form: everything with that person, whichever way it was.'),
  text: z.string().max(256).optional().describe('Words that it holds: names, numbers, what was written or said.'),
  from: Time.optional().describe('Not before.'),
  to: Time.optional().describe('Before.'),
  missed: z.boolean().optional().describe('Only calls that were missed, or only those that were not.'),
  cursor: z.string().max(256).optional().describe('`next` of the page before.'),
  limit: z.number().int().min(1).max(500).default(50),
}

export const history = service({
  doc: 'The record of past calls, messages, voicemail and conferences, kept in the store of the session’s user.',
  perSession: true,
  watched: {
    scope: 'history.read',
    state: z.object({
      /** Of calls. */
      total: z.number().int(),
    }),
    changes: {
      added: change({ doc: 'A call is over and recorded.', since: '0.1', payload: z.object({ entry: HistoryEntry }) }),
      recorded: change({
        doc: 'Something is new in the record, or has changed: also of calls and messages.',
        since: '0.1',
        payload: z.object({ record: HistoryRecord }),
      }),
      forgotten: change({
        doc: 'Something was deleted from the record: read it again. `total` is how many calls are left.',
        since: '0.1',
        payload: z.object({ total: z.number().int() }),
      }),
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
      errors: ['store-unusable', 'store-newer'],
      example: { limit: 10 },
    }),
    search: method({
      doc: 'The record of everything, newest first, page by page: all of it, or what a person, words, a kind or a time narrow it to.',
      since: '0.1',
      scope: 'history.read',
      params: z.object(Looked),
      result: z.object({ records: z.array(HistoryRecord), next: z.string().optional() }),
      errors: ['store-unusable', 'store-newer'],
      example: { with: 'bob@example.com' },
    }),
    export: method({
      doc: 'The same as a file, page by page: CSV (RFC 4180, one line each, the first page begins with the names; cells that a spreadsheet would run as a formula begin with an apostrophe) or JSON (one record a line).',
      since: '0.1',
      scope: 'history.read',
      params: z.object({ ...Looked, as: z.enum(['csv', 'json']) }),
      result: z.object({ content: z.string(), next: z.string().optional() }),
      errors: ['store-unusable', 'store-newer'],
      example: { as: 'csv' },
    }),
    forget: method({
      doc: 'Delete records for good, by what finds them; all that is said of them must be so, and nothing is deleted where nothing is said. Messages go from their conversations, too, on this machine alone; those that are still to be sent stay. Voice messages stay in the mailbox.',
      since: '0.1',
      scope: 'history.write',
      params: z.object({
        ids: z.array(z.string()).min(1).max(500).optional(),
        with: Looked.with,
        before: Time.optional().describe('What is older.'),
      }),
      result: z.object({ forgotten: z.number().int() }),
      errors: ['store-unusable', 'store-newer'],
      example: { ids: ['call:1'] },
    }),
  },
})
