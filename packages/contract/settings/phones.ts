// Settings of the person's phones: which one acts, and the one on the desk.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

export const phoneSettings = {
  'phones.use': setting({
    doc: 'The address of the phone that acts for the person, as phones.use has chosen it; the first that is ready unless said.',
    since: '0.1',
    schema: z.string().min(1).max(1024),
    applies: 'now',
  }),
  'deskPhone.via': setting({
    doc: 'What the phone on the desk is controlled by: csta (ECMA-323 over TCP), ami (the manager interface of Asterisk).',
    since: '0.1',
    schema: z.enum(['none', 'csta', 'ami']),
    default: 'none',
    applies: 'sign-in',
  }),
  'deskPhone.servers': setting({
    doc: 'The servers that control the phone on the desk, best first: host:port. A string is a list of one.',
    since: '0.1',
    schema: z.union([
      z
        .string()
        .min(1)
        .max(512)
        .transform((one) => [one]),
      z.array(z.string().min(1).max(512)).min(1).max(16),
    ]),
    applies: 'sign-in',
  }),
  'deskPhone.line': setting({
    doc: 'The line of the phone on the desk, as its server calls it: 1001, tel:1001;phone-context=dialstring, or PJSIP/1001.',
    since: '0.1',
    schema: z.string().min(1).max(512),
    applies: 'sign-in',
  }),
  'deskPhone.number': setting({
    doc: 'What is dialled to reach the phone on the desk: a call that is moved there is sent to it.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'deskPhone.user': setting({
    doc: 'Who signs in at that server; user.name unless said.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'deskPhone.password': setting({
    doc: 'The password there, or {"env": NAME} to read it from an environment variable; user.password unless said.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'sign-in',
  }),
  'deskPhone.tls': setting({
    doc: 'Whether that server is spoken to over TLS.',
    since: '0.1',
    schema: z.boolean(),
    default: false,
    applies: 'sign-in',
  }),
  'deskPhone.tls.ca': setting({
    doc: 'Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.',
    since: '0.1',
    schema: z.string().max(1_000_000),
    applies: 'sign-in',
  }),
  'deskPhone.tls.verify': setting({
    doc: 'How its certificate is checked: full; pinned (exactly the certificate in deskPhone.tls.ca); off (not at all: anybody in between can listen).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'deskPhone.csta.edition': setting({
    doc: 'The edition of ECMA-323 that is written; what is read may be of any.',
    since: '0.1',
    schema: z.enum(['ed2', 'ed3', 'ed4', 'ed5', 'ed6']),
    default: 'ed3',
    applies: 'sign-in',
  }),
  'deskPhone.csta.session': setting({
    doc: 'Whether an application session (ECMA-354) is begun first: auto begins one, and goes on without where the server knows none.',
    since: '0.1',
    schema: z.enum(['auto', 'always', 'never']),
    default: 'auto',
    applies: 'sign-in',
  }),
  'deskPhone.ami.context': setting({
    doc: 'The context of the dial plan that calls of the phone on the desk are made in. The user there needs read=call,dialplan and write=call,originate,reporting.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,80}$/),
    default: 'default',
    applies: 'sign-in',
  }),
  'deskPhone.ami.autoAnswer': setting({
    doc: 'Whether the phone is asked to answer by itself (Call-Info: answer-after=0) when a call is made for it; where it does not, it rings until it is picked up.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'sign-in',
  }),
  'deskPhone.ami.mailbox': setting({
    doc: 'The mailbox whose new messages the phone on the desk shows: 1001@default.',
    since: '0.1',
    schema: z.string().regex(/^[\w.+-]{1,80}(@[\w.-]{1,80})?$/),
    applies: 'sign-in',
  }),
} as const
