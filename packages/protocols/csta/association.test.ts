// What an association sends, and when: on the virtual time of the test.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  Association,
  type AssociationEffect,
  type AssociationOptions,
  type CstaMessage,
  readMessage,
  writeMessage,
} from './index.ts'

/** An association and what it has sent, by name with its invoke id. */
function begun(session: AssociationOptions['session']) {
  const association = new Association({ device: '1001', edition: 'ed3', session, application: 'test' })
  const read = (effects: readonly AssociationEffect[]): string[] =>
    effects.flatMap((effect) => {
      if (effect.type !== 'send') return [effect.type === 'over' ? `over: ${effect.over.is}` : effect.type]
      return [`${effect.invokeId} ${readMessage(effect.text).is}`]
    })
  return {
    association,
    read,
    first: read(association.handle({ type: 'connected' }, 0)),
    take: (invokeId: number, message: CstaMessage, now = 0) =>
      read(association.handle({ type: 'received', invokeId, text: writeMessage(message, 'ed3') }, now)),
  }
}

describe('an association', () => {
  test('a session is begun, then the monitor, then its snapshot; events of before wait for it', () => {
    const { first, take } = begun('auto')
    assert.deepEqual(first, ['1 StartApplicationSession'])
    assert.deepEqual(take(1, { is: 'StartApplicationSessionPosResponse', sessionID: '7' }), ['2 MonitorStart'])
    assert.deepEqual(take(2, { is: 'MonitorStartResponse', monitorCrossRefID: '42' }), ['3 SnapshotDevice'])
    assert.deepEqual(take(9999, { is: 'HeldEvent', monitorCrossRefID: '42', heldConnection: { callID: '1' } }), [])
    assert.deepEqual(take(3, { is: 'SnapshotDeviceResponse' }), ['ready', 'event'])
    assert.deepEqual(take(9999, { is: 'HeldEvent', monitorCrossRefID: '43', heldConnection: { callID: '1' } }), [])
  })

  test('where the server knows no sessions it goes on without, unless it must not', () => {
    const error: CstaMessage = { is: 'CSTAErrorCode', category: 'operation', value: 'serviceNotSupported' }
    assert.deepEqual(begun('auto').take(1, error), ['2 MonitorStart'])
    assert.deepEqual(begun('always').take(1, error), ['over: refused'])
    assert.deepEqual(begun('never').first, ['1 MonitorStart'])
    assert.deepEqual(begun('auto').take(1, { is: 'StartApplicationSessionNegResponse' }), ['over: refused'])
  })

  test('the session’s timer is reset at half its time, and its loss is the end', () => {
    const { association, take, read } = begun('always')
    take(1, { is: 'StartApplicationSessionPosResponse', sessionID: '7', actualSessionDuration: 30 })
    take(2, { is: 'MonitorStartResponse', monitorCrossRefID: '42' })
    take(3, { is: 'SnapshotDeviceResponse' })
    assert.equal(association.deadline, 15_000)
    assert.deepEqual(read(association.wake(15_000)), ['4 ResetApplicationSessionTimer'])
    assert.deepEqual(take(4, { is: 'ResetApplicationSessionTimerPosResponse', actualSessionDuration: 20 }, 15_100), [])
    assert.equal(association.deadline, 25_100)
    read(association.wake(25_100))
    assert.deepEqual(read(association.wake(35_100)), ['over: silent'])
    assert.equal(association.deadline, undefined)
  })

  test('what the server asks is answered with its own id, while ours is open', () => {
    const { take } = begun('never')
    assert.deepEqual(take(1, { is: 'SystemStatus', systemStatus: 'normal' }), ['1 SystemStatusResponse'])
    assert.deepEqual(take(1, { is: 'MonitorStartResponse', monitorCrossRefID: '42' }), ['2 SnapshotDevice'])
    assert.deepEqual(take(5, { is: 'MonitorStop', monitorCrossRefID: '42' }), ['5 MonitorStopResponse', 'over: ended'])
  })

  test('a server that does not answer is silent, and an unreadable one garbled', () => {
    const { association, read } = begun('never')
    assert.deepEqual(read(association.wake(9_999)), [])
    assert.deepEqual(read(association.wake(10_000)), ['over: silent'])
    const other = begun('never')
    assert.deepEqual(other.read(other.association.handle({ type: 'garbled', detail: 'no frame' }, 0)), [
      'over: garbled',
    ])
  })
})
