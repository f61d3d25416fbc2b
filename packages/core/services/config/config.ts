// Configuration: a session's settings in layers; secrets go in and do not come out.
import {
  type ChangeOf,
  checkSetting,
  isSettingName,
  ParleyError,
  readSettings,
  type Setting,
  type SettingName,
  type Settings,
  type services,
  settings,
  type StateOf,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { Caller, ServiceBody } from '../../runtime/service.ts'
import { isDropped, sameKept, withoutRemoved } from './kept.ts'
import { forPersonAlone, isOfPerson, type Layered, layered, shown, wordsOn } from './layers.ts'
import {
  type Kept,
  mayBeSecret,
  type OwnSettingsPort,
  type SettingsFormats,
  type SettingsPort,
  type SourceRead,
  type SourceValues,
} from './port.ts'

type Config = (typeof services)['config']

export interface ConfigService extends ServiceBody<Config> {
  readonly state: Broadcast<StateOf<Config>, ChangeOf<Config>>
  /** The settings in force now. */
  current(): Settings
  /** Where the value of a setting comes from. */
  originOf(
    name: SettingName,
  ): { readonly name: string; readonly layer: SourceValues['layer'] | 'default'; readonly from: string } | undefined
  /** What was found elsewhere takes the place of what was found there before; nothing in it forgets it. */
  found(source: Found): void
  /** Keeps values for the person, as `set` does for an application. Rejects as `set` does. */
  keep(values: Readonly<Record<string, unknown>>): Promise<void>
  /** What counts at a sign-in is in use from now on. */
  signedIn(): void
  close(): void
}

/** What the way to a phone found somewhere. */
export type Found = Partial<SourceRead> & Pick<SourceValues, 'from' | 'values' | 'error'>

export interface ConfigNeeds {
  /** The application that opened the session, and what it said. */
  readonly application: string
  readonly given: Readonly<Record<string, unknown>>
  /** Whether that application is a process of the person’s own. */
  readonly ofPerson: boolean
  /** The machine's sources. */
  readonly machine: SettingsPort
  readonly own: OwnSettingsPort
  readonly formats: SettingsFormats
  /** Signs in again. */
  readonly apply: () => Promise<void>
  /** Told after each change of values. */
  readonly changed: (names: readonly SettingName[]) => void
}

/** Rejects with `setting-unknown` or `setting-invalid` where `given` is not right. */
export async function config(epoch: string, needs: ConfigNeeds): Promise<ConfigService> {
  readSettings(needs.given)
  if (!needs.ofPerson) for (const name of Object.keys(needs.given)) unprotected(name as SettingName)
  const { application: from, given: values, ofPerson } = needs
  const application: SourceValues = { layer: 'application', from, values, unknown: [], ofPerson }
  /** What is found later on the way is more exact: a device's own file over what the domain says. */
  const discovered = new Map<string, SourceValues>()
  let outside: readonly SourceValues[] = []
  const sources = (): SourceValues[] => [...outside, application, ...[...discovered.values()].reverse()]

  const look = async (): Promise<void> => {
    const names = now.settings['settings.valueNames']
    const [own, machine] = await Promise.all([needs.own.read(names), needs.machine.read(names)])
    outside = [...own, ...machine]
    // What names mean stands among what is read: once more where it says something else.
    const said = layered(sources())
    if (same(said.settings['settings.valueNames'], names)) return
    outside = [...own, ...(await needs.machine.read(said.settings['settings.valueNames']))]
  }
  let now: Layered = layered(sources())
  await look()
  now = layered(sources())
  let inUse = now
  const pending = (): SettingName[] =>
    [...new Set([...now.values.keys(), ...inUse.values.keys()])].filter(
      (name) => find(name).applies === 'sign-in' && !same(now.settings[name], inUse.settings[name]),
    )
  const beside = (): Omit<StateOf<Config>, 'settings'> => ({
    unknown: [...now.unknown],
    problems: [...now.problems],
    pending: pending(),
  })
  const state = broadcast<StateOf<Config>, ChangeOf<Config>>(epoch, () => ({
    settings: Object.fromEntries([...now.values].map(([name, value]) => [name, shown(name, value)])),
    ...beside(),
  }))
  const evaluate = (): void => {
    const [before, told] = [now, JSON.stringify(beside())]
    now = layered(sources())
    const names = [...new Set([...before.values.keys(), ...now.values.keys()])]
    const other = names.filter((name) => !same(before.values.get(name), now.values.get(name)))
    for (const name of other) {
      const value = now.values.get(name)
      state.publish({ type: 'changed', name, ...(value ? { now: shown(name, value) } : {}) })
    }
    if (JSON.stringify(beside()) !== told) state.publish({ type: 'sources', ...beside() })
    if (other.length > 0) needs.changed(other)
  }
  /** One after the other: what was read first must not be put over what was read last. */
  let refreshing: Promise<void> = Promise.resolve()
  const refresh = (): Promise<void> => {
    refreshing = refreshing.then(look).then(evaluate)
    return refreshing
  }
  const stopWatching = [needs.own, needs.machine].map((port) => port.watch(() => void refresh()))
  /** What policy says, nobody else may. */
  const unlocked = (name: string, { mayNamePaths: isPerson }: Pick<Caller, 'mayNamePaths'>): SettingName => {
    if (!isSettingName(name)) throw new ParleyError('setting-unknown', name)
    const { layer, from } = now.values.get(name) ?? {}
    if (layer === 'policy') throw new ParleyError('setting-locked', `${name}, by ${from}`)
    if (!isPerson) unprotected(name)
    return name
  }
  /** One after the other, so that every change of a value is told. */
  let keeping: Promise<unknown> = Promise.resolve()
  const keep = (values: Readonly<Record<string, unknown>>, kept?: readonly Kept[]): Promise<void> => {
    const saved = keeping.then(async () => {
      await needs.own.save(values, kept)
      await refresh()
    })
    keeping = saved.catch(() => undefined)
    return saved
  }
  const ownRead = (): Promise<readonly SourceValues[]> => needs.own.read(now.settings['settings.valueNames'])
  return {
    state,
    current: () => now.settings,
    originOf: (name) => {
      const value = now.values.get(name)
      return value && { name, layer: value.layer, from: value.from }
    },
    found: ({ unknown = [], ...found }) => {
      discovered.delete(found.from)
      if (Object.keys(found.values).length + unknown.length > 0 || found.error)
        discovered.set(found.from, { ...found, layer: 'discovered', unknown })
      evaluate()
    },
    keep: async (values) => {
      for (const name of Object.keys(values)) unlocked(name, { mayNamePaths: true })
      await keep(values)
    },
    signedIn: () => {
      const told = JSON.stringify(beside())
      inUse = now
      if (JSON.stringify(beside()) !== told) state.publish({ type: 'sources', ...beside() })
    },
    close: () => {
      for (const stop of stopWatching) stop()
      state.close()
    },
    handlers: {
      set: async ({ name: given, value }, caller) => {
        const name = unlocked(given, caller)
        const checked = checkSetting(name, value)
        if ('why' in checked) throw new ParleyError('setting-invalid', `${name}: ${checked.why}`)
        await keep({ [name]: value })
        return { applies: find(name).applies }
      },
      unset: async ({ name: given }, caller) => {
        const name = unlocked(given, caller)
        const own = await ownRead()
        if (!own.some(({ values }) => Object.hasOwn(values, name))) throw new ParleyError('setting-missing', name)
        await keep({ [name]: undefined })
        return { applies: find(name).applies }
      },
      explain: ({ name }) => {
        if (!isSettingName(name)) throw new ParleyError('setting-unknown', name)
        const layers = wordsOn(name, sources()).map((word) => shown(name, word))
        const force = now.values.get(name)
        return {
          ...(force ? { value: shown(name, force).value, origin: { layer: force.layer, from: force.from } } : {}),
          layers: [
            ...layers.filter(({ problem }) => problem === undefined),
            ...layers.filter(({ problem }) => problem),
          ],
        }
      },
      apply: async () => {
        await needs.apply()
        return {}
      },
      import: async ({ format, content }, { mayNamePaths: isPerson }) => {
        const read = needs.formats.read(format, bytesOf(content), now.settings['settings.valueNames'])
        const { values, unknown, kept = [], removed = [], dropped = [] } = read
        const taken: Record<string, unknown> = {}
        const refused: { name: string; why: string }[] = []
        for (const [name, value] of Object.entries(values)) {
          const why = isSettingName(name) ? refusal(name, value, now, isPerson) : 'There is no setting of that name.'
          if (why === undefined) taken[name] = value
          else refused.push({ name, why })
        }
        const own = await ownRead()
        const mine = Object.assign({}, ...own.map((source) => source.values).reverse())
        const back = withoutRemoved(
          mine,
          removed.filter(({ setting }) => !Object.hasOwn(values, setting) && (isPerson || !isOfPerson(setting))),
        )
        const before = own.flatMap((source) => source.kept ?? [])
        const stays = before.filter(
          (each) =>
            !kept.some((other) => sameKept(each, other)) &&
            !(each.format === format && dropped.some((drop) => isDropped(each, drop))),
        )
        await keep({ ...back, ...taken }, kept.length + dropped.length > 0 ? [...stays, ...kept] : undefined)
        return { taken: Object.keys(taken), removed: Object.keys(back), unknown: [...unknown], refused }
      },
      export: ({ format, application: name }) => {
        const values: Record<string, unknown> = {}
        for (const [each, { value, layer }] of now.values)
          if (!find(each).secret && layer !== 'default') values[each] = value
        const kept: Kept[] = []
        for (const source of sources())
          kept.push(...(source.kept ?? []).filter((each) => !kept.some((other) => sameKept(each, other))))
        const files = needs.formats.write(
          format,
          values,
          kept.filter((each) => !mayBeSecret(each)),
          name,
        )
        return { files: files.map(({ name: file, bytes }) => ({ name: file, content: base64Of(bytes) })) }
      },
    },
  }
}

function unprotected(name: SettingName): void {
  if (isOfPerson(name)) throw new ParleyError('setting-protected', name)
}

function refusal(name: SettingName, value: unknown, now: Layered, isPerson: boolean): string | undefined {
  if (isOfPerson(name) && !isPerson) return forPersonAlone
  if (now.values.get(name)?.layer === 'policy') return 'It is set by policy.'
  const checked = checkSetting(name, value)
  return 'why' in checked ? checked.why : undefined
}

function find(name: SettingName): Setting {
  return settings[name]
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
