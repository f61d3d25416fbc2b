// What proves to a manager who somebody is.
import { createHash } from 'node:crypto'
import type { AmiFields } from '@openparley/protocols/ami'

/** To a challenge, a digest of it and the password. Without one the password itself, where the connection is encrypted. */
export function proofOf(password: string, challenge: string | undefined, secure: boolean): AmiFields | undefined {
  if (challenge === undefined) return secure ? { Secret: password } : undefined
  return { AuthType: 'MD5', Key: createHash('md5').update(`${challenge}${password}`).digest('hex') }
}
