export * from './header-values.ts'
export { type HeaderField, Headers, headerKey, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
export { type Bounds, defaultBounds, type Malformed, parseMessage } from './parse.ts'
export { type MessageStream, messageStream, type StreamItem } from './stream.ts'
export * from './uri.ts'
export { writeMessage } from './write.ts'
export type { AgentEffect, AgentInput, Body, EndCause, InviteOptions } from './agent-io.ts'
export * from './digest.ts'
export * from './dialog.ts'
export { defaultPort, type Hop, hopKey, isReliable, type Transport } from './hop.ts'
export { type Deadline, Deadlines } from './deadlines.ts'
export { ackFor, cancelFor, reasonOf, responseTo, withTag } from './replies.ts'
export { diagram, type Machine, machines } from './transaction-tables.ts'
export {
  type TransactionEffect,
  type TransactionInput,
  TransactionLayer,
  type TransactionOptions,
} from './transactions.ts'
export { magicCookie, markReceived, newBranch, responseHop, viaOf } from './via.ts'
export { Agent, type AgentOptions } from './agent.ts'
export { life, offers } from './session-table.ts'
