// What `reg query KEY` prints, as keys with values.
import type { RegData, RegKey, RegValue } from '@openparley/protocols/registry'

/** A key on a line of its own, then its values: four spaces, name, four spaces, type, four spaces, data. */
export function readRegQuery(printed: string): RegKey[] {
  const keys: { path: string; deleted: boolean; values: RegValue[] }[] = []
  for (const line of printed.split(/\r?\n/)) {
    if (line.startsWith('HKEY_')) keys.push({ path: line.trim(), deleted: false, values: [] })
    const [, name, type, text = ''] = /^ {4}(.*?) {4}(REG_\w+)(?: {4}(.*))?$/.exec(line) ?? []
    if (name !== undefined && type !== undefined)
      keys.at(-1)?.values.push({ name: name === '(Default)' ? '' : name, data: dataOf(type, text) })
  }
  return keys
}

function dataOf(type: string, text: string): RegData {
  switch (type) {
    case 'REG_DWORD':
      return { type: 'dword', number: Number(text) }
    case 'REG_QWORD':
      return { type: 'qword', number: BigInt(text) }
    case 'REG_MULTI_SZ':
      return { type: 'multi-sz', texts: text.split('\\0').filter((each) => each !== '') }
    case 'REG_EXPAND_SZ':
    case 'REG_SZ':
      return { type: type === 'REG_SZ' ? 'sz' : 'expand-sz', text }
    default:
      return {
        type: 'binary',
        kind: 3,
        bytes: Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
      }
  }
}
