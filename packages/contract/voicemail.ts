// Voicemail: the messages that callers left in the person's mailbox.
import { z } from 'zod'
import { Endpoint } from './call.ts'
import { ContactAddress } from './contacts.ts'
import { deviceErrors } from './errors/devices.ts'
import {
  ApplicationId,
  DurationMs,
  ErrorValue,
  MessageId,
  PlaybackId,
  RequestId,
  Time,
  VoiceMessageId,
} from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const VoiceMessage = z
  .object({
    id: VoiceMessageId,
    from: z
      .object({
        /** As the mailbox has it; absent where the caller hid it or the mailbox does not say. */
        number: z.string().optional(),
        /** As the directory, the contacts or the mailbox name them, the first that does. Text from others: never markup. */
        name: z.string().optional(),
        /** The contact that it is, where it is one. */
        person: ContactAddress.optional(),
      })
      .describe('Who left it.'),
    at: Time,
    lengthMs: DurationMs.optional(),
    bytes: z.number().int().min(0).optional(),
    /** Nobody has heard it yet, here or at another place. */
    isNew: z.boolean(),
    urgent: z.boolean(),
    /** It is not to be forwarded (RFC 3801 §4.2.15). */
    private: z.boolean(),
    /** Its sound is given out by the voicemail's web service alone, and never forwarded or saved. */
    secure: z.boolean(),
    /** One of several who were sent it is to take it: see `answerDispatch`. */
    dispatch: z.boolean(),
    /** It is among the deleted, from where it can be brought back. */
    deleted: z.boolean(),
    /** Of a mailbox that writes one, or of a port that does. Text from others. */
    transcription: z.string().optional(),
  })
  .describe('A message in the mailbox.')
export type VoiceMessage = z.output<typeof VoiceMessage>

export const Mailbox = z
  .object({
    /** off: no settings name one; connecting; ready; waiting: tried again at `nextTryAt`; failed: not before the next sign-in. */
    is: z.enum(['off', 'connecting', 'ready', 'waiting', 'failed']),
    server: z.string().optional(),
    error: ErrorValue.optional(),
    nextTryAt: Time.optional(),
    /** New messages wait: as the mailbox says or, where it is not reached, the phone's server (RFC 3842). */
    light: z.boolean(),
    fresh: z.number().int().min(0),
    urgent: z.number().int().min(0).describe('Of the new ones.'),
    total: z.number().int().min(0).describe('Without the deleted ones.'),
    /** Deleted messages can be brought back: they are kept in a folder, or marked until they are erased. */
    undelete: z.boolean(),
    /** The number that is dialled to hear and to set up the mailbox by phone. */
    pilot: z.string().optional(),
  })
  .describe('The mailbox, and whether new messages wait in it.')
export type Mailbox = z.output<typeof Mailbox>

export const Playback = z
  .object({
    playback: PlaybackId,
    message: VoiceMessageId,
    /** The application that plays it, and alone may stop it. */
    application: ApplicationId,
    /** loading: the sound before the position is still on its way; ended: at its end, or `error` says why before. */
    state: z.enum(['loading', 'playing', 'paused', 'ended']),
    positionMs: DurationMs,
    lengthMs: DurationMs.optional(),
    error: ErrorValue.optional(),
  })
  .describe('A message that is being played.')
export type Playback = z.output<typeof Playback>

const example = { messages: ['voice_AAAAAAAAAAAAAAAAAAAAAA'] }
const message = z.object({ message: VoiceMessageId })
const several = z.object({ messages: z.array(VoiceMessageId).min(1).max(500) })
const playback = z.object({ playback: PlaybackId })
const errors = ['voicemail-unavailable', 'voicemail-unknown', 'voicemail-refused', 'server-silent'] as const

export const voicemail = service({
  doc: 'The messages that callers left in the person’s mailbox: listed, heard, marked, deleted and brought back, the same at every place where the mailbox is looked at.',
  perSession: true,
  watched: {
    scope: 'voicemail.read',
    state: z.object({ mailbox: Mailbox, playbacks: z.array(Playback) }),
    changes: {
      mailbox: change({
        doc: 'The mailbox stands otherwise, or its counts have changed.',
        since: '0.1',
        payload: z.object({ mailbox: Mailbox }),
      }),
      message: change({
        doc: 'A message is new or has changed; `message` is the whole of it.',
        since: '0.1',
        payload: z.object({ message: VoiceMessage }),
      }),
      removed: change({ doc: 'A message is gone for good.', since: '0.1', payload: message }),
      relisted: change({
        doc: 'So much may have changed that the list is to be read again, as after a time without the server.',
        since: '0.1',
        payload: z.object({ total: z.number().int().min(0).describe('How many there are now, deleted ones too.') }),
      }),
      playback: change({
        doc: 'What is being played stands otherwise; while it plays, told every second. One that has ended is not in the state any more.',
        since: '0.1',
        payload: z.object({ playback: Playback }),
      }),
    },
  },
  methods: {
    list: method({
      doc: 'Messages, newest first, page by page. What was listed last is answered while the server is not reached.',
      since: '0.1',
      scope: 'voicemail.read',
      params: z.object({
        which: z.enum(['all', 'new', 'deleted']).default('all').describe('all: without the deleted ones.'),
        cursor: z.string().max(64).optional().describe('`next` of the page before.'),
        limit: z.number().int().min(1).max(500).default(50),
      }),
      result: z.object({ messages: z.array(VoiceMessage), next: z.string().optional() }),
      errors: ['voicemail-unavailable'],
      example: { which: 'new' },
    }),
    mark: method({
      doc: 'Say that messages were heard, or are to count as new.',
      since: '0.1',
      scope: 'voicemail.write',
      params: several.extend({ heard: z.boolean() }),
      result: z.object({}),
      errors: [...errors],
      example: { ...example, heard: true },
    }),
    delete: method({
      doc: 'Delete messages. Where the mailbox has a folder for them (voicemail.imap.trash) they are moved there, else marked; `undelete` brings them back.',
      since: '0.1',
      scope: 'voicemail.write',
      params: several,
      result: z.object({}),
      errors: [...errors],
      example,
    }),
    undelete: method({
      doc: 'Bring deleted messages back.',
      since: '0.1',
      scope: 'voicemail.write',
      params: several,
      result: z.object({}),
      errors: [...errors],
      example,
    }),
    erase: method({
      doc: 'Remove deleted messages for good; all of them unless `messages` names some.',
      since: '0.1',
      scope: 'voicemail.write',
      params: z.object({ messages: several.shape.messages.optional() }),
      result: z.object({}),
      errors: [...errors],
      example: {},
    }),
    play: method({
      doc: 'Play a message over an endpoint, from a place in it, while the rest is still on its way. It counts as heard when it has been played to its end. A stream endpoint gets its `media.frame`s, as of a call.',
      since: '0.1',
      scope: 'voicemail.read',
      params: message.extend({
        endpoint: Endpoint,
        fromMs: DurationMs.default(0),
        requestId: RequestId,
      }),
      result: z.object({ playback: PlaybackId }),
      errors: [
        ...errors,
        'voicemail-sound-unusable',
        'media-handle-unknown',
        'media-file-unwritable',
        'media-path-refused',
        ...deviceErrors,
        'call-too-many',
      ],
      example: { message: 'voice_AAAAAAAAAAAAAAAAAAAAAA', endpoint: { kind: 'none' }, requestId: '1' },
    }),
    seek: method({
      doc: 'Go on from another place.',
      since: '0.1',
      scope: 'voicemail.read',
      params: playback.extend({ toMs: DurationMs }),
      result: z.object({}),
      errors: ['playback-unknown'],
      example: { playback: 'playback_AAAAAAAAAAAAAAAAAAAAAA', toMs: 5000 },
    }),
    pause: method({
      doc: 'Pause, or go on.',
      since: '0.1',
      scope: 'voicemail.read',
      params: playback.extend({ paused: z.boolean() }),
      result: z.object({}),
      errors: ['playback-unknown'],
      example: { playback: 'playback_AAAAAAAAAAAAAAAAAAAAAA', paused: true },
    }),
    stop: method({
      doc: 'Stop playing. Repeating it is harmless.',
      since: '0.1',
      scope: 'voicemail.read',
      params: playback,
      result: z.object({}),
      errors: [],
      example: { playback: 'playback_AAAAAAAAAAAAAAAAAAAAAA' },
    }),
    read: method({
      doc: 'A piece of the message’s sound as the mailbox has it, for who plays it themselves: call again with `next` until there is none. The first piece is answered before the rest has come.',
      since: '0.1',
      scope: 'voicemail.read',
      params: message.extend({ from: z.number().int().min(0).default(0).describe('The byte to begin at.') }),
      result: z.object({
        type: z.string().describe('audio/wav, mostly.'),
        content: z.string().describe('Base64, half a million bytes at most.'),
        next: z.number().int().optional(),
      }),
      errors: [...errors, 'voicemail-sound-unusable'],
      example: { message: 'voice_AAAAAAAAAAAAAAAAAAAAAA' },
    }),
    forward: method({
      doc: 'Send the message’s sound to somebody as a file in chat. Private and secure ones are refused.',
      since: '0.1',
      scope: 'voicemail.write',
      params: message.extend({ to: ContactAddress, requestId: RequestId }),
      result: z.object({ message: MessageId }),
      errors: [
        ...errors,
        'voicemail-not-to-forward',
        'voicemail-sound-unusable',
        'contact-invalid',
        'chat-room-not-in',
        'chat-too-many-waiting',
        'chat-file-too-large',
        'chat-file-type-refused',
        'chat-file-unwritable',
        'chat-upload-unavailable',
        'store-unusable',
        'store-newer',
      ],
      example: { message: 'voice_AAAAAAAAAAAAAAAAAAAAAA', to: 'bob@example.com', requestId: '1' },
    }),
    answerDispatch: method({
      doc: 'Take a dispatch message, so that the others who were sent it lose it, or leave it to them.',
      since: '0.1',
      scope: 'voicemail.write',
      params: message.extend({ accept: z.boolean() }),
      result: z.object({}),
      errors: [...errors],
      example: { message: 'voice_AAAAAAAAAAAAAAAAAAAAAA', accept: true },
    }),
  },
})
