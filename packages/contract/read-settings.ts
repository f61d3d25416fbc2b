// From an object of dotted names to checked settings.
import { ParleyError } from './errors.ts'
import { type Setting, type SettingName, type Settings, settings } from './settings.ts'

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings, name)
}

/** The value as the core reads it, or why it cannot be: what is wrong and what the setting takes, never the value itself. */
export function checkSetting(
  name: SettingName,
  value: unknown,
): { readonly value: unknown } | { readonly why: string } {
  const { schema, doc }: Setting = settings[name]
  const result = schema.safeParse(value)
  if (result.success) return { value: result.data }
  // The schema’s own messages name types, bounds and patterns, and never what was given.
  return { why: `${result.error.issues[0]?.message ?? 'Invalid input'}. ${doc}` }
}

/**
 * What a place that holds texts alone (a command, an environment variable, a registry) means by one: what it is as JSON where
 * the setting takes that, else the text itself; a switch may be 1 or 0. A secret is never unquoted: it is that text or an object.
 */
export function settingFromText(name: SettingName, text: string): unknown {
  const json = jsonOf(text)
  const readings = [
    ...(json === undefined ? [] : [json]),
    text,
    ...(text === '1' ? [true] : text === '0' ? [false] : []),
  ]
  if ((settings[name] as Setting).secret && typeof json === 'string') return text
  return readings.find((reading) => 'value' in checkSetting(name, reading)) ?? readings[0]
}

/** The text that `settingFromText` reads as this value. */
export function textOfSetting(name: SettingName, value: unknown): string {
  return typeof value === 'string' && settingFromText(name, value) === value ? value : JSON.stringify(value)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A text that is no JSON is itself.
    return undefined
  }
}

/** Checks every name and value. Throws `setting-unknown` or `setting-invalid`, naming the first that is wrong, never its value. */
export function readSettings(given: Readonly<Record<string, unknown>>): Settings {
  const read: Record<string, unknown> = Object.create(null)
  for (const [name, entry] of Object.entries(settings as Record<string, Setting>)) {
    if (entry.default !== undefined) read[name] = entry.default
  }
  for (const [name, value] of Object.entries(given)) {
    if (!isSettingName(name)) throw new ParleyError('setting-unknown', name)
    const checked = checkSetting(name, value)
    if ('why' in checked) throw new ParleyError('setting-invalid', `${name}: ${checked.why}`)
    read[name] = checked.value
  }
  return read as Settings
}

/** The person's name at the servers, and the domain whose DNS names these: user.name may hold both. */
export function personOf(given: Pick<Settings, 'user.name' | 'user.domain'>): {
  readonly name: string | undefined
  readonly domain: string | undefined
} {
  const [name, inName] = given['user.name']?.split('@') ?? []
  return { name, domain: given['user.domain'] ?? inName }
}
