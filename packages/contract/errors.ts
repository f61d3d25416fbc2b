// The only list of errors. Append-only: a code, once published, keeps its meaning.

export interface ErrorEntry {
  /** One sentence for the person in front of the screen. */
  readonly sentence: string
  /** What to do next. */
  readonly next: string
  /** Whether the same act may succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** Who can mend it. */
  readonly origin: 'user' | 'admin' | 'server' | 'network' | 'us'
}

function error(origin: ErrorEntry['origin'], sentence: string, next: string, retry?: 'retryable'): ErrorEntry {
  return { sentence, next, retryable: retry === 'retryable', origin }
}

export const errors = {
  // The interface itself.
  'request-malformed': error(
    'user',
    'The request is not of the form that the contract describes.',
    'Compare it with docs/reference; the detail names the field.',
  ),
  'method-unknown': error(
    'user',
    'The core knows no method of that name.',
    'Check the spelling, and that the core is of the same contract version.',
  ),
  'session-unknown': error(
    'user',
    'No session of that name is open.',
    'Open one with session.open, or list them with session.list.',
  ),
  'contract-unsupported': error(
    'user',
    'The core does not speak that version of the contract.',
    'Update the application or the core, so that their major versions are the same or one apart.',
  ),
  'token-rejected': error('user', 'The token is wrong, expired or revoked.', 'Ask the core for a new one.'),
  'scope-missing': error(
    'user',
    'This application is not allowed to do that.',
    'Give its token the scope that the detail names.',
  ),
  'origin-refused': error(
    'user',
    'A page of that origin may not talk to the core.',
    'Open the page from the address that the core printed.',
  ),
  'too-many-requests': error(
    'user',
    'Too many requests are waiting for an answer.',
    'Wait for answers before asking more.',
    'retryable',
  ),
  cancelled: error(
    'user',
    'The act was cancelled before it was done.',
    'Nothing; do it again if it is still wanted.',
    'retryable',
  ),
  internal: error('us', 'Parley made a mistake.', 'Report it with the log; the detail is there.'),
  'core-stopping': error('us', 'The core is stopping.', 'Start it again, or wait until it is back.', 'retryable'),
  'core-unreachable': error(
    'us',
    'The core does not run or does not answer.',
    'Start it with `parley start` and look at `parley log`.',
    'retryable',
  ),
  'core-start-failed': error(
    'us',
    'The core could not be started.',
    'Run `parley start` by hand and read what it says.',
  ),
  // Settings and the store.
  'setting-unknown': error('user', 'There is no setting of that name.', 'List them with `parley config schema`.'),
  'setting-invalid': error(
    'user',
    'A setting has a value that it cannot have.',
    'The detail names the setting and what it takes.',
  ),
  'setting-missing': error('user', 'A setting that this needs has no value.', 'Set the one that the detail names.'),
  'store-newer': error(
    'admin',
    'The data was written by a newer version of Parley.',
    'Update Parley; the data is left as it is.',
  ),
  'store-unusable': error(
    'admin',
    'The data folder cannot be used.',
    'Check that it can be written and that the disk is not full.',
  ),
  // The way to a server.
  'server-unresolved': error(
    'admin',
    'The server’s name has no address.',
    'Check the name in softphone.servers, and the DNS.',
    'retryable',
  ),
  'server-refused': error(
    'server',
    'The server’s machine refuses the connection: nothing listens there.',
    'Check address, port and transport, and that the server runs.',
    'retryable',
  ),
  'server-silent': error(
    'network',
    'The server does not answer.',
    'Check address and transport, and any firewall between here and there.',
    'retryable',
  ),
  'server-closed': error(
    'network',
    'The server closed the connection.',
    'Nothing: it is tried again. If it happens often, look at the server’s log.',
    'retryable',
  ),
  'server-overloaded': error(
    'server',
    'The server is overloaded or out of service.',
    'Nothing: it is tried again when the server said it may.',
    'retryable',
  ),
  'server-failed': error(
    'server',
    'The server reports an error of its own.',
    'Look at the server’s log; the cause holds its answer.',
    'retryable',
  ),
  'server-garbled': error(
    'server',
    'What the server sends is not SIP, or is broken.',
    'Check that the address and port are those of a SIP server.',
    'retryable',
  ),
  'tls-untrusted': error(
    'admin',
    'The server’s certificate is not signed by an authority that is trusted here.',
    'Give the authority’s certificate in softphone.tls.ca.',
  ),
  'tls-name-mismatch': error(
    'admin',
    'The server’s certificate is made for another name.',
    'Use the name that the certificate bears, or renew the certificate.',
  ),
  'tls-expired': error(
    'admin',
    'The server’s certificate has expired or is not valid yet.',
    'Renew the certificate; check the clocks of both machines.',
  ),
  'tls-failed': error(
    'server',
    'No secure connection could be agreed on.',
    'Check that the port speaks TLS 1.2 or newer.',
    'retryable',
  ),
  'network-down': error(
    'network',
    'This machine has no way to the server.',
    'Check the network connection.',
    'retryable',
  ),
  'address-unavailable': error(
    'admin',
    'The local address or port cannot be used.',
    'Check softphone.localAddress; another program may hold the port.',
  ),
  // Signing in.
  'credentials-rejected': error(
    'user',
    'The server does not accept the user name or the password.',
    'Check softphone.user, softphone.authUser and softphone.password.',
  ),
  'credentials-missing': error('user', 'The server asks for a password and there is none.', 'Set softphone.password.'),
  'digest-unsupported': error(
    'admin',
    'The server asks for a proof of the password that cannot or must not be given.',
    'Check the server’s digest algorithms and realm.',
  ),
  'account-forbidden': error(
    'admin',
    'The server knows the account and does not allow it.',
    'Ask the administrator whether the account may register from here.',
  ),
  'account-unknown': error('user', 'The server does not know the account.', 'Check softphone.user.'),
  'registration-refused': error(
    'server',
    'The server refuses the registration.',
    'The cause holds the server’s answer.',
  ),
  'phone-unavailable': error(
    'network',
    'No phone is ready.',
    'Look at `parley status`: it says what the phone waits for.',
    'retryable',
  ),
  'phone-unknown': error('user', 'There is no phone of that name.', 'List them with phones.get.'),
  // Calls.
  'call-unknown': error('user', 'There is no such call.', 'Look at calls.get; it may have ended.'),
  'call-claimed': error('user', 'Another application has taken the call.', 'Nothing: it is handled there.'),
  'call-wrong-state': error(
    'user',
    'The call is not in a state in which this can be done.',
    'Look at the call’s capabilities.',
  ),
  'call-too-many': error('user', 'There are too many calls at once.', 'End one, or raise calls.max.'),
  'call-budget-spent': error(
    'admin',
    'Too many calls were dialled in the last minute.',
    'Wait, or raise calls.maxPerMinute.',
    'retryable',
  ),
  'number-invalid': error('user', 'That cannot be dialled.', 'Give a number, a user name or a sip: address.'),
  'number-unknown': error('user', 'The number does not exist.', 'Check the number.'),
  'number-incomplete': error('user', 'The number is not complete.', 'Check the number.'),
  'number-moved': error('user', 'The person has moved to another number.', 'The detail holds the new one.'),
  'number-denied': error('admin', 'This number may not be dialled.', 'Ask the administrator; see calls.deny.'),
  'call-busy': error('user', 'The other side is busy.', 'Try again later.', 'retryable'),
  'call-declined': error('user', 'The other side declined the call.', 'Nothing.'),
  'call-unanswered': error('user', 'Nobody answered.', 'Try again later.', 'retryable'),
  'call-unreachable': error('user', 'The other side cannot be reached now.', 'Try again later.', 'retryable'),
  'call-forbidden': error(
    'admin',
    'The server does not allow this call.',
    'Ask the administrator what the account may dial.',
  ),
  'call-incompatible': error(
    'server',
    'The two sides have no codec or protection in common.',
    'Compare the codecs of both sides.',
  ),
  'call-lost': error(
    'network',
    'The other side is gone: the connection broke in the call.',
    'Dial again.',
    'retryable',
  ),
  'call-failed': error('server', 'The call failed.', 'The cause holds the server’s answer.'),
  'call-taken-elsewhere': error('user', 'The call was answered on another phone.', 'Nothing.'),
  // Sound.
  'media-no-port': error(
    'admin',
    'No free port for sound could be found.',
    'Widen media.portRange, or end other programs.',
  ),
  'media-file-unreadable': error(
    'user',
    'The sound file cannot be read.',
    'Give a WAV file of 8 or 16 kHz, 16 bit, mono.',
  ),
  'media-file-unwritable': error(
    'user',
    'The recording cannot be written.',
    'Check the folder; an existing file is only replaced with force.',
  ),
  'media-handle-unknown': error(
    'user',
    'There is no uploaded sound of that name.',
    'Upload it with media.upload in this session.',
  ),
  'media-path-refused': error(
    'user',
    'This application may not name files by path.',
    'Upload the sound with media.upload and use its handle.',
  ),
  'media-too-large': error('user', 'The sound is too long.', 'Cut it; the detail tells the limit.'),
  'media-worker-lost': error(
    'us',
    'The part that carries sound has failed.',
    'It is started again by itself; dial again. Report it with the log.',
    'retryable',
  ),
  'media-browser-failed': error(
    'network',
    'The page’s sound could not be joined to the core.',
    'Reload the page; it must run on the machine of the core, and the detail tells what was missing.',
    'retryable',
  ),
  'media-browser-lost': error(
    'network',
    'The connection to the page’s sound is over.',
    'Open the page’s sound again and attach it to the calls that go on.',
    'retryable',
  ),
  'digits-invalid': error('user', 'Only 0–9, *, #, A–D and commas can be sent as digits.', 'Check the digits.'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errors

/** What any method may answer, whatever it lists itself. */
export const commonErrors: readonly ErrorCode[] = [
  'request-malformed',
  'method-unknown',
  'session-unknown',
  'scope-missing',
  'too-many-requests',
  'cancelled',
  'internal',
  'core-stopping',
  'core-unreachable',
]

/** The status that a peer gave, in its own words. */
export interface PeerCause {
  readonly protocol: 'sip' | 'tls' | 'dns' | 'system'
  readonly status?: number | undefined
  readonly text?: string | undefined
}

/** An error of the closed list, as it is thrown on both sides of the contract. */
export class ParleyError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly peer: PeerCause | undefined

  constructor(code: ErrorCode, detail?: string, peer?: PeerCause) {
    super(detail === undefined ? errors[code].sentence : `${errors[code].sentence} (${detail})`)
    this.name = 'ParleyError'
    this.code = code
    this.detail = detail
    this.peer = peer
  }

  get entry(): ErrorEntry {
    return errors[this.code]
  }
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errors, text)
}
