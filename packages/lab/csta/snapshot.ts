// How a phone and its calls stand, as CSTA tells it to who has just come.
import type { CstaMessage } from '@openparley/protocols/csta'
import type { DeskCall } from '../desk/signals.ts'
import { parties } from './events.ts'

export function snapshotOfDevice(own: string, calls: readonly Readonly<DeskCall>[]): CstaMessage {
  const ids = [...new Set(calls.map(({ id }) => id))]
  return {
    is: 'SnapshotDeviceResponse',
    crossRefIDorSnapshotData: {
      snapshotData: ids.map((callID) => {
        const parts = calls.filter(({ id }) => id === callID)
        const [first] = parts
        return {
          connectionIdentifier: { callID, deviceID: own },
          ...(first ? { endpointDevice: first.remote } : {}),
          localCallState: { compoundCallState: [...(first ? [ourState(first)] : []), ...parts.flatMap(theirState)] },
        }
      }),
    },
  }
}

export function snapshotOfCall(
  own: string,
  call: Readonly<DeskCall>,
  calls: readonly Readonly<DeskCall>[],
): CstaMessage {
  const parts = calls.filter(({ id }) => id === call.id)
  const { callingDevice, calledDevice } = parties({ own, call })
  return {
    is: 'SnapshotCallResponse',
    crossRefIDorSnapshotData: {
      snapshotData: [
        {
          deviceOnCall: own,
          callIdentifier: { callID: call.id, deviceID: own },
          localConnectionState: ourState(call),
        },
        ...parts.map((part) => ({
          deviceOnCall: part.remote,
          callIdentifier: { callID: part.id, deviceID: part.remote },
          localConnectionState: theirState(part)[0] ?? 'null',
        })),
      ],
    },
    callingDevice,
    calledDevice,
  }
}

function ourState({ state }: DeskCall): string {
  return state === 'originated' || state === 'delivered' ? 'connected' : state
}

/** None where nothing is there yet. */
function theirState({ state, heldByRemote }: DeskCall): string[] {
  if (state === 'initiated' || state === 'originated') return []
  if (state === 'delivered') return ['alerting']
  return [heldByRemote ? 'hold' : 'connected']
}
