// The person's own settings: one JSON file, written whole and beside before it takes its place.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { errorValue, isSettingName, ParleyError, type Setting, settings } from '@openparley/contract'
import { type Kept, mayBeSecret, type OwnSettingsPort, type SourceValues } from '../../services/config/port.ts'

/** A place for secrets, which never stand in the file. */
export interface SecretPlace {
  load(): Promise<Readonly<Record<string, unknown>>>
  save(all: Readonly<Record<string, unknown>>): Promise<void>
}

/** Where there is no file, they are kept in memory as long as the session. */
export function ownSettings(file: string | undefined, secrets: SecretPlace): OwnSettingsPort {
  const from = file ?? 'this session'
  let open: Record<string, unknown> | undefined
  let hidden: Record<string, unknown> = {}
  let error: SourceValues['error']
  const load = async (): Promise<void> => {
    if (open) return
    open = {}
    try {
      if (file !== undefined) open = readObject(await readFile(file, 'utf8'))
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT')
        error = errorValue('config-file-invalid', `${from}: ${whatIsWrong(thrown)}`)
    }
    try {
      hidden = { ...(await secrets.load()) }
    } catch (thrown) {
      if (!(thrown instanceof ParleyError)) throw thrown
      error ??= errorValue(thrown.code, thrown.detail)
    }
  }
  /** One after the other: two that save at once would lose one's values. */
  let saving: Promise<unknown> = Promise.resolve()
  return {
    read: async () => {
      await load()
      const { [keptName]: shownKept, ...values } = { ...open }
      const { [keptName]: hiddenKept, ...secretValues } = hidden
      const kept = [...keptOf(shownKept), ...keptOf(hiddenKept)]
      const unknown = kept.map(({ name }) => name)
      return [
        { layer: 'user', from, values: { ...values, ...secretValues }, unknown, kept, ...(error ? { error } : {}) },
      ]
    },
    watch: () => () => {},
    save: (values, kept) => {
      const saved = saving.then(async () => {
        await load()
        // What cannot be read is not written over: somebody's settings are in it.
        if (error) throw new ParleyError('store-unusable', error.detail)
        const entries = Object.entries(values)
        const toHide = [...entries.filter(([name]) => isSecret(name)), ...keptEntry(kept?.filter(mayBeSecret))]
        const toShow = [
          ...entries.filter(([name]) => !isSecret(name)),
          ...keptEntry(kept?.filter((each) => !mayBeSecret(each))),
        ]
        const nextHidden = changed(hidden, toHide)
        const nextOpen = changed(open ?? {}, toShow)
        if (!same(nextHidden, hidden)) await secrets.save(nextHidden)
        hidden = nextHidden
        if (file !== undefined && !same(nextOpen, open)) await write(file, nextOpen)
        open = nextOpen
      })
      saving = saved.catch(() => undefined)
      return saved
    },
  }
}

function changed(before: Record<string, unknown>, entries: readonly [string, unknown][]): Record<string, unknown> {
  const next = { ...before }
  for (const [name, value] of entries) {
    if (value === undefined) delete next[name]
    else next[name] = value
  }
  return next
}

/** Beside the settings, in the file and among the secrets: what was imported and nobody here knows. */
const keptName = 'unknown'

function keptEntry(kept: readonly Kept[] | undefined): [string, unknown][] {
  return kept ? [[keptName, kept.length === 0 ? undefined : kept]] : []
}

/** What somebody else wrote there is passed over. */
function keptOf(value: unknown): Kept[] {
  if (!Array.isArray(value)) return []
  return value.filter((each): each is Kept =>
    ['format', 'at', 'name', 'text'].every((key) => typeof each?.[key] === 'string'),
  )
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function isSecret(name: string): boolean {
  return isSettingName(name) && (settings[name] as Setting).secret === true
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
