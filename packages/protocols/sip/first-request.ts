// A request outside of dialogs, RFC 3261 §8.1.1: what every one of ours bears, but for its Via.
import type { Dice } from '../common/index.ts'
import type { Field } from './agent-types.ts'
import { withTag } from './dialog.ts'
import { Headers, type SipRequest } from './message.ts'

export interface FirstRequest {
  readonly method: string
  readonly uri: string
  /** As From and To; From gets a tag where it has none. */
  readonly from: string
  readonly to: string
  readonly callId?: string | undefined
  readonly cseq?: number | undefined
  readonly headers: readonly Field[]
  readonly body?: string | undefined
}

export function firstRequest(
  { method, uri, from, to, callId, cseq = 1, headers: fields, body = '' }: FirstRequest,
  dice: Dice,
): SipRequest {
  const headers = new Headers()
  headers.append('Max-Forwards', '70')
  headers.append('From', withTag(from, dice.token(64)))
  headers.append('To', to)
  headers.append('Call-ID', callId ?? dice.token(128))
  headers.append('CSeq', `${cseq} ${method}`)
  for (const [name, value] of fields) headers.append(name, value)
  return { kind: 'request', method, uri, headers, body: new TextEncoder().encode(body) }
}
