// The only list of settings. One JSON object of dotted names; each value is checked here before anything uses it.
import { z } from 'zod'

export interface Setting<T extends z.ZodType = z.ZodType> {
  readonly doc: string
  readonly since: string
  readonly schema: T
  /** The value where nobody set one; absent where there is none. */
  readonly default?: z.output<T>
  /** Never shown, logged or written to a settings file by us. */
  readonly secret?: true
  /** When a change takes effect. */
  readonly applies: 'now' | 'next call' | 'sign-in'
}

function setting<const S extends Setting>(given: S): S {
  return given
}

const server = z
  .string()
  .regex(/^sips?:[^\s;?@]+(;transport=(udp|tcp|tls))?$/i)
  .describe('sip:host:port;transport=udp|tcp|tls')

/** A secret as itself, or the name of an environment variable that holds it. */
const secret = z.union([z.string().max(1024), z.object({ env: z.string().regex(/^\w+$/) })])

export const settings = {
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
  'softphone.ringMs': setting({
    doc: 'How long an incoming call rings before it is given up, in milliseconds.',
    since: '0.1',
    schema: z.number().int().min(1000).max(600_000),
    default: 180_000,
    applies: 'next call',
  }),
  'media.codecs': setting({
    doc: 'The codecs to offer, best first.',
    since: '0.1',
    schema: z.array(z.enum(['PCMU', 'PCMA'])).min(1),
    default: ['PCMU', 'PCMA'],
    applies: 'next call',
  }),
  'media.portRange': setting({
    doc: 'The UDP ports for sound, first and last; [0, 0] lets the system choose.',
    since: '0.1',
    schema: z.tuple([z.number().int().min(0).max(65_535), z.number().int().min(0).max(65_535)]),
    default: [0, 0] as [number, number],
    applies: 'sign-in',
  }),
  'media.folder': setting({
    doc: 'The folder that names of recordings are in; media in the data folder unless said.',
    since: '0.1',
    schema: z.string().max(4096),
    applies: 'next call',
  }),
  'calls.max': setting({
    doc: 'How many calls there may be at once.',
    since: '0.1',
    schema: z.number().int().min(1).max(10_000),
    default: 16,
    applies: 'now',
  }),
  'calls.maxPerMinute': setting({
    doc: 'How many calls may be dialled in a minute. Emergency numbers are never counted.',
    since: '0.1',
    schema: z.number().int().min(0).max(100_000),
    default: 60,
    applies: 'now',
  }),
  'calls.deny': setting({
    doc: 'Beginnings of numbers that may not be dialled.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(64)).max(1000),
    default: [],
    applies: 'now',
  }),
  'calls.allow': setting({
    doc: 'Beginnings of numbers that may be dialled; empty allows all that calls.deny does not name.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(64)).max(1000),
    default: [],
    applies: 'now',
  }),
  'calls.emergency': setting({
    doc: 'Numbers that are dialled whatever limit stands against it.',
    since: '0.1',
    schema: z.array(z.string().min(1).max(64)).max(100),
    default: ['112', '911', '999', '110', '118', '119', '000'],
    applies: 'now',
  }),
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings

export const settingNames: readonly SettingName[] = Object.keys(settings) as SettingName[]

/** Settings as a person or an application writes them. */
export type SettingsInput = { readonly [N in SettingName]?: z.input<(typeof settings)[N]['schema']> }

/** Settings as the core reads them: checked, with defaults filled in. */
export type Settings = {
  readonly [N in SettingName]: (typeof settings)[N] extends { default: unknown }
    ? z.output<(typeof settings)[N]['schema']>
    : z.output<(typeof settings)[N]['schema']> | undefined
}

/** The form in which settings cross the interface: any names, checked by `readSettings`. */
export const SettingsObject = z
  .record(z.string().max(128), z.unknown())
  .describe('Dotted names and their values; see `parley config schema`.')
