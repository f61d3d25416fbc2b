export * from './digest.ts'
export * from './header-values.ts'
export { judge, type Supports, type Verdict } from './judge.ts'
export { type HeaderField, Headers, headerKey, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
export { Agent } from './agent.ts'
export type * from './agent-types.ts'
export { numericHop } from './client-requests.ts'
export { type Bounds, defaultBounds, type Malformed, parseMessage } from './parse.ts'
export { type MessageStream, messageStream, type StreamItem } from './stream.ts'
export * from './registration.ts'
export { subscriptionTable } from './subscription-tables.ts'
export { exchangeTable, sessionTable } from './session-tables.ts'
export {
  ladderOf,
  replayTurns,
  type Rung,
  type WrittenEngine,
  type WrittenTurn,
  writeTurn,
} from './recording.ts'
export { type HopResolver, orderSrv, resolveHops } from './resolve.ts'
export { type Description, reasons, responseTo } from './responses.ts'
export { type Hop, type TransactionEffect, type TransactionInput, TransactionLayer } from './transactions.ts'
export { firstState, type Kind, tables } from './transaction-tables.ts'
export * from './uri.ts'
export { writeMessage } from './write.ts'
