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
    doc: 'What the phone on the desk is controlled by: csta (ECMA-323 over TCP), ari (the REST interface of Asterisk).',
    since: '0.1',
    schema: z.enum(['none', 'csta', 'ari']),
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
    doc: 'The line of the phone on the desk, as its server calls it: 1001, or tel:1001;phone-context=dialstring.',
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
  'deskPhone.ari.context': setting({
    doc: 'The context of Asterisk’s dial plan in which what the phone on the desk dials is looked for.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,80}$/),
    default: 'default',
    applies: 'sign-in',
  }),
  'deskPhone.ari.acts': setting({
    doc: 'The context of Asterisk’s dial plan with the acts for which ARI has no request, as docs/guide/desk-phone-ari.md has it.',
    since: '0.1',
    schema: z.string().regex(/^[\w.-]{1,80}$/),
    default: 'desk-acts',
    applies: 'sign-in',
  }),
} as const
