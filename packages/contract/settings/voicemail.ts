// Settings of voicemail: the mailbox as a mail store (IMAP), or at a voicemail web service.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

const text = z.string().max(1024)
const texts = z.union([text.min(1).transform((one) => [one]), z.array(text.min(1)).max(16)])
const port = z.number().int().min(1).max(65_535)

export const voicemailSettings = {
  'voicemail.pilotNumber': setting({
    doc: 'The number that is dialled for voicemail.',
    since: '0.1',
    schema: text,
    applies: 'now',
  }),
  'voicemail.imap.servers': setting({
    doc: 'The mail stores, best first: host or host:port. A string is a list of one.',
    since: '0.1',
    schema: texts,
    applies: 'sign-in',
  }),
  'voicemail.imap.port': setting({
    doc: 'The port of those that name none; 993, or 143 where voicemail.imap.tls is starttls or off, unless said.',
    since: '0.1',
    schema: port,
    applies: 'sign-in',
  }),
  'voicemail.imap.tls': setting({
    doc: 'Whether the connection is encrypted: true (from the start), starttls, or false (not at all: only to this machine, a password is sent).',
    since: '0.1',
    schema: z.union([z.boolean(), z.literal('starttls')]),
    default: true,
    applies: 'sign-in',
  }),
  'voicemail.imap.pollS': setting({
    doc: 'How often a store without IDLE (RFC 2177) is asked, in seconds.',
    since: '0.1',
    schema: z.number().int().min(1).max(86_400),
    default: 60,
    applies: 'sign-in',
  }),
  'voicemail.imap.inbox': setting({
    doc: 'The folder of messages.',
    since: '0.1',
    schema: text,
    default: 'INBOX',
    applies: 'sign-in',
  }),
  'voicemail.imap.trash': setting({
    doc: 'The folder of deleted messages; where the store has none of that name and voicemail.imap.uidPlus is not false, it is made.',
    since: '0.1',
    schema: text,
    default: 'Deleted Items',
    applies: 'sign-in',
  }),
  'voicemail.imap.uidPlus': setting({
    doc: 'Whether deleted messages are moved to that folder, which needs UIDPLUS (RFC 4315) or MOVE (RFC 6851): true, or false: they are only marked. As the store can, unless said.',
    since: '0.1',
    schema: z.boolean(),
    applies: 'sign-in',
  }),
  'voicemail.servers': setting({
    doc: 'The voicemail web service’s servers (Unity Connection), best first: host or host:port. Where they are named the mailbox is read there, and secure and dispatch messages can be heard.',
    since: '0.1',
    schema: texts,
    applies: 'sign-in',
  }),
  'voicemail.port': setting({
    doc: 'The voicemail web service’s port, of those that name none; 443, or 80 over http, unless said.',
    since: '0.1',
    schema: port,
    applies: 'sign-in',
  }),
  'voicemail.protocol': setting({
    doc: 'How the web service is spoken to; http only to this machine.',
    since: '0.1',
    schema: z.enum(['https', 'http']),
    default: 'https',
    applies: 'sign-in',
  }),
  'voicemail.pollS': setting({
    doc: 'How often the web service is asked for news, in seconds.',
    since: '0.1',
    schema: z.number().int().min(1).max(86_400),
    default: 60,
    applies: 'sign-in',
  }),
  'voicemail.user': setting({
    doc: 'The name at the mailbox; the name of user.name unless said.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'voicemail.password': setting({
    doc: 'The password, or {"env": NAME} to read it from an environment variable; user.password unless said.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'sign-in',
  }),
  'voicemail.credentialsFrom': setting({
    doc: 'Whose name and password are used where voicemail.user and voicemail.password are not set: phone (user.name and user.password). Other words of the original’s are kept.',
    since: '0.1',
    schema: text,
    applies: 'sign-in',
  }),
  'voicemail.tls.ca': setting({
    doc: 'Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.',
    since: '0.1',
    schema: z.string().max(1_000_000),
    applies: 'sign-in',
  }),
  'voicemail.tls.verify': setting({
    doc: 'How the server’s certificate is checked: full; pinned (exactly the certificate in voicemail.tls.ca); off (not at all: anybody in between can listen).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'voicemail.ageing': setting({
    doc: 'Whether old messages are taken away by the server: told to applications, nothing here does it.',
    since: '0.1',
    schema: z.boolean(),
    applies: 'now',
  }),
} as const
