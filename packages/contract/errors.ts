// The only list of errors. Append-only: a code, once published, keeps its meaning.
import type { ErrorEntry } from './errors/entry.ts'
import { interfaceErrors } from './errors/interface.ts'
import { settingErrors } from './errors/settings.ts'
import { provisioningErrors } from './errors/provisioning.ts'
import { serverErrors } from './errors/server.ts'
import { signInErrors } from './errors/sign-in.ts'
import { callErrors } from './errors/calls.ts'
import { deviceErrorEntries } from './errors/devices.ts'
import { mediaErrors } from './errors/media.ts'
import { chatErrors } from './errors/chat.ts'
import { calendarErrors } from './errors/calendar.ts'
import { chatFileErrors } from './errors/chat-files.ts'
import { voicemailErrors } from './errors/voicemail.ts'
import { directoryErrors } from './errors/directory.ts'
import { conferenceErrors } from './errors/conferences.ts'

export type { ErrorEntry } from './errors/entry.ts'

export const errors = {
  ...interfaceErrors,
  ...settingErrors,
  ...serverErrors,
  ...signInErrors,
  ...provisioningErrors,
  ...callErrors,
  ...mediaErrors,
  ...deviceErrorEntries,
  ...chatErrors,
  ...calendarErrors,
  ...chatFileErrors,
  ...voicemailErrors,
  ...directoryErrors,
  ...conferenceErrors,
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
  readonly protocol: 'sip' | 'tls' | 'dns' | 'http' | 'tftp' | 'q850' | 'xmpp' | 'imap' | 'ldap' | 'system'
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
