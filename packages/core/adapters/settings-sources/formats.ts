// Files of settings: ours and the original's.
import { ParleyError } from '@openparley/contract'
import { writeReg } from '@openparley/protocols/registry'
import type { SettingsFormats } from '../../services/config/port.ts'
import { adminPack } from './admin-pack.ts'
import { readJabberConfig, writeJabberConfig } from './jabber-config.ts'
import { readObject, whatIsWrong } from './own.ts'
import { keysFor, valuesOfReg } from './registry-values.ts'

export const settingsFormats: SettingsFormats = {
  read: (format, bytes) => {
    if (format === 'reg') return valuesOfReg(bytes)
    const text = utf8(bytes)
    return format === 'json' ? { values: objectOf(text), unknown: [] } : readJabberConfig(text)
  },
  write: (format, values, application) => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
    switch (format) {
      case 'json':
        return [{ name: 'parley.json', bytes: encode(`${JSON.stringify(values, undefined, 2)}\n`) }]
      case 'reg':
        return [{ name: 'parley.reg', bytes: writeReg(keysFor(values, 'user')) }]
      case 'jabber-config':
        return [{ name: 'jabber-config.xml', bytes: encode(writeJabberConfig(values)) }]
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

function objectOf(text: string): Record<string, unknown> {
  try {
    return readObject(text)
  } catch (thrown) {
    throw new ParleyError('config-file-invalid', whatIsWrong(thrown))
  }
}
