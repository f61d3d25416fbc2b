// What each event means for the calls of the device that is monitored: a table. Switching functions leave fields out, so each is read by what there is.
import type { Step } from './device-told.ts'
import { sameDevice } from './devices.ts'
import type { Connection, ConnectionListItem, ExtendedDevice } from './fields.ts'
import type { CstaEvent, CstaEvents } from './message.ts'

interface About {
  readonly device: string
  /** Whether a call of ours has that callID. */
  knows(callID: string | undefined): boolean
}

type Meaning = {
  readonly [Name in keyof CstaEvents]?: (event: CstaEvents[Name], about: About) => readonly (Step | undefined)[]
}

export function stepsOf(event: CstaEvent, device: string, knows: About['knows']): Step[] {
  const meant = meaning[event.is] as ((event: CstaEvent, about: About) => readonly (Step | undefined)[]) | undefined
  return (meant?.(event, { device, knows }) ?? []).filter((step) => step !== undefined)
}

/** Undefined fields are left out. */
function step(connection: Connection, rest: Record<string, unknown> & { readonly is: Step['is'] }): Step | undefined {
  const { callID } = connection
  if (callID === undefined) return undefined
  const told = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return { callID, ...told } as Step
}

const meaning: Meaning = {
  ServiceInitiatedEvent: (event, { device }) =>
    isOurs(event.initiatedConnection, event.initiatingDevice, device)
      ? [step(event.initiatedConnection, { is: 'initiated' })]
      : [],

  OriginatedEvent: (event, { device }) =>
    isOurs(event.originatedConnection, event.callingDevice, device) ? [out(event.originatedConnection, event)] : [],

  NetworkReachedEvent: (event, { device, knows }) =>
    isDevice(event.callingDevice, device) || knows(event.outboundConnection.callID)
      ? [out(event.outboundConnection, event)]
      : [],

  QueuedEvent: (event, { device }) =>
    isDevice(event.callingDevice, device) ? [out(event.queuedConnection, event)] : [],

  DeliveredEvent: (event, { device, knows }) => {
    const { connection, alertingDevice, callingDevice, localConnectionInfo } = event
    const here = alertingDevice === undefined ? localConnectionInfo === 'alerting' : isDevice(alertingDevice, device)
    // A phone that calls itself rings, too: then it is its own caller.
    if (here) return [into(connection, event)]
    if (isDevice(callingDevice, device) || knows(connection.callID))
      return [out(connection, event), step(connection, { is: 'alerting' })]
    return []
  },

  EstablishedEvent: (event, { device, knows }) => {
    const { establishedConnection: at, answeringDevice, callingDevice, calledDevice, localConnectionInfo } = event
    const connected = (remote: ExtendedDevice | undefined): Step | undefined => step(at, { is: 'connected', remote })
    if (isDevice(answeringDevice, device)) return [into(at, event), connected(known(callingDevice, device))]
    if (isDevice(callingDevice, device))
      return [out(at, event), connected(known(answeringDevice, device) ?? calledDevice)]
    // A call that rang here was answered elsewhere.
    if (localConnectionInfo === 'null') return [step(at, { is: 'cleared', by: 'remote', cause: 'callPickup' })]
    return knows(at.callID) && localConnectionInfo === 'connected' ? [connected(undefined)] : []
  },

  HeldEvent: (event, { device }) => [
    step(event.heldConnection, { is: 'held', by: side(event.heldConnection, event.holdingDevice, device) }),
  ],
  RetrievedEvent: (event, { device }) => [
    step(event.retrievedConnection, {
      is: 'resumed',
      by: side(event.retrievedConnection, event.retrievingDevice, device),
    }),
  ],

  TransferedEvent: (event, { device, knows }) => {
    const {
      primaryOldCall,
      secondaryOldCall,
      transferringDevice,
      transferredToDevice,
      transferredConnections = [],
    } = event
    const old = [primaryOldCall, ...(secondaryOldCall ? [secondaryOldCall] : [])].filter(({ callID }) => knows(callID))
    if (isDevice(transferringDevice, device))
      return old.map((each) =>
        step(each, { is: 'cleared', by: 'local', cause: event.cause, transferredTo: transferredToDevice }),
      )
    const to = newCallOf(transferredConnections, device)
    const remote = otherOf(transferredConnections, device) ??
      known(transferredToDevice, device) ?? { absent: 'notKnown' }
    return old.map((each) => step(each, { is: 'transferred', to: to ?? each.callID, remote }))
  },

  ConferencedEvent: (event, { device, knows }) => {
    const { primaryOldCall, secondaryOldCall, conferenceConnections = [] } = event
    const [first, second] = [primaryOldCall, secondaryOldCall].filter((each) => each && knows(each.callID))
    if (!first) return []
    const to = newCallOf(conferenceConnections, device) ?? first.callID
    return [step(first, { is: 'conferenced', second: second?.callID, to })]
  },

  DivertedEvent: (event, { device }) => {
    const { connection, divertingDevice, newDestination, localConnectionInfo } = event
    if (isOurs(connection, divertingDevice, device) || localConnectionInfo === 'null')
      return [step(connection, { is: 'cleared', by: 'local', cause: event.cause, transferredTo: newDestination })]
    return newDestination === undefined ? [] : [step(connection, { is: 'redirected', remote: newDestination })]
  },

  FailedEvent: (event, { device }) => {
    const begun = isDevice(event.callingDevice, device) ? out(event.failedConnection, event) : undefined
    return [begun, step(event.failedConnection, { is: 'failed', cause: event.cause })]
  },

  ConnectionClearedEvent: (event, { device }) => {
    const { droppedConnection: gone, releasingDevice, localConnectionInfo, cause } = event
    const ours = gone.deviceID === undefined ? isDevice(releasingDevice, device) : isDevice(gone.deviceID, device)
    const by = isDevice(releasingDevice ?? gone.deviceID, device) ? 'local' : 'remote'
    if (ours || localConnectionInfo === 'null') return [step(gone, { is: 'cleared', by, cause })]
    // Who has handed the call on leaves it; somebody else is there then.
    if (cause === 'transfer' || cause === 'singleStepTransfer') return []
    return [step(gone, { is: 'left', device: gone.deviceID ?? releasingDevice, cause })]
  },
}

interface Parties {
  readonly callingDevice?: ExtendedDevice | undefined
  readonly calledDevice?: ExtendedDevice | undefined
  readonly lastRedirectionDevice?: ExtendedDevice | undefined
}

function out(connection: Connection, { calledDevice: remote }: Parties): Step | undefined {
  return step(connection, { is: 'begun', direction: 'out', remote })
}

function into(
  connection: Connection,
  { callingDevice: remote, lastRedirectionDevice: last }: Parties,
): Step | undefined {
  const divertedBy = typeof last === 'string' ? last : undefined
  return step(connection, { is: 'begun', direction: 'in', remote, divertedBy })
}

function isOurs(connection: Connection, told: ExtendedDevice | undefined, device: string): boolean {
  return isDevice(told ?? connection.deviceID, device)
}

function side(connection: Connection, told: ExtendedDevice | undefined, device: string): 'local' | 'remote' {
  return isOurs(connection, told, device) ? 'local' : 'remote'
}

/** A device that is told, and not our own. */
function known(told: ExtendedDevice | undefined, device: string): ExtendedDevice | undefined {
  return told === undefined || isDevice(told, device) ? undefined : told
}

/** The callID that our connection has from now on. */
function newCallOf(items: readonly ConnectionListItem[], device: string): string | undefined {
  const ours = items.find(({ newConnection, endpoint }) => isDevice(endpoint ?? newConnection?.deviceID, device))
  return (ours ?? items.find(({ newConnection }) => newConnection?.callID !== undefined))?.newConnection?.callID
}

function otherOf(items: readonly ConnectionListItem[], device: string): ExtendedDevice | undefined {
  for (const { endpoint, newConnection } of items) {
    const at = endpoint ?? newConnection?.deviceID
    if (typeof at === 'string' && !isDevice(at, device)) return at
  }
  return undefined
}

/** Whether an event's device is that one. */
function isDevice(told: ExtendedDevice | undefined, device: string): boolean {
  return typeof told === 'string' && sameDevice(told, device)
}
