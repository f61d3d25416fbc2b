// What is told of the calls of a device, and what events and snapshots say of them.
import type { Connection, ExtendedDevice } from './fields.ts'

export type DeviceTold =
  | {
      readonly type: 'begun'
      readonly call: string
      readonly callID: string
      readonly direction: 'in' | 'out'
      readonly remote: ExtendedDevice | undefined
      readonly divertedBy?: string
    }
  | { readonly type: 'alerting'; readonly call: string }
  | { readonly type: 'connected'; readonly call: string; readonly remote?: ExtendedDevice }
  | { readonly type: 'held' | 'resumed'; readonly call: string; readonly by: 'local' | 'remote' }
  /** Somebody else is at the other end, or is going to be. */
  | { readonly type: 'transferred'; readonly call: string; readonly remote: ExtendedDevice }
  /** The others of a call are told one by one from now on: `left`. `with` has become one with `call`, and is no call any more. */
  | { readonly type: 'conferenced'; readonly call: string; readonly with: string | undefined }
  | { readonly type: 'left'; readonly call: string; readonly device: string; readonly cause?: string }
  /** `told`: that it began was told. */
  | {
      readonly type: 'ended'
      readonly call: string
      readonly told: boolean
      readonly by: 'local' | 'remote' | 'network'
      readonly cause?: string
      readonly transferredTo?: ExtendedDevice
    }

/** What an event says of one call: told by device-events.ts. */
export type Step = { readonly callID: string } & (
  | { readonly is: 'initiated' }
  | {
      readonly is: 'begun'
      readonly direction: 'in' | 'out'
      readonly remote?: ExtendedDevice
      readonly divertedBy?: string
    }
  | { readonly is: 'alerting' }
  | { readonly is: 'connected'; readonly remote?: ExtendedDevice }
  | { readonly is: 'held' | 'resumed'; readonly by: 'local' | 'remote' }
  | { readonly is: 'transferred'; readonly to: string; readonly remote: ExtendedDevice }
  | { readonly is: 'conferenced'; readonly second: string | undefined; readonly to: string }
  | { readonly is: 'redirected'; readonly remote: ExtendedDevice }
  | { readonly is: 'failed'; readonly cause?: string }
  /** Somebody else's connection is gone; ours stands. */
  | { readonly is: 'left'; readonly device: string; readonly cause?: string }
  | {
      readonly is: 'cleared'
      readonly by: 'local' | 'remote'
      readonly cause?: string
      readonly transferredTo?: ExtendedDevice
    }
)

export interface SnapshotItem {
  /** Ours. */
  readonly connection: Connection
  /** As localConnectionInfo says it. */
  readonly state: string
  readonly direction?: 'in' | 'out' | undefined
  readonly remote?: ExtendedDevice | undefined
  /** The other side's, where it is told. */
  readonly remoteState?: string | undefined
}
