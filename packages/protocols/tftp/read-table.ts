// Reading a file as a table: RFC 1350 §2 and §6, RFC 2347, and the windows of RFC 7440 §4.
// An absent cell means that the signal is ignored in that state.

export type ReadState =
  | 'idle'
  /** The request is out, with its options if there are any. */
  | 'asking'
  /** The same without options: the server refused them. */
  | 'asking-plainly'
  | 'receiving'
  /** A block is missing, the server was told, and what comes after the gap is of no use. */
  | 'mending'
  /** All is here. Who did not hear the last ACK is told again. */
  | 'dallying'
  | 'over'

export type ReadSignal =
  | 'start'
  | 'oack'
  /** The next block, and the window has room for more; its last; the file's last. */
  | 'block'
  | 'window'
  | 'last'
  /** A block after one that is missing. */
  | 'ahead'
  /** What was acknowledged last, once more: the ACK was lost. */
  | 'repeat'
  | 'options-refused'
  /** Nothing came for as long as the state waits. */
  | 'silence'
  | 'fault'
  | 'stop'

export type ReadAction =
  | 'request'
  /** Take the server's options on. */
  | 'agree'
  /** Keep the block. */
  | 'take'
  /** ACK the last block before any gap. */
  | 'acknowledge'
  | 'finish'
  | 'fail'

export type ReadRow = Partial<Record<ReadSignal, readonly [next: ReadState, ...actions: ReadAction[]]>>

export const readTable: Record<ReadState, ReadRow> = {
  idle: {
    start: ['asking', 'request'],
    stop: ['over', 'fail'],
  },
  asking: {
    oack: ['receiving', 'agree', 'acknowledge'],
    // A server that knows no options answers as if there were none.
    window: ['receiving', 'take', 'acknowledge'],
    last: ['dallying', 'take', 'acknowledge', 'finish'],
    'options-refused': ['asking-plainly', 'request'],
    silence: ['asking', 'request'],
    fault: ['over', 'fail'],
    stop: ['over', 'fail'],
  },
  'asking-plainly': {
    window: ['receiving', 'take', 'acknowledge'],
    last: ['dallying', 'take', 'acknowledge', 'finish'],
    silence: ['asking-plainly', 'request'],
    fault: ['over', 'fail'],
    stop: ['over', 'fail'],
  },
  receiving: {
    block: ['receiving', 'take'],
    window: ['receiving', 'take', 'acknowledge'],
    last: ['dallying', 'take', 'acknowledge', 'finish'],
    ahead: ['mending', 'acknowledge'],
    repeat: ['receiving', 'acknowledge'],
    silence: ['receiving', 'acknowledge'],
    fault: ['over', 'fail'],
    stop: ['over', 'fail'],
  },
  mending: {
    block: ['receiving', 'take'],
    window: ['receiving', 'take', 'acknowledge'],
    last: ['dallying', 'take', 'acknowledge', 'finish'],
    repeat: ['mending', 'acknowledge'],
    silence: ['mending', 'acknowledge'],
    fault: ['over', 'fail'],
    stop: ['over', 'fail'],
  },
  dallying: {
    repeat: ['dallying', 'acknowledge'],
    silence: ['over'],
    stop: ['over'],
  },
  over: {},
}
