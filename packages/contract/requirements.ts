// What each feature needs: on the server, and of settings. Data, so that it can be printed, and held against what is there.
import type { SettingName } from './settings.ts'

export interface Requirement {
  readonly feature: string
  /** These three are different things on a call manager, and are taken for one another; a dash where there is no need. */
  readonly device: string
  readonly right: string
  readonly licence: string
  /** All of one list are needed; any list will do. Empty: no setting is needed. */
  readonly settings: readonly (readonly SettingName[])[]
  /** The step of a diagnosis that finds it. */
  readonly step: string
  /** The applications that use it. */
  readonly applications: readonly ApplicationName[]
}

/** The kinds of application that this house brings: what each asks of a deployment differs. */
export const applicationNames = ['communicator', 'dock', 'command line'] as const
export type ApplicationName = (typeof applicationNames)[number]

const account: readonly SettingName[] = ['softphone.servers', 'softphone.user', 'softphone.password']
const person: readonly SettingName[] = ['user.name', 'user.password']

export const requirements: readonly Requirement[] = [
  {
    feature: 'calls on the soft phone, any SIP server',
    device: '–',
    right: 'an account that may register',
    licence: '–',
    settings: [account],
    step: 'registration',
    applications: applicationNames,
  },
  {
    feature: 'servers found by the domain’s name',
    device: '–',
    right: '–',
    licence: '–',
    settings: [[...person, 'user.domain']],
    step: 'discovery',
    applications: applicationNames,
  },
  {
    feature: 'the person’s devices',
    device: '–',
    right: 'an end user of the call manager who is associated with the device (Standard CCM End Users)',
    licence: '–',
    settings: [
      [...person, 'user.domain'],
      [...person, 'cucm.uds.servers'],
      [...person, 'cucm.ccmcip.servers'],
    ],
    step: 'devices',
    applications: applicationNames,
  },
  {
    feature: 'calls on the soft phone, as a device of a call manager',
    device: 'Cisco Unified Client Services Framework',
    right: 'the person is associated with the device',
    licence: 'the device’s own: device licence units or a user licence, by the call manager’s version',
    settings: [
      [...person, 'user.domain'],
      ['cucm.tftp.servers', 'cucm.device'],
    ],
    step: 'device-config',
    applications: applicationNames,
  },
  {
    feature: 'dial rules by file',
    device: '–',
    right: '–',
    licence: '–',
    settings: [['cucm.tftp.servers']],
    step: 'dial-rules',
    applications: applicationNames,
  },
  {
    feature: 'dial rules from the database',
    device: '–',
    right: 'an application user who may use AXL (Standard AXL API Access)',
    licence: '–',
    settings: [['dialRules.axl.servers', 'dialRules.axl.user', 'dialRules.axl.password']],
    step: 'dial-rules',
    applications: applicationNames,
  },
]
