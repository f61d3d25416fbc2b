// The person's own settings: one JSON file, written whole and beside before it takes its place.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { errorValue, ParleyError } from '@openparley/contract'
import type { OwnSettingsPort, SourceValues } from '../../services/config/port.ts'

/** Where there is no file, they are kept in memory as long as the session. */
export function ownSettings(file: string | undefined): OwnSettingsPort {
  const from = file ?? 'this session'
  let kept: Record<string, unknown> | undefined
  let error: SourceValues['error']
  const load = async (): Promise<Record<string, unknown>> => {
    if (kept) return kept
    try {
      kept = file === undefined ? {} : readObject(await readFile(file, 'utf8'))
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT')
        error = errorValue('config-file-invalid', `${from}: ${whatIsWrong(thrown)}`)
      kept ??= {}
    }
    return kept
  }
  /** One after the other: two that save at once would lose one's values. */
  let saving: Promise<unknown> = Promise.resolve()
  return {
    read: async () => [
      { layer: 'user', from, values: { ...(await load()) }, unknown: [], ...(error ? { error } : {}) },
    ],
    watch: () => () => {},
    save: (values) => {
      const saved = saving.then(async () => {
        // A file that cannot be read is not written over: somebody's settings are in it.
        await load()
        if (error) throw new ParleyError('store-unusable', error.detail)
        const next = { ...kept, ...values }
        for (const [name, value] of Object.entries(values)) if (value === undefined) delete next[name]
        if (file !== undefined) await write(file, next)
        kept = next
      })
      saving = saved.catch(() => undefined)
      return saved
    },
  }
}

async function write(file: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  try {
    await writeFile(`${file}.new`, `${JSON.stringify(values, undefined, 2)}\n`, { mode: 0o600 })
    await rename(`${file}.new`, file)
  } catch (thrown) {
    throw new ParleyError('store-unusable', `${file}: ${whatIsWrong(thrown)}`)
  }
}

export function readObject(text: string): Record<string, unknown> {
  const read: unknown = JSON.parse(text)
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new TypeError('not one object of names')
  return read as Record<string, unknown>
}

/** Never the parser's own words: they quote the text, and a secret may stand there. */
export function whatIsWrong(thrown: unknown): string {
  if (thrown instanceof SyntaxError) return 'not JSON'
  return (thrown as NodeJS.ErrnoException).code ?? (thrown as Error).message
}
