// What a host application asks of the phone: the act of an application of ours that carries it out, and its answer.
import { type Call, type ErrorCode, ParleyError, type Phone } from '@openparley/contract'
import {
  type Connection,
  type CstaError,
  type CstaMessage,
  type CstaServices,
  sameDevice,
} from '@openparley/protocols/csta'
import { deviceOf } from './events.ts'

export interface ServiceNeeds {
  readonly call: (method: string, params: unknown) => Promise<unknown>
  readonly calls: ReadonlyMap<string, Call>
  readonly token: () => string
}

/** A phone of the person’s, by the name that it was asked for with. */
export interface Device {
  readonly name: string
  readonly phone: string
}

/** Monitors are not among them. Never rejects. */
export async function serve(needs: ServiceNeeds, message: CstaMessage): Promise<CstaMessage> {
  try {
    return await carryOut(needs, message)
  } catch (error) {
    return errorOf(error instanceof ParleyError ? error.code : 'internal')
  }
}

export async function deviceNamed({ call }: Pick<ServiceNeeds, 'call'>, name: string): Promise<Device | undefined> {
  const { state } = (await call('phones.get', {})) as { readonly state: { readonly phones: readonly Phone[] } }
  const found = state.phones.find(({ address, number, line }) =>
    [address, number, line?.number].some((each) => sameDevice(each, name)),
  )
  return found && { name, phone: found.id }
}

async function carryOut(needs: ServiceNeeds, message: CstaMessage): Promise<CstaMessage> {
  const { call, calls, token } = needs
  const known = ({ callID, deviceID }: Connection): Call => {
    const found = calls.get(callID ?? '')
    if (!found || found.state === 'ended' || deviceID === undefined) throw new ParleyError('call-unknown')
    return found
  }
  const act = async (is: Empty, about: Connection, method: string, more: object = {}): Promise<CstaMessage> => {
    await call(`calls.${method}`, { call: known(about).id, ...more })
    return { is } as CstaMessage
  }
  switch (message.is) {
    case 'RequestSystemStatus':
      return { is: 'RequestSystemStatusResponse', systemStatus: 'normal' }
    case 'GetCSTAFeatures':
      return { is: 'GetCSTAFeaturesResponse' }
    case 'SnapshotDevice': {
      const device = await deviceNamed(needs, message.snapshotObject)
      return device ? snapshotOf(device, [...calls.values()]) : unknownDevice
    }
    case 'SnapshotCall': {
      const found = known(message.snapshotObject)
      const ours = message.snapshotObject.deviceID ?? ''
      const [callingDevice, calledDevice] =
        found.direction === 'outgoing' ? [ours, deviceOf(found.remote)] : [deviceOf(found.remote), ours]
      return { is: 'SnapshotCallResponse', callingDevice, calledDevice }
    }
    case 'MakeCall': {
      const device = await deviceNamed(needs, message.callingDevice)
      if (!device) return unknownDevice
      const to = numberOf(message.calledDirectoryNumber)
      const made = await call('calls.dial', { to, phone: device.phone, requestId: token() })
      const { call: callID } = made as { readonly call: string }
      return { is: 'MakeCallResponse', callingDevice: { callID, deviceID: device.name } }
    }
    case 'AnswerCall':
      return act('AnswerCallResponse', message.callToBeAnswered, 'answer')
    case 'HoldCall':
      return act('HoldCallResponse', message.callToBeHeld, 'hold')
    case 'RetrieveCall':
      return act('RetrieveCallResponse', message.callToBeRetrieved, 'resume')
    case 'DeflectCall':
      return act('DeflectCallResponse', message.callToBeDiverted, 'deflect', { to: numberOf(message.newDestination) })
    case 'ClearConnection': {
      const { direction, state } = known(message.connectionToBeCleared)
      const rings = direction === 'incoming' && state === 'alerting'
      return act('ClearConnectionResponse', message.connectionToBeCleared, rings ? 'decline' : 'end')
    }
    case 'SingleStepTransferCall': {
      const { id } = known(message.activeCall)
      const to = numberOf(message.transferredTo)
      await call('calls.transfer', { call: id, to, requestId: token() })
      return { is: 'SingleStepTransferCallResponse', transferredCall: { callID: id, deviceID: message.transferredTo } }
    }
    case 'GenerateDigits': {
      const more = { digits: message.charactersToSend, requestId: token() }
      return act('GenerateDigitsResponse', message.connectionToSendDigits, 'sendDigits', more)
    }
    default:
      return unsupported
  }
}

function snapshotOf({ name, phone }: Device, calls: readonly Call[]): CstaMessage {
  const snapshotData = calls
    .filter((each) => each.phone === phone && each.state !== 'ended')
    .map((each) => ({
      connectionIdentifier: { callID: each.id, deviceID: name },
      localCallState: { compoundCallState: statesOf(each) },
    }))
  return { is: 'SnapshotDeviceResponse', crossRefIDorSnapshotData: { snapshotData } }
}

/** Ours, then theirs. */
function statesOf({ state, direction, held }: Call): string[] {
  if (state === 'dialling') return ['connected', 'initiated']
  if (state === 'alerting') return direction === 'outgoing' ? ['connected', 'alerting'] : ['alerting', 'connected']
  return [
    held === 'local' || held === 'both' ? 'hold' : 'connected',
    held === 'remote' || held === 'both' ? 'hold' : 'connected',
  ]
}

/** tel:+3222220220 is dialled as a number; a SIP address as it is. */
function numberOf(device: string): string {
  return device.replace(/^tel:/i, '').replace(/;.*$/, '').trim()
}

export function errorOf(code: ErrorCode): CstaError {
  const [category, value] = errors[code] ?? ['operation', 'generic']
  return { is: 'CSTAErrorCode', category, value }
}

const errors: Readonly<Partial<Record<ErrorCode, readonly [category: string, value: string]>>> = {
  'call-unknown': ['operation', 'invalidCallID'],
  'call-claimed': ['operation', 'privilegeViolationSpecifiedDevice'],
  'call-wrong-state': ['stateIncompatibility', 'invalidConnectionState'],
  'call-too-many': ['systemResourceAvailability', 'resourceLimitExceeded'],
  'call-budget-spent': ['performanceManagement', 'performanceLimitExceeded'],
  'number-invalid': ['operation', 'invalidCalledDeviceID'],
  'number-denied': ['operation', 'privilegeViolationCalledDevice'],
  'phone-unavailable': ['systemResourceAvailability', 'deviceOutOfService'],
  'phone-unknown': ['operation', 'invalidDeviceID'],
  'request-malformed': ['operation', 'invalidParameterValue'],
  'scope-missing': ['security', 'generic'],
  'session-unknown': ['systemResourceAvailability', 'resourceOutOfService'],
}

export const unknownDevice: CstaError = errorOf('phone-unknown')
export const unsupported: CstaError = { is: 'CSTAErrorCode', category: 'operation', value: 'serviceNotSupported' }

/** Answers that say nothing. */
type Empty = {
  readonly [Name in keyof CstaServices]: { readonly is: Name } extends CstaServices[Name] ? Name : never
}[keyof CstaServices]
