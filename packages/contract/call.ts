// What a call is: its two sides, how it stands, how it ended, what its sound is joined to.
import { z } from 'zod'
import { ContactAddress } from './contacts.ts'
import {
  ApplicationId,
  BrowserId,
  CallId,
  ConferenceId,
  ErrorValue,
  PeerCauseValue,
  PhoneId,
  StreamId,
  Time,
} from './values.ts'

export const Party = z
  .object({
    /** As dialled or as shown: a number or a user name. */
    number: z.string(),
    displayName: z.string().optional(),
    /** The SIP or tel address, where there is one. */
    uri: z.string().optional(),
    /** They want not to be named (RFC 3323). */
    anonymous: z.boolean().optional(),
  })
  .describe('One side of a call. Text from others: never markup.')
export type Party = z.output<typeof Party>

export const Known = z
  .object({
    name: z.string().max(1024),
    /** The entry in the directory: directory.entry, directory.photo. */
    entry: z.string().max(4096).optional(),
  })
  .describe('Who has a number, as a directory says. Text from others: never markup.')
export type Known = z.output<typeof Known>

export const Member = Party.extend({
  /** waiting: to be let in; dialling: on the way in, or being called; held: holds the conference; left: not there any more. */
  is: z.enum(['waiting', 'dialling', 'alerting', 'connected', 'held', 'left']),
  /** The server lets nobody hear them. */
  muted: z.boolean(),
  /** This phone. */
  self: z.boolean(),
}).describe('One of those in a conference of the server.')
export type Member = z.output<typeof Member>

export const Focus = z
  .object({
    /** The conference’s address: who dials it is in it. */
    uri: z.string(),
    /** What it is about. Text from others. */
    subject: z.string().optional(),
    /** In the order in which they came; none where the server does not tell. */
    members: z.array(Member),
  })
  .describe('A conference of the server (RFC 4579), and who is in it (RFC 4575).')
export type Focus = z.output<typeof Focus>

export const Statistics = z
  .object({
    codec: z.string().optional(),
    /** By which suite it is protected (SRTP); absent: it is not. */
    protection: z.string().optional(),
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
  'deflect',
  'conference',
  'split',
  'silence',
  'unsilence',
  'drop',
  'record',
  'stopRecording',
  'claim',
  'move',
  'addVideo',
  'pauseVideo',
  'removeVideo',
])
export type Capability = z.output<typeof Capability>

export const CallVideo = z
  .object({
    /** offered: one side has asked for it, and the other has not said yes yet. active: both have agreed. */
    is: z.enum(['none', 'offered', 'active']),
    /** Who has asked for what is offered. */
    by: z.enum(['local', 'remote']).optional(),
    /** As this side sees it, of one that is active: a picture of this side goes out with `send`, theirs comes with `recv`. */
    direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
    codec: z.enum(['VP8', 'H264']).optional(),
  })
  .describe('The video of a call.')
export type CallVideo = z.output<typeof CallVideo>

export const Precedence = z
  .object({
    /** dsn, drsn, q735, ets or wps, or another that the settings name. */
    namespace: z.string(),
    level: z.string(),
    /** Of its namespace’s levels, from 0 for the lowest. */
    rank: z.number().int(),
  })
  .describe('How important a call is (Resource-Priority, RFC 4412).')
export type Precedence = z.output<typeof Precedence>

export const Call = z
  .object({
    id: CallId,
    phone: PhoneId,
    direction: z.enum(['outgoing', 'incoming']),
    /** dialling: asked the server; alerting: a phone rings, here or there; connected: answered; ended. */
    state: z.enum(['dialling', 'alerting', 'connected', 'ended']),
    /** Absent before anybody has asked for any. */
    video: CallVideo.optional(),
    /** Sound of the other side before the answer. */
    earlyMedia: z.boolean(),
    held: z.enum(['no', 'local', 'remote', 'both']),
    muted: z.boolean(),
    remote: Party,
    /** The contact that the other side is, where it is one: the address of their conversation. */
    person: ContactAddress.optional(),
    /** Who has their number, where a directory knows it and they are nobody’s contact. */
    known: Known.optional(),
    transfer: Transfer.optional(),
    /** The other side has left, and has us call them in its place: until they answer nobody is there. */
    awaits: Party.optional(),
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
    precedence: Precedence.optional(),
    /** How it is to ring, as the server says: a URN of RFC 7462, or a name such as Bellcore-dr2. Text from others. */
    alert: z.string().optional(),
    /** Who sent the call on to us. */
    divertedBy: Party.optional(),
    /** Since when this side holds it. */
    heldSince: Time.optional(),
    /** The conference of this phone that it is in. */
    conference: ConferenceId.optional(),
    /** The other side is a conference of the server. */
    focus: Focus.optional(),
    /** The others of the conference do not hear this one. */
    silenced: z.boolean(),
    /** Both sides are being recorded. */
    recording: z.boolean(),
    /** The call that it asks to join (RFC 3911): answered, both are in a conference. */
    joins: CallId.optional(),
    /** The call on another phone of the person that it has come of. */
    movedFrom: CallId.optional(),
    /** What went to the phone, where dial rules made another number of what was dialled. */
    dialled: z.string().optional(),
  })
  .describe('A call as it stands.')
export type Call = z.output<typeof Call>

export const Forwarding = z
  .object({
    when: z.enum(['always', 'busy', 'noAnswer']),
    /** Where calls go; absent: they are no longer sent on. */
    to: z.string().optional(),
    /** The server did not take it: all stays as it was. */
    error: ErrorValue.optional(),
    /** The phone whose line it is about. */
    phone: PhoneId.optional(),
  })
  .describe('What the server was told of forwarding.')
export type Forwarding = z.output<typeof Forwarding>

export const Lamp = z
  .object({
    number: z.string(),
    /** unknown: the server has not said it, or does not tell. */
    is: z.enum(['unknown', 'idle', 'ringing', 'busy']),
    /** With whom, where the server tells. */
    remote: Party.optional(),
  })
  .describe('The line of somebody else (busy lamp, RFC 4235).')
export type Lamp = z.output<typeof Lamp>

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
