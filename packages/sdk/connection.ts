// One open way to a core, whatever carries it: a direct call, a Unix socket, a WebSocket.
import type { Revision, Role } from '@openparley/contract'
import type { ParleyError } from './error.ts'

/** Who comes. */
export interface Greeting {
  readonly application: string
  readonly role: Role
  readonly leaves: 'stop' | 'stay'
  readonly token?: string | undefined
  /** 20 ms of a stream's sound; signed 16-bit, mono. */
  readonly onFrame: (stream: string, samples: Int16Array) => void
}

export interface Welcome {
  readonly contract: string
  /** This application's id as long as the connection lasts: `call.handler` is compared with it. */
  readonly application: string
  readonly scopes: readonly string[]
  /** The one session that the token is bound to, if it is. */
  readonly session?: string | undefined
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** It ends once and is never opened again. */
export interface Connection {
  readonly welcome: Welcome
  call(
    method: string,
    params: unknown,
    options?: CallOptions & { readonly session?: string | undefined },
  ): Promise<unknown>
  watch(service: string, session: string | undefined): Promise<Feed>
  frame(stream: string, samples: Int16Array): void
  close(): void
  /** Why it is over; undefined while it is not. */
  readonly ended: ParleyError | undefined
  /** Settles when it is over. */
  readonly over: Promise<ParleyError>
}

/** A state and what comes after it, pulled. It holds 256 changes at most; beyond, a fresh state takes their place. */
export interface Feed {
  readonly snapshot: { readonly revision: Revision; readonly state: unknown }
  /** Undefined when there will be no more. */
  next(): Promise<FeedMessage | undefined>
  stop(): void
}

export type FeedMessage =
  | { readonly type: 'change'; readonly revision: Revision; readonly change: unknown }
  | { readonly type: 'resync'; readonly revision: Revision; readonly state: unknown }

/** Opens a connection. `before` is why the last one ended, if there was one. */
export type Opener = (
  greeting: Greeting,
  options: { readonly signal: AbortSignal; readonly before: ParleyError | undefined },
) => Promise<Connection>

/** So many changes wait for a slow reader on this side, as many as on the core's. */
export const maxBacklog = 256
/** So long a connection may take to be opened and greeted. */
export const openMs = 5000
