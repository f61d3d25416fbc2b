// Tokens: each bound to an application's name, perhaps a session, its scopes and the pages that may use it. Kept hashed.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { ParleyError, type Scope, scopeNames } from '@openparley/contract'
import type { TokenRequest } from '@openparley/core'
import { z } from 'zod'

export interface Tokens {
  issue(request: TokenRequest): string
  /** What the token allows to that application on that page; throws `token-rejected` or `origin-refused`. */
  admit(token: string | undefined, who: { application?: string; origin?: string | undefined; own: boolean }): Grant
  /** Whether any token that is valid now lists the origin. */
  knowsOrigin(origin: string): boolean
  /** Revokes every token of an application; returns how many. */
  revoke(application: string): number
  close(): void
}

export interface Grant {
  readonly application: string
  readonly scopes: readonly Scope[]
  readonly session?: string | undefined
  /** Called once when the token is revoked or expires; returns what stops that. */
  onEnd(tell: (why: ParleyError) => void): () => void
}

const Kept = z.object({
  /** SHA-256 in base64url. A token has 256 random bits, so that no slow hash is needed. */
  hash: z.string(),
  application: z.string(),
  session: z.string().optional(),
  scopes: z.array(z.enum(scopeNames as [Scope, ...Scope[]])),
  origins: z.array(z.string()),
  /** ISO 8601. */
  issuedAt: z.string(),
  expiresAt: z.string().optional(),
})
type Kept = z.output<typeof Kept>

export interface TokensOptions {
  /** Undefined keeps them in memory. */
  readonly file?: string | undefined
  /** Wall time in milliseconds since 1970: tokens outlive the process. */
  readonly wall?: () => number
  /** Told when the file cannot be read; its tokens are void then. */
  readonly onUnreadable?: (why: string) => void
}

export function openTokens({ file, wall = Date.now, onUnreadable }: TokensOptions): Tokens {
  let kept = file === undefined ? [] : load(file, onUnreadable)
  const using = new Map<Kept, Set<(why: ParleyError) => void>>()
  const valid = (token: Kept): boolean => token.expiresAt === undefined || Date.parse(token.expiresAt) > wall()
  const drop = (gone: (token: Kept) => boolean, why: string): number => {
    const dropped = kept.filter(gone)
    if (dropped.length === 0) return 0
    kept = kept.filter((token) => !gone(token))
    if (file !== undefined) store(file, kept)
    for (const token of dropped) {
      for (const tell of using.get(token) ?? []) tell(new ParleyError('token-rejected', why))
      using.delete(token)
    }
    return dropped.length
  }
  const sweep = setInterval(() => drop((token) => !valid(token), 'expired'), sweepMs)
  sweep.unref()

  return {
    issue: ({ application, session, scopes, origins, validForMs }) => {
      drop((token) => !valid(token), 'expired')
      if (kept.length >= mostTokens) throw new ParleyError('too-many-requests', `there are ${mostTokens} tokens`)
      const token = `parley_${randomBytes(32).toString('base64url')}`
      const now = wall()
      kept.push({
        hash: hashOf(token).toString('base64url'),
        application,
        scopes: [...scopes],
        origins: origins.map(normal),
        issuedAt: new Date(now).toISOString(),
        ...(session === undefined ? {} : { session }),
        ...(validForMs === undefined ? {} : { expiresAt: new Date(now + validForMs).toISOString() }),
      })
      if (file !== undefined) store(file, kept)
      return token
    },
    admit: (token, { application, origin, own }) => {
      const found = token === undefined ? undefined : find(kept, token)
      if (!found || !valid(found)) throw new ParleyError('token-rejected')
      if (application !== undefined && found.application !== application) {
        throw new ParleyError('token-rejected', 'it was made for another application')
      }
      if (origin !== undefined && !own && !found.origins.includes(normal(origin))) {
        throw new ParleyError('origin-refused', origin)
      }
      return {
        application: found.application,
        scopes: found.scopes,
        session: found.session,
        onEnd: (tell) => {
          const all = using.get(found) ?? new Set()
          using.set(found, all.add(tell))
          return () => all.delete(tell)
        },
      }
    },
    knowsOrigin: (origin) => kept.some((token) => valid(token) && token.origins.includes(normal(origin))),
    revoke: (application) => drop((token) => token.application === application, 'revoked'),
    close: () => clearInterval(sweep),
  }
}

/** Every token is compared, each in constant time: how long it takes tells nothing. */
function find(kept: readonly Kept[], token: string): Kept | undefined {
  const hash = hashOf(token)
  let found: Kept | undefined
  for (const each of kept) {
    const other = Buffer.from(each.hash, 'base64url')
    if (other.length === hash.length && timingSafeEqual(other, hash)) found = each
  }
  return found
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Scheme and host of an origin do not distinguish case (RFC 6454 §4). */
function normal(origin: string): string {
  return origin.toLowerCase().replace(/\/$/, '')
}

function load(file: string, onUnreadable: TokensOptions['onUnreadable']): Kept[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') onUnreadable?.(String(code))
    return []
  }
  try {
    return z.array(Kept).parse(JSON.parse(text))
  } catch {
    onUnreadable?.('not a list of tokens')
    return []
  }
}

function store(file: string, kept: readonly Kept[]): void {
  const fresh = `${file}.new`
  writeFileSync(fresh, `${JSON.stringify(kept, undefined, 1)}\n`, { mode: 0o600 })
  // A file that was there keeps its mode when it is written.
  chmodSync(fresh, 0o600)
  renameSync(fresh, file)
}

const mostTokens = 1000
const sweepMs = 1000
