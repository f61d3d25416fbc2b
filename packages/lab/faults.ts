// Everything that can be made to go wrong here, by name. `code` is what it must lead to in whoever uses the lab.
import { type BigBlueButtonFaultName, bigBlueButtonFaults } from './bigbluebutton/faults.ts'
import { type CalendarFaultName, calendarFaults } from './caldav/faults.ts'
import { type CstaFaultName, cstaFaults } from './csta/faults.ts'
import { type DirectoryFaultName, directoryFaults } from './ldap/faults.ts'
import { type VoicemailFaultName, voicemailFaults } from './imap/faults.ts'
import { type RoomFaultName, roomFaults } from './rooms/faults.ts'
import { type XmppFaultName, xmppFaults } from './xmpp/faults.ts'

export interface FaultEntry {
  readonly name: string
  /** What the value is, where there is one: percent, ms, how many. */
  readonly value?: 'percent' | 'ms' | 'count'
  readonly area:
    | 'server'
    | 'tls'
    | 'auth'
    | 'call'
    | 'wire'
    | 'media'
    | 'discovery'
    | 'devices'
    | 'files'
    | 'rules'
    | 'xmpp'
    | 'calendar'
    | 'directory'
    | 'desk'
    | 'voicemail'
    | 'conference'
  /** Where it is met: with a SIP account, with a name and a password, with dial rules from the database, or with an account of that service. */
  readonly journey:
    | 'call'
    | 'sign-in'
    | 'database'
    | 'chat'
    | 'calendar'
    | 'directory'
    | 'desk'
    | 'voicemail'
    | 'conference'
  /** The contract's error; null: an impairment, with which things still work. */
  readonly code: string | null
  /** Whether a doctor that looks at the way to the server must find it. */
  readonly doctor: boolean
  readonly doc: string
}

const onCalls = [
  { name: 'refuse', area: 'server', code: 'server-refused', doctor: true, doc: 'Nothing listens on the SIP port.' },
  {
    name: 'silent',
    area: 'server',
    code: 'server-silent',
    doctor: true,
    doc: 'The server takes everything and answers nothing.',
  },
  {
    name: 'slow',
    value: 'ms',
    area: 'server',
    code: null,
    doctor: false,
    doc: 'The server thinks so long about each message.',
  },
  {
    name: 'overload',
    area: 'server',
    code: 'server-overloaded',
    doctor: true,
    doc: 'The server answers 503 with Retry-After to everything.',
  },
  {
    name: 'server-error',
    area: 'server',
    code: 'server-failed',
    doctor: true,
    doc: 'The server answers 500 to everything.',
  },
  { name: 'garbage', area: 'wire', code: 'server-garbled', doctor: true, doc: 'What the server sends is not SIP.' },
  {
    name: 'wrong-certificate',
    area: 'tls',
    code: 'tls-untrusted',
    doctor: true,
    doc: 'The certificate is signed by an authority that nobody knows.',
  },
  {
    name: 'wrong-name',
    area: 'tls',
    code: 'tls-name-mismatch',
    doctor: true,
    doc: 'The certificate is made for another name.',
  },
  { name: 'expired-certificate', area: 'tls', code: 'tls-expired', doctor: true, doc: 'The certificate has expired.' },
  {
    name: 'wrong-password',
    area: 'auth',
    code: 'credentials-rejected',
    doctor: true,
    doc: 'The password in the settings is not the right one.',
  },
  {
    name: 'unknown-digest',
    area: 'auth',
    code: 'digest-unsupported',
    doctor: true,
    doc: 'The server asks for a proof that nobody can give.',
  },
  {
    name: 'forbidden',
    area: 'auth',
    code: 'account-forbidden',
    doctor: true,
    doc: 'The server forbids the account to register.',
  },
  {
    name: 'unknown-account',
    area: 'auth',
    code: 'account-unknown',
    doctor: true,
    doc: 'The server does not know the account.',
  },
  {
    name: 'no-password',
    area: 'auth',
    code: 'credentials-missing',
    doctor: true,
    doc: 'The settings have no password.',
  },
  {
    name: 'refuse-registration',
    area: 'auth',
    code: 'registration-refused',
    doctor: true,
    doc: 'The server answers every registration with 400.',
  },
  {
    name: 'nameless',
    area: 'server',
    code: 'server-unresolved',
    doctor: true,
    doc: 'The SIP server’s name has no address.',
  },
  {
    name: 'hang-up',
    area: 'server',
    code: 'server-closed',
    doctor: true,
    doc: 'The server closes each connection when something comes.',
  },
  {
    name: 'not-tls',
    area: 'tls',
    code: 'tls-failed',
    doctor: true,
    doc: 'Where TLS should be spoken the connection is closed instead.',
  },
  { name: 'unknown-number', area: 'call', code: 'number-unknown', doctor: false, doc: 'No number exists.' },
  { name: 'busy', area: 'call', code: 'call-busy', doctor: false, doc: 'Everybody is busy.' },
  { name: 'declined', area: 'call', code: 'call-declined', doctor: false, doc: 'Everybody declines.' },
  {
    name: 'no-answer',
    value: 'ms',
    area: 'call',
    code: 'call-unanswered',
    doctor: false,
    doc: 'Phones ring so long (3,000 ms) and nobody answers.',
  },
  { name: 'call-forbidden', area: 'call', code: 'call-forbidden', doctor: false, doc: 'No call is allowed.' },
  { name: 'incompatible', area: 'call', code: 'call-incompatible', doctor: false, doc: 'No codec is good enough.' },
  {
    name: 'no-conference',
    area: 'call',
    code: null,
    doctor: false,
    doc: 'The server makes no conference: phones mix themselves.',
  },
  {
    name: 'gone-in-call',
    area: 'call',
    code: 'call-lost',
    doctor: false,
    doc: 'When a call is up the server is gone.',
  },
  {
    name: 'sip-drop',
    value: 'percent',
    area: 'wire',
    code: null,
    doctor: false,
    doc: 'So many SIP datagrams are lost, both ways.',
  },
  {
    name: 'media-drop',
    value: 'percent',
    area: 'media',
    code: null,
    doctor: false,
    doc: 'So many packets of sound are lost, both ways.',
  },
  {
    name: 'media-delay',
    value: 'ms',
    area: 'media',
    code: null,
    doctor: false,
    doc: 'Packets of sound come so much later.',
  },
  {
    name: 'media-jitter',
    value: 'ms',
    area: 'media',
    code: null,
    doctor: false,
    doc: 'Packets of sound come up to so much later, each by chance.',
  },
] as const

/** On the way from a name and a password to a phone. */
const onSignIn = [
  ['dns-empty', 'discovery', 'discovery-no-records', 'The domain has no SRV records.'],
  ['dns-silent', 'discovery', 'discovery-silent', 'The name server answers nothing.'],
  ['dns-failed', 'discovery', 'discovery-failed', 'The name server answers SERVFAIL to everything.'],
  ['devices-nameless', 'devices', 'devices-unresolved', 'The call manager’s name has no address.'],
  ['devices-refuse', 'devices', 'devices-refused', 'Nothing listens where devices are listed.'],
  ['devices-silent', 'devices', 'devices-silent', 'The list of devices never comes.'],
  [
    'devices-certificate',
    'devices',
    'devices-untrusted',
    'The call manager’s certificate is of an authority that nobody knows.',
  ],
  ['devices-rejected', 'devices', 'devices-credentials-rejected', 'Every password is refused with a 401.'],
  ['devices-error', 'devices', 'devices-failed', 'The list of devices is answered with a 500.'],
  ['devices-empty', 'devices', 'devices-empty', 'The list of devices is an empty answer.'],
  ['devices-html', 'devices', 'devices-garbled', 'The list of devices is a page of HTML.'],
  ['devices-no-service', 'devices', 'devices-no-service', 'The call manager has neither UDS nor CCMCIP.'],
  ['no-person-password', 'devices', 'devices-credentials-missing', 'The settings have a name and no password.'],
  ['device-unknown', 'devices', 'devices-unknown', 'The settings name a device that is not the person’s.'],
  ['no-devices', 'devices', 'devices-none', 'Nobody has a device.'],
  ['no-soft-phone', 'devices', 'devices-no-soft-phone', 'Nobody has a soft phone; desk phones they have.'],
  ['files-nameless', 'files', 'device-config-unresolved', 'The name of the server of files has no address.'],
  ['files-refuse', 'files', 'device-config-refused', 'Nothing listens where files are.'],
  ['files-silent', 'files', 'device-config-silent', 'Files are never given out, by no way.'],
  ['files-certificate', 'files', 'device-config-untrusted', 'Files come by HTTPS, of an authority that nobody knows.'],
  ['files-error', 'files', 'device-config-failed', 'Files come by HTTP, and every question is answered with a 500.'],
  ['config-missing', 'files', 'device-config-not-found', 'There is no file for the device.'],
  ['config-denied', 'files', 'device-config-denied', 'The device’s file is not given out.'],
  ['config-empty', 'files', 'device-config-empty', 'The device’s file is empty.'],
  ['config-invalid', 'files', 'device-config-invalid', 'The device’s file is no XML.'],
  ['config-broken-off', 'files', 'device-config-incomplete', 'The device’s file breaks off in the middle.'],
  ['config-huge', 'files', 'device-config-too-large', 'The device’s file is larger than any can be.'],
  ['config-encrypted', 'files', 'device-config-encrypted', 'The device’s file says that it is encrypted.'],
  ['config-no-line', 'files', 'device-config-no-line', 'The device has no line.'],
  ['rules-invalid', 'rules', 'dial-rules-invalid', 'The files of dial rules are no XML.'],
  ['rules-silent', 'rules', 'dial-rules-unreachable', 'The files of dial rules are never given out, by no way.'],
] as const

/** On the way to dial rules in the database. */
const onDatabase = [
  ['database-error', 'rules', 'dial-rules-database-failed', 'The database answers every question with a fault.'],
  ['database-rejected', 'rules', 'dial-rules-credentials-rejected', 'The database knows nobody.'],
  ['no-database-password', 'rules', 'dial-rules-settings-missing', 'The settings have no password for the database.'],
] as const

/** The same failures, met another way: their codes are tested where they stand above. */
const otherForms = [
  [
    'devices-html-401',
    'devices',
    'devices-credentials-rejected',
    'Every password is refused by a page that comes with a 200.',
  ],
  ['no-uds', 'devices', null, 'The call manager has no UDS, but CCMCIP.'],
  ['rules-gone', 'rules', 'dial-rules-gone', 'The files of dial rules are not there (any more).'],
  ['no-presence', 'discovery', null, 'The domain names no presence and no chat server.'],
  ['no-call-manager', 'discovery', null, 'The domain names a SIP server only.'],
] as const

export type FaultName =
  | (typeof onCalls)[number]['name']
  | (typeof onSignIn)[number][0]
  | (typeof onDatabase)[number][0]
  | (typeof otherForms)[number][0]
  | XmppFaultName
  | CalendarFaultName
  | DirectoryFaultName
  | CstaFaultName
  | VoicemailFaultName
  | BigBlueButtonFaultName
  | RoomFaultName

const faults: readonly FaultEntry[] = [
  ...onCalls.map((each): FaultEntry => ({ ...each, journey: 'call' })),
  ...rowsOf(onSignIn, 'sign-in', true),
  ...rowsOf(onDatabase, 'database', true),
  ...rowsOf(otherForms, 'sign-in', false),
  ...xmppFaults,
  ...calendarFaults,
  ...directoryFaults,
  ...cstaFaults,
  ...voicemailFaults,
  ...bigBlueButtonFaults,
  ...roomFaults,
]

function rowsOf(
  rows: readonly (readonly [string, FaultEntry['area'], string | null, string])[],
  journey: FaultEntry['journey'],
  doctor: boolean,
): FaultEntry[] {
  return rows.map(([name, area, code, doc]) => ({ name, area, code, doc, journey, doctor }))
}

export function listFaults(): readonly FaultEntry[] {
  return faults
}

/** The faults that are on, with their values. */
export class FaultSet {
  readonly #on = new Map<FaultName, number>()

  /** Throws where there is no such fault or the value is none that it takes. */
  set(name: string, value?: string): void {
    const entry = faults.find((each) => each.name === name)
    if (!entry) throw new Error(`There is no fault named ${name}.`)
    const number = value === undefined || value === '' ? defaults[entry.value ?? 'ms'] : Number(value)
    const most = entry.value === 'percent' ? 100 : 3_600_000
    if (!(number >= 0 && number <= most)) throw new Error(`The fault ${name} takes 0 to ${most}.`)
    this.#on.set(name as FaultName, number)
  }

  clear(name: string): void {
    this.#on.delete(name as FaultName)
  }

  has(name: FaultName): boolean {
    return this.#on.has(name)
  }

  /** The fault's value; 0 where it is off. */
  value(name: FaultName): number {
    return this.#on.get(name) ?? 0
  }

  get anyInMedia(): boolean {
    return this.any('media-')
  }

  /** Whether one is on whose name begins so. */
  any(prefix: string): boolean {
    return [...this.#on.keys()].some((name) => name.startsWith(prefix))
  }

  get names(): readonly string[] {
    return [...this.#on.keys()]
  }
}

const defaults = { percent: 10, ms: 3000, count: 10 }

/** NAME or NAME=VALUE. */
export function readFault(text: string): { readonly name: string; readonly value?: string } {
  const at = text.indexOf('=')
  return at < 0 ? { name: text } : { name: text.slice(0, at), value: text.slice(at + 1) }
}
