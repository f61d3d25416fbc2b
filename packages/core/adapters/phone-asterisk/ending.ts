// How a call ended, and with whom it was, as Asterisk says it. Text from others, cut to a length that can be shown.
import { type CallEnd, type ErrorCode, errorValue, type Party } from '@openparley/contract'
import { answeredElsewhere } from '@openparley/protocols/ami'
import { ofQ850 } from '../../runtime/q850.ts'

/** As both of its interfaces have one. */
export interface ChannelParty {
  readonly number: string
  readonly name?: string
}

export interface ChannelEnd {
  /** `phone`: nobody picked it up to make the call that was asked for. */
  readonly by: 'local' | 'remote' | 'network' | 'phone'
  /** By Q.850, where it says why there was no call. */
  readonly cause?: number
  readonly transferredTo?: ChannelParty
}

export function endOf({ by, cause, transferredTo }: ChannelEnd): CallEnd {
  const code = codeOf(by, cause)
  const peer = cause === undefined ? undefined : ({ protocol: 'q850', status: cause } as const)
  return {
    by: by === 'phone' ? 'network' : by,
    ...(code === undefined ? {} : { error: errorValue(code, undefined, peer) }),
    ...(peer === undefined ? {} : { peer }),
    ...(transferredTo === undefined ? {} : { transferredTo: partyOf(transferredTo) }),
  }
}

function codeOf(by: ChannelEnd['by'], cause: number | undefined): ErrorCode | undefined {
  if (by === 'network') return 'call-lost'
  // It rang on the desk, and nobody picked it up.
  if (by === 'phone') return 'call-unanswered'
  if (cause === undefined || by === 'local') return undefined
  return cause === answeredElsewhere ? 'call-taken-elsewhere' : (ofQ850(cause) ?? 'call-failed')
}

export function partyOf(party: ChannelParty | undefined): Party {
  if (party === undefined) return { number: 'unknown' }
  const { number, name } = party
  return { number: number.slice(0, 256), ...(name === undefined ? {} : { displayName: name.slice(0, 256) }) }
}
