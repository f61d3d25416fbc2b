// The value names of the original and of its successors, each with our setting. What is marked `memory` was never found in a
// document; the setting `settings.valueNames` can say otherwise for any name.
import type { SettingName } from '@openparley/contract'

/** How a value is written there. */
export type Form = 'text' | 'texts' | 'number' | 'flag' | 'not-flag' | 'verify' | 'protocol' | 'directory-type'

export interface ValueName {
  readonly setting: SettingName
  /** In a list: which place, or for several texts the first. In a map: under which key. */
  readonly at?: number | string
  readonly form: Form
  /** The group of jabber-config.xml; absent where only the registry has it. */
  readonly group?: 'Phone' | 'Voicemail' | 'Directory' | 'Client' | 'Policies'
  readonly memory?: true
}

/** `at` counts the names of a list. */
function list(setting: SettingName, names: readonly string[], group?: ValueName['group']): [string, ValueName][] {
  return names.map((name, at) => [name, { setting, at, form: 'text', ...(group ? { group } : {}) }])
}

function one(name: string, setting: SettingName, form: Form = 'text', group?: ValueName['group']): [string, ValueName] {
  return [name, { setting, form, ...(group ? { group } : {}) }]
}

function recalled(rows: readonly [string, ValueName][]): [string, ValueName][] {
  return rows.map(([name, row]) => [name, { ...row, memory: true }])
}

function attribute(name: string, key: string): [string, ValueName] {
  return [name, { setting: 'directory.attributes', at: key, form: 'text', group: 'Directory' }]
}

export const valueNames: ReadonlyMap<string, ValueName> = new Map([
  ...list('cucm.tftp.servers', ['TftpServer1', 'TftpServer2', 'TftpServer3'], 'Phone'),
  ...list('cucm.cti.servers', ['CtiServer1', 'CtiServer2'], 'Phone'),
  ...list('cucm.ccmcip.servers', ['CcmcipServer1', 'CcmcipServer2'], 'Phone'),
  ...list(
    'conference.servers',
    ['Meeting_Server_Address', 'Meeting_Server_Address_Backup', 'Meeting_Server_Address_Backup2'],
    'Phone',
  ),
  one('MakeCallHotKey', 'phone.hotKey', 'text', 'Phone'),
  one('EnableCallPark', 'phone.callPark', 'flag', 'Phone'),
  one('EnableDSCPPacketMarking', 'phone.dscp', 'flag', 'Phone'),
  one('E911NotificationURL', 'phone.emergencyNotice', 'text', 'Phone'),
  one('E911EdgeLocationPolicy', 'phone.emergencyLocation', 'text', 'Phone'),
  one('E911EdgeLocationWhiteList', 'phone.emergencyNetworks', 'text', 'Phone'),
  one('EnableNGEPolicy', 'phone.encryption', 'text', 'Phone'),
  one('UseSIPforMobiles', 'phone.sipForMobiles', 'flag', 'Phone'),
  one('useCUCMGroupForCti', 'cucm.cti.fromGroup', 'flag', 'Phone'),
  one('ExcludedDevices', 'cucm.excludedDevices', 'texts'),
  ...list('voicemail.servers', ['VoicemailPrimaryServer', 'VoicemailBackupServer'], 'Voicemail'),
  ['VoicemailBackupServers', { setting: 'voicemail.servers', at: 1, form: 'texts', group: 'Voicemail' }],
  one('VoiceMailService_UseCredentialsFrom', 'voicemail.credentialsFrom', 'text', 'Voicemail'),
  one('DirectoryServerType', 'directory.type', 'directory-type', 'Directory'),
  one('BDILDAPServerType', 'directory.product', 'text', 'Directory'),
  one('BDIPresenceDomain', 'presence.domain', 'text', 'Directory'),
  one('BDIUseJabberCredentials', 'directory.usePersonCredentials', 'flag', 'Directory'),
  one('BDIUseANR', 'directory.useAnr', 'flag', 'Directory'),
  one('BDIEnableTLS', 'directory.tls', 'flag', 'Directory'),
  one('UseSSL', 'directory.tls', 'flag', 'Directory'),
  one('UseSecureConnection', 'directory.secureBind', 'flag', 'Directory'),
  one('ConnectionType', 'directory.globalCatalog', 'not-flag', 'Directory'),
  one('UseWindowsCredentials', 'directory.useSystemCredentials', 'flag', 'Directory'),
  ...list('directory.servers', ['PrimaryServerName', 'SecondaryServerName'], 'Directory'),
  ...list('directory.servers', ['BDIPrimaryServerName', 'BDISecondaryServerName'], 'Directory'),
  one('UdsServer', 'cucm.uds.servers', 'texts', 'Directory'),
  ['ServerPort1', { setting: 'directory.ports', at: 0, form: 'number', group: 'Directory' }],
  ['ServerPort2', { setting: 'directory.ports', at: 1, form: 'number', group: 'Directory' }],
  ['BDIServerPort1', { setting: 'directory.ports', at: 0, form: 'number', group: 'Directory' }],
  ['BDIServerPort2', { setting: 'directory.ports', at: 1, form: 'number', group: 'Directory' }],
  one('ConnectionUsername', 'directory.user', 'text', 'Directory'),
  one('ConnectionPassword', 'directory.password', 'text', 'Directory'),
  one('BDIConnectionUsername', 'directory.user', 'text', 'Directory'),
  one('BDIConnectionPassword', 'directory.password', 'text', 'Directory'),
  one('BaseFilter', 'directory.baseFilter', 'text', 'Directory'),
  one('BDIBaseFilter', 'directory.baseFilter', 'text', 'Directory'),
  one('PredictiveSearchFilter', 'directory.searchFilter', 'text', 'Directory'),
  one('BDIPredictiveSearchFilter', 'directory.searchFilter', 'text', 'Directory'),
  ...list(
    'directory.searchBases',
    ['SearchBase1', 'SearchBase2', 'SearchBase3', 'SearchBase4', 'SearchBase5'],
    'Directory',
  ),
  ...list('directory.searchBases', ['BDISearchBase1'], 'Directory'),
  one('SearchTimeout', 'directory.timeoutS', 'number', 'Directory'),
  one('UseWildcards', 'directory.wildcards', 'flag', 'Directory'),
  one('MinimumCharacterQuery', 'directory.leastCharacters', 'number', 'Directory'),
  one('DisableSecondaryNumberLookups', 'directory.secondaryNumbers', 'not-flag', 'Directory'),
  one('PhoneNumberMasks', 'directory.phoneNumberMasks', 'text', 'Directory'),
  one('PhotoUriSubstitutionEnabled', 'directory.photo.substitute', 'flag', 'Directory'),
  one('PhotoUriSubstitutionToken', 'directory.photo.token', 'text', 'Directory'),
  one('PhotoUriWithToken', 'directory.photo.pattern', 'text', 'Directory'),
  one('BDIPhotoUriSubstitutionEnabled', 'directory.photo.substitute', 'flag', 'Directory'),
  one('BDIPhotoUriSubstitutionToken', 'directory.photo.token', 'text', 'Directory'),
  one('BDIPhotoUriWithToken', 'directory.photo.pattern', 'text', 'Directory'),
  one('UdsPhotoUriWithToken', 'directory.photo.pattern', 'text', 'Directory'),
  one('LDAP_UriSchemeName', 'directory.uriScheme'),
  attribute('CommonName', 'commonName'),
  attribute('DisplayName', 'displayName'),
  attribute('Firstname', 'firstName'),
  attribute('Lastname', 'lastName'),
  attribute('EmailAddress', 'email'),
  attribute('SipUri', 'uri'),
  attribute('PhotoSource', 'photo'),
  attribute('BusinessPhone', 'businessPhone'),
  attribute('MobilePhone', 'mobilePhone'),
  attribute('HomePhone', 'homePhone'),
  attribute('OtherPhone', 'otherPhone'),
  attribute('Title', 'title'),
  attribute('CompanyName', 'company'),
  attribute('UserAccountName', 'account'),
  attribute('DomainName', 'domain'),
  attribute('Location', 'country'),
  attribute('Nickname', 'nickname'),
  attribute('PostalCode', 'postalCode'),
  attribute('City', 'city'),
  attribute('State', 'state'),
  attribute('StreetAddress', 'street'),
  ...recalled([
    one('CcmcipServerValidation', 'cucm.tls.verify', 'verify'),
    one('VoicemailPilotNumber', 'voicemail.pilotNumber'),
    ...list('voicemail.servers', ['VVM_SystemServer_0', 'VVM_SystemServer_1']),
    one('VVM_SystemServer_VmwsPort', 'voicemail.port', 'number'),
    one('VVM_SystemServer_VmwsProtocol', 'voicemail.protocol', 'protocol'),
    ...list('voicemail.imap.servers', ['VVM_Mailstore_Server_0', 'VVM_Mailstore_Server_1']),
    one('VVM_Mailstore_ImapPort', 'voicemail.imap.port', 'number'),
    one('VVM_Mailstore_EncryptedConnection', 'voicemail.imap.tls', 'flag'),
    one('VVM_Mailstore_PollingInterval', 'voicemail.imap.pollS', 'number'),
    one('VVM_Mailstore_InboxFolderName', 'voicemail.imap.inbox'),
    one('VVM_Mailstore_TrashFolderName', 'voicemail.imap.trash'),
    one('VVM_Mailstore_UseUIDPlus', 'voicemail.imap.uidPlus', 'flag'),
    one('VVM_Mailstore_DisableMessageAging', 'voicemail.ageing', 'not-flag'),
    one('EnableNativeDirectoryProvider', 'directory.useSystemCredentials', 'flag'),
  ]),
])

/** Attribute names that the registry writes with this before them. */
const attributePrefix = 'ldap_attributename_'

/** The registry does not tell upper case from lower; jabber-config.xml does. */
export function valueNameOf(name: string, anyCase: boolean): ValueName | undefined {
  const lower = name.toLowerCase()
  if (!lower.startsWith(attributePrefix)) return anyCase ? byLowerCase.get(lower) : valueNames.get(name)
  const key = name.slice(attributePrefix.length)
  const known = attributeKeys.find((each) => each.toLowerCase() === key.toLowerCase())
  return key === '' ? undefined : { setting: 'directory.attributes', at: known ?? key, form: 'text' }
}

const byLowerCase = new Map([...valueNames].map(([name, row]) => [name.toLowerCase(), row]))
const attributeKeys = [...valueNames.values()].flatMap(({ setting, at }) =>
  setting === 'directory.attributes' && typeof at === 'string' ? [at] : [],
)

/** What the original and its successors call a setting. */
export function originalNames(setting: string): string[] {
  return [...valueNames].flatMap(([name, row]) => (row.setting === setting ? [name] : []))
}
