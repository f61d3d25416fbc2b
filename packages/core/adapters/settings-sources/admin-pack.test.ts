import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { applicationNames, type Setting, settingNames, settings } from '@openparley/contract'
import { elementsIn, isXml, readXml, type XmlElement } from '@openparley/protocols/common'
import { isRegFile, type RegValue, readReg } from '@openparley/protocols/registry'
import { settingsFormats } from './formats.ts'
import { valuesOfKeys } from './registry-values.ts'

const deployed = {
  'cucm.tftp.servers': ['cucm1.example.com', 'cucm2.example.com'],
  'softphone.displayName': 'Ann "A" & Lée 100%',
  'calls.max': 4,
}

const files = settingsFormats.write('admin-pack', deployed, [], undefined)
const of = (name: string): Uint8Array => files.find((file) => file.name === name)?.bytes ?? new Uint8Array()
const text = (name: string): string => new TextDecoder().decode(of(name))

function parsed(name: string): XmlElement {
  const read = readXml(text(name))
  assert.ok(isXml(read), `${name}: ${JSON.stringify(read)}`)
  return read
}

function within(element: XmlElement | undefined, ...path: string[]): XmlElement[] {
  return path.reduce((all, local) => all.flatMap((each) => elementsIn(each, local)), element ? [element] : [])
}

describe('the administrator’s pack', () => {
  test('has for each application a registry file, a script and a template with its texts', () => {
    assert.deepEqual(
      files.map(({ name }) => name),
      ['communicator', 'dock', 'command-line'].flatMap((name) => [
        `${name}/parley.reg`,
        `${name}/parley.bat`,
        `${name}/parley-${name}.admx`,
        `${name}/en-US/parley-${name}.adml`,
      ]),
    )
    const keys = readReg(of('communicator/parley.reg'))
    assert.ok(isRegFile(keys) && keys.every(({ path }) => path.includes('\\Policies\\')))
  })

  test('has a script in UTF-8 that says so, with the line ends of Windows, and no sign of a value is one of the shell’s', () => {
    const script = text('communicator/parley.bat')
    assert.match(script, /^@echo off\r\nchcp 65001 >nul\r\n/)
    assert.doesNotMatch(script, /[^\r]\n/)
    assert.match(
      script,
      /reg add "HKCU\\Software\\Policies\\Cisco Systems, Inc\.\\Client Services Framework\\AdminData" \/v "TftpServer1" \/t REG_SZ \/d "cucm1\.example\.com" \/f\r\n/,
    )
    // After the second mark the shell is outside of a quotation again.
    assert.match(script, /\/v "softphone\.displayName" \/t REG_SZ \/d "Ann \\"A\\" & Lée 100%%" \/f/)
    const [evil] = settingsFormats.write('admin-pack', { 'softphone.displayName': 'a" & calc' }, [], 'dock').slice(1)
    assert.match(new TextDecoder().decode(evil?.bytes), /"a\\" \^& calc"/)
  })

  test('has templates that can be installed beside each other: each with a namespace and a file of its own', () => {
    const namespaces = applicationNames.map((name) => {
      const folder = name.replace(' ', '-')
      return within(parsed(`${folder}/parley-${folder}.admx`), 'policyNamespaces', 'target')[0]?.attributes['namespace']
    })
    assert.equal(new Set(namespaces).size, applicationNames.length)
  })

  for (const name of ['communicator', 'dock', 'command-line'])
    test(`has a template for ${name} as its schema has it: every reference leads somewhere, every field has its element`, () => {
      const admx = parsed(`${name}/parley-${name}.admx`)
      const adml = parsed(`${name}/en-US/parley-${name}.adml`)
      assert.deepEqual(
        elementsIn(admx).map(({ local }) => local),
        ['policyNamespaces', 'resources', 'supportedOn', 'categories', 'policies'],
      )
      const strings = new Set(
        within(adml, 'resources', 'stringTable', 'string').map(({ attributes }) => attributes['id']),
      )
      for (const [, id] of text(`${name}/parley-${name}.admx`).matchAll(/\$\(string\.(\w+)\)/g))
        assert.ok(strings.has(id), id)
      const fields = new Map(
        within(adml, 'resources', 'presentationTable', 'presentation').map((each) => [
          each.attributes['id'],
          elementsIn(each),
        ]),
      )
      const categories = new Set(within(admx, 'categories', 'category').map(({ attributes }) => attributes['name']))
      const policies = within(admx, 'policies', 'policy')
      assert.equal(new Set(policies.map(({ attributes }) => attributes['name'])).size, policies.length)
      const belongs = { decimal: 'decimalTextBox', enum: 'dropdownList', multiText: 'multiTextBox', text: 'textBox' }
      let filled = 0
      for (const policy of policies) {
        const parts = elementsIn(policy).map(({ local }) => local)
        assert.ok(categories.has(within(policy, 'parentCategory')[0]?.attributes['ref']))
        const [element, ...more] = within(policy, 'elements').flatMap((each) => elementsIn(each))
        assert.equal(more.length, 0)
        if (!element) {
          assert.deepEqual(parts, ['parentCategory', 'supportedOn', 'enabledValue', 'disabledValue'])
          assert.ok(policy.attributes['valueName'])
          continue
        }
        assert.deepEqual(parts, ['parentCategory', 'supportedOn', 'elements'])
        const [, presentation] = /^\$\(presentation\.(\w+)\)$/.exec(policy.attributes['presentation'] ?? '') ?? []
        const [field] = fields.get(presentation) ?? []
        assert.equal(field?.local, belongs[element.local as keyof typeof belongs], policy.attributes['name'])
        assert.equal(field?.attributes['refId'], element.attributes['id'])
        filled++
      }
      assert.equal(fields.size, filled)
    })

  test('offers every setting but secrets, each by the kind of its value', () => {
    const kinds = new Map(
      within(parsed('communicator/parley-communicator.admx'), 'policies', 'policy').map((policy) => {
        const [element] = within(policy, 'elements').flatMap((each) => elementsIn(each))
        return [(element ?? policy).attributes['valueName'], element]
      }),
    )
    assert.deepEqual(new Set(kinds.keys()), new Set(settingNames.filter((name) => !(settings[name] as Setting).secret)))
    assert.equal(kinds.get('calls.doNotDisturb'), undefined)
    assert.deepEqual(
      { ...kinds.get('calls.max')?.attributes },
      { id: 'value', valueName: 'calls.max', minValue: '1', maxValue: '10000' },
    )
    assert.deepEqual(
      [kinds.get('calls.hold.remindMs')?.local, kinds.get('calls.hold.remindMs')?.attributes['maxValue']],
      ['decimal', '3600000'],
    )
    assert.deepEqual(
      within(kinds.get('cucm.tls.verify'), 'item', 'value', 'string').map(({ content }) => content.join('')),
      ['full', 'pinned', 'off'],
    )
    assert.equal(kinds.get('cucm.tftp.servers')?.local, 'multiText')
    assert.equal(kinds.get('softphone.user')?.local, 'text')
  })

  test('writes by its templates what is read here: a switch, a number, a choice, lines', () => {
    const value = (name: string, data: RegValue['data'] & object): RegValue => ({ name, data })
    const { values } = valuesOfKeys(
      [
        {
          path: 'HKEY_CURRENT_USER\\Software\\Policies\\Parley',
          deleted: false,
          values: [
            value('calls.doNotDisturb', { type: 'dword', number: 1 }),
            value('calls.waiting', { type: 'dword', number: 0 }),
            value('calls.max', { type: 'dword', number: 1 }),
            value('cucm.tls.verify', { type: 'sz', text: 'pinned' }),
            value('calls.deny', { type: 'multi-sz', texts: ['600', '0900'] }),
            value('directory.ports', { type: 'multi-sz', texts: ['389', '636'] }),
          ],
        },
      ],
      {},
    )
    assert.deepEqual(values, {
      'calls.doNotDisturb': true,
      'calls.waiting': false,
      'calls.max': 1,
      'cucm.tls.verify': 'pinned',
      'calls.deny': ['600', '0900'],
      'directory.ports': [389, 636],
    })
  })
})
