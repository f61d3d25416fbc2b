// What carries the messages of an association: a connection of its own, or a dialog of another protocol.
import type { ErrorValue } from '@openparley/contract'

export interface Said {
  readonly what: 'request' | 'answer'
  readonly invokeId: number
  readonly text: string
}

export interface Carried {
  send(said: Said): void
  close(): Promise<void>
}

export interface Carrying {
  readonly signal: AbortSignal
  readonly received: (invokeId: number, text: string) => void
  readonly garbled: (detail: string) => void
  /** It carries nothing any more. */
  readonly over: (why: ErrorValue) => void
}

/** To one server; the error where there is no way to it. Never rejects. */
export type Carry = (server: string, into: Carrying) => Promise<Carried | ErrorValue>
