// Provisioning by a call manager: SRV records, UDS or CCMCIP for the devices, files for their configuration.
import { errorValue, type Settings } from '@openparley/contract'
import type { ProvisioningPort } from '../../services/provisioning/port.ts'

export function cucmProvisioning(_settings: () => Settings): ProvisioningPort {
  const notYet = async (): Promise<{ attempts: []; error: ReturnType<typeof errorValue> }> => ({
    attempts: [],
    error: errorValue('internal', 'in work'),
  })
  return { discover: notYet, devices: notYet, deviceConfig: notYet, commonConfig: notYet, close: async () => {} }
}
