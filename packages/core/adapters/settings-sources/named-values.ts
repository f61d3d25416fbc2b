// From the original's named values to our settings, and back.
import { isSettingName, type SettingName, settingFromText, textOfSetting } from '@openparley/contract'
import type { Removed, ValueNames } from '../../services/config/port.ts'
import { type Form, type ValueName, valueNameOf, valueNames } from './value-names.ts'

export interface Named {
  readonly values: Readonly<Record<string, unknown>>
  readonly unknown: readonly string[]
}

export interface Naming {
  /** What the setting `settings.valueNames` says. */
  readonly names: ValueNames
  /** Whether upper case and lower are the same, as in the registry. */
  readonly anyCase: boolean
}

/** What a name is for: one of ours that somebody has said, or what is known of it. */
function meaningOf(name: string, { names, anyCase }: Naming): ValueName | SettingName | undefined {
  const said = Object.entries(names).find(([each]) => sameName(each, name, anyCase))?.[1]
  if (said === undefined) return valueNameOf(name, anyCase)
  return isSettingName(said) ? said : undefined
}

function sameName(a: string, b: string, anyCase: boolean): boolean {
  return a === b || (anyCase && a.toLowerCase() === b.toLowerCase())
}

/** `pairs`: name and text, a number written in decimals. */
export function fromNamed(pairs: Iterable<readonly [string, string]>, naming: Naming): Named {
  const values: Record<string, unknown> = {}
  const unknown: string[] = []
  for (const [name, text] of pairs) {
    const meaning = meaningOf(name, naming)
    if (meaning === undefined) unknown.push(name)
    else if (text === '') continue
    else if (typeof meaning === 'string') values[meaning] = joined(values[meaning], settingFromText(meaning, text))
    else put(values, meaning, text)
  }
  close(values)
  return { values, unknown }
}

/** Several names may be for one list. */
function joined(before: unknown, value: unknown): unknown {
  if (before === undefined) return value
  return Array.isArray(before) || Array.isArray(value) || typeof value === 'string' ? [before, value].flat() : value
}

function put(values: Record<string, unknown>, { setting, at, form }: ValueName, text: string): void {
  if (at === undefined && form !== 'texts') values[setting] = readers[form](text)
  else {
    const held = (values[setting] ??= typeof at === 'string' ? {} : []) as Record<string | number, unknown>
    if (form !== 'texts') held[at ?? 0] = readers[form](text)
    else for (const [n, each] of text.split(/[,;]/).entries()) held[Number(at ?? 0) + n] = each.trim()
  }
}

/** A list with a place that nobody filled closes up; a port goes with its server, and without a word of it is the usual. */
function close(values: Record<string, unknown>): void {
  const { 'directory.ports': ports, 'directory.servers': servers } = values
  if (Array.isArray(ports)) {
    const there = [...ports.keys()].filter((n) => !Array.isArray(servers) || servers[n] !== undefined)
    values['directory.ports'] = there.map((n) => ports[n] ?? 0)
  }
  for (const [name, value] of Object.entries(values))
    if (Array.isArray(value)) values[name] = value.filter((each) => each !== undefined && each !== '')
}

const readers: Record<Exclude<Form, 'texts'>, (text: string) => unknown> = {
  text: (text) => text,
  number: (text) => (/^\d+$/.test(text.trim()) ? Number(text) : text),
  flag: (text) => isTrue(text),
  'not-flag': (text) => !isTrue(text),
  // 1 means self-signed or signed: what cannot be told apart is never read as the weaker.
  verify: (text) => (text.trim() === '0' ? 'off' : 'full'),
  protocol: (text) => text.trim().toLowerCase(),
  'directory-type': (text) => (text.trim().toLowerCase() === 'uds' ? 'uds' : 'ldap'),
}

function isTrue(text: string): boolean {
  return /^(1|true|yes|tls|ssl)$/i.test(text.trim())
}

/** What goes where a name is taken back. */
export function removedBy(name: string, naming: Naming): Removed | undefined {
  const meaning = meaningOf(name, naming)
  if (meaning === undefined || typeof meaning === 'string') return meaning && { setting: meaning }
  const { setting, at, form } = meaning
  return at === undefined || form === 'texts' ? { setting } : { setting, at }
}

export interface NamedValue {
  readonly name: string
  readonly group?: ValueName['group']
  /** A number is written as one where the form has numbers. */
  readonly value: string | number
}

/** Every value that has a name there, by the first name that it has. */
export function toNamed(values: Readonly<Record<string, unknown>>, { names, anyCase }: Naming): NamedValue[] {
  const named: NamedValue[] = []
  const done = new Set<string>()
  for (const [name, setting] of Object.entries(names)) {
    if (!isSettingName(setting) || values[setting] === undefined || done.has(`${setting} `)) continue
    done.add(`${setting} `)
    named.push({
      name,
      group: valueNameOf(name, anyCase)?.group ?? 'Client',
      value: textOfSetting(setting, values[setting]),
    })
  }
  for (const [name, { setting, at, form, group }] of valueNames) {
    const key = `${setting} ${at ?? ''}`
    const value = valueAt(values[setting], setting, at, form)
    if (value === undefined || done.has(key) || done.has(`${setting} `)) continue
    if (Object.keys(names).some((each) => sameName(each, name, anyCase))) continue
    done.add(key)
    named.push({ name, ...(group ? { group } : {}), value: writers[form](value) })
  }
  return named
}

/** Settings that have a name there. */
export const namedSettings: ReadonlySet<SettingName> = new Set([...valueNames.values()].map(({ setting }) => setting))

function valueAt(value: unknown, setting: SettingName, at: ValueName['at'], form: Form): unknown {
  if (form === 'texts') {
    const rest = [value].flat().slice(Number(at ?? 0))
    return value === undefined || rest.length === 0 ? undefined : rest
  }
  if (at === undefined) return value
  const held = (typeof value === 'string' ? [value] : value) as Record<string | number, unknown> | null | undefined
  const found = typeof held === 'object' && held !== null ? held[at] : undefined
  return setting === 'directory.ports' && found === 0 ? undefined : found
}

const writers: Record<Form, (value: unknown) => string | number> = {
  text: String,
  texts: (value) => (value as unknown[]).join(','),
  number: Number,
  flag: (value) => (value === true ? 1 : 0),
  'not-flag': (value) => (value === true ? 0 : 1),
  verify: (value) => ({ off: 0, pinned: 1, full: 2 })[String(value)] ?? 2,
  protocol: (value) => String(value).toUpperCase(),
  'directory-type': (value) => (value === 'uds' ? 'UDS' : 'EDI'),
}
