// What becomes of a call, as CSTA tells it of one device.
import type { Call, ErrorCode, Party } from '@openparley/contract'
import type { CstaEvent, ExtendedDevice } from '@openparley/protocols/csta'

/** The events between two states of a call; `before` undefined: it is new. */
export function eventsOf(device: string, before: Call | undefined, now: Call): CstaEvent[] {
  const events: CstaEvent[] = []
  const was = before ? ranks[before.state] : -1
  const far = deviceOf(now.remote)
  const isOut = now.direction === 'outgoing'
  const ours = { callID: now.id, deviceID: device }
  const theirs = { callID: now.id, deviceID: now.remote.number }
  const parties = {
    callingDevice: isOut ? device : far,
    calledDevice: isOut ? far : device,
    lastRedirectionDevice: now.divertedBy ? deviceOf(now.divertedBy) : notRequired,
  }
  const wasAnswered = now.answeredAt !== undefined

  if (was < 0 && isOut) {
    events.push({ is: 'ServiceInitiatedEvent', initiatedConnection: ours, initiatingDevice: device, ...initiated })
    const { callingDevice, calledDevice } = parties
    const called = { callingDevice, calledDevice }
    events.push({ is: 'OriginatedEvent', originatedConnection: ours, ...called, ...localOf('connected', 'newCall') })
  }
  if (isOut ? was < 1 && now.state === 'alerting' : was < 0) {
    const alerting = isOut ? { connection: theirs, alertingDevice: far } : { connection: ours, alertingDevice: device }
    events.push({
      is: 'DeliveredEvent',
      ...alerting,
      ...parties,
      ...localOf(isOut ? 'connected' : 'alerting', 'newCall'),
    })
  }
  if (was < 2 && wasAnswered) {
    const answered = isOut
      ? { establishedConnection: theirs, answeringDevice: far }
      : { establishedConnection: ours, answeringDevice: device }
    events.push({ is: 'EstablishedEvent', ...answered, ...parties, ...localOf('connected', 'normal') })
  }
  if (now.state === 'connected') {
    const held = (call: Call | undefined, by: 'local' | 'remote'): boolean => call?.held === by || call?.held === 'both'
    for (const [by, connection, holder, info] of [
      ['local', ours, device, 'hold'],
      ['remote', theirs, far, 'connected'],
    ] as const) {
      const isHeld = held(now, by)
      if (isHeld === held(before, by)) continue
      if (isHeld)
        events.push({ is: 'HeldEvent', heldConnection: connection, holdingDevice: holder, ...localOf(info, 'normal') })
      else
        events.push({
          is: 'RetrievedEvent',
          retrievedConnection: connection,
          retrievingDevice: holder,
          ...localOf('connected', 'normal'),
        })
    }
  }
  if (before?.state === 'connected' && now.state === 'connected' && before.remote.number !== now.remote.number)
    events.push({
      is: 'TransferedEvent',
      primaryOldCall: { callID: now.id, deviceID: before.remote.number },
      transferringDevice: deviceOf(before.remote),
      transferredToDevice: far,
      transferredConnections: [{ newConnection: theirs, endpoint: far }],
      ...localOf('connected', 'transfer'),
    })
  if (now.state !== 'ended' || was >= ranks.ended) return events

  const to = now.end?.transferredTo && deviceOf(now.end.transferredTo)
  if (to !== undefined && wasAnswered)
    events.push({
      is: 'TransferedEvent',
      primaryOldCall: ours,
      transferringDevice: device,
      transferredToDevice: to,
      ...localOf('null', 'singleStepTransfer'),
    })
  else if (to !== undefined)
    events.push({
      is: 'DivertedEvent',
      connection: ours,
      divertingDevice: device,
      newDestination: to,
      ...parties,
      ...localOf('null', 'redirected'),
    })
  else {
    const by = now.end?.by === 'remote' ? theirs : ours
    const cause = causes[now.end?.error?.code ?? ''] ?? (now.end?.error ? 'networkSignal' : 'normalClearing')
    if (isOut && !wasAnswered && now.end?.error)
      events.push({
        is: 'FailedEvent',
        failedConnection: theirs,
        failingDevice: far,
        ...parties,
        ...localOf('connected', cause),
      })
    events.push({
      is: 'ConnectionClearedEvent',
      droppedConnection: ours,
      releasingDevice: by === ours ? device : far,
      ...localOf('null', cause),
    })
  }
  return events
}

export function deviceOf({ number, anonymous }: Party): ExtendedDevice {
  return anonymous ? { absent: 'restricted' } : number
}

function localOf(localConnectionInfo: string, cause: string): { localConnectionInfo: string; cause: string } {
  return { localConnectionInfo, cause }
}

const initiated = localOf('initiated', 'makeCall')
const notRequired = { absent: 'notRequired' } as const
const ranks = { dialling: 0, alerting: 1, connected: 2, ended: 3 } as const

const causes: Readonly<Partial<Record<ErrorCode | '', string>>> = {
  'call-busy': 'busy',
  'call-declined': 'callCancelled',
  'call-unanswered': 'callNotAnswered',
  'call-unreachable': 'networkNotObtainable',
  'call-taken-elsewhere': 'callPickup',
  'call-forbidden': 'blocked',
  'call-incompatible': 'incompatibleDestination',
  'number-unknown': 'destNotObtainable',
  'number-invalid': 'invalidNumberFormat',
  'number-moved': 'numberChanged',
  'server-overloaded': 'networkCongestion',
}
