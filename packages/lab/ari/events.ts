// What happens at a desk phone, as Asterisk tells it of channels: one thing that happens is several events.
import type { DeskCall, DeskEvent } from '../desk/signals.ts'
import { bridgeOf, type Channel, farChannel, ownChannel, type Pair } from './channels.ts'

export function ariEventsOf(pair: Pair, event: Exclude<DeskEvent, { type: 'line' }>): Channel[] {
  const { call } = event
  const own = ownChannel(pair, call)
  const far = farChannel(pair, call)
  const isOut = call.direction === 'out'
  const [caller, peer] = isOut ? [own, far] : [far, own]
  const dial = (dialstatus: string): Channel => ({
    type: 'Dial',
    caller,
    peer,
    dialstatus,
    forward: '',
    dialstring: call.called,
  })
  switch (event.type) {
    case 'originated':
      return [
        { type: 'ChannelCreated', channel: { ...own, state: pair.asked ? 'Down' : 'Ring' } },
        ...(pair.asked ? [{ type: 'ChannelStateChange', channel: own }] : []),
        { type: 'ChannelCreated', channel: far },
        dial(''),
      ]
    case 'delivered':
      return isOut
        ? [{ type: 'ChannelConnectedLine', channel: own }, dial('RINGING')]
        : [
            { type: 'ChannelCreated', channel: far },
            { type: 'ChannelCreated', channel: { ...own, state: 'Down' } },
            dial(''),
            { type: 'ChannelStateChange', channel: own },
            dial('RINGING'),
          ]
    case 'established':
      return [
        { type: 'ChannelStateChange', channel: far },
        dial('ANSWER'),
        { type: 'ChannelStateChange', channel: own },
        { type: 'ChannelEnteredBridge', channel: own, bridge: bridgeOf(pair) },
      ]
    case 'held':
    case 'retrieved':
      return [
        { type: event.type === 'held' ? 'ChannelHold' : 'ChannelUnhold', channel: event.by === 'local' ? own : far },
      ]
    case 'failed': {
      const cause = causes[event.status ?? 0] ?? 38
      return [{ type: 'ChannelHangupRequest', channel: far, cause }, dial(cause === 17 ? 'BUSY' : 'CONGESTION')]
    }
    case 'cleared': {
      // Who was refused has asked for nothing.
      const asks = { type: 'ChannelHangupRequest', channel: event.by === 'local' ? own : far, cause: 16 }
      return [
        { ...asks, ...(pair.soft && event.by === 'local' ? { cause: 32, soft: true } : {}) },
        ...gone(pair, own, far),
      ]
    }
    case 'diverted':
      return gone(pair, own, far)
    case 'transferred':
      return event.join.by === pair.number
        ? gone(pair, own, far)
        : [{ type: 'ChannelConnectedLine', channel: ownChannel(pair, nowWith(call, event.join.to)) }]
    default:
      return []
  }
}

function gone(pair: Pair, own: Channel, far: Channel): Channel[] {
  return [
    { type: 'ChannelLeftBridge', channel: own, bridge: { ...bridgeOf(pair), channels: [pair.far.id] } },
    { type: 'ChannelDestroyed', channel: far, cause: 16, cause_txt: 'Normal Clearing' },
    { type: 'ChannelDestroyed', channel: own, cause: 16, cause_txt: 'Normal Clearing' },
  ]
}

function nowWith(call: Readonly<DeskCall>, remote: string): DeskCall {
  return { ...call, remote }
}

/** SIP to Q.850 (RFC 3398 §8.2.6.1). */
const causes: Readonly<Record<number, number>> = {
  403: 21,
  404: 1,
  408: 18,
  480: 18,
  484: 28,
  486: 17,
  488: 88,
  500: 41,
  503: 34,
  600: 17,
  603: 21,
  604: 1,
}
