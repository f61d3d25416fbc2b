// Which service carries a command out.
import type { Connection, CstaMessage } from '@openparley/protocols/csta'
import type { PhoneCommand } from '../../services/calls/port.ts'

/** Undefined: none does. `other`: the call that it is to be brought together with. */
export function serviceOf(
  command: PhoneCommand,
  at: Connection,
  other: Connection | undefined,
): CstaMessage | undefined {
  switch (command.type) {
    case 'answer':
      return { is: 'AnswerCall', callToBeAnswered: at }
    case 'decline':
    case 'end':
      return { is: 'ClearConnection', connectionToBeCleared: at }
    case 'deflect':
      return { is: 'DeflectCall', callToBeDiverted: at, newDestination: command.to }
    case 'hold':
      return { is: 'HoldCall', callToBeHeld: at }
    case 'resume':
      return { is: 'RetrieveCall', callToBeRetrieved: at }
    case 'send-digits':
      return { is: 'GenerateDigits', connectionToSendDigits: at, charactersToSend: command.digits }
    case 'transfer':
      return other
        ? { is: 'TransferCall', heldCall: other, activeCall: at }
        : { is: 'SingleStepTransferCall', activeCall: at, transferredTo: command.to.number }
    case 'join':
      return other && { is: 'ConferenceCall', heldCall: other, activeCall: at }
    default:
      return undefined
  }
}
