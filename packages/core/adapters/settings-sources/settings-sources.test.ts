import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { checkSetting, isSettingName, type SettingName, settingNames } from '@openparley/contract'
import { isXml, readXml } from '@openparley/protocols/common'
import { isRegFile, readReg } from '@openparley/protocols/registry'
import { settingsFormats } from './formats.ts'
import { machineSettings } from './machine.ts'
import { fromNamed, toNamed } from './named-values.ts'
import { ownSettings, type SecretPlace } from './own.ts'
import { readRegQuery } from './reg-query.ts'
import { valueNames } from './value-names.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-settings-'))
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content)

const deployed = {
  'cucm.tftp.servers': ['cucm1.example.com', 'cucm2.example.com'],
  'cucm.tls.verify': 'full',
  'voicemail.pilotNumber': '8000',
  'directory.attributes': { uri: 'mail' },
  'softphone.displayName': 'Ann "A" Lee 100%',
  'calls.max': 4,
  'media.codecs': ['PCMA'],
}

describe('the original’s value names', () => {
  test('each leads to a setting that there is', () => {
    for (const [name, { setting }] of valueNames) assert.ok(isSettingName(setting), name)
  })

  test('a registry of the original is read: lists in order, flags, a validation never weaker than it says', () => {
    const { values, unknown } = fromNamed([
      ['TftpServer2', 'b'],
      ['TftpServer1', 'a'],
      ['CcmcipServerValidation', '1'],
      ['VoicemailPilotNumber', '8000'],
      ['LDAP_AttributeName_uri', 'mail'],
      ['ConnectionType', '0'],
      ['SomethingElse', 'x'],
    ])
    assert.deepEqual(values, {
      'cucm.tftp.servers': ['a', 'b'],
      'cucm.tls.verify': 'full',
      'voicemail.pilotNumber': '8000',
      'directory.attributes': { uri: 'mail' },
      'directory.globalCatalog': true,
    })
    assert.deepEqual(unknown, ['SomethingElse'])
  })

  test('what they write is what they read, for every name', () => {
    const sample: Partial<Record<SettingName, unknown>> = {}
    const { values } = fromNamed(
      [...valueNames].map(([name, { form }]): [string, string] => [
        name,
        form === 'verify' ? '2' : form === 'protocol' ? 'HTTPS' : form === 'directory-type' ? 'UDS' : '1',
      ]),
    )
    for (const [name, value] of Object.entries(values)) {
      assert.ok(isSettingName(name))
      assert.ok('value' in checkSetting(name, value), `${name}: ${JSON.stringify(value)}`)
      sample[name] = value
    }
    const again = fromNamed(toNamed(sample).map(({ name, value }): [string, string] => [name, String(value)]))
    assert.deepEqual(again.values, values)
  })
})

describe('files of settings', () => {
  for (const format of ['json', 'reg'] as const) {
    test(`what is written as ${format} is read back`, () => {
      const [file] = settingsFormats.write(format, deployed, undefined)
      assert.deepEqual(settingsFormats.read(format, file?.bytes ?? new Uint8Array()).values, deployed)
    })
  }

  test('jabber-config.xml is read with its unknown elements told, and what has a name there is written', () => {
    const config = `<?xml version="1.0" encoding="utf-8"?>
<config version="1.0">
  <Phone><TftpServer1>cucm1.example.com</TftpServer1><Novelty>1</Novelty></Phone>
  <Directory><DirectoryServerType>UDS</DirectoryServerType><BusinessPhone>telephoneNumber</BusinessPhone></Directory>
</config>`
    const { values, unknown } = settingsFormats.read('jabber-config', bytesOf(config))
    assert.deepEqual(values, {
      'cucm.tftp.servers': ['cucm1.example.com'],
      'directory.type': 'uds',
      'directory.attributes': { businessPhone: 'telephoneNumber' },
    })
    assert.deepEqual(unknown, ['Novelty'])
    const [file] = settingsFormats.write('jabber-config', values, undefined)
    assert.deepEqual(settingsFormats.read('jabber-config', file?.bytes ?? new Uint8Array()).values, values)
  })

  test('what cannot be read is refused without a word of what it says', () => {
    for (const [format, content] of [
      ['json', '{"softphone.password": "hunter2"'],
      ['json', '["hunter2"]'],
      ['reg', 'hunter2'],
      ['jabber-config', '<config>hunter2'],
      ['jabber-config', '<other>hunter2</other>'],
    ] as const)
      assert.throws(
        () => settingsFormats.read(format, bytesOf(content)),
        (error: Error & { code?: string }) =>
          error.code === 'config-file-invalid' && !error.message.includes('hunter2'),
      )
  })

  test('the administrator’s pack has for each application a registry file, a script and a template, all from the one list', () => {
    const files = settingsFormats.write('admin-pack', deployed, undefined)
    const folders = new Set(files.map(({ name }) => name.split('/')[0]))
    assert.deepEqual(folders, new Set(['communicator', 'dock', 'command-line']))
    const of = (end: string): Uint8Array | undefined => files.find(({ name }) => name === `communicator/${end}`)?.bytes
    const keys = readReg(of('parley.reg') ?? new Uint8Array())
    assert.ok(isRegFile(keys) && keys.every(({ path }) => path.includes('\\Policies\\')))
    const script = text(of('parley.bat'))
    assert.match(
      script,
      /reg add "HKCU\\Software\\Policies\\Cisco Systems, Inc\.\\Client Services Framework\\AdminData" \/v "TftpServer1" \/t REG_SZ \/d "cucm1\.example\.com" \/f\r\n/,
    )
    assert.match(script, /\/v "softphone\.displayName" \/t REG_SZ \/d "Ann \\"A\\" Lee 100%%" \/f/)
    const [admx, adml] = [readXml(text(of('parley.admx')), { mostDepth: 20 }), readXml(text(of('en-US/parley.adml')))]
    assert.ok(isXml(admx) && isXml(adml))
    const written = text(of('parley.admx')) + text(of('en-US/parley.adml'))
    for (const name of settingNames)
      assert.equal(written.includes(`valueName="${name}"`), !/password/i.test(name), name)
  })
})

describe('the machine’s sources', () => {
  test('policy and user from files and environment, each with where it is from; what cannot be read says so', async () => {
    const policy = join(folder, 'policy.json')
    writeFileSync(policy, '{"calls.max": 2}')
    const user = join(folder, 'user')
    writeFileSync(join(folder, 'broken.json'), '{')
    const port = machineSettings({
      platform: 'linux',
      env: { PARLEY_SETTING_CALLS__MAX: '3', PARLEY_SETTING_SOFTPHONE__DISPLAYNAME: 'Ann', PARLEY_SETTING_NONE: '1' },
      policy,
      user,
    })
    assert.deepEqual(await port.read(), [
      { layer: 'policy', from: policy, values: { 'calls.max': 2 }, unknown: [] },
      {
        layer: 'user',
        from: 'the environment',
        values: { 'calls.max': 3, 'softphone.displayName': 'Ann' },
        unknown: ['PARLEY_SETTING_NONE'],
      },
    ])
    const broken = machineSettings({ platform: 'linux', env: {}, policy: join(folder, 'broken.json'), user: undefined })
    assert.equal((await broken.read())[0]?.error?.code, 'config-file-invalid')
  })

  test('on Windows the registry’s keys, policy first', async () => {
    const asked: string[] = []
    const port = machineSettings({
      platform: 'win32',
      env: {},
      policy: undefined,
      user: undefined,
      queryRegistry: async (key) => {
        asked.push(key)
        if (!key.endsWith('AdminData')) return undefined
        const server = key.includes('Policies') ? 'policy' : 'user'
        return `\r\n${key}\r\n    TftpServer1    REG_SZ    ${server}.example.com\r\n    CcmcipServerValidation    REG_DWORD    0x2\r\n\r\n`
      },
    })
    const read = await port.read()
    assert.deepEqual(
      read.filter(({ values }) => Object.keys(values).length > 0).map(({ layer, values }) => [layer, values]),
      [
        ['policy', { 'cucm.tftp.servers': ['policy.example.com'], 'cucm.tls.verify': 'full' }],
        ['user', { 'cucm.tftp.servers': ['user.example.com'], 'cucm.tls.verify': 'full' }],
      ],
    )
    assert.equal(asked.length, 4)
  })

  test('what reg prints of each type is read', () => {
    const [key] = readRegQuery(
      'HKEY_CURRENT_USER\\A\r\n    (Default)    REG_SZ    own\r\n    Name With Spaces    REG_EXPAND_SZ    %A%\r\n    N    REG_QWORD    0x10\r\n    M    REG_MULTI_SZ    a\\0b\r\n    B    REG_BINARY    01FF\r\n    E    REG_SZ\r\n',
    )
    assert.deepEqual(
      key?.values.map(({ name, data }) => [
        name,
        data &&
          ('text' in data
            ? data.text
            : 'texts' in data
              ? data.texts
              : 'number' in data
                ? data.number
                : [...data.bytes]),
      ]),
      [
        ['', 'own'],
        ['Name With Spaces', '%A%'],
        ['N', 16n],
        ['M', ['a', 'b']],
        ['B', [1, 255]],
        ['E', ''],
      ],
    )
  })

  test('a file that changes is told', async () => {
    const policy = join(folder, 'watched.json')
    const port = machineSettings({ platform: 'linux', env: {}, policy, user: undefined })
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = port.watch(resolve)
    // Watching keeps no process alive; the test does, until it is told.
    const held = setInterval(() => {}, 60_000)
    writeFileSync(policy, '{"calls.max": 9}')
    await promise
    clearInterval(held)
    stop()
    assert.deepEqual((await port.read())[0]?.values, { 'calls.max': 9 })
  })
})

describe('the person’s own settings', () => {
  test('are in a file, and secrets are not: those go to their own place', async () => {
    const file = join(folder, 'own.json')
    const place = kept()
    const open = (): ReturnType<typeof ownSettings> => ownSettings(file, place)
    await open().save({ 'calls.max': 3, 'softphone.password': 'a-secret-word' })
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { 'calls.max': 3 })
    assert.deepEqual(await place.load(), { 'softphone.password': 'a-secret-word' })
    const [source] = await open().read()
    assert.deepEqual(source?.values, { 'calls.max': 3, 'softphone.password': 'a-secret-word' })
    await open().save({ 'softphone.password': undefined })
    assert.deepEqual((await open().read())[0]?.values, { 'calls.max': 3 })
  })

  test('that cannot be read are never written over', async () => {
    const file = join(folder, 'unreadable.json')
    writeFileSync(file, '{"calls.max": 3')
    const own = ownSettings(file, kept())
    assert.equal((await own.read())[0]?.error?.code, 'config-file-invalid')
    await assert.rejects(own.save({ 'calls.max': 4 }), { code: 'store-unusable' })
    assert.equal(readFileSync(file, 'utf8'), '{"calls.max": 3')
  })
})

function kept(): SecretPlace {
  let all: Readonly<Record<string, unknown>> = {}
  return {
    load: async () => all,
    save: async (next) => {
      all = next
    },
  }
}
