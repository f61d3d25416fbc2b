// Whether a request bears a proof of the door’s password (digest, RFC 8760), and what is asked where it does not.
import type { Millis } from '@openparley/protocols/common'
import { challengeFor, type Field, isProof, parseAuth, type SipRequest } from '@openparley/protocols/sip'
import type { World } from '../../runtime/world.ts'

export interface Proofs {
  /** What is answered where it is not proved; undefined: it is. */
  lacking(request: SipRequest): { readonly status: number; readonly fields: readonly Field[] } | undefined
}

/** Any name will do: the password is the door’s own, and known to the application that the person gave it to. */
export function proofs(world: World, password: () => string | undefined): Proofs {
  /** When each was given out, and the counts that were used with it. */
  const nonces = new Map<string, { readonly at: Millis; readonly counts: Set<string> }>()
  const fresh = (): string => {
    const now = world.clock.now()
    for (const [nonce, { at }] of nonces) if (now - at > nonceMs || nonces.size >= mostNonces) nonces.delete(nonce)
    const nonce = world.dice.token(128)
    nonces.set(nonce, { at: now, counts: new Set() })
    return nonce
  }
  /** When somebody guessed, of late. */
  let guesses: Millis[] = []
  return {
    lacking: (request) => {
      const now = world.clock.now()
      guesses = guesses.filter((at) => now - at < guessMs)
      if (guesses.length >= mostGuesses) return { status: 503, fields: [['Retry-After', String(guessMs / 1000)]] }
      let stale = false
      const secret = password()
      for (const value of secret === undefined ? [] : request.headers.all('Authorization')) {
        const given = parseAuth(value)
        if (!given || given.params.get('realm') !== realm || given.params.get('uri') !== request.uri) continue
        if (!isProof(given, secret as string, { method: request.method, uri: request.uri, body: '' })) {
          guesses.push(now)
          continue
        }
        const nonce = nonces.get(given.params.get('nonce') ?? '')
        const count = given.params.get('nc') ?? ''
        if (!nonce || now - nonce.at > nonceMs || nonce.counts.has(count)) stale = true
        else {
          nonce.counts.add(count)
          return undefined
        }
      }
      const nonce = fresh()
      const fields = (['SHA-256', 'MD5'] as const).map(
        (algorithm): Field => ['WWW-Authenticate', challengeFor(realm, nonce, algorithm, stale)],
      )
      return { status: 401, fields }
    },
  }
}

const realm = 'parley'
const nonceMs = 300_000
const mostNonces = 256
/** Who guesses is slow. */
const guessMs = 60_000
const mostGuesses = 10
