// What an administrator needs to roll settings out: for each application a registry file, a script of `reg add`, and an
// administrative template (ADMX with its texts in ADML), all made from the one list of settings.
import { applicationNames, type Setting, type SettingName, settingNames, settings } from '@openparley/contract'
import { escapeXml } from '@openparley/protocols/common'
import { type RegKey, writeReg } from '@openparley/protocols/registry'
import { keysFor } from './registry-values.ts'

interface File {
  readonly name: string
  readonly bytes: Uint8Array
}

export function adminPack(values: Readonly<Record<string, unknown>>, application: string | undefined): File[] {
  const names = application === undefined ? applicationNames : [application]
  return names.flatMap((name) => {
    const folder = name.replace(/[^\w-]+/g, '-')
    const keys = keysFor(values, 'policy')
    return [
      { name: `${folder}/parley.reg`, bytes: writeReg(keys) },
      { name: `${folder}/parley.bat`, bytes: text(script(keys, name)) },
      { name: `${folder}/parley.admx`, bytes: text(template()) },
      { name: `${folder}/en-US/parley.adml`, bytes: text(texts(name)) },
    ]
  })
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content.replaceAll('\n', '\r\n'))
}

function script(keys: readonly RegKey[], application: string): string {
  const lines = keys.flatMap(({ path, values }) =>
    values.flatMap(({ name, data }) => {
      const value =
        data?.type === 'dword'
          ? `REG_DWORD /d ${data.number}`
          : `REG_SZ /d "${argument(data?.type === 'sz' ? data.text : '')}"`
      return `reg add "${argument(path.replace('HKEY_CURRENT_USER', 'HKCU'))}" /v "${argument(name)}" /t ${value} /f`
    }),
  )
  return ['@echo off', `rem Policies of Parley for: ${application}`, ...lines, ''].join('\n')
}

/** In a batch file a quotation mark is written with a backslash, and a percent sign twice. */
function argument(value: string): string {
  return value
    .replace(/(\\*)"/g, '$1$1\\"')
    .replace(/\\+$/, '$&$&')
    .replaceAll('%', '%%')
    .replace(/[\r\n]+/g, ' ')
}

const key = 'Software\\Policies\\Parley'

/** Every setting but secrets, which no policy file should hold. */
const offered: readonly SettingName[] = settingNames.filter((name) => !(settings[name] as Setting).secret)

function idOf(name: SettingName): string {
  return name.replace(/\W/g, '_')
}

function template(): string {
  const categories = [...new Set(offered.map(groupOf))]
  return `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="parley" namespace="Parley.Policies"/>
    <using prefix="windows" namespace="Microsoft.Policies.Windows"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <categories>
    <category name="Parley" displayName="$(string.Parley)"/>
${categories.map((each) => `    <category name="${each}" displayName="$(string.${each})"><parentCategory ref="Parley"/></category>`).join('\n')}
  </categories>
  <policies>
${offered.map(policy).join('\n')}
  </policies>
</policyDefinitions>
`
}

function groupOf(name: SettingName): string {
  return `group_${name.split('.')[0]}`
}

function policy(name: SettingName): string {
  const id = idOf(name)
  return `    <policy name="${id}" class="User" displayName="$(string.${id})" explainText="$(string.${id}_help)" presentation="$(presentation.${id})" key="${key}">
      <parentCategory ref="${groupOf(name)}"/>
      <supportedOn ref="windows:SUPPORTED_WindowsVista"/>
      <elements><text id="value" valueName="${escapeXml(name)}" maxLength="1023"/></elements>
    </policy>`
}

function texts(application: string): string {
  const groups = [...new Set(offered.map(groupOf))]
  const strings = [
    `<string id="Parley">Parley (${escapeXml(application)})</string>`,
    ...groups.map((each) => `<string id="${each}">${each.replace('group_', '')}</string>`),
    ...offered.flatMap((name) => {
      const { doc, default: usual }: Setting = settings[name]
      const help = usual === undefined ? doc : `${doc} Unless set: ${JSON.stringify(usual)}.`
      return [
        `<string id="${idOf(name)}">${escapeXml(name)}</string>`,
        `<string id="${idOf(name)}_help">${escapeXml(help)} Lists and numbers are written as JSON.</string>`,
      ]
    }),
  ]
  return `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <displayName>Parley</displayName>
  <description>Settings of Parley</description>
  <resources>
    <stringTable>
${strings.map((each) => `      ${each}`).join('\n')}
    </stringTable>
    <presentationTable>
${offered.map((name) => `      <presentation id="${idOf(name)}"><textBox refId="value"><label>${escapeXml(name)}</label></textBox></presentation>`).join('\n')}
    </presentationTable>
  </resources>
</policyDefinitionResources>
`
}
