// Sending a file that was asked for, as a table: RFC 1350 §2 and §6, RFC 2347, and the windows of RFC 7440 §4.
// An absent cell means that the signal is ignored in that state. So it is with an ACK that comes twice: to answer it
// would send every block after it twice, to the end of the file (RFC 1123 §4.2.3.1).

export type SendState =
  | 'idle'
  /** The options are answered; the client's ACK 0 is waited for. */
  | 'offering'
  | 'sending'
  | 'over'

export type SendSignal =
  /** How the request is met: with options, without, or not at all. */
  | 'grant'
  | 'plain'
  | 'refuse'
  /** An ACK of what was not acknowledged before; of all that there is. */
  | 'ack'
  | 'ack-last'
  /** Nothing came for as long as the state waits; and it did so too often. */
  | 'silence'
  | 'given-up'
  /** The client ended it, or sent what cannot be. */
  | 'fault'
  | 'stop'

export type SendAction =
  | 'offer'
  /** Send the window that follows what is acknowledged. */
  | 'send-window'
  | 'send-error'
  | 'tell'

export type SendRow = Partial<Record<SendSignal, readonly [next: SendState, ...actions: SendAction[]]>>

export const sendTable: Record<SendState, SendRow> = {
  idle: {
    grant: ['offering', 'offer'],
    plain: ['sending', 'send-window'],
    refuse: ['over', 'send-error', 'tell'],
  },
  offering: {
    ack: ['sending', 'send-window'],
    silence: ['offering', 'offer'],
    'given-up': ['over', 'tell'],
    fault: ['over', 'send-error', 'tell'],
    stop: ['over', 'send-error', 'tell'],
  },
  sending: {
    ack: ['sending', 'send-window'],
    'ack-last': ['over', 'tell'],
    silence: ['sending', 'send-window'],
    'given-up': ['over', 'tell'],
    fault: ['over', 'send-error', 'tell'],
    stop: ['over', 'send-error', 'tell'],
  },
  over: {},
}
