// From an object of dotted names to checked settings.
import { ParleyError } from './errors.ts'
import { type Setting, type SettingName, type Settings, settings } from './settings.ts'

/** Checks every name and value. Throws `setting-unknown` or `setting-invalid`, naming the first that is wrong, never its value. */
export function readSettings(given: Readonly<Record<string, unknown>>): Settings {
  const read: Record<string, unknown> = Object.create(null)
  for (const name of Object.keys(settings) as SettingName[]) {
    const entry: Setting = settings[name]
    if (entry.default !== undefined) read[name] = entry.default
  }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(settings, name)) throw new ParleyError('setting-unknown', name)
    const result = (settings[name as SettingName] as Setting).schema.safeParse(value)
    if (!result.success) throw new ParleyError('setting-invalid', `${name}: ${explain(name as SettingName)}`)
    read[name] = result.data
  }
  return read as Settings
}

function explain(name: SettingName): string {
  return settings[name].doc
}
