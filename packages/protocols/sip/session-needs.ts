// What an INVITE session asks of the agent that holds it.
import type { Millis } from '../common/index.ts'
import type { AgentEffect } from './agent-types.ts'
import type { Dialog } from './dialog.ts'
import type { SipRequest, SipResponse } from './message.ts'
import type { Description } from './responses.ts'
import type { Hop } from './transactions.ts'

export type SessionTimerName =
  /** How long it may ring. */
  | 'unanswered'
  /** How long a cancelled INVITE may stay without a final response (§9.1). */
  | 'cancelled'
  | 'repeat-2xx'
  /** A provisional response of ours waits for its PRACK. */
  | 'repeat-1xx'
  | 'unacknowledged'
  | 'refresh'
  | 'expire'
  | 'offer-again'
  /** How long their offer may wait for our answer. */
  | 'undecided'

/** What a request is sent for: its responses come back under this name. */
export type Purpose =
  | 'invite'
  | 'offer'
  | 'refresh'
  /** Anything else in the dialog; what becomes of it is told under the name, where it has one. */
  | { readonly send: string | undefined; readonly dialog: Dialog }

export interface SessionNeeds {
  /** The value of Contact, as it is now. */
  contact(): string
  /** We are reached at another URI from now on. */
  moved(contact: string): void
  readonly describes: Description
  /** Whether provisional responses are to arrive for certain wherever the other side knows how. */
  readonly reliable: boolean
  readonly allow: string
  readonly ringMs: Millis
  readonly expiresS: number
  token(): string
  roll(): number
  /** Sends a request; what becomes of it is told by `replied` or `failed`. Returns its name. */
  ask(request: SipRequest, purpose: Purpose, now: Millis, effects: AgentEffect[], hop?: Hop): string
  /** Sends a CANCEL: it has the INVITE's own Via and goes where that went (§9.1). */
  cancel(request: SipRequest, hop: Hop, now: Millis, effects: AgentEffect[]): void
  /** Begins nothing new for a request: no other hop, no credentials. */
  giveUp(name: string, now: Millis, effects: AgentEffect[]): void
  /** Waits no longer for what becomes of a request. */
  abandon(name: string, now: Millis, effects: AgentEffect[]): void
  /** Answers a server transaction. */
  respond(transaction: string, response: SipResponse, now: Millis, effects: AgentEffect[]): void
  /** Sends what no transaction carries: the ACK to a 2xx. */
  sendAck(request: SipRequest, effects: AgentEffect[]): void
  timer(name: SessionTimerName, at: Millis): () => void
  /** A dialog has begun: the agent finds the session by it. */
  dialogBegun(dialog: Dialog): void
  over(): void
}
