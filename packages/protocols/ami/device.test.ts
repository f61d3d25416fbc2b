// What becomes of a line's calls, by events as Asterisk 22 told them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import { AmiDevice, type AmiTold, messageOf } from './index.ts'

type Fields = Readonly<Record<string, string>>

const line = 'PJSIP/101'
const own = 'PJSIP/101-00000000'
const bob = 'PJSIP/102-00000001'

function taken(events: readonly Fields[], device = new AmiDevice(line)): AmiTold[] {
  return events.flatMap((event) => device.take(messageOf(event)))
}
const short = (told: readonly AmiTold[]): string[] =>
  told.map((each) =>
    [
      each.type,
      each.call,
      'direction' in each ? each.direction : '',
      'by' in each ? each.by : '',
      'remote' in each ? (each.remote?.number ?? '?') : '',
      'cause' in each ? each.cause : '',
      'transferredTo' in each ? `to ${each.transferredTo?.number}` : '',
    ]
      .filter((word) => word !== '')
      .join(' '),
  )

const begins = (
  Channel: string,
  Uniqueid: string,
  ChannelState: string,
  Exten: string,
  Linkedid = Uniqueid,
): Fields => ({
  Event: 'Newchannel',
  Channel,
  ChannelState,
  Exten,
  Uniqueid,
  Linkedid,
})
const enters = (Uniqueid: string, Channel: string, BridgeUniqueid = 'b1'): Fields => ({
  Event: 'BridgeEnter',
  BridgeUniqueid,
  Channel,
  Uniqueid,
  Linkedid: '1',
})
const leaves = (Uniqueid: string, BridgeUniqueid = 'b1'): Fields => ({ Event: 'BridgeLeave', BridgeUniqueid, Uniqueid })
const hangsUp = (Uniqueid: string, Channel: string, Cause: string, Linkedid = '1'): Fields => ({
  Event: 'Hangup',
  Channel,
  Uniqueid,
  Linkedid,
  Cause,
})
/** Somebody dials 102 at the phone, and it is answered. */
const talking: readonly Fields[] = [
  begins(own, '1', '4', '102'),
  begins(bob, '2', '0', 's', '1'),
  { Event: 'DialBegin', Channel: own, Uniqueid: '1', DestChannel: bob, DestUniqueid: '2', DestChannelState: '0' },
  { Event: 'NewConnectedLine', Channel: own, Uniqueid: '1', ConnectedLineNum: '102', ConnectedLineName: 'Bob' },
  { Event: 'DialState', Channel: own, Uniqueid: '1', DestUniqueid: '2', DialStatus: 'RINGING' },
  { Event: 'DialEnd', Channel: own, Uniqueid: '1', DestUniqueid: '2', DialStatus: 'ANSWER' },
  enters('2', bob),
  { Event: 'Newstate', Channel: own, Uniqueid: '1', ChannelState: '6', Exten: '102' },
  enters('1', own),
]

describe('the calls of a line, as a manager tells them', () => {
  test('one that goes out has its whole life', () => {
    const told = taken([
      ...talking,
      { Event: 'Hold', Channel: own, Uniqueid: '1' },
      { Event: 'Unhold', Channel: own, Uniqueid: '1' },
      { Event: 'HangupRequest', Channel: own, Uniqueid: '1', Cause: '16' },
      leaves('1'),
      leaves('2'),
      hangsUp('2', bob, '16'),
      hangsUp('1', own, '16'),
    ])
    assert.deepEqual(short(told), [
      'begun 1 out 102',
      'updated 1 102',
      'alerting 1',
      'connected 1 102',
      'held 1 local',
      'resumed 1 local',
      'ended 1 local',
    ])
  })

  test('one that comes in rings with who calls, and ends with them when they give up', () => {
    const told = taken([
      begins('PJSIP/102-00000005', '8', '4', '101'),
      begins('PJSIP/101-00000006', '9', '0', 's', '8'),
      {
        Event: 'DialBegin',
        Channel: 'PJSIP/102-00000005',
        Uniqueid: '8',
        DestChannel: 'PJSIP/101-00000006',
        DestUniqueid: '9',
        DestChannelState: '0',
        DestConnectedLineNum: '102',
        DestConnectedLineName: 'Bob',
      },
      { Event: 'Newstate', Channel: 'PJSIP/101-00000006', Uniqueid: '9', ChannelState: '5' },
      { Event: 'HangupRequest', Channel: 'PJSIP/102-00000005', Uniqueid: '8' },
      hangsUp('9', 'PJSIP/101-00000006', '0', '8'),
    ])
    assert.deepEqual(short(told), ['begun 9 in 102', 'ended 9 remote'])
  })

  test('why there was none is said by who was called', () => {
    for (const [cause, status] of [
      [17, 'BUSY'],
      [21, 'BUSY'],
      [20, 'CHANUNAVAIL'],
    ] as const) {
      const told = taken([
        begins(own, '1', '4', '102'),
        begins(bob, '2', '0', 's', '1'),
        { Event: 'DialBegin', Channel: own, Uniqueid: '1', DestUniqueid: '2', DestChannelState: '0' },
        hangsUp('2', bob, String(cause)),
        { Event: 'DialEnd', Channel: own, Uniqueid: '1', DestUniqueid: '2', DialStatus: status },
        hangsUp('1', own, '0'),
      ])
      assert.deepEqual(short(told), ['begun 1 out 102', `ended 1 remote ${cause}`])
    }
  })

  test('one that was asked for is not told as begun, and nobody who picks up is not the other side', () => {
    const device = new AmiDevice(line)
    device.expect('parley-x', { number: '102' })
    const told = taken(
      [
        begins(own, 'parley-x', '0', 's'),
        { Event: 'Newstate', Channel: own, Uniqueid: 'parley-x', ChannelState: '5' },
        hangsUp('parley-x', own, '0', 'parley-x'),
      ],
      device,
    )
    assert.deepEqual(short(told), ['ended parley-x phone'])
  })

  test('one that was asked for and meets nobody but an application is connected with that', () => {
    const device = new AmiDevice(line)
    device.expect('parley-x', { number: '610' })
    const told = taken(
      [
        begins(own, 'parley-x', '0', 's'),
        { Event: 'Newstate', Channel: own, Uniqueid: 'parley-x', ChannelState: '6' },
        { Event: 'Newexten', Channel: own, Uniqueid: 'parley-x', Application: 'Set' },
        { Event: 'Newexten', Channel: own, Uniqueid: 'parley-x', Application: 'Answer' },
        { Event: 'Newexten', Channel: own, Uniqueid: 'parley-x', Application: 'Echo' },
        hangsUp('parley-x', own, '16', 'parley-x'),
      ],
      device,
    )
    assert.deepEqual(short(told), ['connected parley-x 610', 'ended parley-x remote'])
  })

  test('that the other side holds is seen through the halves of a Local channel, whenever they come together', () => {
    const half = 'Local/102@internal-00000000'
    const told = taken([
      ...talking.slice(0, 6),
      enters('2', bob, 'far'),
      { Event: 'Hold', Channel: bob, Uniqueid: '2' },
      enters('4', `${half};2`, 'far'),
      enters('3', `${half};1`, 'near'),
      enters('1', own, 'near'),
      leaves('1', 'near'),
      leaves('4', 'far'),
      enters('1', own, 'far'),
      { Event: 'Unhold', Channel: bob, Uniqueid: '2' },
    ])
    assert.deepEqual(short(told).slice(-2), ['held 1 remote', 'resumed 1 remote'])
  })

  test('who is sent on by the other side is told, and so is who the phone sends on', () => {
    const sent = { Event: 'BlindTransfer', Result: 'Success', Extension: '103' }
    const theirs = taken([...talking, { ...sent, TransfererUniqueid: '2', TransfereeUniqueid: '1' }])
    assert.deepEqual(short(theirs).at(-1), 'transferred 1 103')
    const ours = taken([
      ...talking,
      { ...sent, TransfererUniqueid: '1', TransfereeUniqueid: '2' },
      hangsUp('1', own, '16'),
    ])
    assert.deepEqual(short(ours).at(-1), 'ended 1 local to 103')
  })

  test('after a while without events, what is gone has ended, what is new has begun, and nothing is told twice', () => {
    const device = new AmiDevice(line)
    taken(talking, device)
    const channels = [
      { Channel: own, Uniqueid: '1', ChannelState: '6', BridgeId: 'b1', ConnectedLineNum: '102' },
      { Channel: bob, Uniqueid: '2', ChannelState: '6', BridgeId: 'b1' },
    ]
    assert.deepEqual(device.snapshot(channels.map(messageOf)), [])
    const others = [
      { Channel: 'PJSIP/101-00000009', Uniqueid: '9', ChannelState: '6', BridgeId: 'b2', ConnectedLineNum: '103' },
      {
        Channel: 'PJSIP/101-0000000a',
        Uniqueid: '10',
        ChannelState: '5',
        Application: 'AppDial',
        ConnectedLineNum: '4',
      },
      { Channel: 'PJSIP/1012-0000000b', Uniqueid: '11', ChannelState: '6', BridgeId: 'b3' },
    ]
    assert.deepEqual(short(device.snapshot(others.map(messageOf))).sort(), [
      'begun 10 in 4',
      'begun 9 out 103',
      'connected 9 103',
      'ended 1 network',
    ])
    assert.deepEqual(device.snapshot(others.map(messageOf)), [])
  })

  test('whatever is told, in any order: each call begins once, ends once, and nothing comes after', () => {
    const all = [...talking, leaves('1'), hangsUp('1', own, '16'), hangsUp('2', bob, '17'), enters('2', bob, 'b2')]
    forSeeds(500, (roll) => {
      const device = new AmiDevice(line)
      const told: AmiTold[] = []
      for (let each = 0; each < 40; each++) {
        const event = all[Math.floor(roll() * all.length)]
        if (event) told.push(...device.take(messageOf(event)))
        if (roll() < 0.05) told.push(...device.snapshot([]))
      }
      let is: string | undefined
      for (const { type } of told) {
        if (type === 'begun') assert.ok(is === undefined || is === 'ended', `${type} after ${is}`)
        else assert.ok(is !== undefined && is !== 'ended', `${type} after ${is}`)
        is = type
      }
    })
  })
})
