// The services of the lab’s CSTA server: what is asked about a desk phone becomes a touch of it, and an answer.
import {
  type Connection,
  type CstaError,
  type CstaMessage,
  type CstaServices,
  sameDevice,
} from '@openparley/protocols/csta'
import type { Desk, DeskAct } from '../desk/desk.ts'
import type { DeskCall, DeskLine } from '../desk/signals.ts'
import { failure, failureOf, forbidden, noSuchConnection, unknownCall, unknownDevice, unsupported } from './errors.ts'
import { snapshotOfCall, snapshotOfDevice } from './snapshot.ts'

export interface ServiceNeeds {
  readonly desk: Desk
  /** Whether whoever asks may have to do with that phone. */
  readonly may: (number: string) => boolean
}

interface Seated {
  readonly number: string
  readonly call: Readonly<DeskCall>
}

/** Carries out one service; monitors and sessions are not among them. */
export function serve({ desk, may }: ServiceNeeds, message: CstaMessage): CstaMessage {
  const phone = (device: string): string | CstaError => {
    const number = desk.numbers.find((each) => sameDevice(each, device))
    if (number === undefined) return unknownDevice
    return may(number) ? number : forbidden
  }
  const connection = ({ callID, deviceID }: Connection): Seated | CstaError => {
    if (callID === undefined || deviceID === undefined) return noSuchConnection
    const number = phone(deviceID)
    if (typeof number !== 'string') return number
    const call = desk.calls(number).find(({ id }) => id === callID)
    if (call) return { number, call }
    return desk.numbers.some((each) => desk.calls(each).some(({ id }) => id === callID))
      ? noSuchConnection
      : unknownCall
  }
  const act = (number: string, what: DeskAct): { readonly id: string } | CstaError => {
    const result = desk.act(number, what)
    return 'refused' in result ? failureOf(result.refused, message.is) : result
  }
  /** An act about one call, answered by nothing. */
  const done = (about: Connection, is: Empty, what: (seated: Seated) => DeskAct): CstaMessage => {
    const seated = connection(about)
    if ('is' in seated) return seated
    const result = act(seated.number, what(seated))
    return 'is' in result ? result : ({ is } as CstaMessage)
  }
  /** An act about two calls of one phone. */
  const both = (one: Connection, other: Connection): readonly [Seated, Seated] | CstaError => {
    const [first, second] = [connection(one), connection(other)]
    if ('is' in first) return first
    if ('is' in second) return second
    return first.number === second.number ? [first, second] : failure('operation', 'notSameDevice')
  }
  const ofLine = (device: string, then: (number: string, line: DeskLine) => CstaMessage): CstaMessage => {
    const number = phone(device)
    const line = typeof number === 'string' ? desk.line(number) : undefined
    if (typeof number !== 'string') return number
    return line ? then(number, line) : unknownDevice
  }
  const setLine = (device: string, is: Empty, line: Partial<DeskLine>): CstaMessage =>
    ofLine(device, (number) => {
      const result = act(number, { type: 'line', line })
      return 'is' in result ? result : ({ is } as CstaMessage)
    })

  switch (message.is) {
    case 'RequestSystemStatus':
      return { is: 'RequestSystemStatusResponse', systemStatus: 'normal' }
    case 'SystemStatus':
      return { is: 'SystemStatusResponse' }
    case 'SystemRegister':
      return { is: 'SystemRegisterResponse', sysStatRegisterID: '1' }
    case 'GetCSTAFeatures':
      return { is: 'GetCSTAFeaturesResponse' }
    case 'SnapshotDevice':
      return ofLine(message.snapshotObject, (number) => snapshotOfDevice(number, desk.calls(number)))
    case 'SnapshotCall': {
      const seated = connection(message.snapshotObject)
      return 'is' in seated ? seated : snapshotOfCall(seated.number, seated.call, desk.calls(seated.number))
    }
    case 'MakeCall': {
      const number = phone(message.callingDevice)
      if (typeof number !== 'string') return number
      if (message.calledDirectoryNumber.trim() === '') return failure('operation', 'invalidCalledDeviceID')
      const made = act(number, { type: 'dial', to: message.calledDirectoryNumber })
      return 'is' in made ? made : { is: 'MakeCallResponse', callingDevice: { callID: made.id, deviceID: number } }
    }
    case 'AnswerCall':
      return done(message.callToBeAnswered, 'AnswerCallResponse', ({ call }) => ({ type: 'answer', key: call.key }))
    case 'HoldCall':
      return done(message.callToBeHeld, 'HoldCallResponse', ({ call }) => ({ type: 'hold', key: call.key }))
    case 'RetrieveCall':
      return done(message.callToBeRetrieved, 'RetrieveCallResponse', ({ call }) => ({ type: 'resume', key: call.key }))
    case 'ClearConnection': {
      const { connectionToBeCleared: about } = message
      const member = inConference(desk, may, about)
      if (member) {
        const result = act(member.number, { type: 'hang-up', key: member.call.key })
        return 'is' in result ? result : { is: 'ClearConnectionResponse' }
      }
      return done(about, 'ClearConnectionResponse', ({ call }) => ({ type: 'leave', key: call.key }))
    }
    case 'ClearCall': {
      const seated = connection(message.callToBeCleared)
      if ('is' in seated) return seated
      for (const { id, key } of desk.calls(seated.number))
        if (id === seated.call.id) act(seated.number, { type: 'hang-up', key })
      return { is: 'ClearCallResponse' }
    }
    case 'ConsultationCall': {
      const seated = connection(message.existingCall)
      if ('is' in seated) return seated
      const { number, call } = seated
      const made = act(number, { type: 'dial', to: message.consultedDevice, cause: 'consultation', from: call.key })
      return 'is' in made
        ? made
        : { is: 'ConsultationCallResponse', initiatedCall: { callID: made.id, deviceID: number } }
    }
    case 'AlternateCall': {
      const pair = both(message.heldCall, message.activeCall)
      if ('is' in pair) return pair
      const wrong = standing(pair)
      if (wrong) return wrong
      const [{ number, call }] = pair
      const result = act(number, { type: 'resume', key: call.key, cause: 'alternate' })
      return 'is' in result ? result : { is: 'AlternateCallResponse' }
    }
    case 'ReconnectCall': {
      const pair = both(message.heldCall, message.activeCall)
      if ('is' in pair) return pair
      const [held, active] = pair
      if (held.call.state !== 'hold') return failure('stateIncompatibility', 'invalidHeldConnectionState')
      act(active.number, { type: 'leave', key: active.call.key })
      const result = act(held.number, { type: 'resume', key: held.call.key })
      return 'is' in result ? result : { is: 'ReconnectCallResponse' }
    }
    case 'TransferCall':
    case 'ConferenceCall': {
      const pair = both(message.heldCall, message.activeCall)
      if ('is' in pair) return pair
      const [{ number, call: held }, { call: active }] = pair
      if (held.state !== 'hold') return failure('stateIncompatibility', 'invalidHeldConnectionState')
      const type = message.is === 'TransferCall' ? 'transfer' : 'conference'
      // As they were: the phone knows of neither afterwards.
      const to = active.remote
      const joined = act(number, { type, key: held.key, other: active.key })
      if ('is' in joined) return joined
      return type === 'transfer'
        ? { is: 'TransferCallResponse', transferredCall: { callID: joined.id, deviceID: to } }
        : { is: 'ConferenceCallResponse', conferenceCall: { callID: joined.id, deviceID: number } }
    }
    case 'SingleStepTransferCall': {
      const seated = connection(message.activeCall)
      if ('is' in seated) return seated
      const { transferredTo: to } = message
      const sent = act(seated.number, { type: 'send-on', key: seated.call.key, to })
      return 'is' in sent
        ? sent
        : { is: 'SingleStepTransferCallResponse', transferredCall: { callID: sent.id, deviceID: to } }
    }
    case 'DeflectCall': {
      const { newDestination: to } = message
      return done(message.callToBeDiverted, 'DeflectCallResponse', ({ call }) => ({
        type: 'deflect',
        key: call.key,
        to,
      }))
    }
    case 'GenerateDigits': {
      const { charactersToSend: digits } = message
      if (!/^[\d*#A-D,]{1,64}$/i.test(digits)) return failure('operation', 'valueOutOfRange')
      return done(message.connectionToSendDigits, 'GenerateDigitsResponse', ({ call }) => ({
        type: 'digits',
        key: call.key,
        digits,
      }))
    }
    case 'GetDoNotDisturb':
      return ofLine(message.device, (_, { doNotDisturb }) => ({
        is: 'GetDoNotDisturbResponse',
        doNotDisturbOn: doNotDisturb,
      }))
    case 'SetDoNotDisturb':
      return setLine(message.device, 'SetDoNotDisturbResponse', { doNotDisturb: message.doNotDisturbOn })
    case 'GetForwarding':
      return ofLine(message.device, (_, { forwardedTo }) => ({
        is: 'GetForwardingResponse',
        forwardingList: [
          {
            forwardingType: 'forwardImmediate',
            forwardStatus: forwardedTo !== undefined,
            ...(forwardedTo === undefined ? {} : { forwardDN: forwardedTo }),
          },
        ],
      }))
    case 'SetForwarding': {
      const { forwardingType = 'forwardImmediate', activateForward: on, forwardDN: to = '' } = message
      if (forwardingType !== 'forwardImmediate') return failure('operation', 'invalidForwardingType')
      if (on && to.trim() === '') return failure('operation', 'invalidForwardingDestination')
      return setLine(message.device, 'SetForwardingResponse', { forwardedTo: on ? to : undefined })
    }
    case 'GetMessageWaitingIndicator':
      return ofLine(message.device, (_, { messages }) => ({
        is: 'GetMessageWaitingIndicatorResponse',
        messageWaitingOn: messages > 0,
      }))
    case 'SetMessageWaitingIndicator':
      return setLine(message.device, 'SetMessageWaitingIndicatorResponse', {
        messages: message.messageWaitingOn ? 1 : 0,
      })
    default:
      return unsupported
  }
}

/** Whoever is in a conference of a phone’s, and is no phone of who asks: they are let go. */
function inConference(
  desk: Desk,
  may: (number: string) => boolean,
  { callID, deviceID }: Connection,
): Seated | undefined {
  for (const number of desk.numbers.filter(may)) {
    if (sameDevice(number, deviceID)) continue
    const call = desk
      .calls(number)
      .find(({ id, remote, isConference }) => isConference && id === callID && sameDevice(remote, deviceID))
    if (call) return { number, call }
  }
  return undefined
}

function standing([held, active]: readonly [Seated, Seated]): CstaError | undefined {
  if (held.call.state !== 'hold') return failure('stateIncompatibility', 'invalidHeldConnectionState')
  return active.call.state === 'connected' ? undefined : failure('stateIncompatibility', 'invalidActiveConnectionState')
}

/** Answers that say nothing. */
type Empty = {
  readonly [Name in keyof CstaServices]: { readonly is: Name } extends CstaServices[Name] ? Name : never
}[keyof CstaServices]
