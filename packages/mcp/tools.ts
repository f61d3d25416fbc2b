// What an agent can do, as a table. What a tool takes and says, and which scope it needs, is the contract's (forms.generated.ts).
import type { Session } from '@openparley/sdk'
import { dial, incoming, sentenceOnCall, waitFor } from './acts.ts'

/** Checked parameters. */
export type Given = Readonly<Record<string, unknown>>

export interface Tool {
  readonly name: string
  readonly title: string
  /** A method of the contract; `get`: the state of a service. */
  readonly method: string
  /** Which of its parameters an agent may give: never files, endpoints or what names another application. */
  readonly takes: readonly string[]
  /** Lower bounds than the contract's: the longest text, the highest number, the most elements. */
  readonly most?: Readonly<Record<string, number>>
  /** Parameters that the contract does not have, as JSON Schema. */
  readonly also?: Readonly<Record<string, object>>
  /** Said of it in place of the contract's own words, which are for programmers. */
  readonly says?: string
  readonly is: 'reading' | 'acting'
  /** It costs money or speaks to people: a person is asked with this sentence, of what would be done. */
  readonly asks?: (session: Session, given: Given) => string | Promise<string>
  /** Names of fields that are of no use to an agent. */
  readonly leaves?: readonly string[]
  /** In place of the method alone. */
  readonly does?: (session: Session, given: Given, signal: AbortSignal) => Promise<unknown>
}

const ofCalls = ['statistics', 'peerId', 'globalId', 'alert', 'phone', 'earlyMedia', 'security']
const waitS = {
  type: 'integer',
  minimum: 1,
  maximum: 50,
  default: 20,
  description: 'How long is waited, in seconds.',
}

export const tools: readonly Tool[] = [
  {
    name: 'calls_list',
    title: 'List calls',
    method: 'calls.get',
    takes: [],
    says: 'The calls in progress and those that ended in the last minute: with whom, how they stand, and what can be done with each.',
    is: 'reading',
    leaves: ofCalls,
  },
  {
    name: 'calls_dial',
    title: 'Call somebody',
    method: 'calls.dial',
    takes: ['to'],
    says: 'Call a number or a person. Answers with the id of the call as soon as it exists; calls_wait tells what becomes of it.',
    is: 'acting',
    asks: (_, { to }) => `Call ${String(to)}`,
    does: dial,
  },
  {
    name: 'calls_incoming',
    title: 'Wait for a call',
    method: 'calls.get',
    takes: [],
    also: { waitS },
    says: 'Wait for a call that rings here; one that rings already is told at once. `call` is absent where none came in time.',
    is: 'reading',
    leaves: ofCalls,
    does: incoming,
  },
  {
    name: 'calls_wait',
    title: 'Wait for a call to stand otherwise',
    method: 'calls.get',
    takes: [],
    also: {
      call: { type: 'string', maxLength: 64, description: 'The id of the call.' },
      state: { type: 'string', enum: ['alerting', 'connected', 'ended'], description: 'What is waited for.' },
      waitS,
    },
    says: 'Wait until a call rings, is connected or has ended; answers with the call as it stands then, or when the time is up.',
    is: 'reading',
    leaves: ofCalls,
    does: waitFor,
  },
  {
    name: 'calls_answer',
    title: 'Answer a call',
    method: 'calls.answer',
    takes: ['call'],
    is: 'acting',
    asks: sentenceOnCall('Answer the call'),
  },
  {
    name: 'calls_decline',
    title: 'Refuse a call',
    method: 'calls.decline',
    takes: ['call', 'reason'],
    is: 'acting',
  },
  { name: 'calls_end', title: 'End a call', method: 'calls.end', takes: ['call'], is: 'acting' },
  { name: 'calls_hold', title: 'Hold a call', method: 'calls.hold', takes: ['call'], is: 'acting' },
  { name: 'calls_resume', title: 'Take a call off hold', method: 'calls.resume', takes: ['call'], is: 'acting' },
  {
    name: 'calls_transfer',
    title: 'Transfer a call',
    method: 'calls.transfer',
    takes: ['call', 'to', 'with'],
    says: 'Let the other side go on with somebody else: with a number (`to`), or with the other side of another connected call (`with`): one of the two.',
    is: 'acting',
    asks: sentenceOnCall(
      'Transfer the call',
      ({ to, with: other }, name) =>
        ` to ${to === undefined ? `the other side of the call with ${name(other)}` : String(to)}`,
    ),
  },
  {
    name: 'calls_send_digits',
    title: 'Press keys in a call',
    method: 'calls.sendDigits',
    takes: ['call', 'digits'],
    is: 'acting',
    asks: sentenceOnCall('Press keys in the call', ({ digits }) => `: ${String(digits)}`),
  },
  {
    name: 'chat_conversations',
    title: 'List conversations',
    method: 'chat.get',
    takes: [],
    says: 'The conversations with people and in rooms, how many messages of each are unread, and the last message.',
    is: 'reading',
  },
  {
    name: 'chat_read',
    title: 'Read a conversation',
    method: 'chat.list',
    takes: ['conversation', 'cursor', 'limit'],
    most: { limit: 50 },
    is: 'reading',
  },
  {
    name: 'chat_search',
    title: 'Search messages',
    method: 'chat.search',
    takes: ['words', 'conversation', 'cursor', 'limit'],
    most: { limit: 50 },
    is: 'reading',
  },
  {
    name: 'chat_send',
    title: 'Write a message',
    method: 'chat.send',
    takes: ['to', 'text', 'replyTo'],
    // All of it is shown to whoever is asked.
    most: { text: 4000 },
    says: 'Write to a person or a room as the person who is signed in. It is kept and sent as soon as can be.',
    is: 'acting',
    asks: (_, { to, text }) => `Write to ${String(to)}: ${String(text)}`,
  },
  {
    name: 'chat_seen',
    title: 'Count a conversation as read',
    method: 'chat.read',
    takes: ['conversation'],
    is: 'acting',
  },
  {
    name: 'voicemail_status',
    title: 'How the mailbox stands',
    method: 'voicemail.get',
    takes: [],
    says: 'Whether the mailbox is reached, and how many new voice messages wait in it.',
    is: 'reading',
    leaves: ['playbacks'],
  },
  {
    name: 'voicemail_list',
    title: 'List voice messages',
    method: 'voicemail.list',
    takes: ['which', 'cursor', 'limit'],
    most: { limit: 50 },
    says: 'Voice messages, newest first: who left them, when, and what was said where the mailbox writes it down (`transcription`).',
    is: 'reading',
  },
  {
    name: 'voicemail_mark',
    title: 'Mark voice messages',
    method: 'voicemail.mark',
    takes: ['messages', 'heard'],
    most: { messages: 50 },
    is: 'acting',
  },
  {
    name: 'directory_search',
    title: 'Find people',
    method: 'directory.search',
    takes: ['text', 'limit'],
    most: { limit: 50 },
    says: 'Find people by parts of their names, an address or a number.',
    is: 'reading',
  },
  {
    name: 'directory_look_up',
    title: 'Who has a number',
    method: 'directory.lookUp',
    takes: ['number'],
    says: 'Who in the directory has a number.',
    is: 'reading',
  },
  {
    name: 'contacts_list',
    title: 'List contacts',
    method: 'contacts.get',
    takes: [],
    says: 'The contacts of the person who is signed in, and how available each is.',
    is: 'reading',
    leaves: ['photo'],
  },
  {
    name: 'presence_get',
    title: 'How available the person is',
    method: 'presence.get',
    takes: [],
    says: 'The own availability of the person who is signed in: what others see, and what was chosen.',
    is: 'reading',
  },
  {
    name: 'presence_set',
    title: 'Choose an availability',
    method: 'presence.set',
    takes: ['choice', 'note'],
    is: 'acting',
    asks: (_, { choice, note }) => {
      const shows = [
        ...(choice === undefined ? [] : [String(choice)]),
        ...(note === undefined ? [] : [`the note “${String(note)}”`]),
      ]
      return `Show others ${shows.join(' and ')}`
    },
  },
]
