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
  /** `invokeId`: of the request that it answers, or as the server numbers its own; of events it may be any. */
  | { readonly type: 'received'; readonly invokeId: number; readonly text: string }
  /** What came cannot be read on from. */
  | { readonly type: 'garbled'; readonly detail: string }
  | { readonly type: 'ask'; readonly id: string; readonly message: CstaMessage }
  /** Ends the monitor and the session. */
  | { readonly type: 'close' }

export type AssociationEffect =
  /** An answer bears the id of what it answers. */
  | {
      readonly type: 'send'
      readonly what: 'request' | 'answer'
      readonly invokeId: number
      readonly text: string
    }
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
