// Adapters of others: modules that the person's own settings or policy name. They run with all that the core may, and so a file that
// somebody else could write to is none.
import { stat } from 'node:fs/promises'
import { dirname, isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type ErrorValue, errorValue } from '@openparley/contract'
import type { PhoneAdapter, TranscriptionAdapter } from './adapter-kit.ts'
import type { DeskPhones, OpenDeskPhone } from './compose-desk.ts'

export interface LoadedAdapters {
  readonly deskPhones: DeskPhones
  readonly transcription?: TranscriptionAdapter
  readonly errors: readonly ErrorValue[]
}

/** `taken`: names that ways to a phone have already. A file is loaded once: one that changes counts from the next start on. */
export async function loadAdapters(files: readonly string[], taken: readonly string[]): Promise<LoadedAdapters> {
  const deskPhones: Record<string, OpenDeskPhone> = {}
  const errors: ErrorValue[] = []
  let transcription: TranscriptionAdapter | undefined
  for (const file of files) {
    const loaded = await load(file)
    const refuse = (why: string): number => errors.push(errorValue('adapter-unusable', `${file}: ${why}`))
    if (typeof loaded === 'string') refuse(loaded)
    else if (loaded.port === 'transcription') {
      if (transcription) refuse('there is one that writes down voice messages already')
      else transcription = loaded
    } else if ([...taken, ...Object.keys(deskPhones)].includes(loaded.name))
      refuse(`there is a way named ${loaded.name} already`)
    else deskPhones[loaded.name] = loaded.open
  }
  return { deskPhones, errors, ...(transcription ? { transcription } : {}) }
}

/** What the module is, or why it is none. */
async function load(file: string): Promise<PhoneAdapter | TranscriptionAdapter | string> {
  if (!isAbsolute(file)) return 'its path is not absolute'
  for (const path of [file, dirname(file)]) {
    const why = await writableByOthers(path)
    if (why !== undefined) return why
  }
  try {
    const { default: given } = (await import(pathToFileURL(file).href)) as { readonly default?: unknown }
    return isPhone(given) || isTranscription(given)
      ? given
      : 'its default export is no adapter: { port: "phone", name, open }, or { port: "transcription", transcribe }'
  } catch (error) {
    // Whatever a module of others throws while it is loaded is its own fault, and told as that.
    return error instanceof Error ? error.message : String(error)
  }
}

async function writableByOthers(path: string): Promise<string | undefined> {
  try {
    const { mode, uid } = await stat(path)
    if (process.platform === 'win32') return undefined
    if ((mode & 0o022) !== 0) return `others may write to ${path}`
    return uid === 0 || uid === process.getuid?.() ? undefined : `${path} belongs to somebody else`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}

function isTranscription(given: unknown): given is TranscriptionAdapter {
  const { port, transcribe } = Object(given) as Partial<Record<keyof TranscriptionAdapter, unknown>>
  return port === 'transcription' && typeof transcribe === 'function'
}

function isPhone(given: unknown): given is PhoneAdapter {
  const { port, name, open } = Object(given) as Partial<Record<keyof PhoneAdapter, unknown>>
  return (
    port === 'phone' &&
    typeof name === 'string' &&
    /^[a-z][a-z0-9-]{0,63}$/.test(name) &&
    name !== 'none' &&
    typeof open === 'function'
  )
}
