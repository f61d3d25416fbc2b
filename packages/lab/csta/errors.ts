// Why a service cannot be carried out, as CSTA says it (ECMA-269 §9.4).
import type { CstaError, CstaMessage } from '@openparley/protocols/csta'
import type { DeskRefusal } from '../desk/signals.ts'

export function failure(category: string, value: string): CstaError {
  return { is: 'CSTAErrorCode', category, value }
}

export const unknownDevice: CstaError = failure('operation', 'invalidDeviceID')
export const unknownCall: CstaError = failure('operation', 'invalidCallID')
export const noSuchConnection: CstaError = failure('operation', 'invalidConnectionID')
export const forbidden: CstaError = failure('operation', 'privilegeViolationSpecifiedDevice')
export const unsupported: CstaError = failure('operation', 'serviceNotSupported')
export const wrongParameter: CstaError = failure('operation', 'invalidParameterValue')

/** What a phone’s refusal is to who asked by that service. */
export function failureOf(refused: DeskRefusal, service: CstaMessage['is']): CstaError {
  switch (refused) {
    case 'no-such-call':
      return unknownCall
    case 'same-call':
      return noSuchConnection
    case 'too-many-calls':
      return failure('systemResourceAvailability', 'resourceLimitExceeded')
    case 'wrong-state':
      return failure('stateIncompatibility', states[service] ?? 'invalidConnectionState')
  }
}

const states: Readonly<Record<string, string>> = {
  AnswerCall: 'noCallToAnswer',
  RetrieveCall: 'noHeldCall',
  HoldCall: 'noActiveCall',
  ConsultationCall: 'noActiveCall',
  ClearConnection: 'noConnectionToClear',
}
