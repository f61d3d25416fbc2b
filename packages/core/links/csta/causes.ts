// From what a switching function says to the contract's errors: the one table; what the network says is in runtime.
import { type ErrorCode, type ErrorValue, errorValue, type PeerCause } from '@openparley/contract'
import type { CstaError, Over } from '@openparley/protocols/csta'

/** Why there is no link. `device`: whose monitor was refused. */
export function overValue(over: Over, device: string): ErrorValue {
  switch (over.is) {
    case 'closed':
    case 'ended':
      return errorValue('server-closed')
    case 'silent':
      return errorValue('server-silent')
    case 'garbled':
      return errorValue('server-garbled', over.detail)
    case 'refused': {
      if (over.by === 'session') return errorValue('credentials-rejected', undefined, over.error && peerOf(over.error))
      const code = over.error?.value ?? ''
      const status = over.error?.category === 'sip' ? code.slice(0, 3) : ''
      const isForbidden =
        status === '403' || code.startsWith('privilegeViolation') || over.error?.category === 'security'
      const isUnknown = status === '404' || /^invalid(DeviceID|MonitorObject|Destination)$|objectNotKnown/.test(code)
      const is: ErrorCode = isForbidden ? 'account-forbidden' : isUnknown ? 'account-unknown' : 'server-failed'
      return errorValue(is, device, over.error && peerOf(over.error))
    }
  }
}

export interface Refusal {
  readonly code: ErrorCode
  readonly cause?: PeerCause
}

/** Why a service was not carried out. */
export function refusalOf(error: CstaError | undefined): Refusal {
  if (!error) return { code: 'server-silent' }
  return { code: ofValue(error), cause: peerOf(error) }
}

function ofValue({ category, value }: CstaError): ErrorCode {
  // The carrier's own answer.
  if (category === 'sip')
    return /^40[137]/.test(value) ? 'call-forbidden' : value.startsWith('5') ? 'server-failed' : 'call-failed'
  if (category === 'stateIncompatibility') return 'call-wrong-state'
  if (category === 'security' || /privilegeViolation|securityViolation/.test(value)) return 'call-forbidden'
  if (/OutOfService/.test(value)) return 'phone-unavailable'
  if (category.endsWith('ResourceAvailability') || category === 'performanceManagement') return 'server-overloaded'
  if (/CalledDevice|Destination/.test(value)) return 'number-unknown'
  if (/^invalid(Call|Connection|ActiveC|HeldC)/.test(value)) return 'call-wrong-state'
  return 'call-failed'
}

function peerOf({ category, value }: CstaError): PeerCause {
  return { protocol: 'system', text: (value === '' ? category : `${category}: ${value}`).slice(0, 256) }
}

/** Why a call ended, by its EventCause; undefined where it ended as calls should. */
export function causeOf(cause: string | undefined): ErrorCode | undefined {
  return cause === undefined ? undefined : causes[cause]
}

const causes: Readonly<Record<string, ErrorCode>> = {
  busy: 'call-busy',
  aCDBusy: 'call-busy',
  busyOverflow: 'call-busy',
  callCancelled: 'call-declined',
  callNotAnswered: 'call-unanswered',
  alertTimeExpired: 'call-unanswered',
  callPickup: 'call-taken-elsewhere',
  blocked: 'call-forbidden',
  callBack: 'call-declined',
  doNotDisturb: 'call-declined',
  destNotObtainable: 'number-unknown',
  numberUnallocated: 'number-unknown',
  invalidNumberFormat: 'number-invalid',
  numberChanged: 'number-moved',
  destOutOfOrder: 'call-unreachable',
  incompatibleDestination: 'call-incompatible',
  reorderTone: 'call-failed',
  invalidAccountCode: 'call-forbidden',
  networkCongestion: 'server-overloaded',
  networkNotObtainable: 'call-unreachable',
  networkOutOfOrder: 'call-unreachable',
  resourcesNotAvailable: 'server-overloaded',
  trunksBusy: 'server-overloaded',
  selectedTrunkBusy: 'server-overloaded',
  noAvailableAgents: 'call-unanswered',
}
