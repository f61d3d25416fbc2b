// The five words that the contract is written in: service, method, change, error, scope. Values first; types follow from them.
import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import type { Scope } from './scopes.ts'

export interface Method<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly doc: string
  /** The contract version that brought it. */
  readonly since: string
  /** Who may call it; the door refuses everybody else. */
  readonly scope: Scope
  readonly params: P
  readonly result: R
  /** What it may answer instead, beside `commonErrors`. */
  readonly errors: readonly ErrorCode[]
  /** Parameters that a test parses and the reference prints. */
  readonly example: z.input<P>
  readonly experimental?: true
}

export function method<const P extends z.ZodType, const R extends z.ZodType>(given: Method<P, R>): Method<P, R> {
  return given
}

export interface Change<P extends z.ZodType = z.ZodType> {
  readonly doc: string
  readonly since: string
  readonly payload: P
}

export function change<const P extends z.ZodType>(given: Change<P>): Change<P> {
  return given
}

/** State that can be read at once and watched: `get` and `watch` follow from it. */
export interface Watched<S extends z.ZodType = z.ZodType> {
  readonly scope: Scope
  readonly state: S
  readonly changes: Readonly<Record<string, Change>>
}

export interface Service {
  readonly doc: string
  /** Whether a session must be named: false for what belongs to the core as a whole. */
  readonly perSession: boolean
  readonly watched?: Watched
  readonly methods: Readonly<Record<string, Method>>
}

export function service<const S extends Service>(given: S): S {
  return given
}

/** Epoch: which start of the core. n: how many changes since then. Two epochs are never compared. */
export interface Revision {
  readonly epoch: string
  readonly n: number
}

export type StateOf<S extends Service> = S extends { watched: Watched<infer T> } ? z.output<T> : never

/** A change as a watcher receives it. */
export type ChangeOf<S extends Service> = S extends {
  watched: { changes: infer C extends Readonly<Record<string, Change>> }
}
  ? { [K in keyof C & string]: { readonly type: K } & z.output<C[K]['payload']> }[keyof C & string]
  : never

export interface Snapshot<S extends Service> {
  readonly revision: Revision
  readonly state: StateOf<S>
}

/** What an application writes against: every method of a service with its own types. */
export type Client<S extends Service> = {
  readonly [M in keyof S['methods']]: (
    params: z.input<S['methods'][M]['params']>,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<z.output<S['methods'][M]['result']>>
} & (S extends { watched: Watched } ? WatchedClient<S> : unknown)

export interface WatchedClient<S extends Service> {
  get(): Promise<Snapshot<S>>
  /** The state, then every change in order; a `snapshot` with `resync` when the watcher was too slow. Ends with the signal. */
  watch(options?: { readonly signal?: AbortSignal }): AsyncIterable<Watching<S>>
}

export type Watching<S extends Service> =
  | { readonly type: 'snapshot'; readonly revision: Revision; readonly state: StateOf<S>; readonly resync: boolean }
  | { readonly type: 'change'; readonly revision: Revision; readonly change: ChangeOf<S> }

/** What a core must supply: a missing or mistyped handler does not compile. */
export type Handlers<S extends Service, Caller> = {
  readonly [M in keyof S['methods']]: (
    params: z.output<S['methods'][M]['params']>,
    caller: Caller,
  ) => Promise<z.input<S['methods'][M]['result']>> | z.input<S['methods'][M]['result']>
}

/** The closed union of what a method may answer instead of its result. */
export type ErrorOf<S extends Service, M extends keyof S['methods']> = S['methods'][M]['errors'][number]
