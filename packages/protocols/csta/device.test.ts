// The calls of a device out of events in every order, and what a snapshot makes of them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forSeeds } from '@openparley/testkit'
import { type CstaEvent, DeviceCalls } from './index.ts'

const at = (callID: string, deviceID: string): { callID: string; deviceID: string } => ({ callID, deviceID })
const out: CstaEvent = {
  is: 'OriginatedEvent',
  originatedConnection: at('17', '1001'),
  callingDevice: '1001',
  calledDevice: '1002',
}
const answered: CstaEvent = {
  is: 'EstablishedEvent',
  establishedConnection: at('17', '1002'),
  answeringDevice: '1002',
  callingDevice: '1001',
  calledDevice: '1002',
}
const cleared: CstaEvent = {
  is: 'ConnectionClearedEvent',
  droppedConnection: at('17', '1001'),
  releasingDevice: '1001',
  localConnectionInfo: 'null',
  cause: 'singleStepTransfer',
}
const gone: CstaEvent = {
  is: 'TransferedEvent',
  primaryOldCall: at('17', '1001'),
  transferringDevice: '1001',
  transferredToDevice: '1003',
  localConnectionInfo: 'null',
}

const kinds = (...events: CstaEvent[]): string[] => {
  const calls = new DeviceCalls('1001')
  return events.flatMap((event) => calls.take(event)).map(({ type }) => type)
}

describe('the calls of a device', () => {
  test('a transfer of ours ends the call once, in either order', () => {
    assert.deepEqual(kinds(out, answered, cleared, gone), ['begun', 'connected', 'ended'])
    assert.deepEqual(kinds(out, answered, gone, cleared), ['begun', 'connected', 'ended'])
  })

  test('who is transferred by the other side goes on under another callID', () => {
    const calls = new DeviceCalls('1001')
    for (const event of [out, answered]) calls.take(event)
    const moved = calls.take({
      is: 'TransferedEvent',
      primaryOldCall: at('17', '1002'),
      transferringDevice: '1002',
      transferredToDevice: '1003',
      transferredConnections: [
        { newConnection: at('19', '1001'), endpoint: '1001' },
        { newConnection: at('19', '1003'), endpoint: '1003' },
      ],
    })
    assert.deepEqual(moved, [{ type: 'transferred', call: '1', remote: '1003' }])
    assert.equal(calls.keyOf('19'), '1')
    assert.equal(calls.keyOf('17'), undefined)
  })

  test('whatever came before, a snapshot leaves no call that is not there, and each is told once', () => {
    const other: CstaEvent = {
      is: 'DeliveredEvent',
      connection: at('18', '1001'),
      alertingDevice: '1001',
      callingDevice: '1004',
      calledDevice: '1001',
    }
    const hold: CstaEvent = { is: 'HeldEvent', heldConnection: at('17', '1001'), holdingDevice: '1001' }
    const joined: CstaEvent = {
      is: 'ConferencedEvent',
      primaryOldCall: at('17', '1001'),
      secondaryOldCall: at('18', '1001'),
      conferencingDevice: '1001',
      conferenceConnections: [{ newConnection: at('20', '1001') }],
    }
    const failed: CstaEvent = {
      is: 'FailedEvent',
      failedConnection: at('17', '1002'),
      callingDevice: '1001',
      cause: 'busy',
    }
    const all = [out, answered, cleared, gone, other, hold, joined, failed]
    forSeeds(500, (roll) => {
      const calls = new DeviceCalls('1001')
      const told = Array.from({ length: 12 }, () => all[Math.floor(roll() * all.length)] as CstaEvent).flatMap(
        (event) => calls.take(event),
      )
      const there = ['17', '18', '20', '21'].filter(() => roll() < 0.5)
      told.push(...calls.snapshot(there.map((callID) => ({ connection: at(callID, '1001'), state: 'connected' }))))
      assert.deepEqual(calls.calls.map(({ callID }) => callID).sort(), there)
      for (const type of ['begun', 'ended']) {
        const keys = told.filter((each) => each.type === type).map(({ call }) => call)
        assert.equal(new Set(keys).size, keys.length)
      }
    })
  })
})
