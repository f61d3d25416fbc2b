// Which action carries a command out.
import type { AmiFields } from '@openparley/protocols/ami'
import type { PhoneCommand } from '../../services/calls/port.ts'

export interface Channels {
  /** Ours. */
  readonly own: string
  /** At the other end. */
  readonly peer: string | undefined
  /** At the other end of the call that it is to be brought together with. */
  readonly other: string | undefined
  /** Of the dial plan. */
  readonly context: string
}

/** Undefined: it cannot be now, as nobody is at the other end yet, or none does. */
export function actionOf(command: PhoneCommand, { own, peer, other, context }: Channels): AmiFields | undefined {
  switch (command.type) {
    case 'end':
      return { Action: 'Hangup', Channel: own, Cause: '16' }
    case 'decline':
      return { Action: 'Hangup', Channel: own, Cause: command.reason === 'busy' ? '17' : '21' }
    case 'deflect':
      return peer === undefined
        ? undefined
        : { Action: 'Redirect', Channel: peer, Context: context, Exten: command.to, Priority: '1' }
    case 'transfer':
      if (command.with !== undefined)
        return peer === undefined || other === undefined
          ? undefined
          : { Action: 'Bridge', Channel1: peer, Channel2: other, Tone: 'no' }
      return { Action: 'BlindTransfer', Channel: own, Context: context, Exten: command.to.number }
    default:
      return undefined
  }
}

/** The phone rings, and is then in the dial plan as if the number were dialled there: a call that runs an application alone is lost where the other side puts it through. */
export function originate(
  line: string,
  id: string,
  to: string,
  { context, autoAnswer }: { readonly context: string; readonly autoAnswer: boolean },
): AmiFields {
  return {
    Action: 'Originate',
    ActionID: id,
    Channel: line,
    ChannelId: id,
    Context: context,
    Exten: to,
    Priority: '1',
    Async: 'true',
    Timeout: '30000',
    Variable: autoAnswer ? 'PJSIP_HEADER(add,Call-Info)=<sip:parley.invalid>\\;answer-after=0' : undefined,
  }
}

/** Whether a manager may be told where the call is to go. */
export function isPossible(command: PhoneCommand): boolean {
  if (command.type === 'deflect') return isDialable(command.to)
  return command.type !== 'transfer' || command.with !== undefined || isDialable(command.to.number)
}

/** Nothing that means something to the dial plan's own language. */
export function isDialable(to: string): boolean {
  return /^[\w*#+.-]{1,80}$/.test(to)
}
