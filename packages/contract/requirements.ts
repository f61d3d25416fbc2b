// What each feature needs: on the server, and of settings. Data, so that it can be printed, and held against what is there.
import type { SettingName } from './settings.ts'

export interface Requirement {
  readonly feature: string
  /** These three are different things on a call manager, and are taken for one another; a dash where there is no need. */
  readonly device: string
  readonly right: string
  /** What is counted: units of a licence, or the user's own. */
  readonly licence: string
  /** All of one list are needed; any list will do. Empty: no setting is needed. */
  readonly settings: readonly (readonly SettingName[])[]
  /** The step of a diagnosis that finds it; absent: nothing here looks for it, only its settings can be told. */
  readonly step?: string
  /** The service is not there yet: its settings are kept. */
  readonly later?: true
  /** The applications that use it, ours and those of the original and its successors. */
  readonly applications: readonly string[]
}

/** The kinds of application that this house brings: what each asks of a deployment differs. */
export const applicationNames = ['communicator', 'dock', 'command line'] as const
export type ApplicationName = (typeof applicationNames)[number]

const [communicator, dock, commandLine] = applicationNames
/** Those that the settings of a deployment may have been made for. */
const [personal, office, lync, jabber, web] = ['CUPC', 'CUCIMOC', 'CUCI-Lync', 'Jabber', 'Web SDK'] as const
/** All that show more than calls; presence and chat were the host's own in the two that live in an office program. */
const full = [communicator, personal, office, lync, jabber] as const

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
    applications: [communicator, commandLine, jabber],
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
    applications: [...full, dock, commandLine, web],
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
    applications: [...full, dock, commandLine, web],
  },
  {
    feature: 'control of a desk phone',
    device: 'the desk phone, “Allow control of device from CTI” on it and on its line',
    right: 'Standard CTI Enabled; for some models also a right of their own (Connected Xfer and conf, Rollover Mode)',
    licence: 'the desk phone’s own',
    settings: [[...person, 'cucm.cti.servers']],
    later: true,
    applications: [...full, web],
  },
  {
    feature: 'dial rules by file',
    device: '–',
    right: '–',
    licence: '–',
    settings: [['cucm.tftp.servers']],
    step: 'dial-rules',
    applications: [...full, dock, commandLine],
  },
  {
    feature: 'dial rules from the database',
    device: '–',
    right: 'an application user who may use AXL (Standard AXL API Access)',
    licence: '–',
    settings: [['dialRules.axl.servers', 'dialRules.axl.user', 'dialRules.axl.password']],
    step: 'dial-rules-database',
    applications: [communicator, commandLine],
  },
  {
    feature: 'voicemail by calling it',
    device: '–',
    right: 'a mailbox of the person’s',
    licence: 'the mailbox’s own',
    settings: [['voicemail.pilotNumber']],
    later: true,
    applications: [...full, dock],
  },
  {
    feature: 'voicemail as a list of messages',
    device: '–',
    right: 'a mailbox whose class of service allows IMAP',
    licence: 'the mailbox’s own, with access by IMAP',
    settings: [['voicemail.imap.servers'], ['voicemail.servers']],
    later: true,
    applications: full,
  },
  {
    feature: 'names and numbers of the directory',
    device: '–',
    right: 'an account of the directory that may bind and read, or the person’s own',
    licence: '–',
    settings: [['directory.servers', 'directory.searchBases'], ['cucm.uds.servers']],
    later: true,
    applications: full,
  },
  {
    feature: 'presence',
    device: 'the person’s line, associated with the person for presence',
    right: 'the person is enabled on the presence server',
    licence: 'the person’s own, for presence',
    settings: [['presence.servers']],
    later: true,
    applications: [communicator, personal, jabber],
  },
  {
    feature: 'chat',
    device: '–',
    right: 'the person is enabled on the chat server',
    licence: 'the person’s own, for presence',
    settings: [['xmpp.servers']],
    later: true,
    applications: [communicator, personal, jabber],
  },
  {
    feature: 'meetings of the calendar, in presence',
    device: '–',
    right: 'an account of the calendar’s server (CalDAV)',
    licence: '–',
    settings: [
      ['calendar.servers', 'calendar.user', 'calendar.password'],
      ['calendar.servers', ...person],
    ],
    step: 'calendar',
    applications: [communicator, commandLine],
  },
  {
    feature: 'web conferences',
    device: '–',
    right: 'an account of the conference server',
    licence: 'the conference server’s own',
    settings: [
      ['conferences.janus.servers'],
      ['conferences.bigbluebutton.servers', 'conferences.bigbluebutton.secret'],
      ['conferences.jitsi.servers'],
      ['conferences.webex.token'],
    ],
    step: 'conferences',
    applications: [...full, commandLine],
  },
]
