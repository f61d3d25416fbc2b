// Which of the person's devices this core is.
import { type ErrorValue, errorValue, type Settings } from '@openparley/contract'
import type { ListedDevice } from './port.ts'

export interface Chosen extends ListedDevice {
  readonly kind: 'soft' | 'desk'
  /** Why the person may not use it here. */
  readonly notAllowed?: string
}

/** Each with what it is; a device that the settings exclude is listed with the reason. */
export function classify(
  devices: readonly ListedDevice[],
  settings: Pick<Settings, 'cucm.excludedDevices' | 'cucm.softPhoneModels'>,
): Chosen[] {
  const models = new Set(settings['cucm.softPhoneModels'].map((model) => model.toLowerCase()))
  return devices.map((device) => {
    const excluded = settings['cucm.excludedDevices'].find((start) => device.name.startsWith(start))
    return {
      ...device,
      kind: models.has(device.model.toLowerCase()) ? 'soft' : 'desk',
      ...(excluded === undefined ? {} : { notAllowed: `cucm.excludedDevices names ${excluded}` }),
    }
  })
}

/** The named device, or the first soft phone. */
export function chooseDevice(
  devices: readonly Chosen[],
  named: string | undefined,
): { readonly device: Chosen } | { readonly error: ErrorValue } {
  if (devices.length === 0) return { error: errorValue('devices-none') }
  const allowed = devices.filter(({ notAllowed }) => notAllowed === undefined)
  if (named !== undefined) {
    const device = allowed.find(({ name }) => name.toLowerCase() === named.toLowerCase())
    return device ? { device } : { error: errorValue('devices-unknown', devices.map(({ name }) => name).join(', ')) }
  }
  const device = allowed.find(({ kind }) => kind === 'soft')
  return device
    ? { device }
    : { error: errorValue('devices-no-soft-phone', devices.map(({ name, model }) => `${name} (${model})`).join(', ')) }
}
