// Settings in the Windows registry: the original's values under its keys, ours under our own.
import { ParleyError } from '@openparley/contract'
import { isRegFile, type RegData, type RegKey, readReg } from '@openparley/protocols/registry'
import { fromNamed, isNamed, type Named, toNamed } from './named-values.ts'

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

/** Throws `config-file-invalid` with the line. */
export function valuesOfReg(bytes: Uint8Array): Named {
  const read = readReg(bytes)
  if (!isRegFile(read)) throw new ParleyError('config-file-invalid', `line ${read.line}: ${read.fault}`)
  return valuesOfKeys(read)
}

/** What the keys that count hold; ours by our own names, as JSON where it is no text. */
export function valuesOfKeys(keys: readonly RegKey[]): Named {
  const named: [string, string][] = []
  const own: Record<string, unknown> = {}
  const unknown: string[] = []
  for (const { path, deleted, values } of keys) {
    if (deleted) continue
    for (const { name, data } of values) {
      const text = data && textOfData(data)
      if (!(isAdminData(path) || isOwn(path)) || (data && text === undefined)) unknown.push(`${path}\\${name}`)
      else if (text === undefined) continue
      else if (isOwn(path)) own[name] = jsonOr(text)
      else named.push([name, text])
    }
  }
  const read = fromNamed(named)
  return { values: { ...read.values, ...own }, unknown: [...unknown, ...read.unknown] }
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

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A text is written as it is.
    return text
  }
}

/** The original's values under its key, the others under ours. */
export function keysFor(values: Readonly<Record<string, unknown>>, layer: keyof typeof registryKeys): RegKey[] {
  const [theirs, ours] = registryKeys[layer]
  const named = toNamed(values).map(({ name, value }) => ({
    name,
    data:
      typeof value === 'number' ? ({ type: 'dword', number: value } as const) : ({ type: 'sz', text: value } as const),
  }))
  const rest = Object.entries(values).filter(([name]) => !isNamed(name))
  const own = rest.map(([name, value]) => ({
    name,
    data: { type: 'sz', text: typeof value === 'string' ? value : JSON.stringify(value) } as const,
  }))
  return [
    ...(named.length > 0 ? [{ path: theirs, deleted: false, values: named }] : []),
    ...(own.length > 0 ? [{ path: ours, deleted: false, values: own }] : []),
  ]
}
