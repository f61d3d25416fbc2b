// Files of settings: ours and the original's.
import { isSettingName, ParleyError } from '@openparley/contract'
import { writeReg } from '@openparley/protocols/registry'
import type { Kept, SettingsFormats, SourceRead } from '../../services/config/port.ts'
import { adminPack } from './admin-pack.ts'
import { readJabberConfig, writeJabberConfig } from './jabber-config.ts'
import { readObject, whatIsWrong } from './own.ts'
import { keysFor, valuesOfReg } from './registry-values.ts'

export const settingsFormats: SettingsFormats = {
  read: (format, bytes, names) => {
    if (format === 'reg') return valuesOfReg(bytes, names)
    const text = utf8(bytes)
    return format === 'json' ? readJson(text) : readJabberConfig(text, names)
  },
  write: (format, values, kept, application) => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
    switch (format) {
      case 'json':
        return [{ name: 'parley.json', bytes: encode(writeJson(values, kept)) }]
      case 'reg':
        return [{ name: 'parley.reg', bytes: writeReg(keysFor(values, 'user', kept)) }]
      case 'jabber-config':
        return [{ name: 'jabber-config.xml', bytes: encode(writeJabberConfig(values, kept)) }]
      case 'admin-pack':
        return adminPack(values, application)
    }
  },
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ParleyError('config-file-invalid', 'not UTF-8')
  }
}

function readJson(text: string): SourceRead {
  const entries = Object.entries(objectOf(text))
  const strange = entries.filter(([name]) => !isSettingName(name))
  return {
    values: Object.fromEntries(entries.filter(([name]) => isSettingName(name))),
    unknown: strange.map(([name]) => name),
    kept: strange.map(([name, value]) => ({ format: 'json', at: '', name, text: JSON.stringify(value) })),
  }
}

function writeJson(values: Readonly<Record<string, unknown>>, kept: readonly Kept[]): string {
  const strange = kept.filter(({ format }) => format === 'json').map(({ name, text }) => [name, JSON.parse(text)])
  return `${JSON.stringify({ ...Object.fromEntries(strange), ...values }, undefined, 2)}\n`
}

function objectOf(text: string): Record<string, unknown> {
  try {
    return readObject(text)
  } catch (thrown) {
    throw new ParleyError('config-file-invalid', whatIsWrong(thrown))
  }
}
