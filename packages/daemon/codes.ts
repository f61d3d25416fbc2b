// One-time codes: what the address that a person opens bears, exchanged once for a token.
import { createHash, randomBytes } from 'node:crypto'
import { ParleyError } from '@openparley/contract'
import type { TokenRequest } from '@openparley/core'

export interface Codes {
  make(request: TokenRequest): string
  /** Gives back what the code stands for, once and in time; throws `token-rejected`. */
  take(code: string): TokenRequest
}

/** `now`: monotonic milliseconds. */
export function oneTimeCodes(now: () => number): Codes {
  // By hash: what a wrong guess is compared with is not the code.
  const known = new Map<string, { readonly request: TokenRequest; readonly until: number }>()
  const sweep = (): void => {
    for (const [hash, { until }] of known) if (until <= now() || known.size > mostCodes) known.delete(hash)
  }
  return {
    make: (request) => {
      const code = randomBytes(24).toString('base64url')
      known.set(hashOf(code), { request, until: now() + validMs })
      sweep()
      return code
    },
    take: (code) => {
      sweep()
      const hash = hashOf(code)
      const found = known.get(hash)
      known.delete(hash)
      if (!found) throw new ParleyError('token-rejected', 'the code is used up or too old')
      return found.request
    },
  }
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url')
}

const validMs = 60_000
const mostCodes = 100
