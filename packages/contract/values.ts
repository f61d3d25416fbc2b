// Values that several services share: ids, times, parties, causes.
import { z } from 'zod'
import { type ErrorCode, errors, type PeerCause } from './errors.ts'

const codes = Object.keys(errors) as [ErrorCode, ...ErrorCode[]]

/** `kind_` and 128 random bits in base64url; never used twice. */
export function id(kind: string): z.ZodString {
  return z
    .string()
    .regex(new RegExp(`^${kind}_[\\w-]{22}$`))
    .describe(`An id: ${kind}_ and 128 random bits in base64url.`)
}

export const CallId = id('call')
export const ConferenceId = id('conference')
export const SessionId = id('session')
export const ApplicationId = id('application')
export const PhoneId = id('phone')
export const StreamId = id('stream')
export const BrowserId = id('browser')
/** As the sound server has it: its own name of a device, or the one that it shows; `default` is the system’s. */
export const DeviceName = z.string().min(1).max(256)
export const MessageId = id('message')
export const VoiceMessageId = id('voice')
export const PlaybackId = id('playback')
export const WebConferenceId = id('webconference')
export const ConnectionId = id('connection')
export const Time = z.iso.datetime({ offset: true }).describe('ISO 8601 with zone.')
export const DurationMs = z.number().min(0).describe('Milliseconds.')

/** The same id from the same application does an act once: a repeat returns the first result. */
export const RequestId = z
  .string()
  .min(1)
  .max(128)
  .describe('Chosen by the application. A repeat within ten minutes returns the first result.')

export const PeerCauseValue = z
  .object({
    protocol: z.enum(['sip', 'tls', 'dns', 'http', 'tftp', 'q850', 'xmpp', 'imap', 'ldap', 'system']),
    status: z.number().int().optional(),
    text: z.string().optional(),
  })
  .describe('The peer’s own status.')

export const ErrorCodeValue = z.enum(codes)

export const ErrorValue = z
  .object({
    code: ErrorCodeValue,
    sentence: z.string(),
    next: z.string(),
    retryable: z.boolean(),
    origin: z.enum(['user', 'admin', 'server', 'network', 'us']),
    detail: z.string().optional(),
    peer: PeerCauseValue.optional(),
  })
  .describe('An error as data.')
export type ErrorValue = z.output<typeof ErrorValue>

/** An error of the list as data, with its sentence and next step. */
export function errorValue(code: ErrorCode, detail?: string, peer?: PeerCause): ErrorValue {
  const { sentence, next, retryable, origin } = errors[code]
  return {
    code,
    sentence,
    next,
    retryable,
    origin,
    ...(detail === undefined ? {} : { detail }),
    ...(peer === undefined ? {} : { peer: { ...peer } }),
  }
}
