// What a server’s port refuses by, as methods may answer it: what is wrong with a connection is told by health in its own words.
import { type ErrorCode, ParleyError } from '@openparley/contract'

/** Rejects with an error that `join` or another method of conferences declares. */
export async function judged<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (thrown) {
    if (!(thrown instanceof ParleyError)) throw thrown
    const { code, detail, peer } = thrown
    if ((told as readonly string[]).includes(code)) throw thrown
    throw new ParleyError('conference-unavailable', detail === undefined ? code : `${code}: ${detail}`, peer)
  }
}

const told = [
  'conference-unknown',
  'conference-unavailable',
  'conference-refused-by-server',
  'conference-full',
  'conference-invitation-unusable',
  'conference-not-possible',
  'conference-member-unknown',
  'server-silent',
] as const satisfies readonly ErrorCode[]
