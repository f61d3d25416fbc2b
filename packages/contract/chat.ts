// Chat: conversations with one person or with a room.
import { z } from 'zod'
import { CallEnd } from './call.ts'
import { fileActs, MessageFile } from './chat-files.ts'
import { ContactAddress } from './contacts.ts'
import { CallId, DurationMs, ErrorValue, MessageId, RequestId, Time, WebConferenceId } from './values.ts'
import { change, method, service } from './vocabulary.ts'

export const PastCall = z
  .object({
    id: CallId,
    /** From answer to end; absent where it was not answered. */
    talkedMs: DurationMs.optional(),
    /** They called, and the person neither answered nor refused. */
    missed: z.boolean(),
    end: CallEnd,
  })
  .describe('A call in a conversation.')
export type PastCall = z.output<typeof PastCall>

export const ChatInvitation = z
  .object({
    /** What `conferences.join` takes; of https, or of the person’s own conference servers. It may hold a password. */
    address: z.string().max(4096),
    /** Text from others: never markup. */
    subject: z.string().max(256).optional(),
    /** It is meant with pictures, and not with sound alone. */
    video: z.boolean(),
    /** Whoever sent it has taken it back: it is over. */
    withdrawn: z.boolean().optional(),
    /** What it became in `conferences`; absent where it leads to no server of the settings. It is forgotten there before it is here. */
    conference: WebConferenceId.optional(),
  })
  .describe('An invitation to a web conference (XEP-0482).')
export type ChatInvitation = z.output<typeof ChatInvitation>

export const Message = z
  .object({
    id: MessageId,
    /** The address of the conversation that it is in. */
    conversation: ContactAddress,
    direction: z.enum(['outgoing', 'incoming']),
    /** Who wrote it: an address, or a nickname in a room. */
    from: z.string(),
    at: Time,
    /** Text from others: never markup. Empty where it was taken back. Of a file where it lies, and until it does its name. */
    text: z.string(),
    /** What it brings, if it brings a file. */
    file: MessageFile.optional(),
    /** What it asks the person into. Its text holds the address, for who knows no invitations. */
    invitation: ChatInvitation.optional(),
    /** queued: kept here, and sent as soon as can be; sent: the server has it; failed: it was refused. Incoming ones are `received`. */
    state: z.enum(['queued', 'sent', 'delivered', 'read', 'failed', 'received']),
    error: ErrorValue.optional(),
    /** When it was corrected last. */
    editedAt: Time.optional(),
    replyTo: MessageId.optional(),
    /** Who reacted with what. */
    reactions: z.array(z.object({ from: z.string(), emoji: z.string() })).optional(),
    /** It is no message, but a call with the person that is over; its state is `received` where it was missed, else `read` or `sent`. */
    call: PastCall.optional(),
  })
  .describe('One message.')
export type Message = z.output<typeof Message>

export const Conversation = z
  .object({
    address: ContactAddress,
    kind: z.enum(['person', 'room']),
    /** How many messages no application has shown yet. */
    unread: z.number().int().min(0),
    /** Who is writing just now. */
    typing: z.array(z.string()),
    last: Message.optional(),
    room: z
      .object({
        /** joining; in; out: not in it, or thrown out. */
        state: z.enum(['joining', 'in', 'out']),
        nickname: z.string(),
        subject: z.string().optional(),
        occupants: z.array(z.string()),
        error: ErrorValue.optional(),
      })
      .optional(),
  })
  .describe('Everything that was said with one person or in one room.')
export type Conversation = z.output<typeof Conversation>

const conversation = z.object({ conversation: ContactAddress })
const example = { conversation: 'bob@example.com' }

export const chat = service({
  doc: 'Messages with people and in rooms, kept in the store of the session’s user. What is accepted is on disk, is sent as soon as can be, and arrives once.',
  perSession: true,
  watched: {
    scope: 'chat.read',
    state: z.object({ conversations: z.array(Conversation) }),
    changes: {
      conversation: change({
        doc: 'A conversation is new or has changed.',
        since: '0.1',
        payload: z.object({ conversation: Conversation }),
      }),
      message: change({
        doc: 'A message is new or has changed; `message` is the whole of it.',
        since: '0.1',
        payload: z.object({ message: Message }),
      }),
    },
  },
  methods: {
    send: method({
      doc: 'Write to a person or a room; to an address that begins with sip: by SIP (RFC 3428), to any other by XMPP. Answers when the message is on disk; what becomes of it is told by `watch`.',
      since: '0.1',
      scope: 'chat.write',
      params: z.object({
        to: ContactAddress,
        text: z.string().min(1).max(65_536),
        replyTo: MessageId.optional(),
        requestId: RequestId,
      }),
      result: z.object({ message: MessageId }),
      errors: [
        'contact-invalid',
        'message-unknown',
        'chat-room-not-in',
        'chat-too-many-waiting',
        'store-unusable',
        'store-newer',
      ],
      example: { to: 'bob@example.com', text: 'Lunch?', requestId: 'r1' },
    }),
    correct: method({
      doc: 'Say otherwise what was said last in a conversation (XEP-0308).',
      since: '0.1',
      scope: 'chat.write',
      params: z.object({ message: MessageId, text: z.string().min(1).max(65_536), requestId: RequestId }),
      result: z.object({}),
      errors: [
        'message-unknown',
        'message-not-last',
        'message-is-file',
        'chat-unavailable',
        'store-unusable',
        'store-newer',
      ],
      example: { message: 'message_AAAAAAAAAAAAAAAAAAAAAA', text: 'Dinner?', requestId: 'r2' },
    }),
    react: method({
      doc: 'React to a message; no emoji takes reactions back (XEP-0444).',
      since: '0.1',
      scope: 'chat.write',
      params: z.object({ message: MessageId, emoji: z.array(z.string().min(1).max(64)).max(8), requestId: RequestId }),
      result: z.object({}),
      errors: ['message-unknown', 'chat-unavailable', 'store-unusable', 'store-newer'],
      example: { message: 'message_AAAAAAAAAAAAAAAAAAAAAA', emoji: ['👍'], requestId: 'r3' },
    }),
    typing: method({
      doc: 'Tell the other side that the person is writing, or no longer. Nothing where nobody could be told.',
      since: '0.1',
      scope: 'chat.write',
      params: z.object({ conversation: ContactAddress, typing: z.boolean() }),
      result: z.object({}),
      errors: [],
      example: { ...example, typing: true },
    }),
    read: method({
      doc: 'The person has seen the conversation: nothing in it is unread, for any application.',
      since: '0.1',
      scope: 'chat.write',
      params: conversation,
      result: z.object({}),
      errors: ['store-unusable', 'store-newer'],
      example,
    }),
    list: method({
      doc: 'The messages of a conversation, newest first, page by page.',
      since: '0.1',
      scope: 'chat.read',
      params: z.object({
        conversation: ContactAddress,
        cursor: z.string().max(64).optional().describe('`next` of the page before.'),
        limit: z.number().int().min(1).max(500).default(50),
      }),
      result: z.object({ messages: z.array(Message), next: z.string().optional() }),
      errors: ['store-unusable', 'store-newer'],
      example: { ...example, limit: 20 },
    }),
    search: method({
      doc: 'Messages that hold all the words, newest first, page by page.',
      since: '0.1',
      scope: 'chat.read',
      params: z.object({
        words: z.string().min(1).max(256),
        conversation: ContactAddress.optional(),
        cursor: z.string().max(64).optional(),
        limit: z.number().int().min(1).max(500).default(50),
      }),
      result: z.object({ messages: z.array(Message), next: z.string().optional() }),
      errors: ['store-unusable', 'store-newer'],
      example: { words: 'lunch' },
    }),
    join: method({
      doc: 'Enter a room, making it where there is none; it is entered again after each reconnection until it is left.',
      since: '0.1',
      scope: 'chat.write',
      params: z.object({ room: ContactAddress, nickname: z.string().min(1).max(256) }),
      result: z.object({}),
      errors: [
        'contact-invalid',
        'chat-room-refused',
        'chat-nickname-taken',
        'chat-unavailable',
        'server-silent',
        'store-unusable',
        'store-newer',
      ],
      example: { room: 'plans@rooms.example.com', nickname: 'Alice' },
    }),
    leave: method({
      doc: 'Leave a room. What was said there stays.',
      since: '0.1',
      scope: 'chat.write',
      params: z.object({ room: ContactAddress }),
      result: z.object({}),
      errors: ['chat-room-not-in', 'store-unusable', 'store-newer'],
      example: { room: 'plans@rooms.example.com' },
    }),
    ...fileActs,
  },
})
