// What is kept of each call of an endpoint, and what of it is worth telling.
import type { AriChannel, AriParty } from './events.ts'
import { type AriTold, answeredElsewhere } from './told.ts'

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

export function beginning(
  call: AriCall,
  direction: 'in' | 'out',
  remote: AriParty | undefined,
  { callId }: AriChannel,
): AriTold[] {
  if (call.begun) return []
  call.begun = true
  call.direction = direction
  call.remote = remote ?? call.caller?.caller
  return [{ type: 'begun', call: call.id, callId, direction, remote: call.remote }]
}

export function connecting(call: AriCall): AriTold[] {
  if (!call.begun || call.connected) return []
  call.connected = true
  return [{ type: 'connected', call: call.id, remote: call.remote }]
}

export function meeting(call: AriCall, remote: AriParty): AriTold[] {
  const was = call.remote
  if (was?.number === remote.number && (was.name === remote.name || remote.name === undefined)) return []
  call.remote = remote
  if (!call.begun) return []
  const type = call.connected && was !== undefined && was.number !== remote.number ? 'transferred' : 'updated'
  return [{ type, call: call.id, remote }]
}

export function holding(call: AriCall, by: 'local' | 'remote', holds: boolean): AriTold[] {
  if (call.held.has(by) === holds) return []
  if (holds) call.held.add(by)
  else call.held.delete(by)
  return [{ type: holds ? 'held' : 'resumed', call: call.id, by }]
}

export function ending(call: AriCall, own: number): AriTold[] {
  if (!call.begun) return []
  const by = call.left ? 'local' : call.expected && !call.pickedUp ? 'phone' : 'remote'
  const cause = call.connected || call.left ? undefined : whyNot(call, own)
  return [
    {
      type: 'ended',
      call: call.id,
      by,
      ...(cause === undefined ? {} : { cause }),
      ...(call.sentTo === undefined ? {} : { transferredTo: call.sentTo }),
    },
  ]
}

/** Before there is a call, a refusal by the other side comes as a request to hang up as well. */
export function isByPhone(call: AriCall, cause: number): boolean {
  if (call.connected || call.direction === 'in') return true
  // Where the phone cannot be reached, nobody there has done it.
  if (call.expected && !call.pickedUp) return cause === busy || cause === rejected || !isTelling(cause)
  return !isTelling(cause)
}

/** PJSIP/101-0000002a is of PJSIP/101, and PJSIP/101-2-0000002a is not. */
export function isOf(endpoint: string, channel: string): boolean {
  return channel.startsWith(`${endpoint}-`) && /^[0-9a-f]+$/i.test(channel.slice(endpoint.length + 1))
}

/** Why there was no call: by its own cause, by that of who was called, or by how the dialling went. One that came in needs no reason but one. */
function whyNot({ direction, expected, calls, cause, dialStatus }: AriCall, own: number): number | undefined {
  if (direction === 'in') return own === answeredElsewhere ? own : undefined
  const said = [cause, own].find(isTelling) ?? causes[dialStatus]
  // Where the dial plan does not know the number, Asterisk gives no cause.
  return said ?? (expected && !calls ? unallocated : undefined)
}

/** 0 is none, 16 is as it should be, 127 knows no better. */
export function isTelling(cause: number): boolean {
  return cause !== 0 && cause !== 16 && cause !== 127
}

const unallocated = 1
const busy = 17
const rejected = 21
const causes: Readonly<Record<string, number>> = {
  BUSY: 17,
  NOANSWER: 19,
  CHANUNAVAIL: 20,
  CONGESTION: 34,
}
