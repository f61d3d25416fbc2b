// A conference of an endpoint out of Asterisk's events, as Asterisk 22 sent them: whose call ends with which channel.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AriDevice, type AriTold, readAriBridges, readAriChannels, readAriEvent } from './index.ts'

interface Channel {
  readonly id: string
  readonly name: string
  readonly state: string
}

const channel = (id: string, name: string): Channel => ({ id, name, state: 'Up' })
const bob = channel('bob', 'PJSIP/102-00000001')
const carol = channel('carol', 'PJSIP/103-00000003')
/** The channels of the phone with each. */
const [withBob, withCarol] = [channel('with-bob', 'PJSIP/101-00000000'), channel('with-carol', 'PJSIP/101-00000002')]
/** The Local channel by which the phone is in the room. */
const half = [1, 2].map((which) => channel(`half-${which}`, `Local/desk-room@rooms-00000000;${which}`))
const [beside, inside] = half as [Channel, Channel]

const enters = (bridge: string, of: Channel, ...others: Channel[]): object => ({
  type: 'ChannelEnteredBridge',
  channel: of,
  bridge: { id: bridge, channels: [...others, of].map(({ id }) => id) },
})
const leaves = (bridge: string, of: Channel, ...others: Channel[]): object => ({
  type: 'ChannelLeftBridge',
  channel: of,
  bridge: { id: bridge, channels: others.map(({ id }) => id) },
})
const holds = (of: Channel): object => ({ type: 'ChannelHold', channel: of })
const asks = (of: Channel, soft?: true): object => ({
  type: 'ChannelHangupRequest',
  channel: of,
  cause: 16,
  ...(soft ? { soft } : {}),
})
const gone = (of: Channel): object => ({ type: 'ChannelDestroyed', channel: of, cause: 16 })

function taken(device: AriDevice, ...events: object[]): string[] {
  return events.flatMap((event) => {
    const read = readAriEvent(JSON.stringify(event))
    assert.ok(read)
    return words(device.take(read))
  })
}

function words(told: readonly AriTold[]): string[] {
  return told.map((each) =>
    each.type === 'alone'
      ? `alone ${each.channel}`
      : `${each.type} ${each.call}${'by' in each ? ` by ${each.by}` : ''}`,
  )
}

/** Connected with both, Bob held by the phone. */
function withTwo(): AriDevice {
  const device = new AriDevice('PJSIP/101')
  const told = taken(
    device,
    enters('b', bob),
    { type: 'ChannelStateChange', channel: withBob },
    enters('b', withBob, bob),
    holds(withBob),
    enters('c', carol),
    { type: 'ChannelStateChange', channel: withCarol },
    enters('c', withCarol, carol),
  )
  assert.deepEqual(
    told.filter((each) => !each.startsWith('begun')),
    ['connected with-bob', 'held with-bob by local', 'connected with-carol'],
  )
  return device
}

const seatOf = (far: Channel): { room: string; phone: string; far: string } => ({
  room: 'room',
  phone: withCarol.id,
  far: far.id,
})

/** Carol goes to the room after the phone, and then Bob. */
function together(): AriDevice {
  const device = withTwo()
  const told = taken(device, enters('c', beside, carol, withCarol), enters('room', inside))
  device.seats.send(withCarol.id, seatOf(carol))
  told.push(...taken(device, leaves('c', carol, withCarol, beside)))
  device.seats.settle(withCarol.id)
  told.push(
    ...words(device.look()),
    ...taken(device, { type: 'ChannelConnectedLine', channel: { ...withCarol, connected: { number: 'desk-room' } } }),
    ...taken(device, enters('room', carol, inside)),
  )
  device.seats.send(withBob.id, seatOf(bob))
  told.push(...taken(device, leaves('b', bob, withBob), leaves('b', withBob), asks(withBob, true), gone(withBob)))
  device.seats.settle(withBob.id)
  told.push(...words(device.look()), ...taken(device, enters('room', bob, inside, carol)))
  assert.deepEqual(told, ['resumed with-bob by local'])
  assert.deepEqual([device.peerOf(withBob.id)?.name, device.peerOf(withCarol.id)?.name], [bob.name, carol.name])
  return device
}

describe('a conference of an endpoint of Asterisk', () => {
  test('the call of a channel that the phone has given up goes on, and what was held is not', () => {
    together()
  })

  test('one of the others who leaves ends that call alone, and after the last one the phone is alone', () => {
    const device = together()
    assert.deepEqual(taken(device, asks(carol), leaves('room', carol, inside, bob), gone(carol)), [
      'ended with-carol by remote',
    ])
    // The channel of the phone is no call of its own again.
    assert.deepEqual(taken(device, { type: 'ChannelStateChange', channel: withCarol }), [])
    device.leave(withBob.id)
    assert.deepEqual(taken(device, gone(bob)), ['alone with-carol', 'ended with-bob by local'])
    assert.deepEqual(taken(device, asks(withCarol), gone(withCarol)), [])
    assert.deepEqual(device.calls, [])
  })

  test('the phone that hangs up ends all, whoever is gone first', () => {
    const ends = [gone(withCarol), gone(bob), gone(carol)]
    for (const order of [ends, [...ends].reverse()]) {
      const told = taken(together(), asks(withCarol), ...order).filter((each) => !each.startsWith('alone'))
      assert.deepEqual(told.sort(), ['ended with-bob by local', 'ended with-carol by local'])
    }
  })

  test('the other side that holds is held by it, and the phone holds all', () => {
    const device = together()
    assert.deepEqual(taken(device, holds(bob)), ['held with-bob by remote'])
    assert.deepEqual(taken(device, holds(withCarol)).sort(), ['held with-bob by local', 'held with-carol by local'])
  })

  test('all who are there are with another channel of the phone once it has gone in by that', () => {
    const device = together()
    const third = channel('third', 'PJSIP/101-00000004')
    taken(device, holds(withCarol), { type: 'ChannelStateChange', channel: third })
    device.seats.send('third', { room: 'room', phone: 'third', far: 'dave' })
    device.seats.settle('third')
    device.seats.move(withCarol.id, 'third')
    assert.deepEqual(words(device.look()).sort(), ['resumed with-bob by local', 'resumed with-carol by local'])
    assert.deepEqual(taken(device, gone(withCarol)), [])
    const ends = taken(device, asks(third), gone(third)).sort()
    assert.deepEqual(ends, ['ended third by local', 'ended with-bob by local', 'ended with-carol by local'])
  })

  test('who did not get there is a call as before, or has ended with the channel of the phone meanwhile', () => {
    for (const ends of [false, true]) {
      const device = withTwo()
      device.seats.send(withBob.id, seatOf(bob))
      assert.deepEqual(ends ? taken(device, gone(withBob)) : [], [])
      assert.deepEqual(words(device.returns(withBob.id)), ends ? ['ended with-bob by remote'] : [])
      assert.deepEqual(taken(device, gone(withBob)), ends ? [] : ['ended with-bob by remote'])
    }
  })

  test('after a link that was lost, the snapshot ends the calls of those who are not there any more', () => {
    const bridges = readAriBridges('[]')
    const list = (...there: Channel[]): ReturnType<typeof readAriChannels> => readAriChannels(JSON.stringify(there))
    for (const [there, told] of [
      [[withCarol, inside, beside, bob, carol], []],
      [[withCarol, inside, beside, bob], ['ended with-carol by network']],
      [
        [withCarol, inside, beside],
        ['alone with-carol', 'ended with-bob by network', 'ended with-carol by network'],
      ],
      [
        [bob, carol],
        ['ended with-bob by network', 'ended with-carol by network'],
      ],
    ] as const) {
      const channels = list(...there)
      assert.ok(channels && bridges)
      assert.deepEqual(words(together().snapshot(channels, bridges)).sort(), told)
    }
  })
})
