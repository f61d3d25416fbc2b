// What a host of the core (the door, a program that embeds it) holds on to: attachments, each one application.
import type { Application, ChangeOf, Revision, Role, Scope, ServiceName, services } from '@openparley/contract'

export interface Core {
  /** One application comes. What it may do is decided by `scopes`, by whoever authenticated it. */
  attach(application: AttachRequest): Attachment
  /** The applications that are attached now. */
  applications(): Application[]
  /** How many calls are up in all sessions, for a host that stops when idle. */
  callsUp(): number
  /** Ends all calls and sessions. Repeating it is harmless. */
  close(): Promise<void>
}

export interface AttachRequest {
  readonly name: string
  readonly role: Role
  readonly leaves: 'stop' | 'stay'
  readonly scopes: readonly Scope[]
  /** The one session that it may name, if it is bound to one. */
  readonly session?: string
  /** Whether it may name files by path: the user's own process, never a socket (DESIGN §6). */
  readonly mayNamePaths: boolean
  /** 20 ms of a stream's sound for the application; the array is reused after the call returns. */
  readonly onFrame?: (stream: string, samples: Int16Array) => void
}

export interface Attachment {
  readonly id: string
  /** Calls `service.method`. Rejects with a ParleyError that the method declares or that is common. */
  call(
    method: string,
    params: unknown,
    options?: { readonly session?: string; readonly signal?: AbortSignal },
  ): Promise<unknown>
  /** The state of a service, and its changes from there on. Throws a ParleyError where that may not be read. */
  watch(service: string, session?: string): Watch
  /** Sound from the application for a stream that it opened. Unknown streams are ignored. */
  frame(stream: string, samples: Int16Array): void
  /** Ends its watches and streams and forgets it; calls that it handles lose their handler. Repeating it is harmless. */
  detach(): void
}

/** Pulled, never pushed: a slow application holds 256 changes at most and then gets a fresh snapshot. */
export interface Watch extends AsyncIterable<WatchMessage> {
  /** The state at the moment of watching. */
  readonly snapshot: { readonly revision: Revision; readonly state: unknown }
  /** The next message; undefined when the watch was ended. */
  next(): Promise<WatchMessage | undefined>
  stop(): void
}

export type WatchMessage =
  | { readonly type: 'change'; readonly revision: Revision; readonly change: AnyChange }
  | { readonly type: 'resync'; readonly revision: Revision; readonly state: unknown }

export type AnyChange = { [S in ServiceName]: ChangeOf<(typeof services)[S]> }[ServiceName]
