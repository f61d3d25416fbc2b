// What an association is told and tells.
import type { SnapshotItem } from './device-told.ts'
import type { CstaError, CstaEvent, CstaMessage, Edition } from './message.ts'

export interface AssociationOptions {
  readonly device: string
  readonly edition: Edition
  readonly session: 'auto' | 'always' | 'never'
  readonly application: string
  readonly login?: { readonly user: string; readonly password: string }
}

export type AssociationInput =
  | { readonly type: 'connected' }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'ask'; readonly id: string; readonly message: CstaMessage }
  /** Ends the monitor and the session. */
  | { readonly type: 'close' }

export type AssociationEffect =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  /** All the calls of the device; once, before any event. */
  | { readonly type: 'ready'; readonly calls: readonly SnapshotItem[] }
  | { readonly type: 'event'; readonly event: CstaEvent }
  /** Undefined: none came in time. */
  | { readonly type: 'answer'; readonly id: string; readonly message: CstaMessage | undefined }
  /** The connection is to be closed. */
  | { readonly type: 'over'; readonly over: Over }

export type Over =
  | { readonly is: 'closed' }
  | { readonly is: 'silent' }
  /** The session or the monitor was refused. */
  | { readonly is: 'refused'; readonly by: 'session' | 'monitor'; readonly error: CstaError | undefined }
  | { readonly is: 'garbled'; readonly detail: string }
  /** The server has ended it. */
  | { readonly is: 'ended' }
