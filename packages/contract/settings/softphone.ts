// Settings of the soft phone.
import { z } from 'zod'
import { secret, setting } from './entry.ts'

const server = z
  .string()
  .regex(/^sips?:[^\s;?@]+(;transport=(udp|tcp|tls))?$/i)
  .describe('sip:host:port;transport=udp|tcp|tls')

export const softphoneSettings = {
  'softphone.servers': setting({
    doc: 'The SIP servers to register with, best first: sip:host:port;transport=udp|tcp|tls. A string is a list of one.',
    since: '0.1',
    schema: z.union([server.transform((one) => [one]), z.array(server).min(1).max(16)]),
    applies: 'sign-in',
  }),
  'softphone.user': setting({
    doc: 'The user part of the address of record, and the user name for the password unless softphone.authUser says another.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'softphone.domain': setting({
    doc: 'The domain of the address of record; the first server’s host unless said.',
    since: '0.1',
    schema: z.string().min(1).max(255),
    applies: 'sign-in',
  }),
  'softphone.password': setting({
    doc: 'The password, or {"env": NAME} to read it from an environment variable.',
    since: '0.1',
    schema: secret,
    secret: true,
    applies: 'sign-in',
  }),
  'softphone.authUser': setting({
    doc: 'The user name for the password where it is not softphone.user.',
    since: '0.1',
    schema: z.string().min(1).max(256),
    applies: 'sign-in',
  }),
  'softphone.realms': setting({
    doc: 'The realms that the password may be used for. Empty: the realm that the registrar names first, from then on.',
    since: '0.1',
    schema: z.array(z.string().max(256)).max(16),
    default: [],
    applies: 'sign-in',
  }),
  'softphone.displayName': setting({
    doc: 'The name that the other side is shown.',
    since: '0.1',
    schema: z.string().max(256),
    applies: 'sign-in',
  }),
  'softphone.register': setting({
    doc: 'Whether to register: false only calls out.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'sign-in',
  }),
  'softphone.expiresS': setting({
    doc: 'How long a registration is asked for, in seconds (RFC 3261 §10.2.1.1).',
    since: '0.1',
    schema: z.number().int().min(10).max(86_400),
    default: 600,
    applies: 'sign-in',
  }),
  'softphone.sessionExpiresS': setting({
    doc: 'How often a call in progress is refreshed, in seconds (RFC 4028); at least 90.',
    since: '0.1',
    schema: z.number().int().min(90).max(86_400),
    default: 1800,
    applies: 'next call',
  }),
  'softphone.tls.ca': setting({
    doc: 'Certificates of the authorities to trust: a file’s path or PEM text. The system’s own unless said.',
    since: '0.1',
    schema: z.string().max(1_000_000),
    applies: 'sign-in',
  }),
  'softphone.tls.verify': setting({
    doc: 'How a server’s certificate is checked: full; pinned (exactly the certificate in softphone.tls.ca, whatever its name); off (not at all: anybody in between can listen).',
    since: '0.1',
    schema: z.enum(['full', 'pinned', 'off']),
    default: 'full',
    applies: 'sign-in',
  }),
  'softphone.localAddress': setting({
    doc: 'The local address for SIP and sound; the one that routes to the server unless said.',
    since: '0.1',
    schema: z.union([z.ipv4(), z.ipv6()]),
    applies: 'sign-in',
  }),
  'softphone.acceptFrom': setting({
    doc: 'Further addresses that requests are taken from, beside the servers signed in to.',
    since: '0.1',
    schema: z.array(z.union([z.ipv4(), z.ipv6()])).max(64),
    default: [],
    applies: 'sign-in',
  }),
  'softphone.flavor': setting({
    doc: 'How the soft phone speaks to its server: sip, as RFC 3261 has it; cucm, as the device that the call manager configured.',
    since: '0.1',
    schema: z.enum(['sip', 'cucm']),
    default: 'sip',
    applies: 'sign-in',
  }),
  'softphone.messages': setting({
    doc: 'Whether the server is asked to tell of waiting messages (RFC 3842). What it tells without being asked is taken in any case.',
    since: '0.1',
    schema: z.boolean(),
    default: true,
    applies: 'sign-in',
  }),
  'softphone.qualityReports': setting({
    doc: 'The SIP address that is told how calls sounded (RFC 6035), by the server. Unset: nobody is told. A report names both sides of the call.',
    since: '0.1',
    schema: z.string().regex(/^sips?:[^\s<>"]{1,255}$/i),
    applies: 'next call',
  }),
  'softphone.qualityReports.everyS': setting({
    doc: 'How often it is told in a call, too, in seconds; unset: at the end alone.',
    since: '0.1',
    schema: z.number().int().min(5).max(3600),
    applies: 'next call',
  }),
  'softphone.ringMs': setting({
    doc: 'How long an incoming call rings before it is given up, in milliseconds.',
    since: '0.1',
    schema: z.number().int().min(1000).max(600_000),
    default: 180_000,
    applies: 'next call',
  }),
} as const
