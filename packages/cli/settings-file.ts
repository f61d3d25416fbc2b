// Settings from a file: one JSON object of dotted names.
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'

/** Reads the file; a relative path in softphone.tls.ca is beside it. Throws a sentence that a person can act on. */
export async function readSettingsFile(path: string): Promise<Record<string, unknown>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`The settings file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
  let settings: unknown
  try {
    settings = JSON.parse(text)
  } catch (error) {
    // Not the parser's own message: it quotes the text, and a password may stand there.
    const at = /position (\d+)/.exec((error as Error).message)?.[1]
    throw new Error(`The settings file ${path} is not JSON${at === undefined ? '' : ` (at character ${at})`}.`)
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    throw new Error(`The settings file ${path} must hold one JSON object of dotted names.`)
  }
  const read = settings as Record<string, unknown>
  const ca = read['softphone.tls.ca']
  if (typeof ca === 'string' && !ca.includes('-----BEGIN') && !isAbsolute(ca)) {
    read['softphone.tls.ca'] = join(dirname(path), ca)
  }
  return read
}
