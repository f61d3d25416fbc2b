// From what a manager says to the contract's errors: the one table; what the network says is in runtime.
import { type ErrorCode, type ErrorValue, errorValue, type PeerCause } from '@openparley/contract'
import { type AmiAnswer, type AmiOver, fieldOf } from '@openparley/protocols/ami'

/** Why there is no link. */
export function overValue(over: AmiOver): ErrorValue {
  switch (over.is) {
    case 'closed':
    case 'ended':
      return errorValue('server-closed')
    case 'silent':
      return errorValue('server-silent')
    case 'garbled':
      return errorValue('server-garbled', over.detail)
    case 'refused':
      return errorValue(
        over.by === 'login' ? 'credentials-rejected' : 'account-forbidden',
        undefined,
        peerOf(over.text),
      )
  }
}

/** Why an action was not carried out. */
export function refusalOf(answer: AmiAnswer | undefined): { readonly code: ErrorCode; readonly cause?: PeerCause } {
  if (!answer) return { code: 'server-silent' }
  const text = fieldOf(answer.response, 'Message') ?? ''
  return { code: ofText(text), cause: peerOf(text) }
}

/** A manager has no codes: its words are all that there is. */
function ofText(text: string): ErrorCode {
  if (/permission|denied|not allowed/i.test(text)) return 'call-forbidden'
  if (/exten/i.test(text)) return 'number-unknown'
  if (/channel/i.test(text)) return 'call-wrong-state'
  return 'call-failed'
}

function peerOf(text: string): PeerCause {
  return { protocol: 'system', text: text.slice(0, 256) }
}
