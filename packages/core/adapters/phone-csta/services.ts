// Which service carries a command out.
import type { Connection, CstaMessage } from '@openparley/protocols/csta'
import type { PhoneCommand } from '../../services/calls/port.ts'

/** Undefined: none does. `other`: the call that it is to be brought together with; one of the two is held, `held`: this one. */
export function serviceOf(
  command: PhoneCommand,
  at: Connection,
  other: Connection | undefined,
  held: boolean,
): CstaMessage | undefined {
  const two = other && (held ? { heldCall: at, activeCall: other } : { heldCall: other, activeCall: at })
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
      return two
        ? { is: 'TransferCall', ...two }
        : { is: 'SingleStepTransferCall', activeCall: at, transferredTo: command.to.number }
    case 'bring':
      return two && { is: 'ConferenceCall', ...two }
    default:
      return undefined
  }
}
