// Where what is a person's own lies.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ParleyError } from '@openparley/contract'

/** One folder a person; the name tells nothing to who lists the folder and cannot leave it. */
export async function userFolder(dataFolder: string, address: string): Promise<string> {
  const name = createHash('sha256').update(address).digest('base64url').slice(0, 22)
  const folder = join(dataFolder, 'users', name)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new ParleyError('store-unusable', (error as NodeJS.ErrnoException).code)
  }
  return folder
}
