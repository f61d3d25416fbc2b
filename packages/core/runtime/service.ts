// How a service body meets the core: handlers for its methods, a broadcast for its state.
import type { ChangeOf, Handlers, Service, StateOf } from '@openparley/contract'
import type { Broadcast } from './broadcast.ts'

/** The application on whose behalf a handler runs. */
export interface Caller {
  /** The attachment: application_… */
  readonly application: string
  readonly name: string
  readonly role: 'observe' | 'approve'
  readonly mayNamePaths: boolean
  readonly signal: AbortSignal
}

/** What the core holds of one service: of a session, or of its own. */
export interface ServiceBody<S extends Service> {
  readonly handlers: Handlers<S, Caller>
  /** There exactly when the contract says that the service is watched. */
  readonly state?: Broadcast<StateOf<S>, ChangeOf<S> & { readonly type: string }>
}

/** The same without its types, for dispatch by name. The contract's schemas check what goes in. */
export interface AnyServiceBody {
  readonly handlers: Readonly<Record<string, (params: never, caller: Caller) => unknown>>
  readonly state?: Pick<Broadcast<unknown, never>, 'read' | 'watch' | 'close'>
}
