// A call at a desk phone: its states, and what moves it from one to the next. The words of the states are CSTA's for a local connection.

export type CallState =
  /** Off the hook, and nothing dialled yet. */
  | 'initiated'
  /** Dialled. */
  | 'originated'
  /** The far phone rings. */
  | 'delivered'
  /** It rings here. */
  | 'alerting'
  | 'connected'
  | 'hold'
  /** Nothing is left of it at this phone. */
  | 'null'

export type CallSignal =
  | 'dialled'
  | 'answer'
  | 'hold'
  | 'resume'
  | 'hang-up'
  | 'decline'
  /** It goes to somebody else, and no longer through this phone’s hands. */
  | 'hand-over'
  | 'far-rings'
  | 'far-answers'
  /** It was refused, or came to nothing. */
  | 'far-refuses'
  | 'far-hangs-up'

/** What the phone does with its line (SIP). */
export type CallAct = 'invite' | 'ring' | 'accept' | 'busy' | 'decline' | 'end' | 'offer-hold' | 'offer-resume'

/** What those are told who watch the phone. */
export type CallWord =
  | 'initiated'
  | 'originated'
  | 'delivered'
  | 'established'
  | 'held'
  | 'retrieved'
  | 'failed'
  | 'cleared'

/** The state after it, what the phone does, and what is told of it. */
export type CallRow = Readonly<
  Partial<Record<CallSignal, readonly [state: CallState, act: CallAct | undefined, ...words: CallWord[]]>>
>

export const callTable: Readonly<Record<CallState, CallRow>> = {
  initiated: {
    dialled: ['originated', 'invite', 'originated'],
    'hang-up': ['null', undefined, 'cleared'],
  },
  originated: {
    'far-rings': ['delivered', undefined, 'delivered'],
    'far-answers': ['connected', undefined, 'established'],
    'far-refuses': ['null', undefined, 'failed', 'cleared'],
    'far-hangs-up': ['null', undefined, 'cleared'],
    'hang-up': ['null', 'end', 'cleared'],
  },
  delivered: {
    'far-answers': ['connected', undefined, 'established'],
    'far-refuses': ['null', undefined, 'failed', 'cleared'],
    'far-hangs-up': ['null', undefined, 'cleared'],
    'hang-up': ['null', 'end', 'cleared'],
    'hand-over': ['null', undefined],
  },
  alerting: {
    answer: ['connected', 'accept', 'established'],
    decline: ['null', 'decline', 'cleared'],
    'hang-up': ['null', 'busy', 'cleared'],
    'far-hangs-up': ['null', undefined, 'cleared'],
    'far-refuses': ['null', undefined, 'cleared'],
    'hand-over': ['null', undefined],
  },
  connected: {
    hold: ['hold', 'offer-hold', 'held'],
    'hang-up': ['null', 'end', 'cleared'],
    'far-hangs-up': ['null', undefined, 'cleared'],
    'far-refuses': ['null', undefined, 'cleared'],
    'hand-over': ['null', undefined],
  },
  hold: {
    resume: ['connected', 'offer-resume', 'retrieved'],
    'hang-up': ['null', 'end', 'cleared'],
    'far-hangs-up': ['null', undefined, 'cleared'],
    'far-refuses': ['null', undefined, 'cleared'],
    'hand-over': ['null', undefined],
  },
  null: {},
}
