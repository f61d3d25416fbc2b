// What a person does with the directory: finding people while they type, and looking at one.
import { type DirectoryEntry, ParleyError } from '@openparley/sdk/browser'
import type { Acting } from './acting.ts'

export interface DirectoryActs {
  /** Best first; undefined where a later search has taken its place. One after the other in each `box`, where somebody types. */
  findInDirectory(box: string, text: string): Promise<readonly DirectoryEntry[] | undefined>
  /** As a data: address; undefined where it could not be had. */
  directoryPhoto(entry: string): Promise<string | undefined>
}

export function openDirectoryActs({ session: { directory } }: Acting): DirectoryActs {
  return {
    findInDirectory: (box, text) =>
      directory.search({ text, box, limit: mostFound }).then(
        ({ entries }) => entries,
        // What is beside what one looks for is no failure of it: the status says why.
        (thrown: unknown) => (thrown instanceof ParleyError && thrown.code === 'cancelled' ? undefined : []),
      ),
    directoryPhoto: (id) =>
      directory.photo({ id }).then(
        ({ photo: { type, content } }) => `data:${type};base64,${content}`,
        () => undefined,
      ),
  }
}

const mostFound = 10
