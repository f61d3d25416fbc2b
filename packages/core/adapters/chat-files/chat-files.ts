// Files of conversations on this machine, in a folder of the session's own and under names of ours: what an application handed over, and
// copies of what waits to be sent.
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { ParleyError } from '@openparley/contract'
import type { FileCopies } from '../../services/chat/port.ts'

/** `kept`: where the copies outlive the session; undefined: they go with it. */
export function chatFiles(token: () => string, kept: string | undefined): FileCopies {
  const handedOver = new Map<string, { readonly name: string; readonly type: string; readonly path: string }>()
  let made: Promise<string> | undefined
  /** What goes with the session. */
  const passing = (): Promise<string> => {
    made ??= mkdtemp(join(tmpdir(), 'parley-files-'))
    made.catch(() => {
      made = undefined
    })
    return made
  }
  const folder = async (): Promise<string> => {
    if (kept === undefined) return passing()
    await mkdir(kept, { recursive: true, mode: 0o700 })
    return kept
  }
  const pathOf = async (copy: string): Promise<string> => {
    if (!ours.test(copy)) throw new ParleyError('chat-file-unreadable', 'no name of ours')
    return join(await folder(), copy)
  }
  return {
    keep: async ({ name, type, content }) => {
      const handle = `file_${token()}`
      try {
        const path = join(await folder(), handle)
        // Known before it is there: what nobody knows is swept away.
        handedOver.set(handle, { name, type, path })
        await writeFile(path, content, { mode: 0o600, flag: 'wx' })
        // A Map keeps the order in which keys were set: the oldest goes.
        for (const [oldest, { path: of }] of handedOver) {
          if (handedOver.size <= handedOverAtMost) break
          handedOver.delete(oldest)
          await rm(of, { force: true })
        }
      } catch (error) {
        handedOver.delete(handle)
        throw unwritable(error)
      }
      return handle
    },
    take: async (file, { as, mayNamePaths, mostBytes }) => {
      const handed = handedOver.get(file)
      if (!handed && handlePattern.test(file)) throw new ParleyError('chat-file-unknown', file)
      if (!handed && !mayNamePaths) throw new ParleyError('chat-file-path-refused')
      const path = handed?.path ?? resolve(file)
      const content = await contentOf(path, mostBytes)
      try {
        const target = await pathOf(as)
        const copy = await open(target, 'wx', 0o600)
        try {
          await copy.writeFile(content)
          await copy.sync()
        } catch (error) {
          await rm(target, { force: true })
          throw error
        } finally {
          await copy.close()
        }
        await syncName(target)
      } catch (error) {
        throw unwritable(error)
      }
      return { name: handed?.name ?? basename(path), type: handed?.type, bytes: content.length }
    },
    read: async (copy) => {
      try {
        return await readFile(await pathOf(copy))
      } catch (error) {
        throw unreadable(error)
      }
    },
    remove: async (copy) => {
      await rm(await pathOf(copy), { force: true })
    },
    sweep: async (but) => {
      if (kept === undefined) return
      const there = await readdir(kept).catch(() => [])
      for (const each of there) {
        const isLeft = ours.test(each) ? !but.includes(each) : handlePattern.test(each) && !handedOver.has(each)
        if (isLeft) await rm(join(kept, each), { force: true })
      }
    },
    save: async (path, content, force) => {
      const target = resolve(path)
      // Whole before it bears its name: what is there is replaced by all of it, or stays.
      const first = force ? `${target}.${token()}.part` : target
      try {
        await writeFile(first, content, { mode: 0o600, flag: 'wx' })
        if (force) await rename(first, target)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(first, { force: true }).catch(() => {})
        throw unwritable(error)
      }
    },
    fromBase64: (text) => Buffer.from(text, 'base64'),
    // Of the same bytes: a copy would double a file that is large already.
    toBase64: ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
    close: async () => {
      for (const { path } of handedOver.values()) await rm(path, { force: true })
      handedOver.clear()
      if (made) await rm(await made, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** The name as well: without it the copy is lost with the power. Windows does so by itself, and opens no folder. */
async function syncName(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(path))
  await folder.sync().finally(() => folder.close())
}

/** A file that grows meanwhile is held to the bound as well. */
async function contentOf(path: string, mostBytes: number): Promise<Uint8Array> {
  const tooLarge = (): ParleyError => new ParleyError('chat-file-too-large', `${mostBytes} bytes at most, as set here`)
  try {
    // Before it is opened: a pipe would be waited for.
    const { size, isFile } = await stat(path).then((of) => ({ size: of.size, isFile: of.isFile() }))
    if (!isFile) throw new ParleyError('chat-file-unreadable', 'not a file')
    if (size > mostBytes) throw tooLarge()
    const content = await readFile(path)
    if (content.length > mostBytes) throw tooLarge()
    if (content.length === 0) throw new ParleyError('chat-file-unreadable', 'it is empty')
    return content
  } catch (error) {
    throw unreadable(error)
  }
}

function unreadable(error: unknown): ParleyError {
  if (error instanceof ParleyError) return error
  return new ParleyError('chat-file-unreadable', (error as NodeJS.ErrnoException).code)
}

function unwritable(error: unknown): ParleyError {
  if (error instanceof ParleyError) return error
  const { code } = error as NodeJS.ErrnoException
  return new ParleyError('chat-file-unwritable', code === 'EEXIST' ? 'the file exists' : code)
}

const ours = /^message_[\w-]{16,64}$/
const handlePattern = /^file_[\w-]{16,64}$/
const handedOverAtMost = 16
