// What the door tells of a call, and that it is understood: by the engine that reads desk phones, over the wire’s own text.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call } from '@openparley/contract'
import { DeviceCalls, type CstaEvent, readMessage, writeMessage } from '@openparley/protocols/csta'
import { eventsOf } from './events.ts'

const answeredAt = '2026-01-01T00:00:00.000Z'
const first = { id: 'call_a', phone: 'phone_a', direction: 'outgoing', state: 'dialling', held: 'no' }

/** What is understood of a call that goes through these. */
function understood(...steps: readonly Partial<Call>[]): string[] {
  const device = new DeviceCalls('tel:204')
  let before: Call | undefined
  return steps.flatMap((step) => {
    const now = { ...first, remote: { number: '600' }, ...before, ...step } as Call
    const events = eventsOf('tel:204', before, now)
    before = now
    return events.flatMap((event) => {
      const read = readMessage(writeMessage({ ...event, monitorCrossRefID: '1' }, 'ed3'))
      assert.equal(read.is, event.is)
      return device.take(read as CstaEvent).map((told) => {
        const by = 'by' in told ? ` ${told.by}` : ''
        const cause = 'cause' in told && told.cause !== undefined ? ` ${told.cause}` : ''
        return `${told.type}${by}${cause}`
      })
    })
  })
}

test('a call that goes out has its whole life', () => {
  assert.deepEqual(
    understood(
      { state: 'dialling' },
      { state: 'alerting' },
      { state: 'connected', answeredAt },
      { held: 'local' },
      { held: 'both' },
      { held: 'remote' },
      { held: 'no' },
      { state: 'ended', end: { by: 'remote' } },
    ),
    [
      'begun',
      'alerting',
      'connected',
      'held local',
      'held remote',
      'resumed local',
      'resumed remote',
      'ended remote normalClearing',
    ],
  )
})

test('a call that comes in is answered and ended here', () => {
  assert.deepEqual(
    understood(
      { direction: 'incoming', state: 'alerting' },
      { state: 'connected', answeredAt },
      { state: 'ended', end: { by: 'local' } },
    ),
    ['begun', 'connected', 'ended local normalClearing'],
  )
})

test('why a call did not come about is told', () => {
  const error = { code: 'call-busy', sentence: '', next: '', retryable: false, origin: 'user' } as const
  assert.deepEqual(understood({ state: 'dialling' }, { state: 'ended', end: { by: 'remote', error } }), [
    'begun',
    'ended remote busy',
  ])
})

test('what was not told in between is made up for', () => {
  assert.deepEqual(understood({ state: 'connected', answeredAt, held: 'local' }), ['begun', 'connected', 'held local'])
  assert.deepEqual(understood({ direction: 'incoming', state: 'ended', answeredAt, end: { by: 'remote' } }), [
    'begun',
    'connected',
    'ended remote normalClearing',
  ])
})

test('somebody else at the other end is told, and so is to whom a call went', () => {
  assert.deepEqual(understood({ state: 'connected', answeredAt }, { remote: { number: '601' } }).at(-1), 'transferred')
  const gone = { state: 'ended', end: { by: 'local', transferredTo: { number: '602' } } } as const
  assert.match(understood({ state: 'connected', answeredAt }, gone).at(-1) ?? '', /^ended/)
  assert.match(understood({ direction: 'incoming', state: 'alerting' }, gone).at(-1) ?? '', /^ended/)
})
