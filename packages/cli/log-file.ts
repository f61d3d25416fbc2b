// A log that grows and is turned over (FILE becomes FILE.1), read line by line without losing one.
import { once } from 'node:events'
import { type FSWatcher, watch } from 'node:fs'
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StringDecoder } from 'node:string_decoder'

export interface LogReader {
  /** Tells every line that was written since; false where there is no file yet. */
  readOn(tell: (line: string) => void): Promise<boolean>
  close(): Promise<void>
}

export function logReader(path: string): LogReader {
  let file: FileHandle | undefined
  const close = async (): Promise<void> => {
    const open = file
    file = undefined
    await open?.close()
  }
  let readToEnd: (tell: (line: string) => void) => Promise<void>
  return {
    readOn: async (tell) => {
      for (;;) {
        if (!file) {
          file = await open(path).catch(unlessMissing)
          if (!file) return false
          readToEnd = readerOf(file)
        }
        await readToEnd(tell)
        if (!(await isTurnedOver(path, file))) return true
        // What was written between its end as it was seen and the turn.
        await readToEnd(tell)
        await close()
      }
    },
    close,
  }
}

/** Waits for the file, and for more of it, until the signal. The folder is watched: the file itself may be another any time. */
export async function follow(
  path: string,
  tell: (line: string) => void,
  signal: AbortSignal,
  waiting: () => void,
): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const reader = logReader(path)
  const watcher: FSWatcher = watch(folder)
  try {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      // Asked for before reading: what is written meanwhile is seen next.
      const news = once(watcher, 'change', { signal })
      news.catch(() => undefined)
      const isThere = await reader.readOn(tell)
      if (!isThere && isFirst) waiting()
      await news
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    watcher.close()
    await reader.close()
  }
}

function readerOf(file: FileHandle): (tell: (line: string) => void) => Promise<void> {
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.alloc(chunkBytes)
  let begun = ''
  return async (tell) => {
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length)
      if (bytesRead === 0) return
      const lines = (begun + decoder.write(chunk.subarray(0, bytesRead))).split('\n')
      begun = lines.pop() ?? ''
      for (const line of lines) tell(line)
    }
  }
}

/** Between the turn and the new file there is none: that is seen with the new one. */
async function isTurnedOver(path: string, file: FileHandle): Promise<boolean> {
  const now = await stat(path).catch(unlessMissing)
  const { ino, dev } = await file.stat()
  return now !== undefined && (now.ino !== ino || now.dev !== dev)
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

const chunkBytes = 64 * 1024
