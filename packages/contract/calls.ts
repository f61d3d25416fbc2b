// Calls: whoever calls, whichever phone acts.
import { z } from 'zod'
import { furtherActs, refusedAtDesk } from './calls-further.ts'
import { videoActs } from './calls-video.ts'
import { Call, Codes, Endpoint, Forwarding, Lamp, Party } from './call.ts'
import { CallId, DurationMs, ErrorValue, PhoneId, RequestId } from './values.ts'
import { change, method, service } from './vocabulary.ts'

const example = { call: 'call_AAAAAAAAAAAAAAAAAAAAAA' }
const onCall = z.object({ call: CallId })

export const calls = service({
  doc: 'Calls on any phone: dial, answer, hold, digits. Several applications may watch one call; one handles it.',
  perSession: true,
  watched: {
    scope: 'calls.read',
    state: z
      .object({ calls: z.array(Call), lamps: z.array(Lamp) })
      .describe(
        'Calls in progress, and those ended in the last minute; and the lines of others that calls.lamps names.',
      ),
    changes: {
      call: change({
        doc: 'A call is new or has changed; `call` is the whole of it.',
        since: '0.1',
        payload: z.object({ call: Call }),
      }),
      removed: change({
        doc: 'An ended call is forgotten; history has it.',
        since: '0.1',
        payload: z.object({ call: CallId }),
      }),
      unanswerable: change({
        doc: 'Somebody called whose sound this phone cannot carry (no codec in common, or protection that only one side wants): refused before it rang.',
        since: '0.1',
        payload: z.object({ from: Party, error: ErrorValue }),
      }),
      digit: change({
        doc: 'The other side pressed a key.',
        since: '0.1',
        payload: z.object({ call: CallId, digit: z.string(), durationMs: DurationMs }),
      }),
      lamp: change({ doc: 'A line of somebody else has changed.', since: '0.1', payload: z.object({ lamp: Lamp }) }),
      forwarding: change({
        doc: 'The server was told to send calls on, or no longer, as calls.forward.at has it; or it did not take it.',
        since: '0.1',
        payload: z.object({ forwarding: Forwarding }),
      }),
      holdReminder: change({
        doc: 'A call has been on hold for calls.hold.remindMs, and again after each such time.',
        since: '0.1',
        payload: z.object({ call: CallId }),
      }),
      callBackReady: change({
        doc: 'The side that was busy or did not answer can be called now: dial again (RFC 6910).',
        since: '0.1',
        payload: z.object({ number: z.string(), call: CallId }),
      }),
      recorded: change({
        doc: 'A recording of the call is complete.',
        since: '0.1',
        payload: z.object({ call: CallId, file: z.string().describe('Its name, without the folder.') }),
      }),
      played: change({
        doc: 'A file endpoint has been played to its end.',
        since: '0.1',
        payload: z.object({ call: CallId }),
      }),
    },
  },
  methods: {
    dial: method({
      doc: 'Dial a number. Answers as soon as the call exists; what becomes of it is told by `watch`. The application that dials handles the call.',
      since: '0.1',
      scope: 'calls.control',
      params: z.object({
        to: z
          .string()
          .min(1)
          .max(256)
          .describe(
            'A number, a user name, a sip: address, or the address of a contact: of them the way that contacts.reach names.',
          ),
        phone: PhoneId.optional(),
        endpoint: Endpoint.optional(),
        codes: Codes.optional(),
        precedence: z
          .string()
          .regex(/^[\w-]+(\.[\w-]+)?$/)
          .max(64)
          .optional()
          .describe('A level, flash, or one of a namespace, dsn.flash (RFC 4412).'),
        anonymous: z.boolean().optional().describe('Whether the other side is not told who calls (RFC 3323).'),
        video: z.boolean().optional().describe('With video: the endpoint is a page that was opened with it.'),
        requestId: RequestId,
      }),
      result: z.object({ call: CallId }),
      errors: [
        'number-invalid',
        'contact-no-number',
        'precedence-invalid',
        'number-denied',
        'digits-invalid',
        'phone-unavailable',
        'phone-unknown',
        'video-no-page',
        'call-too-many',
        'call-budget-spent',
        'media-path-refused',
        'media-handle-unknown',
        'media-file-unreadable',
        'media-file-unwritable',
        'media-no-port',
      ],
      example: { to: '204', requestId: 'r1' },
    }),
    claim: method({
      doc: 'Take an incoming call: one application gets it, every other is told `call-claimed`, and sees the claim.',
      since: '0.1',
      scope: 'calls.control',
      params: onCall,
      result: z.object({}),
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
      example,
    }),
    answer: method({
      doc: 'Answer an incoming call; claims it first. Answers when the phone was told; `watch` says when it is connected.',
      since: '0.1',
      scope: 'calls.control',
      params: z.object({
        call: CallId,
        endpoint: Endpoint.optional(),
        video: z
          .boolean()
          .optional()
          .describe('With this side’s picture, where the other side has asked for video; else as media.video says.'),
      }),
      result: z.object({}),
      errors: [
        'call-unknown',
        'call-claimed',
        'call-wrong-state',
        'video-no-page',
        'call-incompatible',
        'call-unprotected',
        'call-failed',
        'phone-unavailable',
        ...refusedAtDesk,
        'media-path-refused',
        'media-handle-unknown',
        'media-file-unreadable',
        'media-file-unwritable',
        'media-no-port',
      ],
      example,
    }),
    decline: method({
      doc: 'Refuse an incoming call.',
      since: '0.1',
      scope: 'calls.control',
      params: z.object({ call: CallId, reason: z.enum(['busy', 'declined']).default('declined') }),
      result: z.object({}),
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
      example,
    }),
    end: method({
      doc: 'End a call, or give up dialling it. Repeating it is harmless while the call is known.',
      since: '0.1',
      scope: 'calls.control',
      params: onCall,
      result: z.object({}),
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
      example,
    }),
    hold: method({
      doc: 'Put a call on hold. Answers when the other side has agreed.',
      since: '0.1',
      scope: 'calls.control',
      params: onCall,
      result: z.object({}),
      errors: [
        'call-unknown',
        'call-claimed',
        'call-wrong-state',
        'call-failed',
        'phone-unavailable',
        ...refusedAtDesk,
      ],
      example,
    }),
    resume: method({
      doc: 'Take a call off hold. Answers when the other side has agreed.',
      since: '0.1',
      scope: 'calls.control',
      params: onCall,
      result: z.object({}),
      errors: [
        'call-unknown',
        'call-claimed',
        'call-wrong-state',
        'call-failed',
        'phone-unavailable',
        ...refusedAtDesk,
      ],
      example,
    }),
    transfer: method({
      doc: 'Let the other side go on with somebody else: a number (blind), or the other side of another call of yours, whether you asked them first or not. Answers when the other side has taken it on; `transfer` of the call tells how it goes, and the call ends when it is done.',
      since: '0.1',
      scope: 'calls.control',
      params: z
        .object({
          call: CallId,
          to: z.string().min(1).max(256).optional().describe('A number, a user name or a sip: address.'),
          with: CallId.optional().describe('Another connected call on the same phone.'),
          requestId: RequestId,
        })
        .refine(({ to, with: other }) => (to === undefined) !== (other === undefined), 'exactly one of to and with'),
      result: z.object({}),
      errors: [
        'call-unknown',
        'call-claimed',
        'call-wrong-state',
        'number-invalid',
        'number-denied',
        'transfer-refused',
        'call-failed',
        'phone-unavailable',
        ...refusedAtDesk,
      ],
      example: { ...example, to: '204', requestId: 'r3' },
    }),
    mute: method({
      doc: 'Send silence instead of what this side says.',
      since: '0.1',
      scope: 'calls.control',
      params: onCall,
      result: z.object({}),
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
      example,
    }),
    unmute: method({
      doc: 'Send what this side says again.',
      since: '0.1',
      scope: 'calls.control',
      params: onCall,
      result: z.object({}),
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state'],
      example,
    }),
    sendDigits: method({
      doc: 'Send key presses to the other side (RFC 4733). Answers when they are queued.',
      since: '0.1',
      scope: 'calls.control',
      params: z.object({
        call: CallId,
        digits: z.string().min(1).max(64).describe('0–9, *, #, A–D; a comma waits a second.'),
        durationMs: z.number().int().min(40).max(2000).default(100).describe('How long each is held.'),
        requestId: RequestId,
      }),
      result: z.object({}),
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'digits-invalid'],
      example: { ...example, digits: '1234#', requestId: 'r2' },
    }),
    giveCodes: method({
      doc: 'Give the codes that the server asks for in the call: they are sent as keys, and written to the history for billing.',
      since: '0.1',
      scope: 'calls.control',
      params: z.object({ call: CallId, codes: Codes, requestId: RequestId }),
      result: z.object({}),
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'digits-invalid'],
      example: { ...example, codes: { account: '12345' }, requestId: 'r4' },
    }),
    attach: method({
      doc: 'Join a call’s sound to another endpoint.',
      since: '0.1',
      scope: 'media.use',
      params: z.object({ call: CallId, endpoint: Endpoint }),
      result: z.object({}),
      errors: [
        'call-unknown',
        'call-claimed',
        'call-wrong-state',
        'media-path-refused',
        'media-handle-unknown',
        'media-file-unreadable',
        'media-file-unwritable',
      ],
      example: { ...example, endpoint: { kind: 'none' } },
    }),
    ...videoActs,
    ...furtherActs,
  },
})
