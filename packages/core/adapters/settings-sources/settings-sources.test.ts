import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { checkSetting, isSettingName, type SettingName } from '@openparley/contract'
import { type RegKey, readReg, writeReg } from '@openparley/protocols/registry'
import { virtualClock } from '@openparley/testkit'
import type { Kept } from '../../services/config/port.ts'
import { settingsFormats } from './formats.ts'
import { machineSettings } from './machine.ts'
import { fromNamed, toNamed } from './named-values.ts'
import { ownSettings, type SecretPlace } from './own.ts'
import { readRegQuery } from './reg-query.ts'
import { valueNames } from './value-names.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-settings-'))
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const registry = { names: {}, anyCase: true }
const clock = virtualClock()
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
    const { values, unknown } = fromNamed(
      [
        ['TftpServer2', 'b'],
        ['TftpServer1', 'a'],
        ['CcmcipServerValidation', '1'],
        ['VoicemailPilotNumber', '8000'],
        ['LDAP_AttributeName_uri', 'mail'],
        ['ConnectionType', '0'],
        ['SomethingElse', 'x'],
      ],
      registry,
    )
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
      registry,
    )
    for (const [name, value] of Object.entries(values)) {
      assert.ok(isSettingName(name))
      assert.ok('value' in checkSetting(name, value), `${name}: ${JSON.stringify(value)}`)
      sample[name] = value
    }
    const again = fromNamed(
      toNamed(sample, registry).map(({ name, value }): [string, string] => [name, String(value)]),
      registry,
    )
    assert.deepEqual(again.values, values)
  })
})

describe('files of settings', () => {
  for (const format of ['json', 'reg'] as const) {
    test(`what is written as ${format} is read back`, () => {
      const [file] = settingsFormats.write(format, deployed, [], undefined)
      assert.deepEqual(settingsFormats.read(format, file?.bytes ?? new Uint8Array(), {}).values, deployed)
    })
  }

  test('jabber-config.xml with unknown elements kept: told when it is read, and as they were when it is written', () => {
    const config = `<?xml version="1.0" encoding="utf-8"?>
<config version="1.0">
  <Phone><TftpServer1>cucm1.example.com</TftpServer1><Novelty a="&lt;1">one <b>2</b></Novelty><Novelty>3</Novelty></Phone><Version>7</Version>
  <Directory><DirectoryServerType>UDS</DirectoryServerType><BusinessPhone>telephoneNumber</BusinessPhone></Directory>
</config>`
    const { values, unknown, kept } = settingsFormats.read('jabber-config', bytesOf(config), {})
    assert.deepEqual(values, {
      'cucm.tftp.servers': ['cucm1.example.com'],
      'directory.type': 'uds',
      'directory.attributes': { businessPhone: 'telephoneNumber' },
    })
    assert.deepEqual(unknown, ['Novelty', 'Novelty', 'Version'])
    const [file] = settingsFormats.write('jabber-config', values, kept ?? [], undefined)
    const written = text(file?.bytes)
    assert.match(written, /<Novelty a="&lt;1">one <b>2<\/b><\/Novelty>\s*<Novelty>3<\/Novelty>\s*<\/Phone>/)
    const again = settingsFormats.read('jabber-config', bytesOf(written), {})
    assert.deepEqual({ ...again, kept: sorted(again.kept) }, { values, unknown, kept: sorted(kept) })
  })

  test('names of JSON and values of a registry that nobody knows are written again as they were, in their own format', () => {
    const json = settingsFormats.read('json', bytesOf('{"calls.max": 4, "no.such": {"a": [1]}}'), {})
    assert.deepEqual(json.unknown, ['no.such'])
    const [file] = settingsFormats.write('json', json.values, json.kept ?? [], undefined)
    assert.deepEqual(JSON.parse(text(file?.bytes)), { 'no.such': { a: [1] }, 'calls.max': 4 })
    const key = 'HKEY_CURRENT_USER\\Software\\Cisco Systems, Inc.\\Client Services Framework\\AdminData'
    const strange: RegKey = {
      path: key,
      deleted: false,
      values: [
        { name: 'Novelty', data: { type: 'multi-sz', texts: ['a'.repeat(99), 'b\\'] } },
        { name: 'Other', data: { type: 'binary', kind: 3, bytes: Uint8Array.from([1, 255]) } },
        { name: 'Third', data: { type: 'sz', text: 'a "b" \\' } },
      ],
    }
    const reg = settingsFormats.read('reg', writeReg([strange]), {})
    assert.deepEqual(reg.unknown, ['Novelty', 'Other', 'Third'])
    const [written] = settingsFormats.write('reg', {}, reg.kept ?? [], undefined)
    assert.deepEqual(readReg(written?.bytes ?? new Uint8Array()), [strange])
    assert.equal(text(settingsFormats.write('json', {}, reg.kept ?? [], undefined)[0]?.bytes), '{}\n')
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
        () => settingsFormats.read(format, bytesOf(content), {}),
        (error: Error & { code?: string }) =>
          error.code === 'config-file-invalid' && !error.message.includes('hunter2'),
      )
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
      clock,
      policy,
      user,
    })
    assert.deepEqual(await port.read({}), [
      { layer: 'policy', from: policy, values: { 'calls.max': 2 }, unknown: [], kept: [] },
      {
        layer: 'user',
        from: 'the environment',
        values: { 'calls.max': 3, 'softphone.displayName': 'Ann' },
        unknown: ['PARLEY_SETTING_NONE'],
      },
    ])
    const broken = machineSettings({
      platform: 'linux',
      env: {},
      clock,
      policy: join(folder, 'broken.json'),
      user: undefined,
    })
    assert.equal((await broken.read({}))[0]?.error?.code, 'config-file-invalid')
  })

  test('on Windows the registry’s keys, policy first', async () => {
    const asked: string[] = []
    const port = machineSettings({
      platform: 'win32',
      env: {},
      clock,
      policy: undefined,
      user: undefined,
      queryRegistry: async (key) => {
        asked.push(key)
        if (!key.endsWith('AdminData')) return undefined
        const server = key.includes('Policies') ? 'policy' : 'user'
        return `\r\n${key}\r\n    TftpServer1    REG_SZ    ${server}.example.com\r\n    CcmcipServerValidation    REG_DWORD    0x2\r\n\r\n`
      },
    })
    const read = await port.read({})
    assert.deepEqual(
      read.filter(({ values }) => Object.keys(values).length > 0).map(({ layer, values }) => [layer, values]),
      [
        ['policy', { 'cucm.tftp.servers': ['policy.example.com'], 'cucm.tls.verify': 'full' }],
        ['user', { 'cucm.tftp.servers': ['user.example.com'], 'cucm.tls.verify': 'full' }],
      ],
    )
    assert.equal(asked.length, 4)
  })

  test('a change in the registry is noticed by asking again every 15 s, on Windows alone, until nobody watches', async () => {
    const own = virtualClock()
    let said = 'a'
    let asked = 0
    const settled = async (): Promise<void> => {
      for (let n = 0; n < 20; n++) await Promise.resolve()
    }
    const options = {
      env: {},
      clock: own,
      policy: undefined,
      user: undefined,
      queryRegistry: async (key: string) => {
        asked++
        return `${key}\r\n    TftpServer1    REG_SZ    ${said}\r\n`
      },
    }
    let told = 0
    machineSettings({ ...options, platform: 'linux' }).watch(() => told++)
    await settled()
    assert.deepEqual([own.pending, asked], [0, 0])
    const stop = machineSettings({ ...options, platform: 'win32' }).watch(() => told++)
    await settled()
    own.pass(15_000)
    await settled()
    assert.deepEqual([told, asked], [0, 8])
    said = 'b'
    own.pass(15_000)
    await settled()
    assert.equal(told, 1)
    stop()
    assert.equal(own.pending, 0)
  })

  test('a .reg file that holds both homes is two sources, and policy’s stands first whatever comes first in the file', async () => {
    const user = join(folder, 'both.reg')
    const key = (policies: string, server: string): RegKey => ({
      path: `HKEY_CURRENT_USER\\Software\\${policies}Cisco Systems, Inc.\\Client Services Framework\\AdminData`,
      deleted: false,
      values: [{ name: 'TftpServer1', data: { type: 'sz', text: server } }],
    })
    writeFileSync(user, writeReg([key('Policies\\', 'policy.example.com'), key('', 'user.example.com')]))
    const port = machineSettings({ platform: 'linux', env: {}, clock, policy: undefined, user })
    assert.deepEqual(
      (await port.read({})).map(({ values, from }) => [values['cucm.tftp.servers'], from]),
      [
        [['policy.example.com'], `${user}, HKEY_CURRENT_USER\\Software\\Policies`],
        [['user.example.com'], `${user}, HKEY_CURRENT_USER\\Software`],
      ],
    )
    assert.deepEqual(settingsFormats.read('reg', readFileSync(user), {}).values, {
      'cucm.tftp.servers': ['policy.example.com'],
    })
  })

  test('a text of digits alone is a text where the setting is one', async () => {
    const env = { PARLEY_SETTING_SOFTPHONE__USER: '1001', PARLEY_SETTING_CALLS__MAX: '3' }
    const port = machineSettings({ platform: 'linux', env, clock, policy: undefined, user: undefined })
    assert.deepEqual((await port.read({}))[0]?.values, { 'softphone.user': '1001', 'calls.max': 3 })
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
    const port = machineSettings({ platform: 'linux', env: {}, clock, policy, user: undefined })
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = port.watch(resolve)
    // Watching keeps no process alive; the test does, until it is told.
    const held = setInterval(() => {}, 60_000)
    writeFileSync(policy, '{"calls.max": 9}')
    await promise
    clearInterval(held)
    stop()
    assert.deepEqual((await port.read({}))[0]?.values, { 'calls.max': 9 })
  })
})

describe('the person’s own settings', () => {
  test('are in a file, and secrets are not: those go to their own place', async () => {
    const file = join(folder, 'own.json')
    const secrets = place()
    const open = (): ReturnType<typeof ownSettings> => ownSettings(file, secrets)
    await open().save({ 'calls.max': 3, 'softphone.password': 'a-secret-word' })
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { 'calls.max': 3 })
    assert.deepEqual(await secrets.load(), { 'softphone.password': 'a-secret-word' })
    const [source] = await open().read({})
    assert.deepEqual(source?.values, { 'calls.max': 3, 'softphone.password': 'a-secret-word' })
    await open().save({ 'softphone.password': undefined })
    assert.deepEqual((await open().read({}))[0]?.values, { 'calls.max': 3 })
  })

  test('hold what was imported and nobody knows; what sounds like a secret is with the secrets', async () => {
    const file = join(folder, 'kept.json')
    const secrets = place()
    const [novelty, password]: Kept[] = [
      { format: 'jabber-config', at: 'Phone', name: 'Novelty', text: '<Novelty>1</Novelty>' },
      { format: 'jabber-config', at: 'Phone', name: 'NewPassword', text: '<NewPassword>hunter2</NewPassword>' },
    ]
    assert.ok(novelty && password)
    await ownSettings(file, secrets).save({}, [novelty, password])
    const [source] = await ownSettings(file, secrets).read({})
    assert.deepEqual(
      [source?.kept, source?.unknown],
      [
        [novelty, password],
        ['Novelty', 'NewPassword'],
      ],
    )
    assert.doesNotMatch(readFileSync(file, 'utf8'), /hunter2/)
    await ownSettings(file, secrets).save({ 'calls.max': 3 })
    assert.equal((await ownSettings(file, secrets).read({}))[0]?.kept?.length, 2)
  })

  test('that cannot be read are never written over', async () => {
    const file = join(folder, 'unreadable.json')
    writeFileSync(file, '{"calls.max": 3')
    const own = ownSettings(file, place())
    assert.equal((await own.read({}))[0]?.error?.code, 'config-file-invalid')
    await assert.rejects(own.save({ 'calls.max': 4 }), { code: 'store-unusable' })
    assert.equal(readFileSync(file, 'utf8'), '{"calls.max": 3')
  })
})

function sorted(kept: readonly Kept[] | undefined): Kept[] {
  return [...(kept ?? [])].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

function place(): SecretPlace {
  let all: Readonly<Record<string, unknown>> = {}
  return {
    load: async () => all,
    save: async (next) => {
      all = next
    },
  }
}
