// An administrative template: policies in ADMX, their texts and what a person fills in in ADML, as MS-GPREG §7 has them. Of
// several applications each has a namespace and a file name of its own, so that they can be installed beside each other.
import {
  type JsonSchema,
  type Setting,
  type SettingName,
  settingNames,
  settingSchema,
  settings,
} from '@openparley/contract'
import { escapeXml } from '@openparley/protocols/common'

export interface Template {
  readonly application: string
  readonly settings: readonly SettingName[]
  /** What the application needs a setting for. */
  readonly neededFor: (setting: SettingName) => readonly string[]
}

/** Every setting but secrets, which no policy file should hold. */
export const offered: readonly SettingName[] = settingNames.filter((name) => !(settings[name] as Setting).secret)

/** What a person fills in. */
type Element =
  | { readonly is: 'switch' }
  | { readonly is: 'number'; readonly least: number; readonly most: number }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'lines' }
  | { readonly is: 'text'; readonly most: number }

function elementOf(name: SettingName): Element {
  const whole = settingSchema(name)
  const ways = whole.anyOf ?? [whole]
  if (ways.every(({ type }) => type === 'boolean')) return { is: 'switch' }
  if (ways.every(({ type }) => type === 'integer' || type === 'number')) {
    const least = Math.min(...ways.map((way) => Number(way.const ?? way.minimum ?? 0)))
    const most = Math.max(...ways.map((way) => Number(way.const ?? way.maximum ?? mostDecimal)))
    // A policy's number has no sign.
    if (least >= 0) return { is: 'number', least, most: Math.min(most, mostDecimal) }
  }
  const [only] = ways
  if (ways.length === 1 && only?.type === 'string' && only.enum) return { is: 'choice', of: only.enum.map(String) }
  if (ways.some(({ type, items }) => type === 'array' && plain(items))) return { is: 'lines' }
  return { is: 'text', most: Math.min(mostText, ...ways.map(({ maxLength }) => maxLength ?? mostText)) }
}

/** Whether a line can hold it. */
function plain(items: JsonSchema | undefined): boolean {
  return (items?.anyOf ?? [items]).every((each) => ['string', 'integer', 'number'].includes(each?.type ?? ''))
}

const mostDecimal = 4_294_967_295
const mostText = 1023
const key = 'Software\\Policies\\Parley'
const schemaOfBoth =
  'xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0"'

/** Letters, digits and underscores: a name in both files. */
function idOf(name: string): string {
  return name.replace(/\W/g, '_')
}

function groupOf(name: SettingName): string {
  return `group_${name.split('.')[0]}`
}

function groupsOf({ settings: names }: Template): string[] {
  return [...new Set(names.map(groupOf))]
}

export function template(about: Template): string {
  const own = idOf(about.application)
  const groups = groupsOf(about).map(
    (each) =>
      `    <category name="${each}" displayName="$(string.${each})"><parentCategory ref="Parley_${own}"/></category>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions ${schemaOfBoth}>
  <policyNamespaces>
    <target prefix="parley_${own}" namespace="Parley.Policies.${own}"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <supportedOn>
    <definitions>
      <definition name="SUPPORTED_Parley" displayName="$(string.SUPPORTED_Parley)"/>
    </definitions>
  </supportedOn>
  <categories>
    <category name="Parley_${own}" displayName="$(string.Parley_${own})"/>
${groups.join('\n')}
  </categories>
  <policies>
${about.settings.map(policy).join('\n')}
  </policies>
</policyDefinitions>
`
}

function policy(name: SettingName): string {
  const id = idOf(name)
  const element = elementOf(name)
  const value = `valueName="${escapeXml(name)}"`
  const [attributes, content] =
    element.is === 'switch'
      ? [
          ` ${value}`,
          '<enabledValue><decimal value="1"/></enabledValue>\n      <disabledValue><decimal value="0"/></disabledValue>',
        ]
      : [` presentation="$(presentation.${id})"`, `<elements>${written(element, id, value)}</elements>`]
  return `    <policy name="${id}" class="User" displayName="$(string.${id})" explainText="$(string.${id}_help)" key="${key}"${attributes}>
      <parentCategory ref="${groupOf(name)}"/>
      <supportedOn ref="SUPPORTED_Parley"/>
      ${content}
    </policy>`
}

function written(element: Exclude<Element, { is: 'switch' }>, id: string, value: string): string {
  switch (element.is) {
    case 'number':
      return `<decimal id="value" ${value} minValue="${element.least}" maxValue="${element.most}"/>`
    case 'choice': {
      const items = element.of.map(
        (each, n) =>
          `<item displayName="$(string.${id}_${n})"><value><string>${escapeXml(each)}</string></value></item>`,
      )
      return `<enum id="value" ${value} required="true">${items.join('')}</enum>`
    }
    case 'lines':
      return `<multiText id="value" ${value} maxLength="${mostText}"/>`
    case 'text':
      return `<text id="value" ${value} maxLength="${element.most}"/>`
  }
}

export function texts(about: Template): string {
  const { application, settings: names } = about
  const strings = [
    ['SUPPORTED_Parley', 'Parley 0.1 and later'],
    [`Parley_${idOf(application)}`, `Parley (${application})`],
    ...groupsOf(about).map((each) => [each, each.replace('group_', '')]),
    ...names.flatMap((name) => [
      [idOf(name), name],
      [`${idOf(name)}_help`, helpOf(about, name)],
      ...choicesOf(name).map((each, n) => [`${idOf(name)}_${n}`, each]),
    ]),
  ]
  const filled = names.flatMap((name) => {
    const element = elementOf(name)
    return element.is === 'switch'
      ? []
      : [`      <presentation id="${idOf(name)}">${fieldOf(element, escapeXml(name), usualOf(name))}</presentation>`]
  })
  return `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources ${schemaOfBoth}>
  <displayName>Parley (${escapeXml(application)})</displayName>
  <description>Settings of Parley</description>
  <resources>
    <stringTable>
${strings.map(([id = '', text = '']) => `      <string id="${id}">${escapeXml(text)}</string>`).join('\n')}
    </stringTable>
    <presentationTable>
${filled.join('\n')}
    </presentationTable>
  </resources>
</policyDefinitionResources>
`
}

function fieldOf(element: Exclude<Element, { is: 'switch' }>, label: string, usual: unknown): string {
  switch (element.is) {
    case 'number':
      return `<decimalTextBox refId="value" defaultValue="${typeof usual === 'number' ? usual : element.least}">${label}</decimalTextBox>`
    case 'choice': {
      const at = element.of.indexOf(String(usual))
      return `<dropdownList refId="value" noSort="true"${at < 0 ? '' : ` defaultItem="${at}"`}>${label}</dropdownList>`
    }
    case 'lines':
      return `<multiTextBox refId="value">${label}</multiTextBox>`
    case 'text':
      return `<textBox refId="value"><label>${label}</label></textBox>`
  }
}

function usualOf(name: SettingName): unknown {
  return (settings[name] as Setting).default
}

function choicesOf(name: SettingName): readonly string[] {
  const element = elementOf(name)
  return element.is === 'choice' ? element.of : []
}

function helpOf({ application, neededFor }: Template, name: SettingName): string {
  const { doc } = settings[name]
  const [usual, needs, element] = [usualOf(name), neededFor(name), elementOf(name)]
  return [
    doc,
    ...(usual === undefined ? [] : [`Unless set: ${JSON.stringify(usual)}.`]),
    ...(needs.length === 0 ? [] : [`The ${application} needs it for: ${needs.join('; ')}.`]),
    ...(element.is === 'lines' ? ['One a line.'] : []),
    ...(element.is === 'text' && usual !== null && typeof usual === 'object' ? ['Written as JSON.'] : []),
  ].join(' ')
}
