// The two machines of an INVITE session as tables: the call itself (RFC 3261 §9, §13, §15), and who has offered what
// while it lasts (RFC 3264, RFC 6337, §14). An absent cell means that the signal is ignored in that state.

export type SessionState =
  /** Our INVITE is out; nothing came back. */
  | 'calling'
  | 'proceeding'
  /** We gave up before anything came back: a CANCEL must wait for that (§9.1). */
  | 'giving-up'
  | 'cancelling'
  /** Their INVITE, not answered. */
  | 'incoming'
  /** Answered by us, not confirmed by them. */
  | 'accepted'
  /** Hung up before they confirmed: the BYE must wait for it (§15), the user need not. */
  | 'leaving'
  | 'established'
  | 'ended'

export type SessionSignal =
  | 'ring'
  | 'accept'
  | 'reject'
  | 'end'
  /** Leave it without a word: another one takes its place. */
  | 'abandon'
  /** What comes back to our INVITE; 422 where we can ask for a longer interval; failed: nobody answers. */
  | '100'
  | '1xx'
  | '2xx'
  | '3xx-6xx'
  | '422'
  | 'failed'
  | 'bye'
  | 'cancel'
  | 'ack'
  /** Nobody answers in the dialog, or not in time. */
  | 'lost'
  /** The other side does not know the dialog any more. */
  | 'gone'
  /** Timers. */
  | 'unanswered'
  | 'cancelled'

export type SessionAction =
  | 'tell-proceeding'
  | 'tell-provisional'
  | 'tell-confirmed'
  | 'tell-ended'
  /** Tell the end for the reason for which we gave up. */
  | 'tell-given-up'
  /** Send the INVITE again with the interval that they want. */
  | 'invite-again'
  /** Begin nothing new for the INVITE: no other server, no credentials. */
  | 'give-up'
  | 'cancel'
  /** Wait no longer for an answer to the INVITE. */
  | 'abandon'
  | 'begin-dialog'
  /** Answered although given up, or by a second phone: acknowledge and end that dialog (§13.2.2.4). */
  | 'refuse-dialog'
  | 'bye'
  | 'progress'
  | 'accept'
  | 'respond-refusal'
  /** 480: nobody took it. */
  | 'respond-unanswered'
  /** 487: they took it back. */
  | 'respond-cancelled'

export type SessionTable<State extends string, Signal extends string, Action> = Record<
  State,
  Partial<Record<Signal, readonly [next: State, ...actions: Action[]]>>
>

export const sessionTable: SessionTable<SessionState, SessionSignal, SessionAction> = {
  calling: {
    '100': ['proceeding', 'tell-proceeding'],
    '1xx': ['proceeding', 'tell-proceeding', 'tell-provisional'],
    '2xx': ['established', 'begin-dialog'],
    '3xx-6xx': ['ended', 'tell-ended'],
    '422': ['calling', 'invite-again'],
    failed: ['ended', 'tell-ended'],
    end: ['giving-up', 'give-up'],
    // It may have arrived, and what came back not: the CANCEL waits for nothing.
    abandon: ['ended', 'cancel', 'abandon'],
    unanswered: ['giving-up', 'give-up'],
  },
  proceeding: {
    '1xx': ['proceeding', 'tell-provisional'],
    '2xx': ['established', 'begin-dialog'],
    '3xx-6xx': ['ended', 'tell-ended'],
    '422': ['calling', 'invite-again'],
    // Its way broke, and at the other side it may still ring.
    failed: ['ended', 'cancel', 'tell-ended'],
    end: ['cancelling', 'cancel', 'give-up'],
    abandon: ['ended', 'cancel', 'abandon'],
    unanswered: ['cancelling', 'cancel', 'give-up'],
  },
  'giving-up': {
    '100': ['cancelling', 'cancel'],
    '1xx': ['cancelling', 'cancel'],
    '2xx': ['ended', 'refuse-dialog', 'tell-given-up'],
    '3xx-6xx': ['ended', 'tell-given-up'],
    '422': ['ended', 'tell-given-up'],
    failed: ['ended', 'tell-given-up'],
    abandon: ['ended', 'cancel', 'abandon', 'tell-given-up'],
  },
  cancelling: {
    '2xx': ['ended', 'refuse-dialog', 'tell-given-up'],
    '3xx-6xx': ['ended', 'tell-given-up'],
    '422': ['ended', 'tell-given-up'],
    failed: ['ended', 'tell-given-up'],
    abandon: ['ended', 'cancel', 'abandon', 'tell-given-up'],
    cancelled: ['ended', 'abandon', 'tell-given-up'],
  },
  incoming: {
    ring: ['incoming', 'progress'],
    accept: ['accepted', 'accept'],
    reject: ['ended', 'respond-refusal', 'tell-ended'],
    end: ['ended', 'respond-unanswered', 'tell-ended'],
    unanswered: ['ended', 'respond-unanswered', 'tell-ended'],
    cancel: ['ended', 'respond-cancelled', 'tell-ended'],
    bye: ['ended', 'respond-cancelled', 'tell-ended'],
  },
  accepted: {
    ack: ['established', 'tell-confirmed'],
    end: ['leaving', 'tell-ended'],
    abandon: ['ended'],
    lost: ['ended', 'bye', 'tell-ended'],
    bye: ['ended', 'tell-ended'],
  },
  leaving: {
    ack: ['ended', 'bye'],
    abandon: ['ended', 'bye'],
    lost: ['ended', 'bye'],
    bye: ['ended'],
  },
  established: {
    '2xx': ['established', 'refuse-dialog'],
    ack: ['established', 'tell-confirmed'],
    end: ['ended', 'bye', 'tell-ended'],
    abandon: ['ended'],
    // With a BYE: the other side may be there all the same.
    lost: ['ended', 'bye', 'tell-ended'],
    gone: ['ended', 'tell-ended'],
    bye: ['ended', 'tell-ended'],
  },
  ended: {
    '2xx': ['ended', 'refuse-dialog'],
  },
}

/** A timer belongs to its states: entering the first starts it, leaving the last clears it. */
export const sessionTimers: Partial<Record<SessionState, 'unanswered' | 'cancelled'>> = {
  calling: 'unanswered',
  proceeding: 'unanswered',
  incoming: 'unanswered',
  cancelling: 'cancelled',
}

export type ExchangeState =
  | 'stable'
  | 'we-offer'
  /** Their offer waits for our answer: in an INVITE, which wants an ACK, or in an UPDATE. */
  | 'they-offer'
  | 'they-update'
  /** Their INVITE has no offer: they want ours. */
  | 'they-want-offer'
  /** Our 2xx to their INVITE waits for its ACK. */
  | 'unacknowledged'
  /** The same, and the ACK must bear the answer to the offer in our 2xx. */
  | 'unanswered'

export type ExchangeSignal =
  | 'offer'
  | 'answer'
  | 'refuse'
  | 'invite'
  | 'invite-without-offer'
  | 'update'
  | 'update-without-offer'
  | 'cancel'
  /** We are reached at another address: what was on its way to the one before does not come. */
  | 'moved'
  /** The other side offers from another address: ours went to where nobody is. */
  | 'they-moved'
  | '2xx'
  | '491'
  | 'refused'
  | 'ack'
  /** Timers: ours may be offered once more; theirs has waited too long; no ACK came; it is time to refresh (RFC 4028). */
  | 'offer-again'
  | 'undecided'
  | 'unacknowledged'
  | 'refresh'

export type ExchangeAction =
  | 'send-offer'
  /** What was offered from where we were is offered anew by whoever did. */
  | 'forget-offer'
  /** Ours goes out once more after theirs. */
  | 'put-back'
  /** Our 2xx goes on being told, with where we are now; that its ACK comes is not waited for. */
  | 'tell-again'
  /** Ours waits until this exchange is over. */
  | 'keep-offer'
  | 'take-answer'
  /** Try the same again after a while that chance chooses (§14.1). */
  | 'wait'
  | 'tell-refused'
  | 'tell-busy'
  | 'tell-offered'
  | 'tell-wanted'
  | 'tell-answered'
  | 'agree'
  | 'refuse'
  /** 491: ours is under way. */
  | 'respond-pending'
  /** 500: theirs before this one is not done (§14.2). */
  | 'respond-later'
  | 'send-refresh'
  | 'restart-timer'
  /** What was kept may be offered now. */
  | 'settle'
  | 'lost'

const later: readonly ExchangeSignal[] = ['invite', 'invite-without-offer', 'update']

export const exchangeTable: SessionTable<ExchangeState, ExchangeSignal, ExchangeAction> = {
  stable: {
    offer: ['we-offer', 'send-offer'],
    'offer-again': ['we-offer', 'send-offer'],
    invite: ['they-offer', 'tell-offered'],
    'invite-without-offer': ['they-want-offer', 'tell-wanted'],
    update: ['they-update', 'tell-offered'],
    'update-without-offer': ['stable', 'agree'],
    moved: ['stable', 'forget-offer'],
    refresh: ['stable', 'send-refresh'],
  },
  'we-offer': {
    offer: ['we-offer', 'tell-busy'],
    ...all(later, ['we-offer', 'respond-pending']),
    'update-without-offer': ['we-offer', 'agree'],
    '2xx': ['stable', 'take-answer'],
    '491': ['stable', 'wait'],
    refused: ['stable', 'tell-refused'],
    moved: ['stable', 'forget-offer'],
    'they-moved': ['stable', 'put-back'],
    refresh: ['we-offer', 'restart-timer'],
  },
  'they-offer': theyOffer('they-offer', 'unacknowledged'),
  'they-update': theyOffer('they-update', 'stable', 'settle'),
  'they-want-offer': theyOffer('they-want-offer', 'unanswered'),
  unacknowledged: {
    offer: ['unacknowledged', 'keep-offer'],
    ...all(later, ['unacknowledged', 'respond-later']),
    'update-without-offer': ['unacknowledged', 'agree'],
    ack: ['stable', 'restart-timer', 'settle'],
    moved: ['stable', 'tell-again'],
    unacknowledged: ['stable', 'lost'],
  },
  unanswered: {
    offer: ['unanswered', 'keep-offer'],
    ...all(later, ['unanswered', 'respond-later']),
    'update-without-offer': ['unanswered', 'agree'],
    ack: ['stable', 'tell-answered', 'restart-timer', 'settle'],
    moved: ['stable', 'tell-again'],
    unacknowledged: ['stable', 'lost'],
  },
}

type ExchangeRow = (typeof exchangeTable)[ExchangeState]

function theyOffer(state: ExchangeState, agreed: ExchangeState, ...actions: ExchangeAction[]): ExchangeRow {
  return {
    answer: [agreed, 'agree', ...actions],
    refuse: ['stable', 'refuse', 'settle'],
    cancel: ['stable', 'refuse', 'settle'],
    undecided: ['stable', 'refuse', 'settle'],
    offer: [state, 'tell-busy'],
    ...all(later, [state, 'respond-later']),
    'update-without-offer': [state, 'agree'],
    refresh: [state, 'restart-timer'],
  }
}

function all(
  signals: readonly ExchangeSignal[],
  cell: readonly [ExchangeState, ...ExchangeAction[]],
): Partial<Record<ExchangeSignal, readonly [ExchangeState, ...ExchangeAction[]]>> {
  return Object.fromEntries(signals.map((signal) => [signal, cell]))
}
