// The types of a client, made from the contract. They cost nothing at run time.
import type {
  Call,
  ChangeOf,
  Phone,
  Revision,
  Service,
  ServiceName,
  services,
  StateOf,
  Watched,
} from '@openparley/contract'
import type { z } from 'zod'
import type { CallOptions } from './connection.ts'

type Services = typeof services

/** Those of one signed-in person. */
export type SessionServiceName = {
  [N in ServiceName]: Services[N]['perSession'] extends true ? N : never
}[ServiceName]

/** Those whose state is watched. */
export type WatchedName = {
  [N in SessionServiceName]: Services[N] extends { watched: Watched } ? N : never
}[SessionServiceName]

export type CallsChange = ChangeOf<Services['calls']>
export type ConferencesChange = ChangeOf<Services['conferences']>
export type {
  Application,
  Call,
  CallEnd,
  ChatInvitation,
  Contact,
  Conversation,
  DiagnosisStep,
  DirectoryEntry,
  Endpoint,
  Focus,
  HealthRow,
  HistoryEntry,
  HistoryRecord,
  Lamp,
  Mailbox,
  Member,
  Message,
  Party,
  Phone,
  Playback,
  Requirement,
  SessionInfo,
  SettingsInput,
  SettingValue as SettingOrigin,
  SoundCard,
  SoundDevice,
  Statistics,
  VoiceMessage,
  WebConference,
} from '@openparley/contract'

export interface WatchOptions {
  readonly signal?: AbortSignal | undefined
}

/** `requestId` may be left out: the SDK makes one. */
type Relaxed<P> = P extends { requestId: string } ? Omit<P, 'requestId'> & { readonly requestId?: string } : P

/** Parameters that may all be left out may be left out as a whole. */
type Act<P, R> =
  Record<never, never> extends Relaxed<P>
    ? (params?: Relaxed<P>, options?: CallOptions) => Promise<R>
    : (params: Relaxed<P>, options?: CallOptions) => Promise<R>

export type Seen<S extends Service> =
  | { readonly type: 'snapshot'; readonly revision: Revision; readonly state: StateOf<S>; readonly resync: boolean }
  | { readonly type: 'change'; readonly revision: Revision; readonly change: ChangeOf<S> }

export interface Watchable<S extends Service> {
  get(options?: CallOptions): Promise<{ readonly revision: Revision; readonly state: StateOf<S> }>
  /**
   * The state, then every change in order. A further `snapshot` with `resync` takes the place of changes that were
   * missed: the reader was too slow, or the connection was lost. Ends with the signal, and with the session.
   */
  watch(options?: WatchOptions): AsyncIterable<Seen<S>>
}

export type ServiceClient<S extends Service> = {
  readonly [M in keyof S['methods']]: Act<z.input<S['methods'][M]['params']>, z.output<S['methods'][M]['result']>>
} & (S extends { watched: Watched } ? Watchable<S> : unknown)

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  /** Given up after so many milliseconds with `cancelled`; an hour unless said. */
  readonly timeoutMs?: number | undefined
}

/** What is often needed of calls and would be written again and again. */
export interface CallWaits {
  /** The call, as soon as `test` holds. Rejects `call-unknown` when it is or gets forgotten. */
  until(call: string, test: (call: Call) => boolean, options?: WaitOptions): Promise<Call>
  /** Every call that rings here, once each. Ends with the signal, and with the session. */
  incoming(options?: WatchOptions): AsyncIterable<Call>
}

export interface PhoneWaits {
  /** A phone that is ready. Rejects with the phone's own error as soon as none tries any more, and when the time is up. */
  ready(options?: WaitOptions): Promise<Phone>
}

/** Sound of a call over this connection. */
export interface Stream {
  /** For `{ kind: 'stream', stream: id }`. */
  readonly id: string
  /** 20 ms of sound, signed 16-bit, mono. */
  write(samples: Int16Array): void
  close(): Promise<void>
}

export interface StreamOptions {
  /** Hz; 16,000 unless said. */
  readonly sampleRate?: 8000 | 16_000
  /** 20 ms of what the other side says. */
  readonly onFrame?: (samples: Int16Array) => void
}

/** One signed-in person. */
export type Session = {
  readonly [N in SessionServiceName]: ServiceClient<Services[N]>
} & {
  /** Another one after the core was restarted and the session was opened again. */
  readonly id: string
  readonly calls: ServiceClient<Services['calls']> & CallWaits
  readonly phones: ServiceClient<Services['phones']> & PhoneWaits
  /** The state of a service as soon as `test` holds; `cancelled` after `timeoutMs`, a minute unless said. */
  until<N extends WatchedName>(
    service: N,
    test: (state: StateOf<Services[N]>) => boolean,
    timeoutMs?: number,
  ): Promise<StateOf<Services[N]>>
  openStream(options?: StreamOptions): Promise<Stream>
  /** Signs the person out, for every application. */
  close(): Promise<void>
}
