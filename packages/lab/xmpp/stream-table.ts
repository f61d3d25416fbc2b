// The states of a client's stream (RFC 6120 §4 to §7) and what may come in each. What the table has no act for ends the stream.
import type { XmlElement, XmlStreamCause } from '@openparley/protocols/common'
import { ns } from './names.ts'
import { inside } from './stanza.ts'

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
  // A second resource is a question that nobody answers.
  bound: {
    bind: 'take',
    stanza: 'take',
    ignorable: 'ignore',
    enable: 'enable',
    askedCount: 'tellCount',
    count: 'noteCount',
  },
  over: {},
}

/** What came, as the table has it; undefined: nothing that a stream may have. */
export function signalOf(sent: XmlElement): StreamSignal | undefined {
  const { uri, local, attributes } = sent
  if (uri === ns.client && (local === 'iq' || local === 'message' || local === 'presence'))
    return local === 'iq' && attributes['type'] === 'set' && inside(sent, ns.bind, 'bind') ? 'bind' : 'stanza'
  return signals[`${uri} ${local}`]
}

const signals: Readonly<Record<string, StreamSignal>> = {
  [`${ns.tls} starttls`]: 'starttls',
  [`${ns.sasl} auth`]: 'auth',
  [`${ns.sasl} response`]: 'response',
  [`${ns.sasl} abort`]: 'abort',
  [`${ns.management} enable`]: 'enable',
  [`${ns.management} resume`]: 'resume',
  [`${ns.management} r`]: 'askedCount',
  [`${ns.management} a`]: 'count',
  // That a client is out of sight is heard, and nothing follows from it (XEP-0352).
  [`${ns.csi} active`]: 'ignorable',
  [`${ns.csi} inactive`]: 'ignorable',
}

/** What cannot be read, as a stream error. */
export const faultConditions: Readonly<Record<XmlStreamCause, string>> = {
  'not-well-formed': 'not-well-formed',
  restricted: 'restricted-xml',
  'too-large': 'policy-violation',
  'too-deep': 'policy-violation',
}
