// The record as a file, page by page as the core gives it: however much there is, little of it is held here.
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import type { Session } from '@openparley/sdk'

type History = Session['history']

export interface Exported {
  readonly as: 'csv' | 'json'
  readonly out?: string | undefined
  readonly force?: boolean | undefined
}

export async function exportHistory(
  past: History,
  sought: Omit<Parameters<History['search']>[0], 'cursor' | 'limit'>,
  { as, out, force }: Exported,
): Promise<void> {
  const write = async (take: (content: string) => unknown): Promise<void> => {
    for (let cursor: string | undefined; ; ) {
      const page = await past.export({ ...sought, as, limit: 500, ...(cursor === undefined ? {} : { cursor }) })
      await take(page.content)
      cursor = page.next
      if (cursor === undefined) return
    }
  }
  if (out === undefined) return write((content) => process.stdout.write(content))
  // Whole before it bears its name: what is there is replaced by all of it, or stays.
  const first = force ? `${out}.${process.pid}.part` : out
  const file: FileHandle = await open(first, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'EEXIST' && !force
        ? `${out} is there already: give --force to replace it.`
        : `${out} cannot be written: ${error.code}`,
    )
  })
  try {
    await write((content) => file.writeFile(content))
    await file.close()
    if (first !== out) await rename(first, out)
  } catch (error) {
    await file.close().catch(() => {})
    await rm(first, { force: true })
    throw error
  }
}
