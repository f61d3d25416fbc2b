// What an INVITE session asks of the agent that holds it.
import type { Millis } from '../common/index.ts'
import type { AgentEffect, Cause } from './agent-types.ts'
import type { Dialog } from './dialog.ts'
import type { SipRequest, SipResponse } from './message.ts'
import type { Hop } from './transactions.ts'

export type SessionTimerName =
  | 'ring'
  | 'cancelled'
  | 'repeat-2xx'
  | 'unacknowledged'
  | 'refresh'
  | 'expire'
  | 'offer-again'
  /** How long their offer may wait for our answer. */
  | 'decide'

/** What a session needs of its agent. */
export interface SessionNeeds {
  readonly contact: string
  readonly allow: string
  readonly ringMs: Millis
  readonly expiresS: number
  token(): string
  roll(): number
  /** Sends a request; what becomes of it is told to the callbacks. Returns its name for `abandon`. */
  ask(
    request: SipRequest,
    on: {
      readonly response: (response: SipResponse, now: Millis, effects: AgentEffect[]) => void
      readonly failure: (cause: Cause, now: Millis, effects: AgentEffect[]) => void
      readonly sent?: (request: SipRequest, hop: Hop) => void
      readonly nextCSeq: () => number
    },
    now: Millis,
    effects: AgentEffect[],
    hop?: Hop,
  ): string
  /** Begins nothing new for a request: no other hop, no credentials. */
  giveUp(name: string, now: Millis, effects: AgentEffect[]): void
  /** Waits no longer for what becomes of a request. */
  abandon(name: string, now: Millis, effects: AgentEffect[]): void
  /** Answers a server transaction. */
  respond(transaction: string, response: SipResponse, now: Millis, effects: AgentEffect[]): void
  /** Sends what no transaction carries: the ACK to a 2xx. */
  sendAck(request: SipRequest, hop: Hop | undefined, effects: AgentEffect[]): void
  timer(name: SessionTimerName, at: Millis): () => void
  /** A dialog has begun or is over: the agent finds sessions by it. */
  dialogBegun(dialog: Dialog): void
  over(): void
}
