// What goes into the user agent and what comes out of it. The engine itself is in agent.ts.
import type { Millis } from '../common/index.ts'
import type { Challenge, CredentialsHeader } from './digest.ts'
import type { Hop } from './hop.ts'
import type { HeaderField, SipMessage, SipRequest, SipResponse } from './message.ts'

/** What a message carries, opaque here. An empty body is an absent one. */
export interface Body {
  /** Content-Type as written: application/sdp. */
  readonly type: string
  readonly text: string
}

export type AgentInput =
  // From the network.
  | { readonly type: 'received'; readonly message: SipMessage; readonly hop: Hop }
  /** What an effect `send` with this transaction asked could not be done, now or later (a connection that broke). */
  | { readonly type: 'send-failed'; readonly transaction: string; readonly text?: string }
  /** The way is gone: all that waits on it fails. */
  | { readonly type: 'hop-failed'; readonly hop: Hop; readonly text?: string }

  // Requests outside of dialogs. The engine adds Via, and From tag, Call-ID, CSeq and Max-Forwards where they are missing.
  /** `id` is the caller's own. The hops are tried in order (RFC 3263 §4.3). Ends with `response` (final) or `failed`. */
  | { readonly type: 'request'; readonly id: string; readonly request: SipRequest; readonly hops: readonly Hop[] }
  /** Answers an effect `request`, once. */
  | {
      readonly type: 'respond'
      readonly request: string
      readonly status: number
      readonly reason?: string
      readonly headers?: readonly HeaderField[]
      readonly body?: Body
    }

  // Sessions. `session` is an id that the caller chooses for `invite`, and that the engine makes for `incoming`.
  | ({ readonly type: 'invite'; readonly session: string } & InviteOptions)
  /** A provisional response to an incoming INVITE: 180 unless said. */
  | { readonly type: 'ring'; readonly session: string; readonly status?: 180 | 181 | 182 | 183; readonly body?: Body }
  /** Accepts an incoming session: the body is the answer, or the offer where the INVITE had none. */
  | { readonly type: 'accept'; readonly session: string; readonly body?: Body }
  | {
      readonly type: 'reject'
      readonly session: string
      /** 300–699. */
      readonly status: number
      readonly reason?: string
      readonly headers?: readonly HeaderField[]
    }
  /** A new offer in an established session (re-INVITE). Glare and its timers are seen to here. */
  | { readonly type: 'offer'; readonly session: string; readonly body: Body }
  /** Answers the offer of an effect `offered`. */
  | { readonly type: 'answer'; readonly session: string; readonly body: Body }
  /** Refuses the offer of an effect `offered`: 488 unless said. The session goes on as it was. */
  | { readonly type: 'refuse'; readonly session: string; readonly status?: number }
  /** Ends a session in whatever way its state asks: CANCEL, BYE, or 480 to an INVITE not yet answered. */
  | { readonly type: 'end'; readonly session: string; readonly reason?: string }
  /** A request inside an established session: INFO, MESSAGE, REFER, … Ends with `response` or `failed` under `id`. */
  | {
      readonly type: 'request-within'
      readonly session: string
      readonly id: string
      readonly method: string
      readonly headers?: readonly HeaderField[]
      readonly body?: Body
    }

  // Answers to `challenged`.
  | { readonly type: 'credentials'; readonly challenge: string; readonly headers: readonly CredentialsHeader[] }
  | { readonly type: 'no-credentials'; readonly challenge: string }

export interface InviteOptions {
  /** The Request-URI. */
  readonly to: string
  /** To as it shall be written where it is not just the URI. */
  readonly toHeader?: string
  /** From as it shall be written, without tag: `"Alice" <sip:alice@example.com>`. */
  readonly from: string
  /** Our Contact: `<sip:alice@192.0.2.1:5060>`. */
  readonly contact: string
  /** Tried in order. */
  readonly hops: readonly Hop[]
  /** Preloaded Route values, such as a Service-Route. */
  readonly routes?: readonly string[]
  /** Absent: the other side offers and the answer goes with ACK. */
  readonly offer?: Body
  readonly headers?: readonly HeaderField[]
  /** How long it may ring in all before it is given up (RFC 3261 has no such limit for a UA). */
  readonly ringLimitMs: Millis
}

export type EndCause =
  /** BYE, CANCEL or our own `end`: as calls should. */
  | 'ended'
  /** The INVITE got a final response above 299; `status` tells. */
  | 'rejected'
  /** An incoming call was cancelled before it was answered. */
  | 'cancelled'
  /** It rang for as long as it may. */
  | 'unanswered'
  /** No response came at all. */
  | 'timeout'
  /** The way to the peer failed. */
  | 'transport-error'
  /** Our 200 was never acknowledged. */
  | 'no-ack'
  /** Nobody refreshed the session in time (RFC 4028). */
  | 'session-expired'
  /** The peer says that the dialog does not exist, or no longer answers in it. */
  | 'dialog-lost'
  /** A challenge could not be answered. */
  | 'no-credentials'
  /** What the peer sent cannot be understood. */
  | 'protocol-error'

export type AgentEffect =
  /** `transaction` names it in `send-failed`; a message without one is not told about. */
  | { readonly type: 'send'; readonly message: SipMessage; readonly hop: Hop; readonly transaction?: string }

  /** A new session comes. Answer with `ring`, `accept`, `reject`. Without a body its caller wants our offer. */
  | {
      readonly type: 'incoming'
      readonly session: string
      readonly request: SipRequest
      readonly hop: Hop
      readonly callId: string
      readonly offer?: Body
    }
  /** The INVITE is on its way under this Call-ID. */
  | { readonly type: 'invited'; readonly session: string; readonly callId: string }
  /** 101–199 to our INVITE. `branch` is the early dialog's tag: several when it was forked. */
  | {
      readonly type: 'progress'
      readonly session: string
      readonly status: number
      readonly response: SipResponse
      readonly branch?: string
      readonly body?: Body
    }
  /** 200 to our INVITE; `answer` to our offer (of this response, or of the 18x before it). */
  | { readonly type: 'accepted'; readonly session: string; readonly response: SipResponse; readonly answer?: Body }
  /** The ACK of an incoming session came; `answer` where our 200 was the offer. */
  | { readonly type: 'confirmed'; readonly session: string; readonly answer?: Body }
  /** The peer offers: within the session, or in the 200 to an INVITE without offer. `answer` or `refuse` it. */
  | { readonly type: 'offered'; readonly session: string; readonly body: Body }
  /** The peer asks for an offer (re-INVITE without body): give it with `answer`, its answer comes as `settled`. */
  | { readonly type: 'offer-wanted'; readonly session: string }
  /** The peer's answer to our `offer`, or to what we gave for `offer-wanted`. */
  | { readonly type: 'settled'; readonly session: string; readonly body?: Body }
  /** Our `offer` was refused; the session goes on as it was. */
  | { readonly type: 'offer-refused'; readonly session: string; readonly status: number; readonly reason: string }
  /** An offer that waited for its answer is void: nothing is to be answered any more. */
  | { readonly type: 'offer-withdrawn'; readonly session: string }
  | {
      readonly type: 'ended'
      readonly session: string
      readonly by: 'local' | 'remote' | 'network'
      readonly cause: EndCause
      /** The final response to our INVITE, where there was one. */
      readonly status?: number
      readonly reason?: string
      /** The final response, or the BYE or CANCEL: for Reason, Retry-After, Contact of a 3xx, Warning. */
      readonly message?: SipMessage
    }

  /** A request that the engine does not answer by itself; `session` where it came in one. Answer with `respond` within 32 s. */
  | {
      readonly type: 'request'
      readonly request: string
      readonly message: SipRequest
      readonly hop: Hop
      readonly session?: string
    }
  /** To a `request` or `request-within`; provisional ones too. */
  | { readonly type: 'response'; readonly id: string; readonly response: SipResponse; readonly hop: Hop }
  | {
      readonly type: 'failed'
      readonly id: string
      readonly why: 'timeout' | 'transport-error' | 'no-credentials' | 'no-session'
      /** The challenge that could not be answered. */
      readonly response?: SipResponse
    }
  /** A server or proxy asks who we are. The engine holds no secret: answer with `credentials` or `no-credentials`. */
  | ({ readonly type: 'challenged'; readonly challenge: string; readonly hop: Hop } & Challenge)
