import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkSetting, isSettingName, settingFromText, textOfSetting } from '@openparley/contract'
import { type RegKey, type RegValue, readReg, writeReg } from '@openparley/protocols/registry'
import { settingsFormats } from './formats.ts'
import { fromNamed } from './named-values.ts'
import { keysFor, registryKeys, valuesOfKeys } from './registry-values.ts'
import { valueNameOf } from './value-names.ts'

const [theirs, ours] = registryKeys.user
const key = (path: string, ...values: RegValue[]): RegKey => ({ path, deleted: false, values })
const sz = (name: string, text: string): RegValue => ({ name, data: { type: 'sz', text } })
const named = (...pairs: [string, string][]): Readonly<Record<string, unknown>> =>
  fromNamed(pairs, { names: {}, anyCase: true }).values

/** Every value name that documents of the original and of its successors tell of. */
const documented =
  `TftpServer1 TftpServer2 TftpServer3 CtiServer1 CtiServer2 CcmcipServer1 CcmcipServer2 CcmcipServerValidation
  VoicemailPilotNumber VVM_SystemServer_0 VVM_SystemServer_1 VVM_SystemServer_VmwsPort VVM_SystemServer_VmwsProtocol
  VVM_Mailstore_Server_0 VVM_Mailstore_Server_1 VVM_Mailstore_ImapPort VVM_Mailstore_EncryptedConnection
  VVM_Mailstore_PollingInterval VVM_Mailstore_InboxFolderName VVM_Mailstore_TrashFolderName VVM_Mailstore_UseUIDPlus
  VVM_Mailstore_DisableMessageAging LDAP_AttributeName_uri LDAP_UriSchemeName EnableNativeDirectoryProvider ConnectionType
  PrimaryServerName ServerPort1 SecondaryServerName ServerPort2 UseWindowsCredentials ConnectionUsername ConnectionPassword
  UseSSL UseSecureConnection BaseFilter PredictiveSearchFilter SearchBase1 SearchBase2 SearchBase3 SearchBase4 SearchBase5
  SearchTimeout UseWildcards MinimumCharacterQuery DisableSecondaryNumberLookups PhoneNumberMasks PhotoUriSubstitutionEnabled
  PhotoUriSubstitutionToken PhotoUriWithToken useCUCMGroupForCti Meeting_Server_Address Meeting_Server_Address_Backup
  Meeting_Server_Address_Backup2 MakeCallHotKey EnableCallPark EnableDSCPPacketMarking EnableNGEPolicy E911NotificationURL
  E911EdgeLocationPolicy E911EdgeLocationWhiteList UseSIPforMobiles VoicemailPrimaryServer VoicemailBackupServer
  VoicemailBackupServers VoiceMailService_UseCredentialsFrom DirectoryServerType CommonName DisplayName Firstname Lastname
  EmailAddress SipUri PhotoSource BusinessPhone MobilePhone HomePhone OtherPhone Title CompanyName UserAccountName DomainName
  Location Nickname PostalCode City State StreetAddress BDILDAPServerType BDIPresenceDomain BDIPrimaryServerName
  BDISecondaryServerName BDIServerPort1 BDIServerPort2 BDIUseJabberCredentials BDIConnectionUsername BDIConnectionPassword
  BDIEnableTLS BDIBaseFilter BDISearchBase1 BDIUseANR BDIPredictiveSearchFilter BDIPhotoUriSubstitutionEnabled
  BDIPhotoUriSubstitutionToken BDIPhotoUriWithToken UdsServer UdsPhotoUriWithToken`.split(/\s+/)

describe('value names', () => {
  test('that documents tell of are all known', () => {
    assert.deepEqual(
      documented.filter((name) => !valueNameOf(name, false)),
      [],
    )
  })

  test('are the same in upper case and lower in the registry, and not in jabber-config.xml', () => {
    assert.deepEqual(named(['TFTPSERVER1', 'a'], ['ldap_attributename_URI', 'mail']), {
      'cucm.tftp.servers': ['a'],
      'directory.attributes': { uri: 'mail' },
    })
    assert.deepEqual(valuesOfKeys([key(ours, sz('Calls.MAX', '3'))], {}).values, { 'calls.max': 3 })
    assert.equal(valueNameOf('TFTPSERVER1', false), undefined)
  })

  test('of a second port alone say nothing of the first; a port goes with its server', () => {
    assert.deepEqual(named(['ServerPort2', '636']), { 'directory.ports': [0, 636] })
    assert.deepEqual(named(['PrimaryServerName', 'a'], ['SecondaryServerName', 'b'], ['ServerPort2', '636']), {
      'directory.servers': ['a', 'b'],
      'directory.ports': [0, 636],
    })
    assert.deepEqual(named(['SecondaryServerName', 'b'], ['ServerPort2', '636']), {
      'directory.servers': ['b'],
      'directory.ports': [636],
    })
    assert.ok('value' in checkSetting('directory.ports', [0, 636]))
    const written = keysFor({ 'directory.ports': [0, 636] }, 'user', [])
    assert.deepEqual(
      written.map(({ values }) => values.map(({ name }) => name)),
      [['ServerPort2']],
    )
  })

  test('can be said to mean something else, or nothing, by a setting: when they are read and when they are written', () => {
    const names = {
      VoicemailPilotNumber: '',
      NewPilot: 'voicemail.pilotNumber',
      Tftp9: 'cucm.tftp.servers',
      Park: 'phone.callPark',
    }
    const { values, unknown } = valuesOfKeys(
      [key(theirs, sz('VoicemailPilotNumber', '1'), sz('newpilot', '8000'), sz('Tftp9', 'x'), sz('Park', '1'))],
      names,
    )
    assert.deepEqual(values, { 'voicemail.pilotNumber': '8000', 'cucm.tftp.servers': 'x', 'phone.callPark': true })
    assert.deepEqual(unknown, ['VoicemailPilotNumber'])
    const written = keysFor({ 'settings.valueNames': names, 'voicemail.pilotNumber': '8000' }, 'user', [])
    assert.deepEqual(written[0]?.values, [sz('NewPilot', '8000')])
  })
})

describe('values of the registry', () => {
  test('of digits alone, and of any text, come back from an export as they were', () => {
    const values = {
      'softphone.user': '1001',
      'softphone.displayName': '"Ann"',
      'softphone.domain': 'true',
      'cucm.tls.verify': 'pinned',
      'calls.deny': ['600', '0'],
      'voicemail.servers': ['a', 'b', 'c', 'd'],
      'cucm.tftp.servers': ['a', 'b', 'c', 'd'],
      'directory.ports': [0, 636],
    }
    const [file] = settingsFormats.write('reg', values, [], undefined)
    assert.deepEqual(settingsFormats.read('reg', file?.bytes ?? new Uint8Array(), {}).values, values)
  })

  test('are what the setting takes: a number where it takes one, a text where it does not, a secret as it stands', () => {
    for (const [name, text, value] of [
      ['softphone.user', '1001', '1001'],
      ['calls.max', '4', 4],
      ['phone.callPark', '1', true],
      ['phone.callPark', 'false', false],
      ['softphone.password', '12345678', '12345678'],
      ['softphone.password', '"quoted"', '"quoted"'],
      ['softphone.password', '{"env":"PW"}', { env: 'PW' }],
      ['softphone.servers', 'sip:a', 'sip:a'],
      ['softphone.servers', '["sip:a"]', ['sip:a']],
    ] as const) {
      assert.deepEqual(settingFromText(name, text), value, `${name} ${text}`)
      assert.ok(isSettingName(name) && 'value' in checkSetting(name, value))
      assert.deepEqual(settingFromText(name, textOfSetting(name, value)), value)
    }
    // Neither can be: the reading that says more about what is wrong.
    assert.equal(settingFromText('calls.max', '100000'), 100_000)
  })

  test('that are deleted are gone, in the order of the file', () => {
    const deleted = (name: string): RegValue => ({ name })
    const gone = (path: string): RegKey => ({ path, deleted: true, values: [] })
    const read = (...keys: RegKey[]): Readonly<Record<string, unknown>> => valuesOfKeys(keys, {}).values
    const server = key(theirs, sz('TftpServer1', 'a'), sz('VoicemailPilotNumber', '8000'))
    assert.deepEqual(read(server, key(theirs, deleted('tftpserver1'))), { 'voicemail.pilotNumber': '8000' })
    assert.deepEqual(read(key(theirs, deleted('TftpServer1')), server)['cucm.tftp.servers'], ['a'])
    assert.deepEqual(read(server, gone(theirs)), {})
    assert.deepEqual(read(server, gone('HKEY_CURRENT_USER\\Software\\Cisco Systems, Inc.')), {})
    assert.deepEqual(read(gone(theirs), server)['cucm.tftp.servers'], ['a'])
    assert.equal(Object.keys(read(server, gone(ours))).length, 2)
  })

  test('that a file deletes are told to who imports it: a value, a place of a list, all of a key', () => {
    const file = writeReg([
      { path: ours, deleted: true, values: [] },
      key(theirs, { name: 'TftpServer2' }, { name: 'VoicemailPilotNumber' }, { name: 'Novelty' }),
    ])
    assert.ok(Array.isArray(readReg(file)))
    const { removed = [], dropped = [] } = settingsFormats.read('reg', file, {})
    assert.ok(removed.some(({ setting, at }) => setting === 'calls.max' && at === undefined))
    assert.ok(removed.some(({ setting, at }) => setting === 'cucm.tftp.servers' && at === 1))
    assert.ok(removed.some(({ setting }) => setting === 'voicemail.pilotNumber'))
    assert.ok(dropped.some(({ at, name }) => at === theirs && name === 'Novelty'))
  })
})
