// Digest access authentication: RFC 7616 and RFC 8760, in SIP RFC 3261 §22. Both sides.
// Left out: username hashing (RFC 7616 §3.4.4), which no SIP server asks for.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Dice, Millis } from '../common/index.ts'
import { type Auth, parseAuth, quoted } from './header-values.ts'
import type { SipResponse } from './message.ts'

/** What a 401 or 407 asks, and of which request. */
export interface Challenge {
  /** The 401 or 407 with its WWW-Authenticate or Proxy-Authenticate rows. */
  readonly response: SipResponse
  readonly method: string
  /** The digest-uri: the Request-URI as sent. */
  readonly uri: string
  /** For qop=auth-int. */
  readonly body: Uint8Array
  /** The credentials that the refused request bore already. */
  readonly sent: readonly CredentialsHeader[]
}

/** A finished header for the repeated request. */
export interface CredentialsHeader {
  readonly name: 'Authorization' | 'Proxy-Authorization'
  readonly value: string
}

export interface Credentials {
  readonly username: string
  readonly password: string
  /** The realms that they may be used for. */
  readonly realms: readonly string[]
}

export type Answer =
  | { readonly is: 'answered'; readonly headers: readonly CredentialsHeader[] }
  /** `rejected`: they were tried and are wrong. `foreign-realm`: not theirs to ask. `unsupported`: no algorithm of ours, or a weaker one than before. */
  | { readonly is: 'rejected' | 'foreign-realm' | 'unsupported'; readonly realm: string }

/** Strongest first. */
export const algorithms = ['SHA-512-256', 'SHA-256', 'MD5'] as const
export type Algorithm = (typeof algorithms)[number]

/** The client's side: counts how often each nonce was used and remembers the strongest algorithm of each realm. */
export class DigestClient {
  #dice: Dice
  #realms = new Map<string, { nonce: string; count: number; strength: number }>()

  constructor(dice: Dice) {
    this.#dice = dice
  }

  /** Answers every realm that asks. Credentials of other realms that the request bore are kept. */
  answer(challenge: Challenge, credentials: Credentials): Answer {
    const asked = challengesOf(challenge.response)
    const [first] = asked
    if (!first) return { is: 'unsupported', realm: '' }
    const answered = new Map<string, CredentialsHeader>()
    for (const header of challenge.sent) answered.set(slot(header.name, realmOf(parseAuth(header.value))), header)
    for (const key of new Set(asked.map(({ name, auth }) => slot(name, realmOf(auth))))) {
      const offers = asked.filter(({ name, auth }) => slot(name, realmOf(auth)) === key)
      const realm = realmOf(offers[0]?.auth)
      if (!credentials.realms.includes(realm)) return { is: 'foreign-realm', realm }
      const best = strongest(offers.map(({ auth }) => auth))
      if (!best) return { is: 'unsupported', realm }
      if (answered.has(key) && best.params.get('stale')?.toLowerCase() !== 'true') return { is: 'rejected', realm }
      const value = this.#credentials(best, challenge, credentials)
      if (value === undefined) return { is: 'unsupported', realm }
      const name = offers[0]?.name ?? 'Authorization'
      answered.set(key, { name, value })
    }
    return { is: 'answered', headers: [...answered.values()] }
  }

  #credentials(auth: Auth, challenge: Challenge, credentials: Credentials): string | undefined {
    const { params } = auth
    const realm = realmOf(auth)
    const nonce = params.get('nonce') ?? ''
    const kind = kindOf(auth)
    const qop = qopOf(auth)
    if (!kind || qop === null) return undefined
    const strength = -algorithms.indexOf(kind.algorithm)
    const known = this.#realms.get(realm)
    // A realm that could do better once may not be talked down to worse.
    if (known && strength < known.strength) return undefined
    const count = known?.nonce === nonce ? known.count + 1 : 1
    this.#realms.set(realm, { nonce, count, strength })
    const nc = count.toString(16).padStart(8, '0')
    const cnonce = qop !== undefined || kind.session ? this.#dice.token(96) : undefined
    const { username, password } = credentials
    const { method, uri, body } = challenge
    const response = digest({ ...kind, username, password, realm, nonce, method, uri, body, qop, nc, cnonce })
    const parts = [
      `username=${quoted(username)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `uri=${quoted(uri)}`,
      `response="${response}"`,
    ]
    // As it was written: an absent one stays absent (RFC 2617 peers).
    const written = params.get('algorithm')
    if (written !== undefined) parts.push(`algorithm=${written}`)
    if (cnonce !== undefined) parts.push(`cnonce="${cnonce}"`)
    const opaque = params.get('opaque')
    if (opaque !== undefined) parts.push(`opaque=${quoted(opaque)}`)
    if (qop !== undefined) parts.push(`qop=${qop}`, `nc=${nc}`)
    return `Digest ${parts.join(', ')}`
  }
}

export type Check =
  | { readonly is: 'right'; readonly username: string }
  /** Right, with a nonce that is too old or was used before: challenge again with `stale`. */
  | { readonly is: 'stale' }
  | { readonly is: 'wrong' }
  | { readonly is: 'missing' }

/** The server's side. Its nonces carry their time and a seal, so that nothing is kept of who never comes back. */
export class DigestServer {
  #realm: string
  #key: string
  #lifetimeMs: Millis
  #offered: readonly Algorithm[]
  /** The last count of each nonce that was answered rightly, oldest first. */
  #counts = new Map<string, number>()

  constructor(options: {
    readonly realm: string
    readonly dice: Dice
    readonly offered?: readonly Algorithm[]
    /** How long a nonce may be used. */
    readonly lifetimeMs?: Millis
  }) {
    this.#realm = options.realm
    this.#key = options.dice.token(256)
    this.#offered = options.offered ?? ['SHA-256', 'MD5']
    this.#lifetimeMs = options.lifetimeMs ?? 300_000
  }

  /** Values for WWW-Authenticate or Proxy-Authenticate rows, best first (RFC 8760 §2.3). */
  challenge(now: Millis, stale: 'stale' | 'fresh' = 'fresh'): string[] {
    const time = Math.floor(now).toString(36)
    const nonce = `${time}.${this.#seal(time)}`
    const ending = stale === 'stale' ? ', stale=true' : ''
    return this.#offered.map(
      (algorithm) =>
        `Digest realm=${quoted(this.#realm)}, nonce="${nonce}", algorithm=${algorithm}, qop="auth,auth-int"${ending}`,
    )
  }

  /** `values` are the request's Authorization or Proxy-Authorization rows; `uri` its Request-URI as it came. */
  check(
    values: readonly string[],
    request: { readonly method: string; readonly uri: string; readonly body: Uint8Array },
    passwordOf: (username: string) => string | undefined,
    now: Millis,
  ): Check {
    const auth = values.map(parseAuth).find((each) => each?.scheme === 'digest' && realmOf(each) === this.#realm)
    if (!auth) return { is: 'missing' }
    const { params } = auth
    const kind = kindOf(auth)
    const username = params.get('username') ?? ''
    const nonce = params.get('nonce') ?? ''
    const nc = params.get('nc')
    const qop = params.get('qop')?.toLowerCase()
    const password = passwordOf(username)
    if (!kind || !this.#offered.includes(kind.algorithm) || password === undefined) return { is: 'wrong' }
    if (qop !== undefined && ((qop !== 'auth' && qop !== 'auth-int') || !nc || !params.has('cnonce'))) {
      return { is: 'wrong' }
    }
    const { method, body } = request
    const uri = params.get('uri') ?? ''
    const right = digest({
      ...kind,
      username,
      password,
      realm: this.#realm,
      nonce,
      method,
      uri,
      body,
      qop,
      nc,
      cnonce: params.get('cnonce'),
    })
    if (uri !== request.uri || !same(right, params.get('response')?.toLowerCase() ?? '')) return { is: 'wrong' }
    const [time = '', seal = ''] = nonce.split('.')
    if (!same(this.#seal(time), seal) || now - Number.parseInt(time, 36) > this.#lifetimeMs) return { is: 'stale' }
    if (nc !== undefined) {
      const count = Number.parseInt(nc, 16)
      if (!(count > (this.#counts.get(nonce) ?? 0))) return { is: 'stale' }
      this.#counts.delete(nonce)
      this.#counts.set(nonce, count)
      const [oldest] = this.#counts.keys()
      if (this.#counts.size > 10_000 && oldest !== undefined) this.#counts.delete(oldest)
    }
    return { is: 'right', username }
  }

  #seal(time: string): string {
    return createHmac('sha256', this.#key).update(time).digest('base64url').slice(0, 22)
  }
}

export interface DigestParts {
  readonly algorithm: Algorithm
  /** A `-sess` algorithm. */
  readonly session: boolean
  readonly username: string
  readonly password: string
  readonly realm: string
  readonly nonce: string
  readonly method: string
  readonly uri: string
  readonly body: Uint8Array
  readonly qop: string | undefined
  readonly nc: string | undefined
  readonly cnonce: string | undefined
}

/** The response value, RFC 7616 §3.4.1. */
export function digest(parts: DigestParts): string {
  const { username, realm, password, nonce, method, uri, body, qop, nc, cnonce } = parts
  const name = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' }[parts.algorithm]
  const hash = (data: string | Uint8Array): string => createHash(name).update(data).digest('hex')
  const secret = hash(`${username}:${realm}:${password}`)
  const a1 = parts.session ? hash(`${secret}:${nonce}:${cnonce ?? ''}`) : secret
  const a2 = hash(qop === 'auth-int' ? `${method}:${uri}:${hash(body)}` : `${method}:${uri}`)
  return qop === undefined ? hash(`${a1}:${nonce}:${a2}`) : hash(`${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`)
}

/** The realms that a response asks credentials for. */
export function realmsOf(response: SipResponse): string[] {
  return [...new Set(challengesOf(response).map(({ auth }) => realmOf(auth)))]
}

function challengesOf(response: SipResponse): { name: CredentialsHeader['name']; auth: Auth }[] {
  const read = (rows: string[], name: CredentialsHeader['name']): { name: CredentialsHeader['name']; auth: Auth }[] =>
    rows.flatMap((row) => {
      const auth = parseAuth(row)
      return auth?.scheme === 'digest' ? [{ name, auth }] : []
    })
  return [
    ...read(response.headers.all('WWW-Authenticate'), 'Authorization'),
    ...read(response.headers.all('Proxy-Authenticate'), 'Proxy-Authorization'),
  ]
}

function strongest(offers: readonly Auth[]): Auth | undefined {
  for (const algorithm of algorithms) {
    const found = offers.find((auth) => kindOf(auth)?.algorithm === algorithm && qopOf(auth) !== null)
    if (found) return found
  }
  return undefined
}

function kindOf(auth: Auth): { algorithm: Algorithm; session: boolean } | undefined {
  const written = (auth.params.get('algorithm') ?? 'MD5').toUpperCase()
  const session = written.endsWith('-SESS')
  const algorithm = algorithms.find((each) => each === (session ? written.slice(0, -5) : written))
  return algorithm && { algorithm, session }
}

/** undefined: none asked (RFC 2069). null: only such as we do not know. */
function qopOf(auth: Auth): 'auth' | 'auth-int' | undefined | null {
  const written = auth.params.get('qop')
  if (written === undefined) return undefined
  const offered = written
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
  if (offered.includes('auth')) return 'auth'
  return offered.includes('auth-int') ? 'auth-int' : null
}

function realmOf(auth: Auth | undefined): string {
  return auth?.params.get('realm') ?? ''
}

function slot(name: string, realm: string): string {
  return `${name} ${realm}`
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
