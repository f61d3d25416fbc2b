// Which action carries a command out.
import type { AmiFields } from '@openparley/protocols/ami'
import type { PhoneCommand } from '../../../services/calls/port.ts'
import { isDialable } from '../server.ts'

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

/** Of a call in a conference: of its far side. The phone stays with the others. */
export function actionInRoom(command: PhoneCommand, far: string, numbers: string): AmiFields | undefined {
  if (command.type === 'end') return { Action: 'Hangup', Channel: far, Cause: '16' }
  if (command.type !== 'transfer' || command.with !== undefined) return undefined
  return { Action: 'Redirect', Channel: far, Context: numbers, Exten: command.to.number, Priority: '1' }
}

/** Asks whether the context has what the phone is sent to. */
export function isThere(context: string, room: string): AmiFields {
  return { Action: 'ShowDialPlan', Context: context, Extension: `desk-${room}` }
}

interface Moved {
  readonly own: string
  readonly far: string
}

export function bringPair(context: string, room: string, { own, far }: Moved): AmiFields {
  return {
    Action: 'Redirect',
    Channel: own,
    Context: context,
    Exten: `desk-${room}`,
    Priority: '1',
    ExtraChannel: far,
    ExtraContext: context,
    ExtraExten: `far-${room}`,
    ExtraPriority: '1',
  }
}

export function bringFar(context: string, room: string, { far }: Moved): AmiFields {
  return { Action: 'Redirect', Channel: far, Context: context, Exten: `far-${room}`, Priority: '1' }
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
