// What goes into a user agent and what comes out of it, and what it is told as it is made. Bodies are opaque text here; SDP belongs
// to whoever uses the agent.
import type { Dice, Millis } from '../common/index.ts'
import type { Auth } from './header-values.ts'
import type { HeaderField, Headers, SipMessage, SipRequest, SipResponse } from './message.ts'
import type { Description } from './responses.ts'
import type { Hop } from './transactions.ts'

/** A header field as [name, value]. */
export type Field = readonly [name: string, value: string]

export type AgentInput =
  | { readonly type: 'received'; readonly message: SipMessage; readonly hop: Hop }
  /** The transport could not carry a message whose `send` bore this id. */
  | { readonly type: 'failed'; readonly id: string; readonly cause?: string }
  /** A connection broke, or an address refuses: whatever waits there fails at once. */
  | { readonly type: 'hop-failed'; readonly hop: Hop; readonly cause?: string }
  /** Hops for an address that a `resolve` effect asked for, best first; none: it has no address. */
  | { readonly type: 'resolved'; readonly id: string; readonly hops: readonly Hop[]; readonly cause?: string }
  /** The finished header for a `challenged` effect; undefined: there is none to give. */
  | { readonly type: 'credentials'; readonly id: string; readonly header: Field | undefined }
  | SessionAct
  | SubscriptionAct
  | WatcherAct
  /** A request outside of any dialog, or, with `session`, inside of one. */
  | {
      readonly type: 'ask'
      readonly id: string
      readonly method: string
      readonly uri: string
      readonly from: string
      readonly to: string
      readonly headers?: readonly Field[]
      readonly body?: string
      /** Where to send it, whatever the URI says: an outbound proxy. */
      readonly hop?: Hop
      /** Repeats within one usage (a registration) keep their Call-ID and count on. */
      readonly callId?: string
      readonly cseq?: number
    }
  /** The answer to a `request` effect. */
  | {
      readonly type: 'reply'
      readonly id: string
      readonly status: number
      readonly reason?: string
      readonly headers?: readonly Field[]
      readonly body?: string
      readonly contentType?: string
    }

/** What the user of an agent does with a session. An act that does not fit its state is ignored. */
export type SessionAct =
  | {
      readonly type: 'invite'
      readonly session: string
      readonly uri: string
      readonly from: string
      readonly to: string
      readonly body: string
      readonly headers?: readonly Field[]
      readonly hop?: Hop
      /** Where it goes next, where nobody answers there or the answer is 503 (RFC 3263 §4.3). */
      readonly others?: readonly Hop[]
      /** The URI under which the other side reaches us. */
      readonly contact: string
    }
  | { readonly type: 'ring'; readonly session: string; readonly status?: number; readonly body?: string }
  /** Without a body where a provisional response that arrived had the answer (RFC 6337 §3.1.1). */
  | { readonly type: 'accept'; readonly session: string; readonly body?: string }
  | { readonly type: 'reject'; readonly session: string; readonly status: number; readonly headers?: readonly Field[] }
  /** A new offer in an established session (re-INVITE). */
  | { readonly type: 'offer'; readonly session: string; readonly body: string }
  /** The answer to an `offered` event; after `offer-wanted` it is an offer. */
  | { readonly type: 'answer'; readonly session: string; readonly body: string }
  /** No to an `offered` event; 488 unless said. */
  | { readonly type: 'refuse'; readonly session: string; readonly status?: number }
  /** We are reached at another URI from now on. Offer anew after it, where the session is answered: sound has moved as well. */
  | { readonly type: 'move'; readonly session: string; readonly contact: string }
  /** Its place is taken by another one: it ends without a BYE and is told no more. An INVITE of ours is cancelled. */
  | { readonly type: 'abandon'; readonly session: string }
  /** Its server is lost, and the two sides still talk: nothing more is asked of the other side, and nothing ends it in time. */
  | { readonly type: 'preserve'; readonly session: string }
  /** Give up or hang up, whatever the state needs for it. */
  | { readonly type: 'end'; readonly session: string; readonly headers?: readonly Field[] }
  /** Any other request in the session's dialog. */
  | {
      readonly type: 'send'
      readonly session: string
      readonly id: string
      readonly method: string
      readonly headers?: readonly Field[]
      readonly body?: string
      readonly contentType?: string
    }

/** What the user of an agent does with subscriptions of its own (RFC 6665 §4.1). */
export type SubscriptionAct =
  | {
      readonly type: 'subscribe'
      readonly subscription: string
      /** REFER, whose subscription to how it goes is implied (RFC 3515 §2.4.4); SUBSCRIBE unless said. */
      readonly method?: 'REFER'
      readonly uri: string
      readonly from: string
      readonly to: string
      /** The event package, with parameters where it has some. */
      readonly event: string
      /** Content types, where others than the package's own are taken. */
      readonly accept?: string
      /** 0 asks for the state once. */
      readonly expiresS: number
      readonly contact: string
      readonly headers?: readonly Field[]
      readonly body?: string
      readonly contentType?: string
      readonly hop?: Hop
    }
  | { readonly type: 'unsubscribe'; readonly subscription: string }

/** What it does with those of others, each told by a `watcher` effect (RFC 6665 §4.2). */
export type WatcherAct =
  /** Takes it, for at most so long. */
  | { readonly type: 'watch'; readonly watcher: string; readonly expiresS: number }
  | {
      readonly type: 'refuse-watch'
      readonly watcher: string
      readonly status: number
      readonly headers?: readonly Field[]
    }
  /** Tells it something; `terminated` is the last. */
  | {
      readonly type: 'notify'
      readonly watcher: string
      readonly state: 'active' | 'pending' | 'terminated'
      /** RFC 6665 §4.1.3; noresource unless said. */
      readonly reason?: string
      readonly body?: string
      readonly contentType?: string
    }

export type SubscriptionEvent =
  | {
      readonly type: 'notified'
      readonly state: 'pending' | 'active' | 'terminated'
      readonly contentType: string
      readonly body: string
    }
  | { readonly type: 'ended'; readonly end: SubscriptionEnd }

export type SubscriptionEnd =
  | { readonly why: 'unsubscribed' }
  /** What was granted ran out, and could not be had again. */
  | { readonly why: 'over' }
  /** It was taken, and no NOTIFY came. */
  | { readonly why: 'silent' }
  | { readonly why: 'terminated'; readonly reason: string; readonly retryAfterMs?: Millis }
  | { readonly why: 'refused'; readonly cause: Cause }

export type WatcherEvent =
  /**
   * Answer with `watch` or `refuse-watch`; after `watch` the state is owed at once (§4.2.1.1). Comes again when it is refreshed. Of the
   * event `refer`: a REFER outside of any dialog wants it.
   */
  | {
      readonly type: 'asked'
      readonly event: string
      readonly request: SipRequest
      readonly expiresS: number
      /** The session in whose dialog it was asked. */
      readonly session?: string
    }
  /** Owes a last `notify`, unless nobody is there any more (`gone`). */
  | { readonly type: 'ending'; readonly why: 'unsubscribed' | 'expired' | 'gone' }

export type AgentEffect =
  | { readonly type: 'send'; readonly message: SipMessage; readonly hop: Hop; readonly id?: string }
  /** RFC 3263: which hops does this URI mean? */
  | { readonly type: 'resolve'; readonly id: string; readonly uri: string }
  /** A server wants proof. Answer with `credentials`. */
  | {
      readonly type: 'challenged'
      readonly id: string
      readonly proxy: boolean
      readonly challenges: readonly Auth[]
      readonly method: string
      readonly uri: string
      readonly body: string
      /** The same realm was answered before in this request: what was given was not taken, unless the challenge says stale. */
      readonly again: boolean
    }
  | { readonly type: 'session'; readonly session: string; readonly event: SessionEvent }
  | { readonly type: 'subscription'; readonly subscription: string; readonly event: SubscriptionEvent }
  | { readonly type: 'watcher'; readonly watcher: string; readonly event: WatcherEvent }
  /** What became of an `ask` or a `send`: a final response, or none. */
  | { readonly type: 'replied'; readonly id: string; readonly response: SipResponse }
  | { readonly type: 'unanswered'; readonly id: string; readonly cause: Cause }
  /** A request that the user must answer with `reply`; in a session where `session` is named. */
  | {
      readonly type: 'request'
      readonly id: string
      readonly request: SipRequest
      readonly hop: Hop
      readonly session?: string
    }

export type SessionEvent =
  /** Somebody calls. `body` is the offer; without one, `accept` makes it. */
  | {
      readonly type: 'incoming'
      readonly request: SipRequest
      readonly hop: Hop
      readonly body?: string
      /** It takes the place of that session (RFC 3891). */
      readonly instead?: string
      /** It wants to be in a conference with that session (RFC 3911). */
      readonly joins?: string
    }
  /** A re-INVITE or UPDATE of theirs, whatever becomes of its offer: who they are may have changed. */
  | { readonly type: 'updated'; readonly headers: Headers }
  /** 100: the server has it. */
  | { readonly type: 'proceeding'; readonly callId: string }
  /** 101–199. `body` is an answer: sound may come before the call is answered. */
  | {
      readonly type: 'provisional'
      readonly status: number
      readonly headers: Iterable<HeaderField>
      readonly body?: string
    }
  | { readonly type: 'accepted'; readonly body?: string; readonly headers: Iterable<HeaderField> }
  /** The answer to the offer that our `accept` or `answer` made. */
  | { readonly type: 'answered'; readonly body: string }
  /** The other side offers anew: `answer` or `refuse`. */
  | { readonly type: 'offered'; readonly body: string }
  /** The other side wants an offer of ours: `answer` with it. */
  | { readonly type: 'offer-wanted' }
  /** Our `offer` was answered, or not taken; the session goes on as it was before. */
  | { readonly type: 'offer-answered'; readonly body: string }
  | { readonly type: 'offer-refused'; readonly status: number; readonly reason: string }
  /** The other side has confirmed (ACK) what we accepted. */
  | { readonly type: 'confirmed' }
  | {
      readonly type: 'ended'
      readonly by: 'local' | 'remote' | 'network'
      readonly cause: Cause
      readonly headers: Iterable<HeaderField>
    }

/** A dialog as headers name it, from our side (RFC 3891 §6.1, RFC 4235 §4.1). */
export interface DialogName {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** The other side's address, as From or To have it. */
  readonly remote: string
  /** Where the other side wants requests. */
  readonly remoteTarget: string
}

/** Why something ended: a peer's status, or what kept us from getting one. */
export type Cause =
  | { readonly is: 'bye' }
  | { readonly is: 'cancelled' }
  | { readonly is: 'status'; readonly status: number; readonly reason: string }
  | { readonly is: 'timeout' }
  | { readonly is: 'unresolved'; readonly detail?: string }
  | { readonly is: 'transport'; readonly detail?: string }
  | { readonly is: 'no-credentials' }
  /** The session timer ran out (RFC 4028). */
  | { readonly is: 'expired' }
  /** The ACK never came. */
  | { readonly is: 'unacknowledged' }
  /** Nobody answered within the time that we ring. */
  | { readonly is: 'unanswered' }

export interface AgentOptions {
  readonly dice: Dice
  /** Our sent-by in Via for a hop, host:port. */
  readonly sentBy: (hop: Hop) => string
  /** Under which URI a request that came by this hop reaches us again: one that is given is of somebody who begins a dialog. */
  readonly contact: (hop: Hop, request?: SipRequest) => string
  /** Parameters of Contact that say what we are (RFC 3840), such as `;isfocus`. */
  readonly features?: string
  /** Whether provisional responses are to arrive for certain wherever the caller knows how (RFC 3262), and not only where it is required. */
  readonly reliable?: boolean
  readonly userAgent: string
  /** What sessions are about, where that is not sound and sight (SDP): its type in lower case. */
  readonly describes?: Description
  /** Methods that the user answers beside those that the agent knows itself. */
  readonly methods?: readonly string[]
  /** Event packages that others may subscribe to at us. */
  readonly events?: readonly string[]
  /** How long a call may ring, either way. */
  readonly ringMs: () => Millis
  /** RFC 4028 interval that we ask for, in seconds. */
  readonly sessionExpiresS: () => number
  /** Sessions at once, ended ones left out; more are answered by 486. */
  readonly mostSessions: number
}
