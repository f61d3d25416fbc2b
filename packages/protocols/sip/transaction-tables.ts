// The four transaction machines as tables: RFC 3261 §17 with the Accepted states of RFC 6026.
// An absent cell means that the signal is ignored in that state.

export type Kind = 'invite-client' | 'client' | 'invite-server' | 'server'
export type State = 'calling' | 'trying' | 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated'
/** Timers bear the RFC's names; a timer belongs to a state: entering starts it, leaving clears it. */
export type TimerName = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M'
export type Signal = TimerName | '1xx' | '2xx' | '3xx-6xx' | 'request' | 'ack' | 'transport-error'
export type Action =
  /** Send our request, or our last response, again. */
  | 'resend'
  /** Set the timer that fired again, twice as long, at most T2 where the RFC says so. */
  | 'again'
  /** Hand what came to the one who uses the transaction. */
  | 'deliver'
  /** Acknowledge a final response that is not 2xx. */
  | 'ack'
  /** Send the response that we were given. */
  | 'respond'
  | 'timeout'
  | 'failed'

export type Row = Partial<Record<Signal, readonly [next: State, ...actions: Action[]]>>

export const tables: Record<Kind, Partial<Record<State, Row>>> = {
  'invite-client': {
    calling: {
      A: ['calling', 'resend', 'again'],
      B: ['terminated', 'timeout'],
      '1xx': ['proceeding', 'deliver'],
      '2xx': ['accepted', 'deliver'],
      '3xx-6xx': ['completed', 'ack', 'deliver'],
      'transport-error': ['terminated', 'failed'],
    },
    proceeding: {
      '1xx': ['proceeding', 'deliver'],
      '2xx': ['accepted', 'deliver'],
      '3xx-6xx': ['completed', 'ack', 'deliver'],
      'transport-error': ['terminated', 'failed'],
    },
    accepted: {
      '2xx': ['accepted', 'deliver'],
      M: ['terminated'],
    },
    completed: {
      '3xx-6xx': ['completed', 'ack'],
      D: ['terminated'],
      'transport-error': ['terminated'],
    },
  },
  client: {
    trying: {
      E: ['trying', 'resend', 'again'],
      F: ['terminated', 'timeout'],
      '1xx': ['proceeding', 'deliver'],
      '2xx': ['completed', 'deliver'],
      '3xx-6xx': ['completed', 'deliver'],
      'transport-error': ['terminated', 'failed'],
    },
    proceeding: {
      E: ['proceeding', 'resend', 'again'],
      F: ['terminated', 'timeout'],
      '1xx': ['proceeding', 'deliver'],
      '2xx': ['completed', 'deliver'],
      '3xx-6xx': ['completed', 'deliver'],
      'transport-error': ['terminated', 'failed'],
    },
    completed: {
      K: ['terminated'],
    },
  },
  'invite-server': {
    proceeding: {
      request: ['proceeding', 'resend'],
      '1xx': ['proceeding', 'respond'],
      '2xx': ['accepted', 'respond'],
      '3xx-6xx': ['completed', 'respond'],
      'transport-error': ['terminated', 'failed'],
    },
    accepted: {
      // The user repeats its 2xx until the ACK comes (RFC 6026 §7.1); a repeated INVITE is absorbed.
      '2xx': ['accepted', 'respond'],
      ack: ['accepted', 'deliver'],
      L: ['terminated'],
    },
    completed: {
      request: ['completed', 'resend'],
      G: ['completed', 'resend', 'again'],
      H: ['terminated', 'timeout'],
      ack: ['confirmed'],
      'transport-error': ['terminated', 'failed'],
    },
    confirmed: {
      I: ['terminated'],
    },
  },
  server: {
    trying: {
      // Not in the RFC: by then the client has given up (its F), and an answer that never comes must not be waited for.
      F: ['terminated', 'timeout'],
      '1xx': ['proceeding', 'respond'],
      '2xx': ['completed', 'respond'],
      '3xx-6xx': ['completed', 'respond'],
      'transport-error': ['terminated', 'failed'],
    },
    proceeding: {
      F: ['terminated', 'timeout'],
      request: ['proceeding', 'resend'],
      '1xx': ['proceeding', 'respond'],
      '2xx': ['completed', 'respond'],
      '3xx-6xx': ['completed', 'respond'],
      'transport-error': ['terminated', 'failed'],
    },
    completed: {
      request: ['completed', 'resend'],
      J: ['terminated'],
      'transport-error': ['terminated'],
    },
  },
}

export const firstState: Record<Kind, State> = {
  'invite-client': 'calling',
  client: 'trying',
  'invite-server': 'proceeding',
  server: 'trying',
}

/** The timers that a state starts, where the transport is unreliable; a reliable one never resends. */
export const timersOf: Record<Kind, Partial<Record<State, readonly TimerName[]>>> = {
  'invite-client': { calling: ['A', 'B'], accepted: ['M'], completed: ['D'] },
  client: { trying: ['E', 'F'], proceeding: ['E', 'F'], completed: ['K'] },
  'invite-server': { accepted: ['L'], completed: ['G', 'H'], confirmed: ['I'] },
  server: { trying: ['F'], proceeding: ['F'], completed: ['J'] },
}

/** RFC 3261 §17.1.1.1, in milliseconds. */
export const T1 = 500
export const T2 = 4000
export const T4 = 5000

/** How long a timer runs when its state is entered (RFC 3261 table 4). Undefined: not on this transport. */
export function timerMs(name: TimerName, reliable: boolean): number | undefined {
  switch (name) {
    case 'A':
    case 'E':
    case 'G':
      return reliable ? undefined : T1
    case 'D':
      return reliable ? 0 : 32_000
    case 'I':
    case 'K':
      return reliable ? 0 : T4
    case 'J':
      return reliable ? 0 : 64 * T1
    case 'B':
    case 'F':
    case 'H':
    case 'L':
    case 'M':
      return 64 * T1
  }
}
