// The machine of a subscription as a table (RFC 6665 §4.1): ours to somebody’s events. An absent cell: ignored.
import type { SessionTable } from './session-tables.ts'

export type SubscriptionState =
  /** SUBSCRIBE is out; nothing came back. */
  | 'asking'
  /** Taken: the first NOTIFY must come. */
  | 'granted'
  | 'active'
  /** Given up by us: the last NOTIFY is waited for. */
  | 'leaving'
  | 'ended'

export type SubscriptionSignal =
  | '2xx'
  | 'refused'
  /** Nobody answers, or nobody knows the dialog. */
  | 'failed'
  | 'notified'
  /** A NOTIFY that says it is over. */
  | 'terminated'
  | 'unsubscribe'
  /** Timers: time to ask again; what was granted is over; the first or the last NOTIFY did not come (timer N). */
  | 'refresh'
  | 'expired'
  | 'unnotified'

export type SubscriptionAction =
  | 'take-terms'
  | 'tell-notified'
  | 'tell-ended'
  | 'ask-again'
  | 'ask-end'
  | 'wait-for-notify'

export const subscriptionTable: SessionTable<SubscriptionState, SubscriptionSignal, SubscriptionAction> = {
  asking: {
    '2xx': ['granted', 'take-terms', 'wait-for-notify'],
    // It may overtake the answer (§4.1.2.4).
    notified: ['active', 'take-terms', 'tell-notified'],
    terminated: ['ended', 'tell-notified', 'tell-ended'],
    refused: ['ended', 'tell-ended'],
    failed: ['ended', 'tell-ended'],
    unsubscribe: ['leaving', 'wait-for-notify'],
  },
  granted: {
    notified: ['active', 'take-terms', 'tell-notified'],
    terminated: ['ended', 'tell-notified', 'tell-ended'],
    unnotified: ['ended', 'tell-ended'],
    unsubscribe: ['leaving', 'ask-end', 'wait-for-notify'],
    failed: ['ended', 'tell-ended'],
  },
  active: {
    '2xx': ['active', 'take-terms'],
    notified: ['active', 'take-terms', 'tell-notified'],
    terminated: ['ended', 'tell-notified', 'tell-ended'],
    refresh: ['active', 'ask-again'],
    // What was granted stands until it is over (§4.1.2.2), unless nobody knows of it any more.
    failed: ['ended', 'tell-ended'],
    expired: ['ended', 'tell-ended'],
    unsubscribe: ['leaving', 'ask-end', 'wait-for-notify'],
  },
  leaving: {
    // Taken after it was given up.
    '2xx': ['leaving', 'ask-end'],
    notified: ['leaving', 'ask-end'],
    terminated: ['ended', 'tell-ended'],
    refused: ['ended', 'tell-ended'],
    failed: ['ended', 'tell-ended'],
    unnotified: ['ended', 'tell-ended'],
  },
  ended: {},
}
