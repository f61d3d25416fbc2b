// What becomes of one call: the only place that decides. Signals are what a phone tells and what applications claim.
import type { Call, Capability } from '@openparley/contract'
import type { PhoneEvent } from './port.ts'

export type CallInput =
  | Exclude<PhoneEvent, { type: 'state' | 'reset' | 'incoming' | 'digit' | 'played' | 'refused' }>
  | { readonly type: 'claimed'; readonly application: string }
  | { readonly type: 'released'; readonly application: string }
  | { readonly type: 'muted'; readonly muted: boolean }

type State = Call['state']

/** Where each signal leads. An absent cell means that the signal changes nothing in that state. */
export const table: Record<State, Partial<Record<CallInput['type'], State>>> = {
  dialling: {
    proceeding: 'dialling',
    alerting: 'alerting',
    'early-media': 'dialling',
    connected: 'connected',
    ended: 'ended',
    claimed: 'dialling',
    released: 'dialling',
    muted: 'dialling',
  },
  alerting: {
    proceeding: 'alerting',
    alerting: 'alerting',
    'early-media': 'alerting',
    connected: 'connected',
    ended: 'ended',
    claimed: 'alerting',
    released: 'alerting',
    muted: 'alerting',
  },
  connected: {
    connected: 'connected',
    held: 'connected',
    resumed: 'connected',
    ended: 'ended',
    claimed: 'connected',
    released: 'connected',
    muted: 'connected',
  },
  ended: {},
}

/** The call after the input, or the very same call where nothing changed. `at` is wall time. */
export function decide(call: Call, input: CallInput, at: string): Call {
  const state = table[call.state][input.type]
  if (state === undefined) return call
  const changed: Call = { ...call, ...apply(call, input, at), state }
  changed.capabilities = capabilitiesOf(changed)
  return changed
}

function apply(call: Call, input: CallInput, at: string): Partial<Call> {
  switch (input.type) {
    case 'proceeding':
      return { peerId: input.peerId }
    case 'alerting':
      return {}
    case 'early-media':
      return { earlyMedia: true }
    case 'connected':
      return {
        earlyMedia: false,
        answeredAt: call.answeredAt ?? at,
        ...(input.remote ? { remote: { ...call.remote, ...input.remote } } : {}),
      }
    case 'held':
      return { held: hold(call.held, input.by, true) }
    case 'resumed':
      return { held: hold(call.held, input.by, false) }
    case 'claimed':
      return { handler: input.application }
    case 'released':
      return call.handler === input.application ? { handler: undefined } : {}
    case 'muted':
      return { muted: input.muted }
    case 'ended':
      return {
        earlyMedia: false,
        held: 'no',
        endedAt: at,
        end: input.end,
        ...(input.statistics ? { statistics: input.statistics } : {}),
      }
  }
}

function hold(held: Call['held'], by: 'local' | 'remote', on: boolean): Call['held'] {
  const local = by === 'local' ? on : held === 'local' || held === 'both'
  const remote = by === 'remote' ? on : held === 'remote' || held === 'both'
  if (local && remote) return 'both'
  if (local) return 'local'
  return remote ? 'remote' : 'no'
}

/** What can be done with the call as it stands, by whoever handles it. */
export function capabilitiesOf(call: Call): Capability[] {
  const mute: Capability = call.muted ? 'unmute' : 'mute'
  switch (call.state) {
    case 'dialling':
      return call.earlyMedia ? ['end', mute, 'sendDigits', 'attach'] : ['end']
    case 'alerting':
      if (call.direction === 'incoming') return ['answer', 'decline', ...(call.handler ? [] : (['claim'] as const))]
      return call.earlyMedia ? ['end', mute, 'sendDigits', 'attach'] : ['end']
    case 'connected':
      return [
        'end',
        call.held === 'local' || call.held === 'both' ? 'resume' : 'hold',
        mute,
        'sendDigits',
        'attach',
        ...(call.handler ? [] : (['claim'] as const)),
      ]
    case 'ended':
      return []
  }
}
