// The SDK for pages: over a WebSocket. It carries no schema library.
import { type ConnectOptions, connectOver, type Core } from './client.ts'
import type { Opener } from './connection.ts'
import { asProblem, problem } from './error.ts'
import { webSocket } from './web-socket.ts'

export { type ConnectOptions, connectOver, type Core } from './client.ts'
export type { CallOptions, Connection, Feed, Greeting, Opener, Welcome } from './connection.ts'
export { type DirectApplication, type DirectAttachment, direct } from './direct.ts'
export { ParleyError } from './error.ts'
export type { Status } from './line.ts'
export type * from './types.ts'
export { webSocket } from './web-socket.ts'

export interface BrowserOptions extends ConnectOptions {
  /** ws://127.0.0.1:PORT/socket; the core that served the page unless said. */
  readonly url?: string
  /** Another way than a WebSocket. */
  readonly over?: Opener
}

export function connect({ url, over, ...options }: BrowserOptions): Promise<Core> {
  return connectOver(over ?? webSocket(url ?? ownAddress()), options)
}

/** What a one-time code is exchanged for. */
export interface Exchanged {
  readonly token: string
  readonly application: string
  readonly session?: string
  readonly scopes: readonly string[]
}

/**
 * Exchanges the one-time code in the page's address (`#code=…`) for a token, and takes the code out of the address.
 * Undefined when there is none; rejects `token-rejected` when it is used up or too old.
 */
export async function exchangeCode(): Promise<Exchanged | undefined> {
  const { location, history } = globalThis as unknown as Page
  const code = new URLSearchParams(location?.hash.slice(1)).get('code')
  if (!location || code === null) return undefined
  history.replaceState(undefined, '', location.pathname + location.search)
  const answer = await fetch('/exchange', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  const body: unknown = await answer.json()
  if (!answer.ok) throw asProblem((body as { error?: unknown }).error)
  return body as Exchanged
}

function ownAddress(): string {
  const { location } = globalThis as unknown as Page
  if (!location) throw problem('core-unreachable', 'outside a page the address must be given')
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`
}

/** The little of a page that is used here. */
interface Page {
  readonly location?: {
    readonly protocol: string
    readonly host: string
    readonly hash: string
    readonly pathname: string
    readonly search: string
  }
  readonly history: { replaceState(data: unknown, unused: string, url: string): void }
}
