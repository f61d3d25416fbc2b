// The calls of an endpoint out of Asterisk's events in every order, what a snapshot makes of them, and events that are none.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import { AriDevice, type AriTold, readAriBridges, readAriChannels, readAriEvent } from './index.ts'

interface Said {
  readonly id: string
  readonly name: string
  readonly state?: string
  readonly connected?: string
  readonly app?: string
  readonly exten?: string
}

const channel = ({ id, name, state = 'Up', connected = '', app = '', exten = '' }: Said): object => ({
  id,
  name,
  state,
  caller: { name: '', number: '' },
  connected: { name: '', number: connected },
  dialplan: { context: 'internal', exten, priority: 1, app_name: app, app_data: '' },
})

const own = (id: string, more: Partial<Said> = {}): object =>
  channel({ id, name: `PJSIP/101-0000000${id}`, connected: '102', ...more })
const far = (id: string, more: Partial<Said> = {}): object =>
  channel({ id, name: `PJSIP/102-0000000${id}`, connected: '101', ...more })

const created = (of: object): object => ({ type: 'ChannelCreated', channel: of })
const is = (of: object): object => ({ type: 'ChannelStateChange', channel: of })
const dial = (caller: object | undefined, peer: object, dialstatus: string): object => ({
  type: 'Dial',
  caller,
  peer,
  dialstatus,
})
const enters = (of: object, ...channels: string[]): object => ({
  type: 'ChannelEnteredBridge',
  channel: of,
  bridge: { id: 'b', channels },
})
const gone = (of: object, cause = 16): object => ({ type: 'ChannelDestroyed', channel: of, cause })
const asks = (of: object, cause = 16, soft = false): object => ({
  type: 'ChannelHangupRequest',
  channel: of,
  cause,
  ...(soft ? { soft } : {}),
})

function taken(device: AriDevice, ...events: object[]): AriTold[] {
  return events.flatMap((event) => {
    const read = readAriEvent(JSON.stringify(event))
    assert.ok(read)
    return device.take(read)
  })
}

const kinds = (...events: object[]): string[] => taken(new AriDevice('PJSIP/101'), ...events).map(({ type }) => type)

describe('the calls of an endpoint of Asterisk', () => {
  test('a call by hand is begun, rings, is answered, is held by either side, and ends once', () => {
    const told = kinds(
      created(own('1', { state: 'Ring', exten: '102', connected: '' })),
      created(far('2', { state: 'Down' })),
      dial(own('1', { state: 'Ring' }), far('2', { state: 'Down' }), ''),
      dial(own('1', { state: 'Ring' }), far('2', { state: 'Ringing' }), 'RINGING'),
      dial(own('1', { state: 'Ring' }), far('2'), 'ANSWER'),
      is(own('1')),
      enters(far('2'), '2'),
      enters(own('1'), '1', '2'),
      { type: 'ChannelHold', channel: far('2') },
      { type: 'ChannelHold', channel: own('1') },
      { type: 'ChannelUnhold', channel: far('2') },
      asks(own('1')),
      gone(own('1')),
      gone(far('2')),
    )
    assert.deepEqual(told, ['begun', 'alerting', 'connected', 'held', 'held', 'resumed', 'ended'])
  })

  test('the phone that is called by another is told of once, as coming in, in whichever order it rings and is dialled', () => {
    const rings = is(own('1', { state: 'Ringing', app: 'AppDial' }))
    const dials = dial(far('2', { state: 'Ring' }), own('1', { state: 'Down', app: 'AppDial' }), '')
    for (const order of [
      [rings, dials],
      [dials, rings],
    ]) {
      const told = taken(new AriDevice('PJSIP/101'), created(own('1', { state: 'Down', connected: '' })), ...order)
      assert.deepEqual(
        told.map((each) => (each.type === 'begun' ? [each.direction, each.remote?.number] : each)),
        [['in', '102']],
      )
    }
  })

  test('why there was no call is known through the Local channel that it was dialled by', () => {
    const device = new AriDevice('PJSIP/101')
    device.expect('1', { number: '102' })
    const half = (which: 1 | 2): object => channel({ id: `l${which}`, name: `Local/102@internal-00000000;${which}` })
    const told = taken(
      device,
      created(own('1', { state: 'Down', connected: '' })),
      is(own('1', { app: 'AppDial2' })),
      created(half(1)),
      created(half(2)),
      dial(own('1'), half(1), ''),
      dial(half(2), far('2', { state: 'Down' }), ''),
      asks(far('2'), 21),
      dial(own('1'), half(1), 'BUSY'),
      gone(half(1), 0),
      gone(half(2), 17),
      gone(own('1')),
    )
    assert.deepEqual(
      told.filter(({ type }) => type === 'ended'),
      [{ type: 'ended', call: '1', by: 'remote', cause: 21 }],
    )
  })

  test('a menu that answers is connected at once, and one that is reached after a busy number as well', () => {
    const rings = created(own('1', { state: 'Ring', exten: '610', connected: '' }))
    assert.deepEqual(kinds(rings, is(own('1'))), ['begun', 'connected'])
    const tried = [dial(own('1', { state: 'Ring' }), far('2'), ''), dial(own('1', { state: 'Ring' }), far('2'), 'BUSY')]
    assert.deepEqual(kinds(rings, ...tried, is(own('1'))), ['begun', 'connected'])
  })

  test('a phone whose name only begins like ours is none of ours', () => {
    assert.deepEqual(kinds(created(channel({ id: '1', name: 'PJSIP/101-2-00000001', state: 'Ring' }))), [])
  })

  test('whatever came before, a snapshot leaves no call that is not there, and each is told once', () => {
    const half = (which: 1 | 2): object => channel({ id: `l${which}`, name: `Local/102@internal-00000000;${which}` })
    const all = [
      ...['1', '3', '5'].flatMap((id) => [
        created(own(id, { state: 'Down' })),
        created(own(id, { state: 'Ring' })),
        is(own(id, { state: 'Ringing', app: 'AppDial' })),
        is(own(id)),
        dial(far('2'), own(id), 'RINGING'),
        dial(own(id), half(1), 'RINGING'),
        dial(own(id), far('4'), 'ANSWER'),
        dial(own(id), far('4'), 'BUSY'),
        enters(own(id), id, 'l1'),
        enters(own(id), id, '4'),
        { type: 'ChannelLeftBridge', channel: own(id), bridge: { id: 'b', channels: ['4'] } },
        { type: 'ChannelHold', channel: own(id) },
        { type: 'ChannelConnectedLine', channel: own(id, { connected: '103' }) },
        { type: 'BridgeBlindTransfer', channel: own(id), exten: '103', result: 'Success' },
        asks(own(id)),
        gone(own(id)),
      ]),
      created(half(1)),
      created(half(2)),
      created(far('4')),
      { type: 'ChannelHold', channel: far('4') },
      { type: 'BridgeDestroyed', bridge: { id: 'b', channels: [] } },
      {
        type: 'BridgeAttendedTransfer',
        transferer_first_leg: own('1'),
        transferer_second_leg: own('3'),
        result: 'Success',
      },
      gone(half(1)),
      gone(far('4'), 17),
    ]
    forSeeds(1000, (roll) => {
      const device = new AriDevice('PJSIP/101')
      const expects = roll() < 0.5
      if (expects) device.expect('5', { number: '102' })
      const told = taken(device, ...Array.from({ length: 20 }, () => all[Math.floor(roll() * all.length)] as object))
      const there = ['1', '3', '5', '7'].filter(() => roll() < 0.5)
      const channels = readAriChannels(JSON.stringify([...there.map((id) => own(id)), far('4')]))
      const bridges = readAriBridges(JSON.stringify(there.slice(0, 1).map((id) => ({ id: 'b', channels: [id, '4'] }))))
      assert.ok(channels && bridges)
      told.push(...device.snapshot(channels, bridges))
      assert.deepEqual([...device.calls].sort(), there)
      // Nothing is told of a call before it has begun, or after it has ended.
      const alive = new Set(expects ? ['5'] : [])
      for (const each of told) {
        if (each.type === 'alone') continue
        const { type, call } = each
        assert.equal(alive.has(call), type !== 'begun', `${type} of ${call}`)
        if (type === 'begun') alive.add(call)
        if (type === 'ended') alive.delete(call)
      }
    })
  })

  test('what is no event is none, whatever was done to it', () => {
    const events = [
      JSON.stringify(created(own('1'))),
      JSON.stringify(enters(own('1'), '1', '2')),
      JSON.stringify(dial(own('1'), far('2'), 'BUSY')),
    ]
    for (const text of ['', 'null', '7', '[]', '{}', '{"type":7}', '{"type":"Dial","peer":{"id":[]}}'])
      assert.equal(readAriEvent(text)?.peer, undefined)
    forSeeds(3000, (roll) => {
      const device = new AriDevice('PJSIP/101')
      for (const text of events) {
        const at = Math.floor(roll() * text.length)
        const cut =
          roll() < 0.5
            ? text.slice(0, at)
            : `${text.slice(0, at)}${'"{[0:,'[Math.floor(roll() * 6)]}${text.slice(at + 1)}`
        const event = readAriEvent(cut)
        if (event) device.take(event)
      }
      assert.ok(device.calls.length <= 1)
    })
  })

  test('texts and lists are cut to their bounds', () => {
    const long = 'x'.repeat(10_000)
    const event = readAriEvent(JSON.stringify(created(own('1', { exten: long, connected: long }))))
    assert.equal(event?.channel?.exten.length, 256)
    assert.equal(event?.channel?.connected?.number.length, 256)
    assert.equal(readAriChannels('{"message":"no"}'), undefined)
  })
})
