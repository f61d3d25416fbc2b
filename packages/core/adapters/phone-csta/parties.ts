// Who a call is with, as a switching function names devices. Text from others, cut to a length that can be shown.
import type { Party } from '@openparley/contract'
import { bareDevice, type ExtendedDevice, nameOfDevice } from '@openparley/protocols/csta'

export function partyOf(device: ExtendedDevice | undefined): Party {
  if (typeof device !== 'string')
    return device?.absent === 'restricted' ? { number: 'anonymous', anonymous: true } : { number: 'unknown' }
  const name = nameOfDevice(device)
  return {
    number: bareDevice(device).slice(0, 256),
    ...(name === undefined ? {} : { displayName: name.slice(0, 256) }),
    ...(/^(tel|sips?):/i.test(device) ? { uri: device.slice(0, 512) } : {}),
  }
}
