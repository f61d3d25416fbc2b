// The calls of the phones on desks as channels: each has one of the phone's own and one of who it is with, in a bridge while they talk.
import { type AmiMessage, messageOf } from '@openparley/protocols/ami'
import type { Desk } from '../desk/desk.ts'
import type { DeskCall, DeskEvent, Join } from '../desk/signals.ts'

export interface Channel {
  readonly name: string
  readonly id: string
}

export interface Pair {
  /** The phone's number, and its name of the call. */
  readonly number: string
  readonly key: string
  readonly callId: string
  readonly own: Channel
  readonly far: Channel
  readonly bridge: string
  /** Made for a manager: what is called comes after the phone was picked up. */
  readonly asked: string | undefined
  /** The other one has gone, and has said why. */
  isFarGone: boolean
}

type Fields = Readonly<Record<string, string | undefined>>

export class Channels {
  readonly #desk: Desk
  readonly #pairs: Pair[] = []
  #made = 0
  #asked: { readonly id: string; readonly action: string | undefined } | undefined

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** What is dialled in `dials` has a channel with that id. */
  asking(id: string | undefined, action: string | undefined, dials: () => void): void {
    this.#asked = id === undefined ? undefined : { id, action }
    dials()
    this.#asked = undefined
  }

  /** The call that a channel is of, and at which end. */
  at(
    name: string,
  ): { readonly pair: Pair; readonly end: 'own' | 'far'; readonly call: Readonly<DeskCall> } | undefined {
    for (const pair of this.#pairs) {
      const end = pair.own.name === name ? 'own' : pair.far.name === name ? 'far' : undefined
      const call = end && this.#callOf(pair)
      if (end && call) return { pair, end, call }
    }
    return undefined
  }

  list(): AmiMessage[] {
    return this.#pairs.flatMap((pair) => {
      const call = this.#callOf(pair)
      if (!call) return []
      const isTalking = call.state === 'connected' || call.state === 'hold'
      const bridge = { BridgeId: isTalking ? pair.bridge : '' }
      return [
        {
          ...ofOwn(pair, call),
          ...bridge,
          ChannelState: call.state === 'alerting' ? '5' : isTalking || pair.asked ? '6' : '4',
          Application: call.direction === 'in' ? 'AppDial' : 'Dial',
          Exten: call.direction === 'in' ? 's' : call.called,
        },
        { ...ofFar(pair, call), ...bridge, ChannelState: isTalking ? '6' : '5', Application: 'Lab' },
      ].map(messageOf)
    })
  }

  told(number: string, event: DeskEvent): AmiMessage[] {
    return this.#eventsOf(number, event).map((fields) => messageOf({ ...fields, Privilege: 'call,all' }))
  }

  #callOf({ number, key }: Pair): Readonly<DeskCall> | undefined {
    return this.#desk.calls(number).find((call) => call.key === key)
  }

  #eventsOf(number: string, event: DeskEvent): Fields[] {
    if (event.type === 'line') {
      const { messages } = event.line
      if (!event.changed.includes('messages')) return []
      const waiting = { Waiting: messages > 0 ? '1' : '0', New: String(messages), Old: '0' }
      return [{ Event: 'MessageWaiting', Mailbox: `${number}@default`, ...waiting }]
    }
    const { call } = event
    if (event.type === 'originated' || (event.type === 'delivered' && call.direction === 'in'))
      return this.#begin(number, call)
    const pair = this.#pairs.find((each) => each.number === number && each.key === call.key)
    if (!pair) return []
    const own = ofOwn(pair, call)
    const far = ofFar(pair, call)
    switch (event.type) {
      case 'delivered':
        return [
          { Event: 'Newstate', ...far, ChannelState: '5' },
          { Event: 'DialState', ...own, ...asDest(far), DialStatus: 'RINGING' },
        ]
      case 'established': {
        const dialled = call.direction === 'in' ? { ...far, ...asDest(own) } : { ...own, ...asDest(far) }
        const enters = (channel: Fields): Fields => ({ Event: 'BridgeEnter', BridgeUniqueid: pair.bridge, ...channel })
        return [
          { Event: 'DialEnd', ...dialled, DialStatus: 'ANSWER' },
          ...(pair.asked ? [] : [{ Event: 'Newstate', ...own, ChannelState: '6' }]),
          enters(far),
          enters(own),
        ]
      }
      case 'held':
      case 'retrieved':
        return [{ Event: event.type === 'held' ? 'Hold' : 'Unhold', ...(event.by === 'local' ? own : far) }]
      case 'failed':
        pair.isFarGone = true
        return [
          { Event: 'Hangup', ...far, Cause: causeOf(event.status) },
          { Event: 'DialEnd', ...own, ...asDest(far), DialStatus: event.status === 486 ? 'BUSY' : 'CHANUNAVAIL' },
        ]
      case 'cleared':
        return this.#end(pair, call, event.by === 'local' ? [{ Event: 'HangupRequest', ...own }] : [])
      case 'diverted':
        return this.#end(pair, call)
      case 'transferred':
        return event.join.by === number ? this.#sent(pair, event) : [{ Event: 'NewConnectedLine', ...own }]
      default:
        return []
    }
  }

  #begin(number: string, call: Readonly<DeskCall>): Fields[] {
    const asked = this.#asked
    const one = (technology: string, of: string, id: string | undefined): Channel => {
      const made = (++this.#made).toString(16).padStart(8, '0')
      return { name: `${technology}/${of.replaceAll(/[^\w.@+*#-]/g, '_')}-${made}`, id: id ?? `lab.${made}` }
    }
    const { key, id: callId } = call
    const pair: Pair = {
      number,
      key,
      callId,
      own: one('PJSIP', number, asked?.id),
      far: one('Lab', call.remote, undefined),
      bridge: `bridge-${this.#made}`,
      asked: asked?.id,
      isFarGone: false,
    }
    this.#pairs.push(pair)
    const own = ofOwn(pair, call)
    const far = ofFar(pair, call)
    if (call.direction === 'in')
      return [
        { Event: 'Newchannel', ...far, ChannelState: '4', Exten: call.called },
        { Event: 'Newchannel', ...own, ChannelState: '0', Exten: 's' },
        { Event: 'DialBegin', ...far, ...asDest(own), DestChannelState: '0' },
        { Event: 'Newstate', ...own, ChannelState: '5' },
      ]
    const picked: Fields[] = [
      { Event: 'Newchannel', ...own, ChannelState: '0', Exten: 's' },
      { Event: 'Newstate', ...own, ChannelState: '6' },
      { Event: 'OriginateResponse', Response: 'Success', ActionID: asked?.action, ...own, Reason: '4' },
    ]
    return [
      ...(asked ? picked : [{ Event: 'Newchannel', ...own, ChannelState: '4', Exten: call.called }]),
      { Event: 'Newchannel', ...far, ChannelState: '0', Exten: 's' },
      { Event: 'DialBegin', ...own, ...asDest(far), DestChannelState: '0' },
    ]
  }

  #end(pair: Pair, call: Readonly<DeskCall>, before: readonly Fields[] = []): Fields[] {
    this.#pairs.splice(this.#pairs.indexOf(pair), 1)
    const gone = (channel: Fields, Cause: string): Fields[] => [
      { Event: 'BridgeLeave', BridgeUniqueid: pair.bridge, ...channel },
      { Event: 'Hangup', ...channel, Cause },
    ]
    const far = pair.isFarGone ? [] : gone(ofFar(pair, call), '16')
    return [...before, ...far, ...gone(ofOwn(pair, call), pair.isFarGone ? '0' : '16')]
  }

  /** By this phone: it is in neither call any more. */
  #sent(pair: Pair, { call, join }: Extract<DeskEvent, { readonly join: Join }>): Fields[] {
    const second = this.#pairs.find((each) => each.number === pair.number && each.callId === join.secondOld)
    if (second) return [...this.#end(pair, call), ...this.#end(second, { ...call, remote: join.to })]
    const sent: Fields = {
      Event: 'BlindTransfer',
      Result: 'Success',
      TransfererChannel: pair.own.name,
      TransfererUniqueid: pair.own.id,
      TransfereeChannel: pair.far.name,
      TransfereeUniqueid: pair.far.id,
      Extension: join.to,
    }
    return this.#end(pair, call, [sent])
  }
}

function ofOwn({ own, far, number, asked }: Pair, { direction, remote, name }: Readonly<DeskCall>): Fields {
  return {
    Channel: own.name,
    Uniqueid: own.id,
    Linkedid: direction === 'in' && !asked ? far.id : own.id,
    CallerIDNum: number,
    ConnectedLineNum: remote,
    ConnectedLineName: name ?? '<unknown>',
  }
}

function ofFar({ own, far, number }: Pair, { direction, remote, name }: Readonly<DeskCall>): Fields {
  return {
    Channel: far.name,
    Uniqueid: far.id,
    Linkedid: direction === 'in' ? far.id : own.id,
    CallerIDNum: remote,
    CallerIDName: name,
    ConnectedLineNum: number,
  }
}

function asDest(channel: Fields): Fields {
  return Object.fromEntries(Object.entries(channel).map(([name, value]) => [`Dest${name}`, value]))
}

function causeOf(status = 500): string {
  return causes[status] ?? '38'
}

const causes: Readonly<Record<number, string>> = {
  403: '21',
  404: '1',
  408: '18',
  480: '20',
  484: '28',
  486: '17',
  487: '16',
  488: '88',
  600: '17',
  603: '21',
}
