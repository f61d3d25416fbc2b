// What happens at a desk phone, as those who monitor it are told (ECMA-269): one thing that happens may be more than one event.
import type { ConnectionListItem, CstaEvent, ExtendedDevice } from '@openparley/protocols/csta'
import type { DeskCall, DeskEvent, DeskLine, Join } from '../desk/signals.ts'

interface At {
  /** The phone’s number. */
  readonly own: string
  readonly call: Readonly<DeskCall>
}

export function eventsOf(own: string, event: DeskEvent): CstaEvent[] {
  if (event.type === 'line') return event.changed.map((name) => ofLine(own, name, event.line))
  const { call } = event
  const at = { own, call }
  const mine = { callID: call.id, deviceID: own }
  const theirs = { callID: call.id, deviceID: call.remote }
  switch (event.type) {
    case 'initiated':
      return [
        {
          is: 'ServiceInitiatedEvent',
          initiatedConnection: mine,
          initiatingDevice: own,
          localConnectionInfo: 'initiated',
          cause: event.cause ?? 'makeCall',
        },
      ]
    case 'originated':
      return [
        {
          is: 'OriginatedEvent',
          originatedConnection: mine,
          callingDevice: own,
          calledDevice: call.called,
          localConnectionInfo: 'connected',
          cause: 'newCall',
        },
      ]
    case 'delivered': {
      const alerts = call.direction === 'in' ? mine : theirs
      return [
        {
          is: 'DeliveredEvent',
          connection: alerts,
          alertingDevice: alerts.deviceID,
          ...parties(at),
          localConnectionInfo: call.direction === 'in' ? 'alerting' : 'connected',
          cause: 'newCall',
        },
      ]
    }
    case 'established': {
      const answers = call.direction === 'in' ? mine : theirs
      return [
        {
          is: 'EstablishedEvent',
          establishedConnection: answers,
          answeringDevice: answers.deviceID,
          ...parties(at),
          localConnectionInfo: 'connected',
          cause: 'normal',
        },
      ]
    }
    case 'held':
    case 'retrieved': {
      const connection = event.by === 'local' ? mine : theirs
      const more = { localConnectionInfo: call.state, cause: event.cause ?? 'normal' }
      return [
        event.type === 'held'
          ? { is: 'HeldEvent', heldConnection: connection, holdingDevice: connection.deviceID, ...more }
          : { is: 'RetrievedEvent', retrievedConnection: connection, retrievingDevice: connection.deviceID, ...more },
      ]
    }
    case 'failed':
      return [
        {
          is: 'FailedEvent',
          failedConnection: theirs,
          failingDevice: call.remote,
          ...parties(at),
          localConnectionInfo: 'connected',
          cause: causeOf(event.status),
        },
      ]
    case 'cleared':
      return cleared(at, event)
    case 'diverted':
      return [
        {
          is: 'DivertedEvent',
          connection: mine,
          divertingDevice: own,
          newDestination: event.to,
          ...parties(at),
          lastRedirectionDevice: own,
          localConnectionInfo: 'null',
          cause: 'redirected',
        },
      ]
    case 'transferred':
    case 'conferenced':
      return [joined(at, event.type, event.join)]
    case 'digits':
      return [
        {
          is: 'DigitsGeneratedEvent',
          connection: event.by === 'local' ? mine : theirs,
          digitGeneratedList: event.digits,
        },
      ]
  }
}

/** Of a conference one leaves, and the phone stays in it; else nothing is left of the call. */
function cleared({ own, call }: At, { by }: { readonly by: 'local' | 'remote' }): CstaEvent[] {
  const gone = (device: string, by: string, local?: string): CstaEvent => ({
    is: 'ConnectionClearedEvent',
    droppedConnection: { callID: call.id, deviceID: device },
    releasingDevice: by,
    ...(local === undefined ? {} : { localConnectionInfo: local }),
    cause: 'normalClearing',
  })
  const releasing = by === 'local' ? own : call.remote
  if (call.isConference) return [gone(call.remote, releasing, 'connected')]
  return [...(by === 'remote' ? [gone(call.remote, releasing)] : []), gone(own, releasing, 'null')]
}

function joined({ own, call }: At, how: 'transferred' | 'conferenced', join: Join): CstaEvent {
  const old = {
    primaryOldCall: { callID: join.old, deviceID: join.by },
    ...(join.secondOld === undefined ? {} : { secondaryOldCall: { callID: join.secondOld, deviceID: join.by } }),
  }
  const isOver = how === 'transferred' && join.by === own
  const more = { localConnectionInfo: isOver ? 'null' : call.state }
  if (how === 'conferenced')
    return {
      is: 'ConferencedEvent',
      ...old,
      conferencingDevice: join.by,
      addedParty: join.to,
      conferenceConnections: connectionsOf(join, true),
      ...more,
      cause: 'conference',
    }
  return {
    is: 'TransferedEvent',
    ...old,
    transferringDevice: join.by,
    transferredToDevice: join.to,
    transferredConnections: connectionsOf(join, false),
    ...more,
    cause: join.secondOld === undefined ? 'singleStepTransfer' : 'transfer',
  }
}

/** What has become of each one’s connection; `stays`: of the one who joined them, too. */
export function connectionsOf(join: Join, stays: boolean): readonly ConnectionListItem[] {
  const parties = [...(stays ? [{ number: join.by, was: join.old }] : []), ...join.parties]
  return parties.map(({ number, was }) => ({
    newConnection: { callID: join.id, deviceID: number },
    ...(was === undefined ? {} : { oldConnection: { callID: was, deviceID: number } }),
    endpoint: number,
  }))
}

function ofLine(own: string, name: keyof DeskLine, line: DeskLine): CstaEvent {
  switch (name) {
    case 'forwardedTo':
      return {
        is: 'ForwardingEvent',
        device: own,
        forwardingType: 'forwardImmediate',
        forwardStatus: line.forwardedTo !== undefined,
        ...(line.forwardedTo === undefined ? {} : { forwardTo: line.forwardedTo }),
      }
    case 'doNotDisturb':
      return { is: 'DoNotDisturbEvent', device: own, doNotDisturbOn: line.doNotDisturb }
    case 'messages':
      return { is: 'MessageWaitingEvent', targetDevice: own, messageWaitingOn: line.messages > 0 }
  }
}

/** Who calls whom. */
export function parties({ own, call }: At): {
  readonly callingDevice: ExtendedDevice
  readonly calledDevice: ExtendedDevice
  readonly lastRedirectionDevice: ExtendedDevice
} {
  const [calling, called] = call.direction === 'in' ? [call.remote, call.called] : [own, call.called]
  return {
    callingDevice: calling === 'anonymous' ? { absent: 'restricted' } : calling,
    calledDevice: called,
    lastRedirectionDevice: { absent: 'notRequired' },
  }
}

function causeOf(status = 500): string {
  return causes[status] ?? (status >= 500 ? 'networkOutOfOrder' : 'destNotObtainable')
}

const causes: Readonly<Record<number, string>> = {
  403: 'blocked',
  404: 'numberUnallocated',
  408: 'callNotAnswered',
  480: 'destNotObtainable',
  484: 'invalidNumberFormat',
  486: 'busy',
  487: 'callCancelled',
  488: 'incompatibleDestination',
  600: 'busy',
  603: 'doNotDisturb',
}
