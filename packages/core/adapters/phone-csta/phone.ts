// The phone on the desk, controlled by CSTA (ECMA-269, in the XML of ECMA-323), whatever carries that.
import { type Capability, errorValue, ParleyError, type Party, type Settings } from '@openparley/contract'
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
import type { LineSet, PhoneCommand, PhoneEvent, PhonePort } from '../../services/calls/port.ts'
import { lineOf, linesAsked, linesSet } from './line.ts'
import { Members } from './members.ts'
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
  'conference',
]

/** By what carries its messages. */
export function phoneBy(carry: Carry, { world, settings, password, newCall, tell }: CstaPhoneOptions): PhonePort {
  const given = settings()
  const device = given['deskPhone.line'] ?? ''
  const calls = new DeviceCalls(device)
  const members = new Members()
  const began = new Set<string>()
  /** Calls that are asked for: what is told of an outgoing call then may be of one of them, and waits until that is known. */
  const dialling = new Map<string, { ended: boolean }>()
  let waiting: DeviceTold[] = []
  /** Calls that are made by `dial`. */
  const made = new Set<string>()
  const early = new Map<string, string>()
  /** Where calls were sent by us. */
  const sent = new Map<string, Party>()
  /** Those of several that are let go by us. */
  const ending = new Set<string>()

  const forget = (call: string): void => {
    members.forget(call)
    sent.delete(call)
    for (const set of [made, ending]) set.delete(call)
  }

  const take = (told: DeviceTold): void => {
    const held = dialling.size > 0 && members.of(told.call).length === 0
    const isOut = told.type === 'begun' ? told.direction === 'out' : !began.has(told.call)
    if (!held || !isOut) return show(told)
    waiting.push(told)
    // It may be over before it is known whose it was.
    if (told.type === 'begun') early.set(told.callID, told.call)
  }
  const show = (told: DeviceTold): void => {
    if (told.type === 'begun') return begin(told)
    if (told.type === 'conferenced') return together(told)
    if (told.type === 'left') return left(told)
    for (const call of members.of(told.call)) showOf(call, told)
  }
  const begin = (told: Extract<DeviceTold, { type: 'begun' }>): void => {
    if (members.of(told.call).length > 0) return
    const call = newCall()
    members.bind(told.call, call)
    members.meet(call, told.remote)
    began.add(told.call)
    const peerId = told.callID
    const remote = partyOf(told.remote)
    const details = told.divertedBy === undefined ? {} : { details: { divertedBy: partyOf(told.divertedBy) } }
    if (told.direction === 'out') tell({ type: 'outgoing', call, to: remote, peerId })
    else tell({ type: 'incoming', call, from: remote, to: partyOf(device), peerId, ...details })
  }
  const showOf = (call: string, told: Exclude<DeviceTold, { type: 'begun' | 'conferenced' | 'left' }>): void => {
    switch (told.type) {
      case 'alerting':
        return tell({ type: 'alerting', call })
      case 'connected':
        members.meet(call, told.remote)
        return tell({ type: 'connected', call, ...(told.remote === undefined ? {} : { remote: partyOf(told.remote) }) })
      case 'held':
      case 'resumed':
        return tell({ type: told.type, call, by: told.by })
      case 'transferred':
        members.meet(call, told.remote)
        return tell({ type: 'transferred', call, remote: partyOf(told.remote) })
      case 'ended': {
        const code = told.by === 'network' ? 'call-lost' : told.by === 'remote' ? causeOf(told.cause) : undefined
        const to = sent.get(call) ?? (told.transferredTo === undefined ? undefined : partyOf(told.transferredTo))
        const end = {
          by: told.by,
          ...(code === undefined ? {} : { error: errorValue(code, told.cause) }),
          ...(to === undefined ? {} : { transferredTo: to }),
        }
        forget(call)
        began.delete(told.call)
        return tell({ type: 'ended', call, end })
      }
    }
  }
  /** Both are one call of the switching function now; here each goes on. */
  const together = (told: Extract<DeviceTold, { type: 'conferenced' }>): void => {
    if (told.with === undefined) return
    const [first, ...more] = members.of(told.call)
    const joining = members.join(told.call, told.with)
    for (const call of members.of(told.call)) tell({ type: 'resumed', call, by: 'local' })
    if (first === undefined) return
    for (const other of joining) tell({ type: 'joined', call: first, with: other })
    for (const call of [first, ...more, ...joining]) tell({ type: 'brought', call })
  }
  const left = (told: Extract<DeviceTold, { type: 'left' }>): void => {
    const call = members.with(told.call, told.device)
    if (call === undefined) return
    const by = ending.has(call) ? 'local' : 'remote'
    forget(call)
    tell({ type: 'ended', call, end: { by } })
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

  const setLine = async (set: LineSet): Promise<void> => {
    for (const message of linesSet(device, set)) {
      const answer = await new Promise<CstaMessage | undefined>((resolve) => link.ask(message, resolve))
      if (answer && answer.is !== 'CSTAErrorCode') continue
      const { code, cause } = refusalOf(answer)
      throw answer
        ? new ParleyError('phone-line-refused', undefined, cause)
        : new ParleyError('phone-unavailable', errorValue(code).sentence)
    }
    // Not every server tells what it was asked for.
    tell({ type: 'line', line: set })
  }

  /** A call of ours that failed is not left with a busy tone at the phone; one by hand is the person’s. */
  const stopTone = (callID: string | undefined): void => {
    const [call] = members.of(calls.keyOf(callID ?? '') ?? '')
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
    link.ask(asked, (answer) => dialled(call, to, state, answer))
  }
  const dialled = (
    call: string,
    to: string,
    state: { readonly ended: boolean },
    answer: CstaMessage | undefined,
  ): void => {
    dialling.delete(call)
    if (answer?.is === 'MakeCallResponse') {
      made.add(call)
      const key = early.get(answer.callingDevice.callID ?? '') ?? calls.expect(answer.callingDevice)
      members.bind(key, call)
      members.meet(call, to)
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
    const key = members.keyOf(call)
    return key === undefined ? undefined : calls.connectionOf(key)
  }
  /** Of several the other side is let go: the phone goes on with the rest. */
  const toEnd = (call: string, own: Connection): Connection => {
    const deviceID = members.otherOf(call)
    if (deviceID === undefined) return own
    ending.add(call)
    return { ...own, deviceID }
  }
  const perform = (command: PhoneCommand): void => {
    if (command.type === 'dial') return dial(command.call, command.to)
    const asked = dialling.get(command.call)
    if (asked && command.type === 'end') asked.ended = true
    const connection = connectionOf(command.call)
    if (!connection) return
    const other = command.type === 'transfer' ? command.with : command.type === 'bring' ? command.other : undefined
    const message = serviceOf(
      command,
      command.type === 'end' ? toEnd(command.call, connection) : connection,
      other === undefined ? undefined : connectionOf(other),
      calls.isHeld(members.keyOf(command.call) ?? ''),
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
      ending.delete(command.call)
      if (members.keyOf(command.call) !== undefined)
        tell({ type: 'refused', call: command.call, command: command.type, ...refusalOf(answer) })
    })
  }

  return {
    kind: 'desk',
    can,
    perform,
    watchLines: () => {},
    setLine: (set) => setLine(set),
    statistics: async () => undefined,
    close: () => link.close(),
  }
}

function isOfCalls({ is }: CstaEvent): boolean {
  return is !== 'CallInformationEvent'
}
