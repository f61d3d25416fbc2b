// Settings of this machine and this user: their sources, and acts on them without a core that runs.
import { mkdirSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { checkSetting, isSettingName, type Setting, settingFromText, settings } from '@openparley/contract'
import { placesOf } from '@openparley/contract/places'
import {
  type ConfigService,
  config,
  machineSettings,
  ownSettings,
  type SettingsPort,
  secretsIn,
  settingsFormats,
} from '@openparley/core'
import { realClock } from '@openparley/net'

export { originalNames } from '@openparley/core'

/** PARLEY_POLICY or the system's place for policy, PARLEY_SETTING_…, the registry on Windows, and the user's own file. */
export function settingsOfMachine(env: NodeJS.ProcessEnv, withUserFile = true): SettingsPort {
  const windows = process.platform === 'win32'
  const common = windows ? `${env['ProgramData'] ?? 'C:\\ProgramData'}\\Parley\\policy.json` : '/etc/parley/policy.json'
  return machineSettings({
    platform: process.platform,
    env,
    clock: realClock,
    policy: env['PARLEY_POLICY'] ?? common,
    user: withUserFile ? userFile(env) : undefined,
  })
}

/** Secrets go to the system's key store, but for a home of their own that somebody has named. */
export function wantsKeyring(env: NodeJS.ProcessEnv): boolean {
  return env['PARLEY_HOME'] === undefined && env['PARLEY_SECRETS'] !== 'file'
}

function dataOf(env: NodeJS.ProcessEnv): string {
  return placesOf({ env, platform: process.platform, home: homedir(), user: userInfo().username }).data
}

function userFile(env: NodeJS.ProcessEnv): string {
  return join(dataOf(env), 'settings.json')
}

/** The user's own settings as a service: what a session's configuration can do, without a session. `given`: an application's. */
export async function userSettings(
  env: NodeJS.ProcessEnv,
  given: Readonly<Record<string, unknown>>,
): Promise<ConfigService> {
  const folder = dataOf(env)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return config('', {
    application: '--settings',
    ofPerson: true,
    given,
    machine: settingsOfMachine(env, false),
    own: ownSettings(userFile(env), await secretsIn(folder, wantsKeyring(env), 'settings of this user')),
    formats: settingsFormats,
    apply: async () => {},
    changed: () => {},
  })
}

/** A value as a command line has it. Throws a sentence where it is a secret: command lines are seen by everybody on the machine. */
export function valueOfArgument(name: string, text: string): unknown {
  if (!isSettingName(name)) return text
  const value = settingFromText(name, text)
  if ((settings[name] as Setting).secret && typeof value !== 'object')
    throw new Error(
      `${name} is a secret, and what stands on a command line is in the process list. Give - and write it to the input, or '{"env": "NAME"}' to read it from an environment variable.`,
    )
  return value
}

/** A value that was read from the input. */
export function valueOfText(name: string, text: string): unknown {
  return isSettingName(name) ? settingFromText(name, text) : text
}

export interface Checked {
  readonly ok: boolean
  readonly taken: readonly string[]
  readonly unknown: readonly string[]
  readonly refused: readonly { readonly name: string; readonly why: string }[]
}

/** What a file of settings holds, and what of it cannot be. Throws `config-file-invalid` where it cannot be read. */
export function checkFile(format: 'json' | 'reg' | 'jabber-config', bytes: Uint8Array): Checked {
  const { values, unknown } = settingsFormats.read(format, bytes, {})
  const taken: string[] = []
  const strange: string[] = [...unknown]
  const refused: { name: string; why: string }[] = []
  for (const [name, value] of Object.entries(values)) {
    if (!isSettingName(name)) strange.push(name)
    else {
      const checked = checkSetting(name, value)
      if ('why' in checked) refused.push({ name, why: checked.why })
      else taken.push(name)
    }
  }
  return { ok: refused.length === 0 && strange.length === 0, taken, unknown: strange, refused }
}
