// Settings of the XMPP stream, which presence, contacts and chat share.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

const server = z
  .string()
  .regex(/^(xmpps?:)?(\[[^\]\s]+\]|[^\s:;?@/]+)(:\d{1,5})?$/i)
  .describe('host:port, or xmpps:host:port where TLS is there from the first byte')

export const xmppSettings = {
  'xmpp.servers': setting({
    doc: 'The XMPP servers, best first: host:port with STARTTLS, which is never left out, or xmpps:host:port. A string is a list of one.',
    since: '0.1',
    schema: z.union([server.transform((one) => [one]), z.array(server).min(1).max(16)]),
    applies: 'sign-in',
  }),
  'xmpp.user': setting({
    doc: 'The address of the person at the XMPP server: alice@example.com; user.name at user.domain unless said.',
    since: '0.1',
    schema: z.string().regex(/^[^\s@/<>]{1,512}@[^\s@/<>]{1,512}$/),
    applies: 'sign-in',
  }),
  'xmpp.password': setting({
    doc: 'The password, or {"env": NAME} to read it from an environment variable; user.password unless said.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'sign-in',
  }),
  'xmpp.resource': setting({
    doc: 'What this core is called among the person’s clients; the server chooses unless said.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'xmpp.tls.ca': setting({
    doc: 'Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.',
    since: '0.1',
    schema: z.string().max(1_000_000),
    applies: 'sign-in',
  }),
  'xmpp.tls.verify': setting({
    doc: 'How the server’s certificate is checked, which must be for the domain of xmpp.user (RFC 6120 §13.7): full; pinned (exactly the certificate in xmpp.tls.ca); off (not at all: anybody in between can listen).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'xmpp.mostStanzaBytes': setting({
    doc: 'The largest stanza that is taken, in characters; of a larger one only the shell is. A list of 10,000 contacts takes a million.',
    since: '0.1',
    schema: z.number().int().min(10_000).max(16_000_000),
    default: 4_000_000,
    applies: 'sign-in',
  }),
  'presence.idleAwayS': setting({
    doc: 'After how long without a key or a pointer the person is away, in seconds; 0: never.',
    since: '0.1',
    schema: z.number().int().min(0).max(86_400),
    default: 300,
    applies: 'now',
  }),
  'presence.publishCalls': setting({
    doc: 'Whether others see that the person is on the phone.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'now',
  }),
  'contacts.favouritesGroup': setting({
    doc: 'The group whose members are favourites. It is kept with the list at the server, and so is the same on every machine.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    default: 'Favourites',
    applies: 'now',
  }),
  'contacts.seeBack': setting({
    doc: 'Whether those whose availability the person asked to see may see the person’s without asking.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'now',
  }),
  'contacts.reach': setting({
    doc: 'How a contact is called: by sip: and the whole address, by its part before the @ (in the person’s own domain alone), or not at all. Whoever calls is found among the contacts in the same way.',
    since: '0.1',
    schema: z.enum(['address', 'user', 'none']),
    default: 'address',
    applies: 'now',
  }),
  'chat.receipts': setting({
    doc: 'Whether the writer of a message is told that it was delivered, and that it was read (XEP-0184, XEP-0333).',
    since: '0.1',
    schema: z.enum(['none', 'delivered', 'read']),
    default: 'read',
    applies: 'now',
  }),
  'chat.typing': setting({
    doc: 'Whether others see that the person is writing (XEP-0085).',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'now',
  }),
} as const
