// How a call ended, and with whom it was, as Asterisk says it.
import { type CallEnd, type ErrorCode, errorValue, type Party } from '@openparley/contract'
import { type AriParty, type AriTold, answeredElsewhere } from '@openparley/protocols/ari'
import { ofQ850 } from '../../../runtime/q850.ts'

export function endOf({ by, cause, transferredTo }: Extract<AriTold, { type: 'ended' }>): CallEnd {
  const code = codeOf(by, cause)
  const peer = cause === undefined ? undefined : ({ protocol: 'q850', status: cause } as const)
  return {
    by: by === 'phone' ? 'network' : by,
    ...(code === undefined ? {} : { error: errorValue(code, undefined, peer) }),
    ...(peer === undefined ? {} : { peer }),
    ...(transferredTo === undefined ? {} : { transferredTo: partyOf(transferredTo) }),
  }
}

function codeOf(by: Extract<AriTold, { type: 'ended' }>['by'], cause: number | undefined): ErrorCode | undefined {
  if (by === 'network') return 'call-lost'
  // It rang on the desk, and nobody picked it up.
  if (by === 'phone') return 'call-unanswered'
  if (cause === undefined || by === 'local') return undefined
  return cause === answeredElsewhere ? 'call-taken-elsewhere' : (ofQ850(cause) ?? 'call-failed')
}

export function partyOf(party: AriParty | undefined): Party {
  if (party === undefined) return { number: 'unknown' }
  const { number, name } = party
  return { number, ...(name === undefined ? {} : { displayName: name }) }
}
