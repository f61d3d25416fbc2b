// The four transaction machines as tables: RFC 3261 §17 (figures 5 to 8) with the Accepted states of RFC 6026.
// Beyond the RFCs: `cancel…` states hold a CANCEL back until a provisional response came and bound the wait after it (§9.1).
import type { Millis } from '../common/index.ts'

export type State =
  | 'waiting'
  | 'calling'
  | 'cancel-held'
  | 'cancelling'
  | 'trying'
  | 'proceeding'
  | 'accepted'
  | 'completed'
  | 'confirmed'
  | 'terminated'

/** Timers by the RFC's letters; 100 and C9 are ours: 200 ms of §17.2.1, and 64·T1 after a CANCEL of §9.1. */
export type Timer = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | '100' | 'C9'

export type Signal =
  | Timer
  /** Responses received by a client. */
  | '1xx'
  | '2xx'
  | '3xx-6xx'
  /** What a server's owner sends. */
  | 'send-1xx'
  | 'send-2xx'
  | 'send-3xx-6xx'
  /** The request once more, and its ACK. */
  | 'request'
  | 'ack'
  | 'cancel'
  | 'transport-error'

export type Action =
  /** Sends the request again, or the last response again. */
  | 'repeat'
  /** Restarts the timer that fired: doubled, or doubled up to T2. */
  | 'double'
  | 'double-to-T2'
  | 'restart-T2'
  | 'deliver'
  | 'acknowledge'
  | 'send-cancel'
  | 'respond'
  | 'send-100'
  | 'over-done'
  | 'over-timeout'
  | 'over-transport-error'

export type Cell = readonly [next: State, ...actions: Action[]]
/** An absent cell means: ignored. */
export type Table = { readonly [S in State]?: { readonly [G in Signal]?: Cell } }

export interface Machine {
  readonly initial: State
  readonly table: Table
  /** The timers of each state. One that the next state has too runs on. */
  readonly timers: { readonly [S in State]?: readonly Timer[] }
}

const failed: Cell = ['terminated', 'over-transport-error']

export const inviteClient: Machine = {
  initial: 'calling',
  table: {
    calling: {
      A: ['calling', 'repeat', 'double'],
      B: ['terminated', 'over-timeout'],
      '1xx': ['proceeding', 'deliver'],
      '2xx': ['accepted', 'deliver'],
      '3xx-6xx': ['completed', 'acknowledge', 'deliver'],
      cancel: ['cancel-held'],
      'transport-error': failed,
    },
    'cancel-held': {
      A: ['cancel-held', 'repeat', 'double'],
      B: ['terminated', 'over-timeout'],
      '1xx': ['cancelling', 'send-cancel', 'deliver'],
      '2xx': ['accepted', 'deliver'],
      '3xx-6xx': ['completed', 'acknowledge', 'deliver'],
      'transport-error': failed,
    },
    // No timer: it may ring for ever. The owner sets the limit.
    proceeding: {
      '1xx': ['proceeding', 'deliver'],
      '2xx': ['accepted', 'deliver'],
      '3xx-6xx': ['completed', 'acknowledge', 'deliver'],
      cancel: ['cancelling', 'send-cancel'],
      'transport-error': failed,
    },
    cancelling: {
      '1xx': ['cancelling', 'deliver'],
      '2xx': ['accepted', 'deliver'],
      '3xx-6xx': ['completed', 'acknowledge', 'deliver'],
      C9: ['terminated', 'over-timeout'],
      'transport-error': failed,
    },
    accepted: {
      '2xx': ['accepted', 'deliver'],
      M: ['terminated', 'over-done'],
    },
    completed: {
      '3xx-6xx': ['completed', 'acknowledge'],
      D: ['terminated', 'over-done'],
      'transport-error': failed,
    },
    terminated: {},
  },
  timers: {
    calling: ['A', 'B'],
    'cancel-held': ['A', 'B'],
    cancelling: ['C9'],
    accepted: ['M'],
    completed: ['D'],
  },
}

export const client: Machine = {
  initial: 'trying',
  table: {
    trying: {
      E: ['trying', 'repeat', 'double-to-T2'],
      F: ['terminated', 'over-timeout'],
      '1xx': ['proceeding', 'deliver'],
      '2xx': ['completed', 'deliver'],
      '3xx-6xx': ['completed', 'deliver'],
      'transport-error': failed,
    },
    proceeding: {
      E: ['proceeding', 'repeat', 'restart-T2'],
      F: ['terminated', 'over-timeout'],
      '1xx': ['proceeding', 'deliver'],
      '2xx': ['completed', 'deliver'],
      '3xx-6xx': ['completed', 'deliver'],
      'transport-error': failed,
    },
    completed: { K: ['terminated', 'over-done'] },
    terminated: {},
  },
  timers: { trying: ['E', 'F'], proceeding: ['E', 'F'], completed: ['K'] },
}

export const inviteServer: Machine = {
  initial: 'waiting',
  table: {
    waiting: {
      '100': ['proceeding', 'send-100'],
      request: ['proceeding', 'send-100'],
      'send-1xx': ['proceeding', 'respond'],
      'send-2xx': ['accepted', 'respond'],
      'send-3xx-6xx': ['completed', 'respond'],
      'transport-error': failed,
    },
    proceeding: {
      request: ['proceeding', 'repeat'],
      'send-1xx': ['proceeding', 'respond'],
      'send-2xx': ['accepted', 'respond'],
      'send-3xx-6xx': ['completed', 'respond'],
      'transport-error': failed,
    },
    // Repeating a 2xx is the owner's (§13.3.1.4); a repeated INVITE is swallowed (RFC 6026 §7.1).
    accepted: {
      'send-2xx': ['accepted', 'respond'],
      L: ['terminated', 'over-done'],
    },
    completed: {
      request: ['completed', 'repeat'],
      G: ['completed', 'repeat', 'double-to-T2'],
      H: ['terminated', 'over-timeout'],
      ack: ['confirmed'],
      'transport-error': failed,
    },
    confirmed: { I: ['terminated', 'over-done'] },
    terminated: {},
  },
  timers: { waiting: ['100'], accepted: ['L'], completed: ['G', 'H'], confirmed: ['I'] },
}

export const server: Machine = {
  initial: 'trying',
  table: {
    trying: {
      'send-1xx': ['proceeding', 'respond'],
      'send-2xx': ['completed', 'respond'],
      'send-3xx-6xx': ['completed', 'respond'],
      // The owner must answer; where it never does, the transaction does not stay for ever.
      F: ['terminated', 'over-timeout'],
      'transport-error': failed,
    },
    proceeding: {
      request: ['proceeding', 'repeat'],
      'send-1xx': ['proceeding', 'respond'],
      'send-2xx': ['completed', 'respond'],
      'send-3xx-6xx': ['completed', 'respond'],
      F: ['terminated', 'over-timeout'],
      'transport-error': failed,
    },
    completed: {
      request: ['completed', 'repeat'],
      J: ['terminated', 'over-done'],
      'transport-error': failed,
    },
    terminated: {},
  },
  timers: { trying: ['F'], proceeding: ['F'], completed: ['J'] },
}

export const machines: Readonly<Record<'inviteClient' | 'client' | 'inviteServer' | 'server', Machine>> = {
  inviteClient,
  client,
  inviteServer,
  server,
}

/** Estimated round trip, longest interval between repeats, longest life of a message in the network (RFC 3261 §17.1.1.1). */
export const T1: Millis = 500
export const T2: Millis = 4000
export const T4: Millis = 5000

/** How long a timer runs at first, RFC 3261 table 4; undefined where it is not started. 0 fires at once. */
export function duration(timer: Timer, reliable: boolean): Millis | undefined {
  switch (timer) {
    case 'A':
    case 'E':
    case 'G':
      return reliable ? undefined : T1
    case 'B':
    case 'F':
    case 'H':
    case 'L':
    case 'M':
    case 'C9':
      return 64 * T1
    case 'D':
    case 'J':
      return reliable ? 0 : 64 * T1
    case 'I':
    case 'K':
      return reliable ? 0 : T4
    case '100':
      return 200
  }
}

/** The table as a Mermaid state diagram. */
export function diagram(machine: Pick<Machine, 'initial'> & { readonly table: AnyTable }): string {
  const lines = ['stateDiagram-v2', `  [*] --> ${machine.initial}`]
  for (const [state, row] of Object.entries(machine.table)) {
    for (const [signal, cell] of Object.entries(row ?? {})) {
      const [next, ...actions] = cell
      lines.push(`  ${state} --> ${next}: ${[signal, ...actions.map((action) => `/ ${action}`)].join(' ')}`)
    }
  }
  return `${lines.join('\n')}\n`
}

type AnyTable = { readonly [state: string]: { readonly [signal: string]: readonly string[] } | undefined }
