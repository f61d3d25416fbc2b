// A switching function of two devices for tests: 1001 is monitored over a real socket, the far side's is played.
import { listenStream, type Stream } from '@openparley/net'
import {
  type CstaEvent,
  type CstaMessage,
  FrameReader,
  ofEvents,
  readMessage,
  writeFrame,
  writeMessage,
} from '@openparley/protocols/csta'
import type { FarSide } from '../../services/calls/port.suite.ts'

export interface TestSwitch {
  readonly port: number
  readonly far: FarSide
  /** What was asked, by name. */
  readonly asked: readonly string[]
  /** Breaks the connection; calls go on. */
  drop(): void
  close(): Promise<void>
}

interface Call {
  readonly id: string
  readonly from: string
  here: 'null' | 'connected' | 'alerting' | 'hold'
}

const ours = '1001'
const theirs = '1002'

/** What carries its messages to the one phone that it has. */
export interface SwitchLine {
  readonly port: number
  /** An answer with the id of what it answers, or an event with `ofEvents`. */
  send(invokeId: number, message: CstaMessage): void
  drop(): void
  close(): Promise<void>
}

export type OpenSwitchLine = (took: (invokeId: number, message: CstaMessage) => void) => Promise<SwitchLine>

const overTcp: OpenSwitchLine = async (took) => {
  let stream: Stream | undefined
  const listener = await listenStream({
    address: '127.0.0.1',
    port: 0,
    mostConnections: 4,
    onStream: (taken) => {
      stream = taken
      const frames = new FrameReader()
      return {
        onClose: () => {},
        onData: (bytes) => {
          for (const frame of frames.push(bytes)) {
            const message = 'text' in frame ? readMessage(frame.text) : undefined
            if (!('text' in frame) || !message || message.is === 'Unknown' || message.is === 'Fault') continue
            took(frame.invokeId, message)
          }
        },
      }
    },
  })
  return {
    port: listener.port,
    send: (invokeId, message) => void stream?.send(writeFrame({ invokeId, text: writeMessage(message, 'ed3') })),
    drop: () => stream?.close(),
    close: () => listener.close(),
  }
}

export async function testSwitch(open: OpenSwitchLine = overTcp): Promise<TestSwitch> {
  const asked: string[] = []
  const looking = new Set<() => void>()
  let call: Call | undefined
  let state: FarSide['state'] = 'idle'
  let last = 0
  const is = (next: FarSide['state']): void => {
    state = next
    for (const look of [...looking]) look()
  }
  const until = (wanted: FarSide['state']): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (state !== wanted) return
        looking.delete(look)
        resolve()
      }
      looking.add(look)
      look()
    })
  const send = (invokeId: number, message: CstaMessage): void => line.send(invokeId, message)
  const tell = (event: CstaEvent): void => send(ofEvents, { ...event, monitorCrossRefID: '42' })
  const at = (device: string): { callID: string; deviceID: string } => ({ callID: call?.id ?? '', deviceID: device })
  const parties = (): { callingDevice: string; calledDevice: string } => ({
    callingDevice: call?.from ?? ours,
    calledDevice: call?.from === ours ? theirs : ours,
  })
  const clear = (by: string, cause: string): void => {
    if (!call) return
    if (by === theirs)
      tell({
        is: 'ConnectionClearedEvent',
        droppedConnection: at(theirs),
        releasingDevice: theirs,
        localConnectionInfo: 'connected',
        cause,
      })
    tell({
      is: 'ConnectionClearedEvent',
      droppedConnection: at(ours),
      releasingDevice: ours,
      localConnectionInfo: 'null',
      cause,
    })
    call = undefined
    is('idle')
  }
  const establish = (device: string): void => {
    if (call) call.here = 'connected'
    tell({
      is: 'EstablishedEvent',
      establishedConnection: at(device),
      answeringDevice: device,
      ...parties(),
      localConnectionInfo: 'connected',
      cause: 'normal',
    })
    is('talking')
  }
  const held = (by: string, on: boolean): void => {
    if (call && by === ours) call.here = on ? 'hold' : 'connected'
    if (on) tell({ is: 'HeldEvent', heldConnection: at(by), holdingDevice: by, cause: 'normal' })
    else tell({ is: 'RetrievedEvent', retrievedConnection: at(by), retrievingDevice: by, cause: 'normal' })
  }

  const carryOut = (id: number, message: CstaMessage): void => {
    const connection = Object.values(message).find(
      (value) => typeof value === 'object' && value !== null && 'callID' in value,
    )
    if (connection && (connection as { callID?: string }).callID !== call?.id)
      return send(id, { is: 'CSTAErrorCode', category: 'operation', value: 'invalidCallID' })
    switch (message.is) {
      case 'StartApplicationSession':
        return send(id, { is: 'StartApplicationSessionPosResponse', sessionID: '7', actualSessionDuration: 120 })
      case 'MonitorStart':
        return send(id, { is: 'MonitorStartResponse', monitorCrossRefID: '42' })
      case 'SnapshotDevice': {
        const localCallState = { compoundCallState: [call?.here ?? 'null'] }
        const snapshotData = call ? [{ connectionIdentifier: at(ours), localCallState }] : []
        return send(id, { is: 'SnapshotDeviceResponse', crossRefIDorSnapshotData: { snapshotData } })
      }
      case 'SnapshotCall':
        return send(id, { is: 'SnapshotCallResponse', ...parties() })
      case 'MakeCall':
        call = { id: String(++last), from: ours, here: 'connected' }
        tell({ is: 'ServiceInitiatedEvent', initiatedConnection: at(ours), initiatingDevice: ours, cause: 'makeCall' })
        send(id, { is: 'MakeCallResponse', callingDevice: at(ours) })
        tell({
          is: 'OriginatedEvent',
          originatedConnection: at(ours),
          ...parties(),
          localConnectionInfo: 'connected',
          cause: 'newCall',
        })
        return is('called')
      case 'AnswerCall':
        send(id, { is: 'AnswerCallResponse' })
        return establish(ours)
      case 'ClearConnection':
        send(id, { is: 'ClearConnectionResponse' })
        return clear(ours, 'normalClearing')
      case 'HoldCall':
        send(id, { is: 'HoldCallResponse' })
        held(ours, true)
        return is('held')
      case 'RetrieveCall':
        send(id, { is: 'RetrieveCallResponse' })
        held(ours, false)
        return is('talking')
      case 'DeflectCall':
        send(id, { is: 'DeflectCallResponse' })
        tell({
          is: 'DivertedEvent',
          connection: at(ours),
          divertingDevice: ours,
          newDestination: message.newDestination,
          localConnectionInfo: 'null',
          cause: 'redirected',
        })
        call = undefined
        return is('idle')
      default:
        return send(id, { is: 'CSTAErrorCode', category: 'operation', value: 'serviceNotSupported' })
    }
  }

  const line = await open((invokeId, message) => {
    asked.push(message.is)
    carryOut(invokeId, message)
  })
  const causes = { busy: 'busy', declined: 'callCancelled', unknown: 'destNotObtainable' } as const
  return {
    port: line.port,
    asked,
    drop: () => line.drop(),
    close: () => line.close(),
    far: {
      number: theirs,
      get state() {
        return state
      },
      until,
      called: () => until('called'),
      ring: () =>
        tell({
          is: 'DeliveredEvent',
          connection: at(theirs),
          alertingDevice: theirs,
          ...parties(),
          localConnectionInfo: 'connected',
          cause: 'newCall',
        }),
      answer: () => establish(theirs),
      refuse: (how) => {
        tell({
          is: 'FailedEvent',
          failedConnection: at(theirs),
          failingDevice: theirs,
          ...parties(),
          localConnectionInfo: 'connected',
          cause: causes[how],
        })
        call = undefined
        is('idle')
      },
      call: () => {
        call = { id: String(++last), from: theirs, here: 'alerting' }
        tell({
          is: 'DeliveredEvent',
          connection: at(ours),
          alertingDevice: ours,
          ...parties(),
          localConnectionInfo: 'alerting',
          cause: 'newCall',
        })
        is('calling')
      },
      hangUp: () => clear(theirs, 'normalClearing'),
      hold: async () => held(theirs, true),
      resume: async () => held(theirs, false),
    },
  }
}
