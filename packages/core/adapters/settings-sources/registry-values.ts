// Settings in the Windows registry: the original's values under its keys, ours under our own.
import {
  checkSetting,
  ParleyError,
  type SettingName,
  settingFromText,
  settingNames,
  textOfSetting,
} from '@openparley/contract'
import {
  isRegFile,
  type RegData,
  type RegKey,
  readReg,
  readRegData,
  writeRegData,
} from '@openparley/protocols/registry'
import type { FileRead, Kept, Removed, SourceRead, ValueNames } from '../../services/config/port.ts'
import { fromNamed, type Naming, namedSettings, removedBy, toNamed } from './named-values.ts'

const software = 'HKEY_CURRENT_USER\\Software\\'

/** The two homes of the original, and ours beside them; policy stands over the user's. */
export const registryKeys: Readonly<Record<'policy' | 'user', readonly [theirs: string, ours: string]>> = {
  policy: [
    `${software}Policies\\Cisco Systems, Inc.\\Client Services Framework\\AdminData`,
    `${software}Policies\\Parley`,
  ],
  user: [`${software}Cisco Systems, Inc.\\Client Services Framework\\AdminData`, `${software}Parley`],
}

function isAdminData(path: string): boolean {
  return /\\Client Services Framework\\AdminData$/i.test(path)
}

function isOwn(path: string): boolean {
  return /\\Parley$/i.test(path)
}

function isPolicy(path: string): boolean {
  return /\\Software\\Policies\\/i.test(path)
}

/** Throws `config-file-invalid` with the line. */
export function valuesOfReg(bytes: Uint8Array, names: ValueNames): FileRead {
  const read = readReg(bytes)
  if (!isRegFile(read)) throw new ParleyError('config-file-invalid', `line ${read.line}: ${read.fault}`)
  return valuesOfKeys(read, names)
}

interface Entry {
  readonly path: string
  readonly name: string
  readonly data: RegData
}

/** What the keys that count hold when all is done in the order of the file; ours by our own names. */
export function valuesOfKeys(keys: readonly RegKey[], names: ValueNames): FileRead {
  const naming: Naming = { names, anyCase: true }
  const entries = new Map<string, Entry>()
  const removed: Removed[] = []
  const dropped: { at: string; name?: string }[] = []
  for (const { path, deleted, values } of keys) {
    if (deleted) {
      for (const [id, entry] of entries) if (isWithin(entry.path, path)) entries.delete(id)
      removed.push(...removedWith(path))
      dropped.push({ at: path })
    }
    for (const { name, data } of values) {
      const id = `${path}\\${name}`.toLowerCase()
      entries.delete(id)
      if (data) entries.set(id, { path, name, data })
      else {
        removed.push(...removedAt(path, name, naming))
        dropped.push({ at: path, name })
      }
    }
  }
  const parts = (['policy', 'user'] as const)
    .map((layer) => ({
      from: layer === 'policy' ? 'HKEY_CURRENT_USER\\Software\\Policies' : 'HKEY_CURRENT_USER\\Software',
      ...settingsIn(
        [...entries.values()].filter(({ path }) => isPolicy(path) === (layer === 'policy')),
        naming,
      ),
    }))
    .filter(({ values, unknown }) => Object.keys(values).length + unknown.length > 0)
  return {
    values: Object.assign({}, ...parts.map(({ values }) => values).reverse()),
    unknown: parts.flatMap(({ unknown }) => unknown),
    kept: parts.flatMap(({ kept }) => kept ?? []),
    ...(parts.length > 1 ? { parts } : {}),
    removed,
    dropped,
  }
}

function settingsIn(entries: readonly Entry[], naming: Naming): SourceRead {
  const own: Record<string, unknown> = {}
  const theirs: [string, string][] = []
  const strange: Entry[] = []
  for (const entry of entries) {
    const { path, name, data } = entry
    const text = textOfData(data)
    const setting = isOwn(path) ? settingOf(name) : undefined
    if (text === undefined) strange.push(entry)
    else if (setting)
      own[setting] = data.type === 'multi-sz' ? listOf(setting, data.texts) : settingFromText(setting, text)
    else if (isAdminData(path)) theirs.push([name, text])
    else strange.push(entry)
  }
  const read = fromNamed(theirs, naming)
  const unknown = entries.filter(
    (entry) => strange.includes(entry) || (isAdminData(entry.path) && read.unknown.includes(entry.name)),
  )
  return {
    values: { ...read.values, ...own },
    unknown: unknown.map(({ path, name }) => (isAdminData(path) ? name : `${path}\\${name}`)),
    kept: unknown.map(({ path, name, data }) => ({ format: 'reg', at: path, name, text: writeRegData(data) })),
  }
}

/** Lines of a list: texts, or numbers where the list is of numbers. */
function listOf(setting: SettingName, lines: readonly string[]): unknown {
  const numbers = lines.map((line) => (/^\d+$/.test(line) ? Number(line) : line))
  return 'value' in checkSetting(setting, lines) ? lines : numbers
}

function settingOf(name: string): SettingName | undefined {
  return settingNames.find((each) => each.toLowerCase() === name.toLowerCase())
}

function isWithin(path: string, key: string): boolean {
  return `${path}\\`.toLowerCase().startsWith(`${key}\\`.toLowerCase())
}

/** What goes with a key and all below it. */
function removedWith(key: string): Removed[] {
  const homes = Object.values(registryKeys)
  const theirs = homes.some(([path]) => isWithin(path, key))
  const ours = homes.some(([, path]) => isWithin(path, key))
  return settingNames
    .filter((name) => (namedSettings.has(name) ? theirs || ours : ours))
    .map((setting) => ({ setting }))
}

function removedAt(path: string, name: string, naming: Naming): Removed[] {
  const setting = isOwn(path) ? settingOf(name) : undefined
  const removed = isAdminData(path) ? removedBy(name, naming) : setting && { setting }
  return removed ? [removed] : []
}

function textOfData(data: RegData): string | undefined {
  switch (data.type) {
    case 'sz':
    case 'expand-sz':
      return data.text
    case 'dword':
    case 'qword':
      return String(data.number)
    case 'multi-sz':
      return data.texts.join(',')
    default:
      return undefined
  }
}

/** The original's values under its key; under ours what it has no name for, or would lose something of. */
export function keysFor(
  values: Readonly<Record<string, unknown>>,
  layer: keyof typeof registryKeys,
  kept: readonly Kept[],
): RegKey[] {
  const [theirs, ours] = registryKeys[layer]
  const naming: Naming = { names: (values['settings.valueNames'] ?? {}) as ValueNames, anyCase: true }
  const named = toNamed(values, naming)
  const back = fromNamed(
    named.map(({ name, value }): [string, string] => [name, String(value)]),
    naming,
  ).values
  const keys = new Map<string, RegKey & { values: RegKey['values'][number][] }>()
  const add = (path: string, name: string, data: RegData): void => {
    const key = keys.get(path.toLowerCase()) ?? { path, deleted: false, values: [] }
    keys.set(path.toLowerCase(), key)
    key.values.push({ name, data })
  }
  for (const { name, value } of named)
    add(theirs, name, typeof value === 'number' ? { type: 'dword', number: value } : { type: 'sz', text: value })
  for (const [name, value] of Object.entries(values) as [SettingName, unknown][])
    if (JSON.stringify(back[name]) !== JSON.stringify(value))
      add(ours, name, { type: 'sz', text: textOfSetting(name, value) })
  for (const { format, at, name, text } of kept) {
    const data = format === 'reg' ? readRegData(text) : undefined
    if (data) add(at, name, data)
  }
  return [...keys.values()]
}
