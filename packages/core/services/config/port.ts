// What configuration needs of the world: sources of values, a place for the person's own, and file formats.
import type { ErrorValue, Layer, SettingName, Settings } from '@openparley/contract'

/** What nobody here knows, as it stood: an export in the same format writes it again. */
export interface Kept {
  readonly format: FileFormat
  /** A registry key's path, a group of jabber-config.xml; empty where there is none. */
  readonly at: string
  readonly name: string
  /** As that format writes it: an element, data of a .reg file, JSON. */
  readonly text: string
}

/** Nobody here knows what it is: a name that sounds like a secret is kept like one, and never written again. */
export function mayBeSecret({ name }: Kept): boolean {
  return /pass(word|phrase|wd)?|pwd|secret|credential|token|\bpin\b/i.test(name)
}

/** What a place says. */
export interface SourceRead {
  /** By our names; not yet checked. */
  readonly values: Readonly<Record<string, unknown>>
  /** Names that stand there and that nobody here knows. */
  readonly unknown: readonly string[]
  /** Those of them that can be written again. */
  readonly kept?: readonly Kept[]
}

export interface SourceValues extends SourceRead {
  readonly layer: Exclude<Layer, 'default'>
  /** Where exactly: a file's path, a registry key, a DNS record. */
  readonly from: string
  /** Whether a process of the person’s own says it. */
  readonly ofPerson?: boolean
  /** Why it could not be read, or not whole. */
  readonly error?: ErrorValue
}

/** A value that a file takes back; `at`: one place of a list, or one key of a map. */
export interface Removed {
  readonly setting: SettingName
  readonly at?: number | string
}

export interface FileRead extends SourceRead {
  /** Where one file holds several sources: each, the strongest first. */
  readonly parts?: readonly (SourceRead & { readonly from: string })[]
  readonly removed?: readonly Removed[]
  /** What was kept of such a name is taken back; without a name all of that place and below. */
  readonly dropped?: readonly { readonly at: string; readonly name?: string }[]
}

/** The setting `settings.valueNames`: names of others, each with a setting of ours. */
export type ValueNames = Settings['settings.valueNames']

/** A person's settings outside the session: of the machine, or their own. */
export interface SettingsPort {
  /** Strongest first within a layer. Never rejects: what cannot be read says so. */
  read(names: ValueNames): Promise<readonly SourceValues[]>
  /** Calls `changed` when a source may hold other values; returns what ends it. */
  watch(changed: () => void): () => void
}

export interface OwnSettingsPort extends SettingsPort {
  /** Keeps values of the person's own, all or none; undefined forgets one. `kept`: takes the place of what was kept. Rejects with `store-unusable` or `secret-store-unusable`. */
  save(values: Readonly<Record<string, unknown>>, kept?: readonly Kept[]): Promise<void>
}

export type FileFormat = 'json' | 'reg' | 'jabber-config'

/** Files of settings, ours and the original's. Pure. */
export interface SettingsFormats {
  /** Throws `config-file-invalid`, naming what is wrong and never a value. */
  read(format: FileFormat, bytes: Uint8Array, names: ValueNames): FileRead
  /** `values` by our names, without secrets; of `kept` what belongs into that format. */
  write(
    format: FileFormat | 'admin-pack',
    values: Readonly<Record<string, unknown>>,
    kept: readonly Kept[],
    application: string | undefined,
  ): readonly { readonly name: string; readonly bytes: Uint8Array }[]
}
