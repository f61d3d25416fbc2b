// The machine's sources of settings: policy and the user's own, from the registry, from files, from the environment.
import { execFile } from 'node:child_process'
import { type FSWatcher, watch } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { type ErrorValue, errorValue, ParleyError, settingFromText, settingNames } from '@openparley/contract'
import type { World } from '../../runtime/world.ts'
import type { SettingsPort, SourceValues, ValueNames } from '../../services/config/port.ts'
import { settingsFormats } from './formats.ts'
import { whatIsWrong } from './own.ts'
import { readRegQuery } from './reg-query.ts'
import { registryKeys, valuesOfKeys } from './registry-values.ts'

export interface MachineOptions {
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: World['clock']
  /** A file, or a folder of files, that an administrator writes. */
  readonly policy: string | undefined
  /** The same of the person whose process this is. */
  readonly user: string | undefined
  /** What `reg query KEY` prints; undefined where the key is not there. Asked on Windows alone. */
  readonly queryRegistry?: (key: string) => Promise<string | undefined>
}

type Layer = 'policy' | 'user'

export function machineSettings(options: MachineOptions): SettingsPort {
  const { platform, env, policy, user, clock, queryRegistry = regQuery } = options
  const registry = async (layer: Layer, names: ValueNames): Promise<SourceValues[]> => {
    if (platform !== 'win32') return []
    return Promise.all(
      registryKeys[layer].map(async (from) => {
        try {
          const printed = await queryRegistry(from)
          const { values, unknown, kept } = valuesOfKeys(printed === undefined ? [] : readRegQuery(printed), names)
          return { layer, from, values, unknown, kept: kept ?? [] }
        } catch (thrown) {
          return { layer, from, values: {}, unknown: [], error: unreadable(from, thrown) }
        }
      }),
    )
  }
  return {
    read: async (names) => [
      ...(await registry('policy', names)),
      ...(await filesAt('policy', policy, names)),
      ...fromEnvironment(env),
      ...(await registry('user', names)),
      ...(await filesAt('user', user, names)),
    ],
    watch: (changed) => {
      const watchers = [policy, user].flatMap((path) => (path === undefined ? [] : watching(path, changed)))
      const stop = platform === 'win32' ? watchRegistry(clock, queryRegistry, changed) : undefined
      return () => {
        stop?.()
        for (const watcher of watchers) watcher.close()
      }
    },
  }
}

/** The registry tells nobody without a native package: it is asked, and what it prints is held against the last. */
function watchRegistry(
  clock: World['clock'],
  query: (key: string) => Promise<string | undefined>,
  changed: () => void,
): () => void {
  let stopped = false
  let cancel = (): void => {}
  const look = async (): Promise<string> => {
    const said = await Promise.allSettled(Object.values(registryKeys).flat().map(query))
    // A key that cannot be read is told by the next reading; here it is only something else than before.
    return JSON.stringify(said.map((each) => (each.status === 'fulfilled' ? each.value : null)))
  }
  const go = async (before: string): Promise<void> => {
    const now = await look()
    if (stopped) return
    if (now !== before) changed()
    cancel = clock.at(clock.now() + pollMs, () => void go(now))
  }
  void look().then((first) => {
    if (!stopped) cancel = clock.at(clock.now() + pollMs, () => void go(first))
  })
  return () => {
    stopped = true
    cancel()
  }
}

/** Four short processes each time. */
const pollMs = 15_000

/** PARLEY_SETTING_CALLS__MAX=4: two underscores for a dot, in any case; JSON where it is no text. */
function fromEnvironment(env: MachineOptions['env']): SourceValues[] {
  const values: Record<string, unknown> = {}
  const unknown: string[] = []
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || text === undefined) continue
    const dotted = name.slice(prefix.length).replaceAll('__', '.').toLowerCase()
    const known = settingNames.find((each) => each.toLowerCase() === dotted)
    if (known) values[known] = settingFromText(known, text)
    else unknown.push(name)
  }
  return Object.keys(values).length + unknown.length === 0
    ? []
    : [{ layer: 'user', from: 'the environment', values, unknown }]
}

const prefix = 'PARLEY_SETTING_'

/** A folder's files in the order of their names; the first that names a setting counts. */
async function filesAt(layer: Layer, path: string | undefined, valueNames: ValueNames): Promise<SourceValues[]> {
  if (path === undefined) return []
  try {
    const names = (await readdir(path)).filter((name) => formatOf(name) !== undefined).sort()
    return (await Promise.all(names.map((name) => fileAt(layer, join(path, name), valueNames)))).flat()
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    return code === 'ENOTDIR'
      ? await fileAt(layer, path, valueNames)
      : [{ layer, from: path, values: {}, unknown: [], error: unreadable(path, thrown) }]
  }
}

/** Several sources where a file holds both homes of the registry. */
async function fileAt(layer: Layer, from: string, names: ValueNames): Promise<SourceValues[]> {
  try {
    const read = settingsFormats.read(formatOf(from) ?? 'json', await readFile(from), names)
    const parts = read.parts?.map((part) => ({ ...part, from: `${from}, ${part.from}` })) ?? [{ ...read, from }]
    return parts.map(({ values, unknown, kept = [], from: place }) => ({ layer, from: place, values, unknown, kept }))
  } catch (thrown) {
    return [{ layer, from, values: {}, unknown: [], error: unreadable(from, thrown) }]
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
