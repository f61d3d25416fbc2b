// What configuration needs of the world: sources of values, a place for the person's own, and file formats.
import type { ErrorValue, Layer } from '@openparley/contract'

export interface SourceValues {
  readonly layer: Exclude<Layer, 'default'>
  /** Where exactly: a file's path, a registry key, a DNS record. */
  readonly from: string
  /** By our names; not yet checked. */
  readonly values: Readonly<Record<string, unknown>>
  /** Names that stand there and that nobody here knows. */
  readonly unknown: readonly string[]
  /** Why it could not be read, or not whole. */
  readonly error?: ErrorValue
}

/** A person's settings outside the session: of the machine, or their own. */
export interface SettingsPort {
  /** Strongest first within a layer. Never rejects: what cannot be read says so. */
  read(): Promise<readonly SourceValues[]>
  /** Calls `changed` when a source may hold other values; returns what ends it. */
  watch(changed: () => void): () => void
}

export interface OwnSettingsPort extends SettingsPort {
  /** Keeps values of the person's own, all or none; undefined forgets one. Rejects with `store-unusable` or `secret-store-unusable`. */
  save(values: Readonly<Record<string, unknown>>): Promise<void>
}

export type FileFormat = 'json' | 'reg' | 'jabber-config'

/** Files of settings, ours and the original's. Pure. */
export interface SettingsFormats {
  /** Throws `config-file-invalid`, naming what is wrong and never a value. */
  read(format: FileFormat, bytes: Uint8Array): Pick<SourceValues, 'values' | 'unknown'>
  /** `values` by our names, without secrets. */
  write(
    format: FileFormat | 'admin-pack',
    values: Readonly<Record<string, unknown>>,
    application: string | undefined,
  ): readonly { readonly name: string; readonly bytes: Uint8Array }[]
}
