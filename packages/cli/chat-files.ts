// Files of conversations: read here and handed over, fetched and written here. The core is another process, and opens no path for us.
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Message, Session } from '@openparley/sdk'
import { plain, printJson, printLine } from './print.ts'

type Chat = Session['chat']

/** Follows it until the server has it, or will not. */
export async function sendFile(chat: Chat, to: string, path: string, json: boolean): Promise<void> {
  const { size } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path} cannot be read: ${error.code}`)
  })
  if (size > mostBytes) throw new Error(`${path} is larger than ${sizeOf(mostBytes)}.`)
  const content = (await readFile(path)).toString('base64')
  const { handle } = await chat.upload({ content, name: basename(path) })
  const { message } = await chat.sendFile({ to, file: handle })
  const say = (state: string, more = ''): void => {
    if (json) printJson({ message, state })
    else printLine(`${plain(basename(path))}, ${sizeOf(size)}: ${state}${more}`)
  }
  say('queued', ': a copy is kept until it can be sent')
  const is = await settled(chat, message)
  if (is?.state === 'failed') {
    const { sentence = 'The file was not sent.', code, next } = is.error ?? {}
    throw Object.assign(new Error(sentence), { code, next })
  }
  if (is) say(is.state)
}

/** Undefined: it still waits after a while, and goes on waiting without us. */
async function settled(chat: Chat, message: string): Promise<Message | undefined> {
  const late = AbortSignal.timeout(waitMs)
  try {
    for await (const seen of chat.watch({ signal: late })) {
      const messages =
        seen.type === 'change'
          ? seen.change.type === 'message'
            ? [seen.change.message]
            : []
          : seen.state.conversations.flatMap(({ last }) => last ?? [])
      const is = messages.find(({ id, state }) => id === message && state !== 'queued')
      if (is) return is
    }
  } catch (error) {
    if (!late.aborted) throw error
  }
  return undefined
}

export async function saveFile(
  chat: Chat,
  { message, path, force, json }: { message: string; path: string; force: boolean; json: boolean },
): Promise<void> {
  if (!json) printLine('fetching it')
  const { name, type, bytes, content = '' } = await chat.fetchFile({ message })
  // Whole before it bears its name: what is there is replaced by all of it, or stays.
  const first = force ? `${path}.${process.pid}.part` : path
  try {
    await writeFile(first, Buffer.from(content, 'base64'), { mode: 0o600, flag: 'wx' })
    if (force) await rename(first, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') await rm(first, { force: true }).catch(() => {})
    throw new Error(code === 'EEXIST' && !force ? `${path} is there already: --force replaces it.` : `${path}: ${code}`)
  }
  if (json) printJson({ name, type, bytes, path })
  else printLine(`${plain(name)}, ${plain(type)}, ${sizeOf(bytes)}: saved as ${plain(path)}`)
}

export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** What a message of the interface may hold. */
const mostBytes = 12_000_000
const waitMs = 60_000
