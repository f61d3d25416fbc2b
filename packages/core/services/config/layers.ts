// Settings in layers: name by name, the first layer with a good value is in force.
import {
  checkSetting,
  type ErrorValue,
  errorValue,
  isSettingName,
  type Layer,
  layers,
  readSettings,
  type Setting,
  type SettingName,
  type Settings,
  type SettingValue,
  settingNames,
  settings,
} from '@openparley/contract'
import type { SourceValues } from './port.ts'

export interface Layered {
  /** All settings, as the core reads them: its own are what was said, and what is usual it inherits. */
  readonly settings: Settings
  /** Where each value comes from; a setting without a value is not among them. */
  readonly values: Values
  readonly unknown: readonly { readonly name: string; readonly from: string }[]
  readonly problems: readonly ErrorValue[]
}

/** One layer's word on a setting. `problem`: why it cannot be. */
export type Word = SettingValue & { readonly problem?: string }

/** A value for each setting that has one: what is usual is not held again by each session. */
export interface Values extends Iterable<readonly [SettingName, SettingValue]> {
  get(name: SettingName): SettingValue | undefined
  keys(): Iterable<SettingName>
}

export function layered(sources: readonly SourceValues[]): Layered {
  const read: Record<string, unknown> = Object.create(usual)
  const said = new Map<SettingName, SettingValue>()
  const unknown: { readonly name: string; readonly from: string }[] = []
  const problems: ErrorValue[] = []
  const names = new Set<SettingName>()
  for (const source of inOrder(sources)) {
    if (source.error) problems.push(source.error)
    for (const name of source.unknown) unknown.push({ name, from: source.from })
    for (const name of Object.keys(source.values))
      if (isSettingName(name)) names.add(name)
      else unknown.push({ name, from: source.from })
  }
  for (const name of settingNames) {
    if (!names.has(name)) continue
    for (const word of wordsOn(name, sources)) {
      const { problem, from, layer } = word
      if (problem !== undefined) problems.push(errorValue('setting-invalid', `${name}, from ${from}: ${problem}`))
      else if (!said.has(name) && layer !== 'default') {
        said.set(name, word)
        read[name] = word.value
      }
    }
  }
  return { settings: read as Settings, values: new SaidOverUsual(said), unknown, problems }
}

class SaidOverUsual implements Values {
  readonly #said: ReadonlyMap<SettingName, SettingValue>

  constructor(said: ReadonlyMap<SettingName, SettingValue>) {
    this.#said = said
  }
  get(name: SettingName): SettingValue | undefined {
    return this.#said.get(name) ?? defaults.get(name)
  }
  keys(): Iterable<SettingName> {
    return settingNames.filter((name) => this.get(name))
  }
  *[Symbol.iterator](): Iterator<readonly [SettingName, SettingValue]> {
    for (const name of settingNames) {
      const value = this.get(name)
      if (value) yield [name, value]
    }
  }
}

/** What each layer says about a setting, strongest first; the default last. */
export function wordsOn(name: SettingName, sources: readonly SourceValues[]): Word[] {
  const words: Word[] = []
  for (const { layer, from, values, ofPerson } of inOrder(sources)) {
    if (!Object.hasOwn(values, name)) continue
    const isHeard = !isOfPerson(name) || ofPerson === true || layersOfPerson.includes(layer)
    const checked = isHeard ? checkSetting(name, values[name]) : { why: forPersonAlone }
    words.push(
      'why' in checked
        ? { value: values[name], layer, from, problem: checked.why }
        : { value: checked.value, layer, from },
    )
  }
  const usual = defaults.get(name)
  if (usual) words.push(usual)
  return words
}

/** Whether only the person’s own settings, policy and processes of their own may say it. */
export function isOfPerson(name: SettingName): boolean {
  return (settings[name] as Setting).ofPerson === true
}

export const forPersonAlone =
  'It names code that is run, or opens a door: only the person’s own settings or policy may.'
const layersOfPerson: readonly Layer[] = ['policy', 'user', 'default']

/** Made once: a process may hold ten thousand sessions, and most settings of each are these. */
const defaults: ReadonlyMap<SettingName, Word> = new Map(
  settingNames.flatMap((name): [SettingName, Word][] => {
    const { default: value }: Setting = settings[name]
    return value === undefined ? [] : [[name, { value, layer: 'default', from: 'Parley' }]]
  }),
)

/** What every session's settings inherit. */
const usual: Readonly<Record<string, unknown>> = readSettings({})

/** Within a layer the sources keep their order. */
function inOrder(sources: readonly SourceValues[]): readonly SourceValues[] {
  return [...sources].sort((a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer))
}

/** A value as it may be shown. */
export function shown<W extends SettingValue>(name: SettingName, word: W): W {
  return (settings[name] as Setting).secret ? { ...word, value: { secret: true } } : word
}
