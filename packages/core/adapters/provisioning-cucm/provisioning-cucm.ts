// Provisioning by a call manager: SRV records, UDS or CCMCIP for the devices, files for their configuration.
import type { Settings } from '@openparley/contract'
import { dnsResolver } from '@openparley/net'
import type { FilesLink } from '../../links/files/index.ts'
import type { World } from '../../runtime/world.ts'
import type { Found, ProvisioningPort } from '../../services/provisioning/port.ts'
import { devices } from './devices.ts'
import { attemptOf, deviceConfig } from './device-config.ts'
import { discover } from './discover.ts'
import { serviceProfile } from './service-profile.ts'

export interface CucmProvisioningOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly files: FilesLink
  /** What jabber-config.xml says, by our names. */
  readonly readCommon: (bytes: Uint8Array, from: string) => Omit<Found, 'from'>
  /** What a service profile says. */
  readonly readProfile: (bytes: Uint8Array, from: string) => Omit<Found, 'from'>
}

export function cucmProvisioning(options: CucmProvisioningOptions): ProvisioningPort {
  const { world, settings, files, readCommon, readProfile } = options
  const leaving = new AbortController()
  return {
    discover: (domain) => discover(domain, dnsResolver(settings()['discovery.dns']), world),
    devices: () => devices(settings(), dnsResolver(settings()['discovery.dns']), world.clock, leaving.signal),
    deviceConfig: (device) => deviceConfig(device, files, leaving.signal),
    commonConfig: async () => {
      const fetched = await files.fetch(commonFile, leaving.signal)
      const attempts = fetched.attempts.map(attemptOf)
      if (!('bytes' in fetched)) return { attempts, value: [] }
      return { attempts, value: [{ from: fetched.from, ...readCommon(fetched.bytes, fetched.from) }] }
    },
    serviceProfile: () =>
      serviceProfile(settings(), dnsResolver(settings()['discovery.dns']), files, leaving.signal, readProfile),
    close: async () => leaving.abort(),
  }
}

const commonFile = 'jabber-config.xml'
