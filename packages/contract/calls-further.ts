// What is done with calls that are up beside holding and ending them: conferences, recordings, parking, picking up, calling back.
import { z } from 'zod'
import { Endpoint, Statistics } from './call.ts'
import { deviceErrors } from './errors/devices.ts'
import { CallId, ConferenceId, ErrorValue, PhoneId, RequestId } from './values.ts'
import { method } from './vocabulary.ts'

const example = { call: 'call_AAAAAAAAAAAAAAAAAAAAAA' }
const onCall = z.object({ call: CallId })

/** What a phone that a server controls, or that is asked by one, may be refused for: the call goes on as it was. */
export const refusedAtDesk = ['server-silent', 'server-overloaded', 'call-forbidden', 'number-unknown'] as const

/** Methods of `calls`, which holds the rest. */
export const furtherActs = {
  deflect: method({
    doc: 'Send a ringing call on to another number, without answering it (302).',
    since: '0.1',
    scope: 'calls.control',
    params: z.object({ call: CallId, to: z.string().min(1).max(256) }),
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'number-invalid', 'number-denied'],
    example: { ...example, to: '204' },
  }),
  move: method({
    doc: 'Go on with a call at another phone of the person: its other side is sent there, and answered there at once. They hear nothing of it but a moment without sound.',
    since: '0.1',
    scope: 'calls.control',
    params: z.object({
      call: CallId,
      to: PhoneId.describe('Another phone of the person.'),
      endpoint: Endpoint.optional().describe('What the call is joined to there, where that is a soft phone.'),
    }),
    result: z.object({ call: CallId.describe('The call at the other phone.') }),
    errors: [
      'call-unknown',
      'call-claimed',
      'call-wrong-state',
      'call-move-failed',
      'phone-unknown',
      'phone-unavailable',
      'transfer-refused',
      'call-failed',
      'number-invalid',
      ...refusedAtDesk,
      'media-path-refused',
      ...deviceErrors,
      'media-handle-unknown',
      'media-file-unreadable',
      'media-file-unwritable',
      'media-no-port',
    ],
    example: { ...example, to: 'phone_AAAAAAAAAAAAAAAAAAAAAA' },
  }),
  conference: method({
    doc: 'Bring calls together: all hear one another and you. Takes further calls into a conference that there is. With calls.conference.factory the server mixes: you are in it by one more call, and the calls end as their other sides get there; whom it cannot get stays, mixed with it by this phone. Without it, or where it refuses, this phone mixes all, and held calls are resumed.',
    since: '0.1',
    scope: 'calls.control',
    params: z.object({
      calls: z.array(CallId).min(2).max(32),
      endpoint: Endpoint.optional().describe('What the call with the server’s conference is joined to.'),
    }),
    result: z.object({
      conference: ConferenceId.optional().describe('The conference of this phone.'),
      call: CallId.optional().describe('The call with the server’s conference.'),
      refused: ErrorValue.optional().describe('Why the server makes none.'),
    }),
    errors: [
      'call-unknown',
      'call-claimed',
      'call-wrong-state',
      'call-failed',
      'phone-unavailable',
      ...refusedAtDesk,
      'media-path-refused',
      ...deviceErrors,
      'media-handle-unknown',
      'media-file-unreadable',
      'media-file-unwritable',
    ],
    example: { calls: [example.call, 'call_BBBBBBBBBBBBBBBBBBBBBB'] },
  }),
  drop: method({
    doc: 'Remove somebody from a conference of the server. From one of this phone, end their call.',
    since: '0.1',
    scope: 'calls.control',
    params: z.object({
      call: CallId.describe('The call with the conference.'),
      member: z.string().min(1).max(512).describe('The uri of a member.'),
    }),
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'conference-refused'],
    example: { ...example, member: 'sip:bob@example.com' },
  }),
  split: method({
    doc: 'Take one call out of its conference and go on with it alone; the sound of the conference stays with the others until you attach it.',
    since: '0.1',
    scope: 'calls.control',
    params: onCall,
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
    example,
  }),
  silence: method({
    doc: 'Keep the others of a conference from hearing this one; you do not hear them either.',
    since: '0.1',
    scope: 'calls.control',
    params: onCall,
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
    example,
  }),
  unsilence: method({
    doc: 'Let the others of a conference hear this one again.',
    since: '0.1',
    scope: 'calls.control',
    params: onCall,
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
    example,
  }),
  record: method({
    doc: 'Record both sides of a call to a file, with the beep that calls.record.tone sets.',
    since: '0.1',
    scope: 'media.use',
    params: z.object({
      call: CallId,
      record: z
        .string()
        .min(1)
        .max(4096)
        .describe('A name inside the media folder; from the user’s own process also a path.'),
      force: z.boolean().optional().describe('Whether it may replace a file.'),
    }),
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'media-path-refused', 'media-file-unwritable'],
    example: { ...example, record: 'call.wav' },
  }),
  stopRecording: method({
    doc: 'End the recording of a call; the file is complete then.',
    since: '0.1',
    scope: 'media.use',
    params: onCall,
    result: z.object({}),
    errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
    example,
  }),
  park: method({
    doc: 'Leave a call at the server, for anybody to fetch: at a place of one’s choice where the server has such, else wherever calls.park.number puts it, which the server tells in its own way.',
    since: '0.1',
    scope: 'calls.control',
    params: z.object({
      call: CallId,
      at: z.string().min(1).max(256).optional().describe('The place: what is dialled to leave a call there.'),
      requestId: RequestId,
    }),
    result: z.object({}),
    errors: [
      'call-unknown',
      'call-claimed',
      'call-wrong-state',
      'setting-missing',
      'number-invalid',
      'number-denied',
      'transfer-refused',
    ],
    example: { ...example, requestId: 'r5' },
  }),
  retrieve: method({
    doc: 'Fetch a call that was parked: what is dialled for it is calls.park.retrieve.',
    since: '0.1',
    scope: 'calls.control',
    params: z.object({
      at: z.string().min(1).max(256).describe('The place where it waits.'),
      endpoint: Endpoint.optional(),
      requestId: RequestId,
    }),
    result: z.object({ call: CallId }),
    errors: ['number-invalid', 'number-denied', 'phone-unavailable', 'call-too-many', 'call-budget-spent'],
    example: { at: '701', requestId: 'r8' },
  }),
  pickUp: method({
    doc: 'Take a call that rings elsewhere: at a line, or anywhere in one’s group.',
    since: '0.1',
    scope: 'calls.control',
    params: z.object({
      from: z.string().min(1).max(256).optional().describe('The line that rings; the group unless said.'),
      endpoint: Endpoint.optional(),
      requestId: RequestId,
    }),
    result: z.object({ call: CallId }),
    errors: ['setting-missing', 'number-invalid', 'phone-unavailable', 'call-too-many', 'call-budget-spent'],
    example: { requestId: 'r6' },
  }),
  redial: method({
    doc: 'Dial the number again that was dialled last.',
    since: '0.1',
    scope: 'calls.control',
    params: z.object({ endpoint: Endpoint.optional(), requestId: RequestId }),
    result: z.object({ call: CallId }),
    errors: [
      'number-unknown',
      'number-denied',
      'phone-unavailable',
      'call-too-many',
      'call-budget-spent',
      'store-unusable',
    ],
    example: { requestId: 'r7' },
  }),
  callBack: method({
    doc: 'After a call to somebody who was busy or did not answer: be told when they can be called (`callBackReady`).',
    since: '0.1',
    scope: 'calls.control',
    params: onCall,
    result: z.object({}),
    errors: ['call-unknown', 'call-wrong-state', 'call-back-refused'],
    example,
  }),
  statistics: method({
    doc: 'Figures of a call’s sound as they are now.',
    since: '0.1',
    scope: 'calls.read',
    params: onCall,
    result: Statistics,
    errors: ['call-unknown', 'call-wrong-state'],
    example,
  }),
}
