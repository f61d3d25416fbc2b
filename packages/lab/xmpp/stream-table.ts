// The states of a client's stream (RFC 6120 §4 to §7) and what may come in each. What the table has no act for ends the stream.

/** In the clear; over TLS; in the middle of a proof; proven; with a resource; over. */
export type StreamState = 'clear' | 'secure' | 'proving' | 'proven' | 'bound' | 'over'

export type StreamSignal =
  | 'starttls'
  | 'auth'
  | 'response'
  | 'abort'
  | 'bind'
  | 'resume'
  | 'enable'
  | 'askedCount'
  | 'count'
  | 'stanza'
  | 'ignorable'

export type StreamAct =
  | 'startTls'
  | 'refuseInClear'
  | 'begin'
  | 'goOn'
  | 'abort'
  | 'bind'
  | 'resume'
  | 'enable'
  | 'refuseEnable'
  | 'tellCount'
  | 'noteCount'
  | 'take'
  | 'ignore'

export const streamTable: Readonly<Record<StreamState, Readonly<Partial<Record<StreamSignal, StreamAct>>>>> = {
  clear: { starttls: 'startTls', auth: 'refuseInClear' },
  secure: { auth: 'begin' },
  proving: { response: 'goOn', abort: 'abort' },
  proven: { bind: 'bind', resume: 'resume', enable: 'refuseEnable' },
  bound: { stanza: 'take', ignorable: 'ignore', enable: 'enable', askedCount: 'tellCount', count: 'noteCount' },
  over: {},
}
