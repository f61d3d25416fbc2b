// What becomes of calls that are brought together in a conference, by events as Asterisk 22 told them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import { AmiDevice, type AmiTold, messageOf } from './index.ts'

type Fields = Readonly<Record<string, string>>

const room = 'AbC_-x1'
const desk1 = 'PJSIP/101-00000000'
const bob = 'PJSIP/102-00000001'
const desk2 = 'PJSIP/101-00000002'
const carol = 'PJSIP/103-00000003'

const of = (Event: string, Uniqueid: string, Channel: string, more: Fields = {}): Fields => ({
  Event,
  Uniqueid,
  Channel,
  ...more,
})
const enters = (id: string, channel: string, BridgeUniqueid: string): Fields =>
  of('BridgeEnter', id, channel, { BridgeUniqueid })
const leaves = (id: string, channel: string, BridgeUniqueid: string): Fields =>
  of('BridgeLeave', id, channel, { BridgeUniqueid })
const hangsUp = (id: string, channel: string): Fields => of('Hangup', id, channel, { Cause: '16', Linkedid: '1' })
const byPhone = (id: string, channel: string): Fields => of('HangupRequest', id, channel, { Cause: '16' })

/** Who dials at the phone, and is answered in that bridge. */
const talks = (id: string, own: string, far: string, farName: string, bridge: string): readonly Fields[] => [
  of('Newchannel', id, own, { ChannelState: '4', Exten: farName.slice(6, 9), Linkedid: id }),
  of('DialEnd', id, own, { DestUniqueid: far, DestChannel: farName, DialStatus: 'ANSWER' }),
  enters(far, farName, bridge),
  enters(id, own, bridge),
]
/** Bob is held, and Carol talked to. */
const both: readonly Fields[] = [
  ...talks('1', desk1, '2', bob, 'b1'),
  of('Hold', '1', desk1),
  ...talks('3', desk2, '4', carol, 'b2'),
]
const pairGoes: readonly Fields[] = [
  leaves('3', desk2, 'b2'),
  of('Newexten', '3', desk2, { Application: 'ConfBridge', AppData: room }),
  leaves('4', carol, 'b2'),
  enters('4', carol, 'conf'),
  enters('3', desk2, 'conf'),
  of('ConfbridgeJoin', '3', desk2, { Conference: room, BridgeUniqueid: 'conf' }),
]
const farGoes: readonly Fields[] = [
  leaves('2', bob, 'b1'),
  leaves('1', desk1, 'b1'),
  of('SoftHangupRequest', '1', desk1, { Cause: '16' }),
  of('ConfbridgeJoin', '2', bob, { Conference: room, BridgeUniqueid: 'conf' }),
  enters('2', bob, 'conf'),
  hangsUp('1', desk1),
]

function take(device: AmiDevice, ...events: readonly Fields[]): string[] {
  return short(events.flatMap((event) => device.take(messageOf(event))))
}
const short = (told: readonly AmiTold[]): string[] =>
  told.map((each) => [each.type, each.call, ...('by' in each ? [each.by] : [])].join(' '))

/** All three are in the conference: the phone by the channel of the call with Carol. */
function together(): AmiDevice {
  const device = new AmiDevice('PJSIP/101')
  take(device, ...both)
  device.bring('3', room, 'comes')
  take(device, ...pairGoes)
  device.brought('3')
  device.bring('1', room, 'goes')
  take(device, ...farGoes)
  device.brought('1')
  return device
}

describe('calls that are brought together, as a manager tells them', () => {
  test('the phone and who it talks to go there first, then whom it holds: no call ends with its channel', () => {
    const device = new AmiDevice('PJSIP/101')
    take(device, ...both)
    assert.deepEqual([device.isHeld('1'), device.isHeld('3')], [true, false])
    assert.deepEqual(device.bring('3', room, 'comes'), { own: desk2, far: carol })
    assert.equal(device.hasMet('3'), false)
    assert.deepEqual(take(device, ...pairGoes), [])
    assert.equal(device.hasMet('3'), true)
    assert.deepEqual(device.brought('3'), [])
    assert.deepEqual(device.bring('1', room, 'goes'), { own: desk1, far: bob })
    assert.deepEqual(take(device, ...farGoes), [])
    assert.deepEqual(short(device.brought('1')), ['resumed 1 local'])
    for (const [call, far] of [
      ['1', bob],
      ['3', carol],
    ] as const)
      assert.deepEqual(device.conferenceOf(call), { name: room, own: desk2, far })
  })

  test('the phone holds all of them, and a far side its own call', () => {
    const device = together()
    assert.deepEqual(take(device, of('Hold', '3', desk2)), ['held 1 local', 'held 3 local'])
    assert.deepEqual(take(device, of('Unhold', '3', desk2)), ['resumed 1 local', 'resumed 3 local'])
    assert.deepEqual(take(device, of('Hold', '4', carol), of('Unhold', '4', carol)), [
      'held 3 remote',
      'resumed 3 remote',
    ])
  })

  test('a far side that leaves ends its call, by whom it was let go, and the last leaves the phone’s channel to be hung up', () => {
    const device = together()
    device.leave('3')
    assert.deepEqual(take(device, byPhone('4', carol), leaves('4', carol, 'conf'), hangsUp('4', carol)), [
      'ended 3 local',
    ])
    assert.equal(device.channelOf('1'), desk2)
    assert.deepEqual(take(device, byPhone('2', bob), leaves('2', bob, 'conf')), [])
    assert.deepEqual(take(device, hangsUp('2', bob)), ['ended 1 remote', 'stray 3'])
    assert.deepEqual(take(device, hangsUp('3', desk2)), [])
  })

  test('with somebody whom a far side has brought in the phone is not alone', () => {
    const device = together()
    take(device, enters('9', 'PJSIP/104-00000009', 'conf'), leaves('4', carol, 'conf'), hangsUp('4', carol))
    assert.deepEqual(take(device, leaves('2', bob, 'conf'), hangsUp('2', bob)), ['ended 1 remote'])
  })

  test('the phone that hangs up ends all', () => {
    const told = take(
      together(),
      byPhone('3', desk2),
      leaves('3', desk2, 'conf'),
      hangsUp('3', desk2),
      hangsUp('4', carol),
    )
    assert.deepEqual(told.sort(), ['ended 1 local', 'ended 3 local'])
  })

  test('to a conference that is held comes the phone’s newest channel, and the old one is nobody’s', () => {
    const device = together()
    take(device, of('Hold', '3', desk2), ...talks('5', 'PJSIP/101-00000005', '6', 'PJSIP/102-00000006', 'b3'))
    device.bring('5', room, 'comes')
    take(device, leaves('5', 'PJSIP/101-00000005', 'b3'), leaves('6', 'PJSIP/102-00000006', 'b3'))
    take(device, enters('6', 'PJSIP/102-00000006', 'conf'))
    assert.equal(device.hasMet('5'), false)
    take(device, enters('5', 'PJSIP/101-00000005', 'conf'))
    assert.equal(device.hasMet('5'), true)
    assert.deepEqual(short(device.brought('5')), ['resumed 1 local', 'resumed 3 local'])
    assert.deepEqual(take(device, leaves('3', desk2, 'conf'), hangsUp('3', desk2)), [])
    assert.deepEqual(take(device, hangsUp('2', bob)), ['ended 1 remote'])
  })

  test('a far side that is not taken there stays with the phone, and its call ends if the phone has hung up meanwhile', () => {
    for (const [events, told] of [
      [[], []],
      [[byPhone('1', desk1), hangsUp('1', desk1)], ['ended 1 remote']],
      [[hangsUp('2', bob), hangsUp('1', desk1)], []],
    ] as const) {
      const device = new AmiDevice('PJSIP/101')
      take(device, ...both)
      device.bring('3', room, 'comes')
      take(device, ...pairGoes)
      device.brought('3')
      device.bring('1', room, 'goes')
      take(device, ...events)
      assert.deepEqual(short(device.notBrought('1')), told)
      assert.equal(device.conferenceOf('1'), undefined)
    }
  })

  test('who hangs up while the phone is on its way there leaves it to be hung up', () => {
    const device = new AmiDevice('PJSIP/101')
    take(device, ...both)
    device.bring('3', room, 'comes')
    assert.deepEqual(take(device, leaves('3', desk2, 'b2'), leaves('4', carol, 'b2'), hangsUp('4', carol)), [
      'ended 3 remote',
      'stray 3',
    ])
  })

  test('after a while without events those are in it who are there', () => {
    const channels = [
      { Channel: desk2, Uniqueid: '3', ChannelState: '6', BridgeId: 'conf', ConnectedLineNum: '103' },
      { Channel: bob, Uniqueid: '2', ChannelState: '6', BridgeId: 'conf' },
    ]
    const device = together()
    assert.deepEqual(short(device.snapshot(channels.map(messageOf))), ['ended 3 network'])
    assert.deepEqual(device.snapshot(channels.map(messageOf)), [])
    assert.deepEqual(short(device.snapshot([])), ['ended 1 network'])
  })

  test('whatever is told and asked, in any order: each call begins once, ends once, and nothing comes after', () => {
    const all = [
      ...both,
      ...pairGoes,
      ...farGoes,
      byPhone('3', desk2),
      hangsUp('3', desk2),
      hangsUp('4', carol),
      hangsUp('2', bob),
    ]
    forSeeds(500, (roll) => {
      const device = new AmiDevice('PJSIP/101')
      const told: AmiTold[] = []
      const one = <T>(from: readonly T[]): T => from[Math.floor(roll() * from.length)] as T
      for (let each = 0; each < 60; each++) {
        told.push(...device.take(messageOf(one(all))))
        const call = one(['1', '3'])
        if (roll() < 0.2) device.bring(call, room, one(['comes', 'goes']))
        if (roll() < 0.2) told.push(...device.brought(call))
        if (roll() < 0.1) told.push(...device.notBrought(call))
        if (roll() < 0.05) told.push(...device.snapshot([]))
      }
      for (const id of ['1', '3']) {
        let is: string | undefined
        for (const { type, call } of told) {
          if (call !== id || type === 'stray') continue
          if (type === 'begun') assert.ok(is === undefined || is === 'ended', `${type} after ${is}`)
          else assert.ok(is !== undefined && is !== 'ended', `${type} after ${is}`)
          is = type
        }
      }
    })
  })
})
