// The calls of a device out of its snapshot, and of a snapshot of each.
import type { SnapshotItem } from './device-told.ts'
import { sameDevice } from './devices.ts'
import type { ExtendedDevice } from './fields.ts'
import type { CstaServices } from './message.ts'

export function itemsIn(
  { crossRefIDorSnapshotData: data }: CstaServices['SnapshotDeviceResponse'],
  device: string,
): SnapshotItem[] {
  return (data?.snapshotData ?? []).map(({ connectionIdentifier, localCallState: state }) => {
    const simple = state?.simpleCallState
    const compound = state?.compoundCallState
    const [local = 'connected', remoteState] = compound ?? (simple === undefined ? [] : (ofSimple[simple] ?? []))
    const direction = simple === undefined ? undefined : directions[simple]
    return {
      connection: { deviceID: device, ...connectionIdentifier },
      state: local,
      ...(remoteState === undefined ? {} : { remoteState }),
      ...(direction === undefined ? {} : { direction }),
    }
  })
}

/** The same with what the call itself says. */
export function itemOf(item: SnapshotItem, call: CstaServices['SnapshotCallResponse'], device: string): SnapshotItem {
  const { callingDevice, calledDevice, crossRefIDorSnapshotData: data } = call
  const other = data?.snapshotData?.find(
    ({ deviceOnCall }) => typeof deviceOnCall !== 'string' || !sameDevice(deviceOnCall, device),
  )
  const isCaller = callingDevice === undefined ? undefined : isOurs(callingDevice, device)
  const direction = isCaller === undefined ? item.direction : isCaller ? 'out' : 'in'
  const remote = other?.deviceOnCall ?? (isCaller ? calledDevice : callingDevice)
  const remoteState = item.remoteState ?? other?.localConnectionState
  return {
    ...item,
    ...(direction === undefined ? {} : { direction }),
    ...(remote === undefined ? {} : { remote }),
    ...(remoteState === undefined ? {} : { remoteState }),
  }
}

function isOurs(told: ExtendedDevice, device: string): boolean {
  return typeof told === 'string' && sameDevice(told, device)
}

/** Our connection and the other side's, as the simple states of ECMA-269 mean them. */
const ofSimple: Readonly<Record<string, readonly [string, string?]>> = {
  callNull: ['null'],
  callPending: ['initiated'],
  callOriginated: ['connected', 'initiated'],
  callDelivered: ['connected', 'alerting'],
  callDeliveredHeld: ['hold', 'alerting'],
  callReceived: ['alerting', 'connected'],
  callEstablished: ['connected', 'connected'],
  callEstablishedHeld: ['connected', 'hold'],
  callReceivedOnHold: ['alerting', 'hold'],
  callEstablishedOnHold: ['hold', 'connected'],
  callQueued: ['connected', 'queued'],
  callQueuedHeld: ['hold', 'queued'],
  callFailed: ['fail'],
  callFailedHeld: ['fail'],
  callBlocked: ['fail'],
}

const directions: Readonly<Record<string, 'in' | 'out'>> = {
  callOriginated: 'out',
  callDelivered: 'out',
  callDeliveredHeld: 'out',
  callReceived: 'in',
  callReceivedOnHold: 'in',
}
