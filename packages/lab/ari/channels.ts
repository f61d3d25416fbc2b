// The channels of a desk phone’s call, as Asterisk has them: the phone’s own, and that of the other side.
import type { DeskCall } from '../desk/signals.ts'

export interface Pair {
  readonly own: Named
  readonly far: Named
  readonly number: string
  /** Made by a request: the phone has picked it up before anything is dialled. */
  readonly asked: boolean
  /** Ended by a request, and not by hand. */
  soft: boolean
  /** As it was told of last. */
  call: Readonly<DeskCall> | undefined
}

interface Named {
  readonly id: string
  readonly name: string
}

export type Channel = Readonly<Record<string, unknown>>

export function ownChannel(
  { own, number, asked }: Pair,
  { direction, remote, name = '', called, state }: DeskCall,
): Channel {
  const waits = asked ? 'Up' : 'Ring'
  const states = { initiated: 'Down', originated: waits, delivered: waits, alerting: 'Ringing', null: 'Down' } as const
  return channel(own, {
    state: state === 'connected' || state === 'hold' ? 'Up' : states[state],
    caller: party(number),
    connected: direction === 'in' || state !== 'originated' ? party(remote, name) : party(''),
    exten: direction === 'out' ? called : number,
    app: direction === 'in' ? 'AppDial' : 'Dial',
  })
}

export function farChannel({ far, number }: Pair, { direction, remote, name = '', state }: DeskCall): Channel {
  const states = {
    initiated: 'Down',
    originated: 'Down',
    delivered: 'Ringing',
    alerting: 'Ring',
    null: 'Down',
  } as const
  return channel(far, {
    state: state === 'connected' || state === 'hold' ? 'Up' : states[state],
    caller: party(remote, name),
    connected: party(number),
    exten: direction === 'out' ? remote : number,
    app: direction === 'out' ? 'AppDial' : 'Dial',
  })
}

/** A channel that only an act runs on. */
export function actChannel(id: string): Channel {
  return channel(
    { id, name: `Local/act-${id};2` },
    { state: 'Ring', caller: party(''), connected: party(''), exten: '', app: '' },
  )
}

export function bridgeOf({ own, far }: Pair): { readonly id: string; readonly channels: readonly string[] } {
  return { id: `bridge-${own.id}`, channels: [own.id, far.id] }
}

interface Of {
  readonly state: string
  readonly caller: Channel
  readonly connected: Channel
  readonly exten: string
  readonly app: string
}

function channel({ id, name }: Named, { state, caller, connected, exten, app }: Of): Channel {
  const dialplan = { context: 'default', exten, priority: 1, app_name: app, app_data: '' }
  return { id, name, state, protocol_id: id, caller, connected, accountcode: '', dialplan, language: 'en' }
}

function party(number: string, name = ''): Channel {
  return { name, number }
}
