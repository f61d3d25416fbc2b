// What a session and its negotiation share: facts, effects, bodies.
import type { Dice, Millis } from '../common/index.ts'
import type { AgentEffect, Body } from './agent-io.ts'
import { type Dialog, requestWithin } from './dialog.ts'
import type { Hop } from './hop.ts'
import type { HeaderField, SipMessage, SipRequest, SipResponse } from './message.ts'
import type { SessionTimer, SessionTimerWish } from './session-timer.ts'
import { T1, T2 } from './transaction-tables.ts'

export interface SessionFacts {
  readonly id: string
  readonly dice: Dice
  readonly callId: string
  readonly localTag: string
  /** Whether the Call-ID is ours: it decides who waits longer after glare (RFC 3261 §14.1). */
  readonly role: 'uac' | 'uas'
  readonly contact: string
  /** Allow, Supported, User-Agent of INVITE, re-INVITE, UPDATE and their 2xx. */
  readonly features: readonly HeaderField[]
  wish: SessionTimerWish
  /** How long an incoming call may ring. */
  readonly ringLimitMs: Millis
  dialog: Dialog | undefined
  /** The session timer as agreed last. */
  running: SessionTimer | undefined
  /** Our last offer or answer: a refresh repeats it. */
  lastLocal: Body | undefined
  /** What the peer allows. */
  peerAllows: readonly string[]
}

export type SessionEffect =
  | { readonly type: 'tell'; readonly effect: AgentEffect }
  /** A request to be seen through; its responses come back under `use`, which is told once only. */
  | {
      readonly type: 'exchange'
      readonly use: string
      readonly request: SipRequest
      readonly hops: readonly Hop[]
      readonly nextSequence?: () => number
    }
  | { readonly type: 'cancel'; readonly use: string; readonly headers: readonly HeaderField[] }
  | { readonly type: 'respond'; readonly transaction: string; readonly response: SipResponse }
  /** An ACK. */
  | { readonly type: 'send'; readonly request: SipRequest; readonly hop: Hop }

/** A request of the peer that waits for our answer. */
export interface Pending {
  readonly transaction: string
  readonly request: SipRequest
}

/** A 2xx to an INVITE, repeated until its ACK comes, on every transport (RFC 3261 §13.3.1.4). */
export class UnacknowledgedOk {
  readonly transaction: string
  readonly response: SipResponse
  readonly sequence: number
  #interval: Millis = T1

  constructor(transaction: string, response: SipResponse, sequence: number) {
    this.transaction = transaction
    this.response = response
    this.sequence = sequence
  }

  /** How long until the next repeat. */
  next(): Millis {
    const interval = this.#interval
    this.#interval = Math.min(interval * 2, T2)
    return interval
  }
}

/** The ACK of a 2xx: the INVITE's number and credentials (RFC 3261 §13.2.2.4, §22.1). */
export function ackWithin(dialog: Dialog, invite: SipRequest, sequence: number, body: Body | undefined): SipRequest {
  const ack = requestWithin(dialog, 'ACK', { sequence, headers: typeOf(body), body: bytesOf(body) })
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of invite.headers.all(name)) ack.headers.append(name, value)
  }
  return ack
}

export function bodyOf(message: SipMessage): Body | undefined {
  if (message.body.length === 0) return undefined
  return { type: message.headers.get('Content-Type') ?? 'application/sdp', text: decoder.decode(message.body) }
}

export function bytesOf(body: Body | undefined): Uint8Array {
  return body === undefined ? nothing : encoder.encode(body.text)
}

export function typeOf(body: Body | undefined): HeaderField[] {
  return body === undefined ? [] : [{ name: 'Content-Type', value: body.type }]
}

export function maybe<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
const nothing = new Uint8Array(0)
