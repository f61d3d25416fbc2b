// Calls: whoever calls, whichever phone acts.
import { z } from 'zod'
import {
  ApplicationId,
  BrowserId,
  CallId,
  DurationMs,
  ErrorValue,
  PeerCauseValue,
  PhoneId,
  RequestId,
  StreamId,
  Time,
} from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const Party = z
  .object({
    /** As dialled or as shown: a number or a user name. */
    number: z.string(),
    displayName: z.string().optional(),
    /** The SIP or tel address, where there is one. */
    uri: z.string().optional(),
  })
  .describe('One side of a call. Text from others: never markup.')
export type Party = z.output<typeof Party>

export const Statistics = z
  .object({
    codec: z.string().optional(),
    packetsSent: z.number().int(),
    packetsReceived: z.number().int(),
    /** Packets that the other side sent and that never came. */
    packetsLost: z.number().int(),
    /** Packets that came too late to be played. */
    packetsLate: z.number().int(),
    /** What the other side says it lost of ours (RTCP), where it says so. */
    remotePacketsLost: z.number().int().optional(),
    jitterMs: z.number(),
    roundTripMs: z.number().optional(),
    /** Estimated listening quality, 1–4.5 (ITU-T G.107 E-model). */
    mos: z.number().optional(),
  })
  .describe('Figures of a call’s sound.')
export type Statistics = z.output<typeof Statistics>

export const CallEnd = z
  .object({
    by: z.enum(['local', 'remote', 'network']),
    /** Absent when the call ended as calls should. */
    error: ErrorValue.optional(),
    peer: PeerCauseValue.optional(),
    /** The other side goes on with them. */
    transferredTo: Party.optional(),
  })
  .describe('How a call ended.')
export type CallEnd = z.output<typeof CallEnd>

export const Transfer = z
  .object({
    to: Party,
    /** asked: the other side has taken it on. ringing: they are called. failed: the call goes on as it was. */
    is: z.enum(['asked', 'ringing', 'failed']),
    cause: PeerCauseValue.optional(),
  })
  .describe('How a transfer goes.')
export type Transfer = z.output<typeof Transfer>

export const Capability = z.enum([
  'answer',
  'decline',
  'end',
  'hold',
  'resume',
  'mute',
  'unmute',
  'sendDigits',
  'attach',
  'transfer',
  'claim',
])
export type Capability = z.output<typeof Capability>

export const Call = z
  .object({
    id: CallId,
    phone: PhoneId,
    direction: z.enum(['outgoing', 'incoming']),
    /** dialling: asked the server; alerting: a phone rings, here or there; connected: answered; ended. */
    state: z.enum(['dialling', 'alerting', 'connected', 'ended']),
    /** Sound of the other side before the answer. */
    earlyMedia: z.boolean(),
    held: z.enum(['no', 'local', 'remote', 'both']),
    muted: z.boolean(),
    remote: Party,
    transfer: Transfer.optional(),
    /** The application that has claimed the call and handles it. */
    handler: ApplicationId.optional(),
    /** What can be done with the call now. */
    capabilities: z.array(Capability),
    startedAt: Time,
    answeredAt: Time.optional(),
    endedAt: Time.optional(),
    end: CallEnd.optional(),
    statistics: Statistics.optional(),
    /** The protocol's own name of the call (SIP: Call-ID), for comparing logs. */
    peerId: z.string().optional(),
    /** The server collects digits, by `sendDigits`: more of a number, or a code. */
    digitsWanted: z.boolean(),
    /** The server is lost, and the two sides still hear each other: the call can only be ended. */
    preserved: z.boolean(),
    /** How the call manager says it is protected, all the way. */
    security: z.enum(['unknown', 'not-authenticated', 'authenticated', 'encrypted']).optional(),
    /** The call manager’s name of the call, which its records bear. */
    globalId: z.string().optional(),
    priority: z.enum(['urgent', 'emergency']).optional(),
    /** What went to the phone, where dial rules made another number of what was dialled. */
    dialled: z.string().optional(),
  })
  .describe('A call as it stands.')
export type Call = z.output<typeof Call>

const Code = z
  .string()
  .regex(/^[\d*#A-D]{1,32}$/i)
  .optional()

export const Codes = z
  .object({
    account: Code.describe('Who pays: the authorization code that the server asks for.'),
    matter: Code.describe('For whom: the client matter code.'),
  })
  .describe('Codes of a call, for billing. Shown to nobody but in the history.')
export type Codes = z.output<typeof Codes>

export const Endpoint = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({
      kind: z.literal('file'),
      /** A handle from media.upload; from the user's own process also a path. */
      play: z.string().max(4096).optional(),
      /** A name inside the session's media folder; from the user's own process also a path. */
      record: z.string().max(4096).optional(),
      /** Whether a recording may replace a file. */
      force: z.boolean().optional(),
    }),
    z.object({ kind: z.literal('stream'), stream: StreamId }),
    /** A page that media.openBrowser has joined. */
    z.object({ kind: z.literal('browser'), browser: BrowserId }),
  ])
  .describe('What a call’s sound is joined to.')
export type Endpoint = z.output<typeof Endpoint>

const example = { call: 'call_AAAAAAAAAAAAAAAAAAAAAA' }
const onCall = z.object({ call: CallId })

export const calls = service({
  doc: 'Calls on any phone: dial, answer, hold, digits. Several applications may watch one call; one handles it.',
  perSession: true,
  watched: {
    scope: 'calls.read',
    state: z.object({ calls: z.array(Call) }).describe('Calls in progress, and those ended in the last minute.'),
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
      digit: change({
        doc: 'The other side pressed a key.',
        since: '0.1',
        payload: z.object({ call: CallId, digit: z.string(), durationMs: DurationMs }),
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
        to: z.string().min(1).max(256).describe('A number, a user name or a sip: address.'),
        phone: PhoneId.optional(),
        endpoint: Endpoint.optional(),
        codes: Codes.optional(),
        requestId: RequestId,
      }),
      result: z.object({ call: CallId }),
      errors: [
        'number-invalid',
        'number-denied',
        'digits-invalid',
        'phone-unavailable',
        'phone-unknown',
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
      params: z.object({ call: CallId, endpoint: Endpoint.optional() }),
      result: z.object({}),
      errors: [
        'call-unknown',
        'call-claimed',
        'call-wrong-state',
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
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'call-failed'],
      example,
    }),
    resume: method({
      doc: 'Take a call off hold. Answers when the other side has agreed.',
      since: '0.1',
      scope: 'calls.control',
      params: onCall,
      result: z.object({}),
      errors: ['call-unknown', 'call-claimed', 'call-wrong-state', 'call-failed'],
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
    statistics: method({
      doc: 'Figures of a call’s sound as they are now.',
      since: '0.1',
      scope: 'calls.read',
      params: onCall,
      result: Statistics,
      errors: ['call-unknown', 'call-wrong-state'],
      example,
    }),
  },
})
