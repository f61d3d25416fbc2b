// What is told of the calls of one endpoint, and what is kept of each.
import type { AriChannel, AriParty } from './events.ts'

export type AriTold =
  | {
      readonly type: 'begun'
      readonly call: string
      readonly callId: string
      readonly direction: 'in' | 'out'
      readonly remote: AriParty | undefined
    }
  | { readonly type: 'alerting'; readonly call: string }
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

export interface AriCall {
  /** Its channel. */
  readonly id: string
  name: string
  /** Asked for: the phone rings first, and the call begins when it is picked up. */
  readonly expected: boolean
  direction: 'in' | 'out' | undefined
  begun: boolean
  pickedUp: boolean
  /** Something was called for it. */
  calls: boolean
  alerting: boolean
  connected: boolean
  remote: AriParty | undefined
  /** The channel of who calls. */
  caller: AriChannel | undefined
  readonly held: Set<'local' | 'remote'>
  /** The phone itself, or we, have ended it. */
  left: boolean
  sentTo: AriParty | undefined
  /** Of who was called. */
  cause: number
  dialStatus: string
}

export function ariCall(id: string, name: string, expected: boolean): AriCall {
  return {
    id,
    name,
    expected,
    direction: expected ? 'out' : undefined,
    begun: expected,
    pickedUp: false,
    calls: false,
    alerting: false,
    connected: false,
    remote: undefined,
    caller: undefined,
    held: new Set(),
    left: false,
    sentTo: undefined,
    cause: 0,
    dialStatus: '',
  }
}

/** Why there was no call: by its own cause, by that of who was called, or by how the dialling went. One that came in needs no reason but one. */
export function whyNot({ direction, expected, calls, cause, dialStatus }: AriCall, own: number): number | undefined {
  if (direction === 'in') return own === answeredElsewhere ? own : undefined
  const said = [cause, own].find(isTelling) ?? causes[dialStatus]
  // Where the dial plan does not know the number, Asterisk gives no cause.
  return said ?? (expected && !calls ? unallocated : undefined)
}

/** 0 is none, 16 is as it should be, 127 knows no better. */
export function isTelling(cause: number): boolean {
  return cause !== 0 && cause !== 16 && cause !== 127
}

/** Not of Q.850, but of Asterisk. */
export const answeredElsewhere = 26

const unallocated = 1
const causes: Readonly<Record<string, number>> = {
  BUSY: 17,
  NOANSWER: 19,
  CHANUNAVAIL: 20,
  CONGESTION: 34,
}
