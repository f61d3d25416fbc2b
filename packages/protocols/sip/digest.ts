// Digest authentication: RFC 7616 and 8760, RFC 2617 for peers without qop. Both sides.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Dice } from '../common/index.ts'
import { type Auth, quoted } from './header-values.ts'

/** Strongest first: that is the order in which one is chosen (RFC 8760 §2.4). */
const algorithms = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256', MD5: 'md5' } as const
export type Algorithm = keyof typeof algorithms

export interface Credentials {
  readonly user: string
  readonly password: string
}

export interface DigestRequest {
  readonly method: string
  readonly uri: string
  readonly body: string
}

export type Choice =
  | { readonly is: 'chosen'; readonly challenge: Auth }
  /** Nothing offered that we could and may answer. */
  | { readonly is: 'unsupported' }
  /** The realm is not one that the credentials are for. */
  | { readonly is: 'foreign'; readonly realm: string }

/** The challenge to answer: the strongest algorithm that is offered, never a weaker one beside it, and only of a realm allowed. */
export function chooseChallenge(challenges: readonly Auth[], allowed: (realm: string) => boolean): Choice {
  const digests = challenges.filter(({ scheme }) => scheme === 'digest')
  const known = digests.filter(
    (auth) => algorithmOf(auth) !== undefined && qopOf(auth) !== null && auth.params.has('nonce'),
  )
  const strongest = (Object.keys(algorithms) as Algorithm[])
    .map((name) => known.find((auth) => algorithmOf(auth)?.name === name))
    .find((auth) => auth !== undefined)
  if (!strongest) return { is: 'unsupported' }
  const realm = strongest.params.get('realm') ?? ''
  return allowed(realm) ? { is: 'chosen', challenge: strongest } : { is: 'foreign', realm }
}

/** The value of Authorization or Proxy-Authorization. `count` is how often the nonce was used, this time included. */
export function answerChallenge(
  challenge: Auth,
  credentials: Credentials,
  request: DigestRequest,
  count: number,
  dice: Pick<Dice, 'token'>,
): string {
  const { params } = challenge
  const algorithm = algorithmOf(challenge) as { name: Algorithm; session: boolean }
  const qop = qopOf(challenge) ?? undefined
  const realm = params.get('realm') ?? ''
  const nonce = params.get('nonce') as string
  const cnonce = dice.token(128)
  const nc = count.toString(16).padStart(8, '0')
  const response = digest({ algorithm, credentials, realm, nonce, cnonce, nc, qop, request })
  const fields = [
    `username=${quoted(credentials.user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response="${response}"`,
  ]
  const opaque = params.get('opaque')
  if (params.has('algorithm')) fields.push(`algorithm=${params.get('algorithm')}`)
  if (opaque !== undefined) fields.push(`opaque=${quoted(opaque)}`)
  if (qop !== undefined) fields.push(`qop=${qop}`, `cnonce="${cnonce}"`, `nc=${nc}`)
  return `Digest ${fields.join(', ')}`
}

/** The value of WWW-Authenticate or Proxy-Authenticate. */
export function challengeFor(realm: string, nonce: string, algorithm: Algorithm, stale: boolean): string {
  return `Digest realm=${quoted(realm)}, nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`
}

/** Whether the given proof is right for the password. Nonce and count are the caller's to judge. */
export function isProof(given: Auth, password: string, request: DigestRequest): boolean {
  const { params } = given
  const algorithm = algorithmOf(given)
  const [user, realm, nonce, response] = ['username', 'realm', 'nonce', 'response'].map((name) => params.get(name))
  if (
    given.scheme !== 'digest' ||
    !algorithm ||
    user === undefined ||
    realm === undefined ||
    nonce === undefined ||
    !response
  ) {
    return false
  }
  const expected = digest({
    algorithm,
    credentials: { user, password },
    realm,
    nonce,
    cnonce: params.get('cnonce') ?? '',
    nc: params.get('nc') ?? '',
    qop: params.get('qop'),
    request: { ...request, uri: params.get('uri') ?? request.uri },
  })
  const [a, b] = [Buffer.from(expected), Buffer.from(response.toLowerCase())]
  return a.length === b.length && timingSafeEqual(a, b)
}

interface DigestParts {
  readonly algorithm: { readonly name: Algorithm; readonly session: boolean }
  readonly credentials: Credentials
  readonly realm: string
  readonly nonce: string
  readonly cnonce: string
  readonly nc: string
  readonly qop: string | undefined
  readonly request: DigestRequest
}

/** RFC 7616 §3.4.1–§3.4.3. */
function digest({ algorithm, credentials, realm, nonce, cnonce, nc, qop, request }: DigestParts): string {
  const hash = (text: string): string => createHash(algorithms[algorithm.name]).update(text).digest('hex')
  let secret = hash(`${credentials.user}:${realm}:${credentials.password}`)
  if (algorithm.session) secret = hash(`${secret}:${nonce}:${cnonce}`)
  const act =
    qop === 'auth-int' ? `${request.method}:${request.uri}:${hash(request.body)}` : `${request.method}:${request.uri}`
  return hash(
    qop === undefined ? `${secret}:${nonce}:${hash(act)}` : `${secret}:${nonce}:${nc}:${cnonce}:${qop}:${hash(act)}`,
  )
}

function algorithmOf({ params }: Auth): { readonly name: Algorithm; readonly session: boolean } | undefined {
  const named = params.get('algorithm') ?? 'MD5'
  const session = /-sess$/i.test(named)
  const name = named.replace(/-sess$/i, '').toUpperCase()
  return Object.hasOwn(algorithms, name) ? { name: name as Algorithm, session } : undefined
}

/** undefined: RFC 2617's old way; null: only such as we do not know. */
function qopOf({ params }: Auth): 'auth' | 'auth-int' | undefined | null {
  const offered = params.get('qop')
  if (offered === undefined) return undefined
  const words = offered.split(',').map((word) => word.trim().toLowerCase())
  return words.includes('auth') ? 'auth' : words.includes('auth-int') ? 'auth-int' : null
}
