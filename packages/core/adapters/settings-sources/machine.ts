// The machine's sources of settings: policy and the user's own, from the registry, from files, from the environment.
import { execFile } from 'node:child_process'
import { type FSWatcher, watch } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { type ErrorValue, errorValue, isSettingName, ParleyError, settingNames } from '@openparley/contract'
import type { SettingsPort, SourceValues } from '../../services/config/port.ts'
import { settingsFormats } from './formats.ts'
import { whatIsWrong } from './own.ts'
import { readRegQuery } from './reg-query.ts'
import { registryKeys, valuesOfKeys } from './registry-values.ts'

export interface MachineOptions {
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** A file, or a folder of files, that an administrator writes. */
  readonly policy: string | undefined
  /** The same of the person whose process this is. */
  readonly user: string | undefined
  /** What `reg query KEY` prints; undefined where the key is not there. Asked on Windows alone. */
  readonly queryRegistry?: (key: string) => Promise<string | undefined>
}

type Layer = 'policy' | 'user'

export function machineSettings(options: MachineOptions): SettingsPort {
  const { platform, env, policy, user, queryRegistry = regQuery } = options
  const registry = async (layer: Layer): Promise<SourceValues[]> => {
    if (platform !== 'win32') return []
    return Promise.all(
      registryKeys[layer].map(async (from) => {
        try {
          const printed = await queryRegistry(from)
          const read = printed === undefined ? { values: {}, unknown: [] } : valuesOfKeys(readRegQuery(printed))
          return { layer, from, ...read }
        } catch (thrown) {
          return { layer, from, values: {}, unknown: [], error: unreadable(from, thrown) }
        }
      }),
    )
  }
  return {
    read: async () => [
      ...(await registry('policy')),
      ...(await filesAt('policy', policy)),
      ...fromEnvironment(env),
      ...(await registry('user')),
      ...(await filesAt('user', user)),
    ],
    watch: (changed) => {
      const watchers = [policy, user].flatMap((path) => (path === undefined ? [] : watching(path, changed)))
      return () => {
        for (const watcher of watchers) watcher.close()
      }
    },
  }
}

/** PARLEY_SETTING_CALLS__MAX=4: two underscores for a dot, in any case; JSON where it is no text. */
function fromEnvironment(env: MachineOptions['env']): SourceValues[] {
  const values: Record<string, unknown> = {}
  const unknown: string[] = []
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || text === undefined) continue
    const dotted = name.slice(prefix.length).replaceAll('__', '.').toLowerCase()
    const known = settingNames.find((each) => each.toLowerCase() === dotted)
    if (known && isSettingName(known)) values[known] = jsonOr(text)
    else unknown.push(name)
  }
  return Object.keys(values).length + unknown.length === 0
    ? []
    : [{ layer: 'user', from: 'the environment', values, unknown }]
}

const prefix = 'PARLEY_SETTING_'

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A folder's files in the order of their names; the first that names a setting counts. */
async function filesAt(layer: Layer, path: string | undefined): Promise<SourceValues[]> {
  if (path === undefined) return []
  try {
    const names = (await readdir(path)).filter((name) => formatOf(name) !== undefined).sort()
    return await Promise.all(names.map((name) => fileAt(layer, join(path, name))))
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    return code === 'ENOTDIR'
      ? [await fileAt(layer, path)]
      : [{ layer, from: path, values: {}, unknown: [], error: unreadable(path, thrown) }]
  }
}

async function fileAt(layer: Layer, from: string): Promise<SourceValues> {
  try {
    return { layer, from, ...settingsFormats.read(formatOf(from) ?? 'json', await readFile(from)) }
  } catch (thrown) {
    return { layer, from, values: {}, unknown: [], error: unreadable(from, thrown) }
  }
}

function formatOf(name: string): 'json' | 'reg' | 'jabber-config' | undefined {
  return ({ '.json': 'json', '.reg': 'reg', '.xml': 'jabber-config' } as const)[extname(name).toLowerCase()]
}

function unreadable(from: string, thrown: unknown): ErrorValue {
  const why = thrown instanceof ParleyError ? thrown.detail : whatIsWrong(thrown)
  return errorValue('config-file-invalid', `${from}: ${why}`)
}

/** Of a file its folder is watched: it may not be there yet, and an editor puts another in its place. */
function watching(path: string, changed: () => void): FSWatcher[] {
  for (const [place, concerns] of [
    [path, () => true],
    [dirname(path), (name: string | null) => name === basename(path)],
  ] as const) {
    try {
      const watcher = watch(place, { persistent: false }, (_event, name) => concerns(name) && changed())
      watcher.on('error', () => watcher.close())
      return [watcher]
    } catch {
      // Not there: the next place.
    }
  }
  return []
}

function regQuery(key: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const short = key.replace('HKEY_CURRENT_USER', 'HKCU')
    execFile('reg.exe', ['query', short], { timeout: 5000, windowsHide: true }, (error, printed) => {
      // 1: there is no such key.
      if (error && error.code !== 1) reject(error)
      else resolve(error ? undefined : printed)
    })
  })
}
