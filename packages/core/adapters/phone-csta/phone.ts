// The phone on the desk, controlled by CSTA (ECMA-269, in the XML of ECMA-323), whatever carries that.
import { type Capability, errorValue, type Party, type Settings } from '@openparley/contract'
import type { DnsResolver } from '@openparley/net'
import {
  type Connection,
  type CstaEvent,
  type CstaMessage,
  DeviceCalls,
  type DeviceTold,
} from '@openparley/protocols/csta'
import { type Carry, causeOf, cstaLink, refusalOf } from '../../links/csta/index.ts'
import type { World } from '../../runtime/world.ts'
import type { PhoneCommand, PhoneEvent, PhonePort } from '../../services/calls/port.ts'
import { lineOf, linesAsked } from './line.ts'
import { partyOf } from './parties.ts'
import { serviceOf } from './services.ts'

export interface CstaPhoneOptions {
  readonly world: World
  readonly settings: () => Settings
  readonly password: () => string | undefined
  readonly dns: () => DnsResolver
  readonly newCall: () => string
  readonly tell: (event: PhoneEvent) => void
}

const can: readonly Capability[] = [
  'answer',
  'decline',
  'end',
  'hold',
  'resume',
  'sendDigits',
  'transfer',
  'deflect',
  'move',
]

/** By what carries its messages. */
export function phoneBy(carry: Carry, { world, settings, password, newCall, tell }: CstaPhoneOptions): PhonePort {
  const given = settings()
  const device = given['deskPhone.line'] ?? ''
  const calls = new DeviceCalls(device)
  /** The contract’s id of each call, by the device’s key of it, and back. */
  const ids = new Map<string, string>()
  const keys = new Map<string, string>()
  const began = new Set<string>()
  /** Calls that are asked for: what is told of an outgoing call then may be of one of them, and waits until that is known. */
  const dialling = new Map<string, { ended: boolean }>()
  let waiting: DeviceTold[] = []
  /** Calls that are made by `dial`. */
  const made = new Set<string>()
  const early = new Map<string, string>()
  /** Where calls were sent by us. */
  const sent = new Map<string, Party>()
  /** The first of each conference that calls were joined to. */
  const joined = new Map<string, string>()

  const bind = (key: string, call: string): void => {
    ids.set(key, call)
    keys.set(call, key)
  }
  const forget = (key: string): void => {
    const call = ids.get(key)
    ids.delete(key)
    if (call === undefined) return
    for (const map of [keys, sent, made]) map.delete(call)
    for (const [conference, first] of joined) if (first === call) joined.delete(conference)
  }

  const take = (told: DeviceTold): void => {
    const held = dialling.size > 0 && !ids.has(told.call)
    const isOut = told.type === 'begun' ? told.direction === 'out' : !began.has(told.call)
    if (!held || !isOut) return show(told)
    waiting.push(told)
    // It may be over before it is known whose it was.
    if (told.type === 'begun') early.set(told.callID, told.call)
  }
  const show = (told: DeviceTold): void => {
    const known = ids.get(told.call)
    if (told.type === 'begun') {
      if (known !== undefined) return
      const call = newCall()
      bind(told.call, call)
      began.add(told.call)
      const peerId = told.callID
      const remote = partyOf(told.remote)
      const details = told.divertedBy === undefined ? {} : { details: { divertedBy: partyOf(told.divertedBy) } }
      if (told.direction === 'out') tell({ type: 'outgoing', call, to: remote, peerId })
      else tell({ type: 'incoming', call, from: remote, to: partyOf(device), peerId, ...details })
      return
    }
    if (known === undefined) return
    const call = known
    switch (told.type) {
      case 'alerting':
        return tell({ type: 'alerting', call })
      case 'connected':
        return tell({ type: 'connected', call, ...(told.remote === undefined ? {} : { remote: partyOf(told.remote) }) })
      case 'held':
      case 'resumed':
        return tell({ type: told.type, call, by: told.by })
      case 'transferred':
        return tell({ type: 'transferred', call, remote: partyOf(told.remote) })
      case 'ended': {
        const code = told.by === 'network' ? 'call-lost' : told.by === 'remote' ? causeOf(told.cause) : undefined
        const to = sent.get(call) ?? (told.transferredTo === undefined ? undefined : partyOf(told.transferredTo))
        const end = {
          by: told.by,
          ...(code === undefined ? {} : { error: errorValue(code, told.cause) }),
          ...(to === undefined ? {} : { transferredTo: to }),
        }
        forget(told.call)
        began.delete(told.call)
        return tell({ type: 'ended', call, end })
      }
      case 'conferenced': {
        // Both are one call of the switching function now; it is the first that goes on.
        const other = told.with === undefined ? undefined : ids.get(told.with)
        if (told.with !== undefined) forget(told.with)
        tell({ type: 'resumed', call, by: 'local' })
        if (other !== undefined) tell({ type: 'ended', call: other, end: { by: 'local' } })
        return
      }
      case 'left':
        return
    }
  }

  const user = given['deskPhone.user'] ?? given['user.name']
  const link = cstaLink({
    world,
    carry,
    servers: given['deskPhone.servers'] ?? [],
    device,
    edition: given['deskPhone.csta.edition'],
    session: given['deskPhone.csta.session'],
    application: 'Parley',
    login: () => {
      const secret = password()
      return user === undefined || secret === undefined ? undefined : { user, password: secret }
    },
    state: (state) => tell({ type: 'state', state }),
    calls: (items) => {
      for (const told of calls.snapshot(items)) take(told)
      for (const message of linesAsked(device)) link.ask(message, line)
    },
    event: (event) => {
      line(event)
      if (event.is === 'FailedEvent') stopTone(event.failedConnection.callID)
      if (isOfCalls(event)) for (const told of calls.take(event)) take(told)
    },
  })
  const line = (message: CstaMessage | undefined): void => {
    const told = message && lineOf(message)
    if (told) tell({ type: 'line', line: told })
  }

  /** A call of ours that failed is not left with a busy tone at the phone; one by hand is the person’s. */
  const stopTone = (callID: string | undefined): void => {
    const call = ids.get(calls.keyOf(callID ?? '') ?? '')
    if (call === undefined || callID === undefined || !made.has(call)) return
    link.ask({ is: 'ClearConnection', connectionToBeCleared: { callID, deviceID: device } }, () => {})
  }

  const dial = (call: string, to: string): void => {
    const state = { ended: false }
    dialling.set(call, state)
    const asked = {
      is: 'MakeCall',
      callingDevice: device,
      calledDirectoryNumber: to,
      autoOriginate: 'doNotPrompt',
    } as const
    link.ask(asked, (answer) => dialled(call, state, answer))
  }
  const dialled = (call: string, state: { readonly ended: boolean }, answer: CstaMessage | undefined): void => {
    dialling.delete(call)
    if (answer?.is === 'MakeCallResponse') {
      made.add(call)
      const key = early.get(answer.callingDevice.callID ?? '') ?? calls.expect(answer.callingDevice)
      bind(key, call)
      tell({ type: 'proceeding', call, peerId: answer.callingDevice.callID ?? '' })
      if (state.ended) perform({ type: 'end', call })
    } else {
      const { code, cause } = refusalOf(answer?.is === 'CSTAErrorCode' ? answer : undefined)
      const error = errorValue(code, undefined, cause)
      tell({ type: 'ended', call, end: state.ended ? { by: 'local' } : { by: 'network', error } })
    }
    if (dialling.size > 0) return
    const rest = waiting
    waiting = []
    early.clear()
    for (const told of rest) show(told)
  }

  const connectionOf = (call: string): Connection | undefined => {
    const key = keys.get(call)
    return key === undefined ? undefined : calls.connectionOf(key)
  }
  const perform = (command: PhoneCommand): void => {
    if (command.type === 'dial') return dial(command.call, command.to)
    const asked = dialling.get(command.call)
    if (asked && command.type === 'end') asked.ended = true
    const connection = connectionOf(command.call)
    if (!connection) return
    const first =
      command.type === 'join' && command.conference !== undefined ? joined.get(command.conference) : undefined
    if (command.type === 'join' && command.conference !== undefined && first === undefined)
      joined.set(command.conference, command.call)
    const other = command.type === 'transfer' ? command.with : first
    const message = serviceOf(
      command,
      connection,
      other === undefined ? undefined : connectionOf(other),
      calls.isHeld(keys.get(command.call) ?? ''),
    )
    if (!message) return
    if (command.type === 'deflect') sent.set(command.call, { number: command.to })
    if (command.type === 'transfer') sent.set(command.call, command.to)
    link.ask(message, (answer) => {
      if (answer && answer.is !== 'CSTAErrorCode') {
        if (command.type === 'transfer')
          tell({ type: 'transferring', call: command.call, transfer: { to: command.to, is: 'asked' } })
        return
      }
      sent.delete(command.call)
      if (keys.has(command.call))
        tell({ type: 'refused', call: command.call, command: command.type, ...refusalOf(answer) })
    })
  }

  return {
    kind: 'desk',
    can,
    perform,
    watchLines: () => {},
    statistics: async () => undefined,
    close: () => link.close(),
  }
}

function isOfCalls({ is }: CstaEvent): boolean {
  return is !== 'CallInformationEvent'
}
