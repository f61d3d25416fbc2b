// Files of settings: ours and the original's.
import { ParleyError } from '@openparley/contract'
import type { SettingsFormats } from '../../services/config/port.ts'
import { readObject, whatIsWrong } from './own.ts'

export const settingsFormats: SettingsFormats = {
  read: (format, bytes) => {
    if (format !== 'json') throw new ParleyError('config-file-invalid', `${format} is not read yet`)
    try {
      return { values: readObject(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), unknown: [] }
    } catch (thrown) {
      throw new ParleyError('config-file-invalid', whatIsWrong(thrown))
    }
  },
  write: (format, values) => {
    if (format !== 'json') throw new ParleyError('config-file-invalid', `${format} is not written yet`)
    return [{ name: 'parley.json', bytes: new TextEncoder().encode(`${JSON.stringify(values, undefined, 2)}\n`) }]
  },
}
