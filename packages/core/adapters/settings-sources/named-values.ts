// From the original's named values to our settings, and back.
import type { SettingName } from '@openparley/contract'
import { type Form, type ValueName, valueNameOf, valueNames } from './value-names.ts'

export interface Named {
  readonly values: Readonly<Record<string, unknown>>
  readonly unknown: readonly string[]
}

/** `pairs`: name and text, a number written in decimals. */
export function fromNamed(pairs: Iterable<readonly [string, string]>): Named {
  const values: Record<string, unknown> = {}
  const unknown: string[] = []
  for (const [name, text] of pairs) {
    const known = valueNameOf(name)
    if (!known) unknown.push(name)
    else if (text !== '') put(values, known, readers[known.form](text))
  }
  // A list with a first place that nobody filled begins with the next.
  for (const [name, value] of Object.entries(values))
    if (Array.isArray(value)) values[name] = value.filter((each) => each !== undefined)
  return { values, unknown }
}

function put(values: Record<string, unknown>, { setting, at }: ValueName, value: unknown): void {
  if (setting === 'cucm.excludedDevices')
    values[setting] = String(value)
      .split(',')
      .map((each) => each.trim())
  else if (setting === 'cucm.uds.servers') values[setting] = [value]
  else if (at === undefined) values[setting] = value
  else {
    const held = (values[setting] ??= typeof at === 'number' ? [] : {}) as Record<string | number, unknown>
    held[at] = value
  }
}

const readers: Record<Form, (text: string) => unknown> = {
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

export interface NamedValue extends ValueName {
  readonly name: string
  /** A number is written as one where the form has numbers. */
  readonly value: string | number
}

/** Every value that has a name there, by the first name that it has. */
export function toNamed(values: Readonly<Record<string, unknown>>): NamedValue[] {
  const named: NamedValue[] = []
  const done = new Set<string>()
  for (const [name, row] of valueNames) {
    const key = `${row.setting} ${row.at ?? ''}`
    const value = valueAt(values[row.setting], row)
    if (value === undefined || done.has(key)) continue
    done.add(key)
    named.push({ ...row, name, value: writers[row.form](value) })
  }
  return named
}

/** Settings that have a name there. */
export function isNamed(setting: string): setting is SettingName {
  return [...valueNames.values()].some((row) => row.setting === setting)
}

function valueAt(value: unknown, { setting, at }: ValueName): unknown {
  if (Array.isArray(value) && setting === 'cucm.excludedDevices') return value.length > 0 ? value.join(',') : undefined
  if (setting === 'cucm.uds.servers') return Array.isArray(value) ? value[0] : value
  if (at === undefined) return value
  const held = typeof value === 'string' ? [value] : value
  return typeof held === 'object' && held !== null ? (held as Record<string | number, unknown>)[at] : undefined
}

const writers: Record<Form, (value: unknown) => string | number> = {
  text: String,
  number: Number,
  flag: (value) => (value === true ? 1 : 0),
  'not-flag': (value) => (value === true ? 0 : 1),
  verify: (value) => ({ off: 0, pinned: 1, full: 2 })[String(value)] ?? 2,
  protocol: (value) => String(value).toUpperCase(),
  'directory-type': (value) => (value === 'uds' ? 'UDS' : 'EDI'),
}
