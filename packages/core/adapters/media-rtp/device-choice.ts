// Which device is taken: by the person's list, then the system's own, then any. Pure.
import type { SoundDevice } from '../../services/media/port.ts'
import type { DeviceKind } from './device-port.ts'

/** Undefined: there is none of that kind, or all that are there are `avoided`. */
export function chosenOf(
  devices: readonly SoundDevice[],
  kind: DeviceKind,
  wanted: readonly string[],
  avoided: (device: string) => boolean,
): SoundDevice | undefined {
  const there = devices.filter((each) => each.kind === kind && each.available)
  const inOrder = [...[...wanted, systems].flatMap((name) => there.filter((each) => isNamed(each, name))), ...there]
  return inOrder.find(({ device }) => !avoided(device))
}

/** The first name of the list, where no device bears it: what the person chose and does not get. */
export function lackingOf(
  devices: readonly SoundDevice[],
  kind: DeviceKind,
  wanted: readonly string[],
): string | undefined {
  const [first] = wanted
  if (first === undefined || first === systems) return undefined
  return devices.some((each) => each.kind === kind && each.available && isNamed(each, first)) ? undefined : first
}

function isNamed({ device, name, default: isDefault }: SoundDevice, wanted: string): boolean {
  return wanted === systems ? isDefault : device === wanted || name === wanted
}

const systems = 'default'
