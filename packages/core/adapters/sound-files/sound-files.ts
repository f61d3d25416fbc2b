// Sound as files: uploads in a folder of the session's own, recordings in the media folder, paths only for the user's own process.
import { constants } from 'node:fs'
import { access, mkdir, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { ParleyError } from '@openparley/contract'
import type { SoundFiles } from '../../services/media/port.ts'

/** `recordings` is where names of recordings are; undefined: recordings can only be given by path. */
export function soundFiles(token: () => string, recordings: () => string | undefined): SoundFiles {
  const kept = new Map<string, string>()
  let folder: Promise<string> | undefined
  return {
    keep: async (wav) => {
      if (wav.length > largestUpload) throw new ParleyError('media-too-large', `${largestUpload} bytes at most`)
      if (kept.size >= uploadsAtMost) throw new ParleyError('media-too-large', `${uploadsAtMost} files at most`)
      const magic = String.fromCharCode(...wav.subarray(0, 4), ...wav.subarray(8, 12))
      if (magic !== 'RIFFWAVE') throw new ParleyError('media-file-unreadable', 'not a WAV file')
      folder ??= mkdtemp(join(tmpdir(), 'parley-sound-'))
      const handle = `sound_${token()}`
      const path = join(await folder, `${handle}.wav`)
      await writeFile(path, wav, { mode: 0o600 })
      kept.set(handle, path)
      return handle
    },
    toPlay: async (name, mayNamePaths) => {
      const path = kept.get(name)
      if (path !== undefined) return path
      if (name.startsWith('sound_')) throw new ParleyError('media-handle-unknown', name)
      if (!mayNamePaths) throw new ParleyError('media-path-refused')
      const named = resolve(name)
      await access(named, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
        throw new ParleyError('media-file-unreadable', error.code)
      })
      return named
    },
    toRecord: async (name, { mayNamePaths, force }) => {
      const path = mayNamePaths ? resolve(name) : await inFolder(name, recordings())
      if (!force && (await exists(path))) throw new ParleyError('media-file-unwritable', 'the file exists')
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        // Made now, so that a folder that cannot be written is told before the call and not after it.
        await (await open(path, force ? 'w' : 'wx', 0o600)).close()
      } catch (error) {
        throw new ParleyError('media-file-unwritable', (error as NodeJS.ErrnoException).code)
      }
      return path
    },
    close: async () => {
      kept.clear()
      if (folder) await rm(await folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

async function inFolder(name: string, folder: string | undefined): Promise<string> {
  if (isAbsolute(name) || !/^[\w][\w .-]{0,127}$/.test(name)) throw new ParleyError('media-path-refused')
  if (folder === undefined) throw new ParleyError('media-file-unwritable', 'media.folder is not set')
  return join(folder, name)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Four minutes at 16 kHz, 16 bit. */
const largestUpload = 4 * 60 * 32_000 + 1024
const uploadsAtMost = 256
