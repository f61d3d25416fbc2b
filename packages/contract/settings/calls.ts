// Settings of calls.
import { z } from 'zod'
import { setting } from './entry.ts'

export const callSettings = {
  'calls.max': setting({
    doc: 'How many calls there may be at once.',
    since: '0.1',
    schema: z.number().int().min(1).max(10_000),
    default: 16,
    applies: 'now',
  }),
  'calls.maxPerMinute': setting({
    doc: 'How many calls may be dialled in a minute. Emergency numbers are never counted.',
    since: '0.1',
    schema: z.number().int().min(0).max(100_000),
    default: 60,
    applies: 'now',
  }),
  'calls.deny': setting({
    doc: 'Beginnings of numbers that may not be dialled.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(64)).max(1000),
    default: [],
    applies: 'now',
  }),
  'calls.allow': setting({
    doc: 'Beginnings of numbers that may be dialled; empty allows all that calls.deny does not name.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(64)).max(1000),
    default: [],
    applies: 'now',
  }),
  'calls.followTransfers': setting({
    doc: 'Whether the phone calls whom the other side of a call transfers it to. What may not be dialled is never followed.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'now',
  }),
  'calls.codes.when': setting({
    doc: 'When the codes of a call are sent: asked: when the server collects keys (KPML); early-media: at the tone before the answer, or at the answer; answer: at the answer; en-bloc: with the number. A server that collects keys gets them in any case but the last.',
    since: '0.1',
    schema: z.enum(['asked', 'early-media', 'answer', 'en-bloc']),
    default: 'early-media',
    applies: 'now',
  }),
  'calls.codes.end': setting({
    doc: 'What follows each code.',
    since: '0.1',
    schema: z.string().regex(/^[\d*#A-D]{0,4}$/i),
    default: '#',
    applies: 'now',
  }),
  'calls.codes.pauseMs': setting({
    doc: 'How long the tone that asks for a code is heard before it is sent, in milliseconds.',
    since: '0.1',
    schema: z.number().int().min(0).max(10_000),
    default: 800,
    applies: 'now',
  }),
  'calls.codes.enBloc': setting({
    doc: 'What is dialled where codes go with the number: {number}, {account} and {matter} are put in.',
    since: '0.1',
    schema: z.string().min(1).max(128),
    default: '{account}{matter}{number}',
    applies: 'now',
  }),
  'calls.emergency': setting({
    doc: 'Numbers that are dialled whatever limit stands against it.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(64)).max(100),
    default: ['112', '911', '999', '110', '118', '119', '000'],
    applies: 'now',
  }),
} as const
