// What becomes of a session: its life (RFC 3261 §13, §15) and its later offers and answers (§14, RFC 3264, RFC 3311).

export type LifeState =
  /** Our INVITE is out. */
  | 'inviting'
  /** It is being taken back. */
  | 'cancelling'
  /** The 2xx brought an offer; our ACK waits for the answer. */
  | 'answering'
  /** An INVITE came and is not answered. */
  | 'ringing'
  /** Our 2xx is out and not acknowledged. */
  | 'accepted'
  /** The same, and it shall end as soon as it is. */
  | 'leaving'
  | 'confirmed'
  | 'ended'

export type LifeTimer = 'ring-limit' | 'answer-limit' | 'repeat' | 'no-ack' | 'refresh' | 'expire'

export type LifeSignal =
  | LifeTimer
  | 'progress'
  | '2xx'
  | '2xx-offer'
  | 'refused'
  | 'failed'
  | 'answer'
  | 'ring'
  | 'accept'
  | 'reject'
  | 'end'
  | 'cancelled'
  | 'ack'
  | 'bye'
  /** 481, 408 or silence within the dialog (§12.2.1.2). */
  | 'lost'

export type LifeAction =
  | 'tell-progress'
  | 'tell-accepted'
  | 'tell-offered'
  | 'tell-confirmed'
  | 'tell-ended'
  | 'note-unanswered'
  | 'cancel'
  | 'acknowledge'
  | 'send-1xx'
  | 'send-2xx'
  | 'send-final'
  | 'send-487'
  | 'send-480'
  | 'repeat-2xx'
  | 'bye'
  | 'refresh'

export type LifeCell = readonly [next: LifeState, ...actions: LifeAction[]]

export interface Rows<S extends string, G extends string, C, T extends string> {
  readonly table: { readonly [K in S]: { readonly [L in G]?: C } }
  /** A timer belongs to its states: entering starts it, leaving clears it; one that both have runs on. */
  readonly timers: { readonly [K in S]?: readonly T[] }
}

export const life: Rows<LifeState, LifeSignal, LifeCell, LifeTimer> = {
  table: {
    inviting: {
      progress: ['inviting', 'tell-progress'],
      '2xx': ['confirmed', 'acknowledge', 'tell-accepted'],
      '2xx-offer': ['answering', 'tell-accepted', 'tell-offered'],
      refused: ['ended', 'tell-ended'],
      failed: ['ended', 'tell-ended'],
      end: ['cancelling', 'cancel'],
      'ring-limit': ['cancelling', 'note-unanswered', 'cancel'],
    },
    cancelling: {
      // The 200 crossed our CANCEL.
      '2xx': ['ended', 'acknowledge', 'bye', 'tell-ended'],
      '2xx-offer': ['ended', 'acknowledge', 'bye', 'tell-ended'],
      refused: ['ended', 'tell-ended'],
      failed: ['ended', 'tell-ended'],
    },
    answering: {
      answer: ['confirmed', 'acknowledge'],
      bye: ['ended', 'acknowledge', 'tell-ended'],
      end: ['ended', 'acknowledge', 'bye', 'tell-ended'],
      'answer-limit': ['ended', 'acknowledge', 'bye', 'tell-ended'],
    },
    ringing: {
      ring: ['ringing', 'send-1xx'],
      accept: ['accepted', 'send-2xx'],
      reject: ['ended', 'send-final', 'tell-ended'],
      end: ['ended', 'send-480', 'tell-ended'],
      'ring-limit': ['ended', 'note-unanswered', 'send-480', 'tell-ended'],
      cancelled: ['ended', 'send-487', 'tell-ended'],
      // A caller may end an early dialog by BYE (§15).
      bye: ['ended', 'send-487', 'tell-ended'],
      failed: ['ended', 'tell-ended'],
    },
    accepted: {
      repeat: ['accepted', 'repeat-2xx'],
      ack: ['confirmed', 'tell-confirmed'],
      'no-ack': ['ended', 'bye', 'tell-ended'],
      end: ['leaving'],
      bye: ['ended', 'tell-ended'],
    },
    leaving: {
      repeat: ['leaving', 'repeat-2xx'],
      ack: ['ended', 'bye', 'tell-ended'],
      'no-ack': ['ended', 'bye', 'tell-ended'],
      bye: ['ended', 'tell-ended'],
    },
    confirmed: {
      end: ['ended', 'bye', 'tell-ended'],
      bye: ['ended', 'tell-ended'],
      lost: ['ended', 'bye', 'tell-ended'],
      refresh: ['confirmed', 'refresh'],
      expire: ['ended', 'bye', 'tell-ended'],
    },
    ended: {},
  },
  timers: {
    inviting: ['ring-limit'],
    ringing: ['ring-limit'],
    answering: ['answer-limit'],
    accepted: ['repeat', 'no-ack'],
    leaving: ['repeat', 'no-ack'],
    confirmed: ['refresh', 'expire'],
  },
}

export type OfferState =
  | 'stable'
  /** Our re-INVITE or UPDATE is out. */
  | 'offering'
  /** It met one of the peer's and waits to be sent again (§14.1). */
  | 'glare'
  /** The peer's offer waits for our answer. */
  | 'offered'
  /** The peer wants an offer of us. */
  | 'wanted'
  /** Our 2xx to a re-INVITE waits for its ACK. */
  | 'answered'
  /** The same; the ACK brings the answer to the offer in our 2xx. */
  | 'awaiting-answer'

export type OfferTimer = 'glare' | 'decide' | 'repeat' | 'no-ack'

export type OfferSignal =
  | OfferTimer
  | 'offer'
  | 'agreed'
  | 'refused'
  | 'met'
  | 'peer-offers'
  | 'peer-wants'
  | 'answer'
  /** An answer to an UPDATE: no ACK follows. */
  | 'answer-update'
  | 'refuse'
  | 'withdrawn'
  | 'ack'

export type OfferAction =
  | 'send-offer'
  | 'acknowledge-offer'
  | 'tell-settled'
  | 'tell-refused'
  | 'tell-offered'
  | 'tell-wanted'
  | 'tell-withdrawn'
  | 'send-491'
  | 'send-500'
  | 'send-487'
  | 'send-488'
  | 'send-answer'
  | 'repeat-2xx'
  | 'tell-answer'
  | 'lose'
  /** Our offer that met the peer's is sent after it. */
  | 'keep-offer'
  /** Sends what was offered while it could not be sent. */
  | 'next-offer'

export type OfferCell = readonly [next: OfferState, ...actions: OfferAction[]]

export const offers: Rows<OfferState, OfferSignal, OfferCell, OfferTimer> = {
  table: {
    stable: {
      offer: ['offering', 'send-offer'],
      'peer-offers': ['offered', 'tell-offered'],
      'peer-wants': ['wanted', 'tell-wanted'],
    },
    offering: {
      agreed: ['stable', 'acknowledge-offer', 'tell-settled', 'next-offer'],
      refused: ['stable', 'tell-refused', 'next-offer'],
      met: ['glare'],
      'peer-offers': ['offering', 'send-491'],
      'peer-wants': ['offering', 'send-491'],
    },
    glare: {
      glare: ['offering', 'send-offer'],
      'peer-offers': ['offered', 'keep-offer', 'tell-offered'],
      'peer-wants': ['wanted', 'keep-offer', 'tell-wanted'],
    },
    offered: {
      answer: ['answered', 'send-answer'],
      'answer-update': ['stable', 'send-answer', 'next-offer'],
      refuse: ['stable', 'send-488', 'next-offer'],
      decide: ['stable', 'send-488', 'tell-withdrawn', 'next-offer'],
      withdrawn: ['stable', 'send-487', 'tell-withdrawn', 'next-offer'],
      'peer-offers': ['offered', 'send-500'],
      'peer-wants': ['offered', 'send-500'],
    },
    wanted: {
      answer: ['awaiting-answer', 'send-answer'],
      refuse: ['stable', 'send-488', 'next-offer'],
      decide: ['stable', 'send-488', 'tell-withdrawn', 'next-offer'],
      withdrawn: ['stable', 'send-487', 'tell-withdrawn', 'next-offer'],
      'peer-offers': ['wanted', 'send-500'],
      'peer-wants': ['wanted', 'send-500'],
    },
    answered: {
      repeat: ['answered', 'repeat-2xx'],
      ack: ['stable', 'next-offer'],
      'no-ack': ['stable', 'lose'],
      // A newer request tells that our 2xx arrived, whatever became of its ACK.
      'peer-offers': ['offered', 'tell-offered'],
      'peer-wants': ['wanted', 'tell-wanted'],
    },
    'awaiting-answer': {
      repeat: ['awaiting-answer', 'repeat-2xx'],
      ack: ['stable', 'tell-answer', 'next-offer'],
      'no-ack': ['stable', 'lose'],
      'peer-offers': ['awaiting-answer', 'send-491'],
      'peer-wants': ['awaiting-answer', 'send-491'],
    },
  },
  timers: {
    glare: ['glare'],
    offered: ['decide'],
    wanted: ['decide'],
    answered: ['repeat', 'no-ack'],
    'awaiting-answer': ['repeat', 'no-ack'],
  },
}
