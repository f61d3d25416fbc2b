// What is told of the calls of one endpoint.
import type { AriParty } from './events.ts'

export type AriTold =
  | {
      readonly type: 'begun'
      readonly call: string
      readonly callId: string
      readonly direction: 'in' | 'out'
      readonly remote: AriParty | undefined
    }
  | { readonly type: 'alerting'; readonly call: string }
  /** Nobody else is in the conference of that channel of the phone any more. */
  | { readonly type: 'alone'; readonly channel: string }
  | { readonly type: 'connected'; readonly call: string; readonly remote: AriParty | undefined }
  | { readonly type: 'held' | 'resumed'; readonly call: string; readonly by: 'local' | 'remote' }
  /** Who the call is with is known better. */
  | { readonly type: 'updated'; readonly call: string; readonly remote: AriParty }
  /** Somebody else is at the other end. */
  | { readonly type: 'transferred'; readonly call: string; readonly remote: AriParty }
  | {
      readonly type: 'ended'
      readonly call: string
      /** `phone`: nobody picked it up to make the call that was asked for. */
      readonly by: 'local' | 'remote' | 'network' | 'phone'
      /** By Q.850, where it says why there was no call. */
      readonly cause?: number
      readonly transferredTo?: AriParty
    }

/** Not of Q.850, but of Asterisk. */
export const answeredElsewhere = 26
