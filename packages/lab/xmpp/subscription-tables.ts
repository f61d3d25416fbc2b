// Who sees whom: the states of a subscription and what moves them, RFC 6121 appendix A, all of it.

/** What the roster says, and what is asked for: out, by the account; in, by the contact. */
export type Subscription =
  | 'none'
  | 'none+out'
  | 'none+in'
  | 'none+out+in'
  | 'to'
  | 'to+in'
  | 'from'
  | 'from+out'
  | 'both'

export type SubscriptionSignal = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed'

/** Whether the stanza goes on (outbound: is routed; inbound: is delivered), and the state after it. */
type Row = Readonly<Record<SubscriptionSignal, readonly ['passes' | 'stops', Subscription]>>

/** The account's own stanza, at the account's server (A.2). */
export const outbound: Readonly<Record<Subscription, Row>> = {
  none: {
    subscribe: ['passes', 'none+out'],
    unsubscribe: ['passes', 'none'],
    subscribed: ['stops', 'none'],
    unsubscribed: ['stops', 'none'],
  },
  'none+out': {
    subscribe: ['passes', 'none+out'],
    unsubscribe: ['passes', 'none'],
    subscribed: ['stops', 'none+out'],
    unsubscribed: ['stops', 'none+out'],
  },
  'none+in': {
    subscribe: ['passes', 'none+out+in'],
    unsubscribe: ['passes', 'none+in'],
    subscribed: ['passes', 'from'],
    unsubscribed: ['passes', 'none'],
  },
  'none+out+in': {
    subscribe: ['passes', 'none+out+in'],
    unsubscribe: ['passes', 'none+in'],
    subscribed: ['passes', 'from+out'],
    unsubscribed: ['passes', 'none+out'],
  },
  to: {
    subscribe: ['passes', 'to'],
    unsubscribe: ['passes', 'none'],
    subscribed: ['stops', 'to'],
    unsubscribed: ['stops', 'to'],
  },
  'to+in': {
    subscribe: ['passes', 'to+in'],
    unsubscribe: ['passes', 'none+in'],
    subscribed: ['passes', 'both'],
    unsubscribed: ['passes', 'to'],
  },
  from: {
    subscribe: ['passes', 'from+out'],
    unsubscribe: ['passes', 'from'],
    subscribed: ['stops', 'from'],
    unsubscribed: ['passes', 'none'],
  },
  'from+out': {
    subscribe: ['passes', 'from+out'],
    unsubscribe: ['passes', 'from'],
    subscribed: ['stops', 'from+out'],
    unsubscribed: ['passes', 'none+out'],
  },
  both: {
    subscribe: ['passes', 'both'],
    unsubscribe: ['passes', 'from'],
    subscribed: ['stops', 'both'],
    unsubscribed: ['passes', 'to'],
  },
}

/** The contact's stanza, at the account's server (A.3). */
export const inbound: Readonly<Record<Subscription, Row>> = {
  none: {
    subscribe: ['passes', 'none+in'],
    unsubscribe: ['stops', 'none'],
    subscribed: ['stops', 'none'],
    unsubscribed: ['stops', 'none'],
  },
  'none+out': {
    subscribe: ['passes', 'none+out+in'],
    unsubscribe: ['stops', 'none+out'],
    subscribed: ['passes', 'to'],
    unsubscribed: ['passes', 'none'],
  },
  'none+in': {
    subscribe: ['stops', 'none+in'],
    unsubscribe: ['passes', 'none'],
    subscribed: ['stops', 'none+in'],
    unsubscribed: ['stops', 'none+in'],
  },
  'none+out+in': {
    subscribe: ['stops', 'none+out+in'],
    unsubscribe: ['passes', 'none+out'],
    subscribed: ['passes', 'to+in'],
    unsubscribed: ['passes', 'none+in'],
  },
  to: {
    subscribe: ['passes', 'to+in'],
    unsubscribe: ['stops', 'to'],
    subscribed: ['stops', 'to'],
    unsubscribed: ['passes', 'none'],
  },
  'to+in': {
    subscribe: ['stops', 'to+in'],
    unsubscribe: ['passes', 'to'],
    subscribed: ['stops', 'to+in'],
    unsubscribed: ['passes', 'none+in'],
  },
  from: {
    subscribe: ['stops', 'from'],
    unsubscribe: ['passes', 'none'],
    subscribed: ['stops', 'from'],
    unsubscribed: ['stops', 'from'],
  },
  'from+out': {
    subscribe: ['stops', 'from+out'],
    unsubscribe: ['passes', 'none+out'],
    subscribed: ['passes', 'both'],
    unsubscribed: ['passes', 'from'],
  },
  both: {
    subscribe: ['stops', 'both'],
    unsubscribe: ['passes', 'to'],
    subscribed: ['stops', 'both'],
    unsubscribed: ['passes', 'from'],
  },
}

export const seesContact = (state: Subscription): boolean => state.startsWith('to') || state === 'both'
export const isSeen = (state: Subscription): boolean => state.startsWith('from') || state === 'both'
export const isAsking = (state: Subscription): boolean => state.includes('+out')
export const isAsked = (state: Subscription): boolean => state.endsWith('+in')

export function isSubscriptionSignal(type: string | undefined): type is SubscriptionSignal {
  return type !== undefined && Object.hasOwn(outbound.none, type)
}
