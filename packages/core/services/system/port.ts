// What system needs of the process around the core. Types only.
import type { Scope } from '@openparley/contract'

/** A core inside another program has no door: it refuses what needs one. */
export interface HostPort {
  readonly pid: number
  /** Where the log lies, if there is one. */
  readonly log?: string
  /** Writes down what became of a session, if there is a log. */
  readonly note?: (note: Note) => void
  /** Stops the process, or what stands for it. */
  stop(how: { readonly when: 'now' | 'idle'; readonly restart: boolean }): void
  issueToken(request: TokenRequest): Promise<string>
  /** An address whose code is good once; throws `core-unreachable` where there is no page to open. */
  oneTimeAddress(request: Omit<TokenRequest, 'origins' | 'validForMs'>, path: string): string
  /** How many tokens were revoked. */
  revokeTokens(application: string): Promise<number>
}

export interface Note {
  readonly level: 'info' | 'warn' | 'error'
  readonly session: string
  /** A few words, the same each time. */
  readonly what: string
  /** Neither secrets nor names nor numbers of others. */
  readonly facts: Readonly<Record<string, unknown>>
}

export interface TokenRequest {
  readonly application: string
  readonly session?: string | undefined
  readonly scopes: readonly Scope[]
  readonly origins: readonly string[]
  readonly validForMs?: number | undefined
}
