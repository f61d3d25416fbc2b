import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CallSignal, callTable } from './call-table.ts'
import { DeskPhone } from './phone.ts'
import type { DeskEvent, PhoneEffect, PhoneSignal } from './signals.ts'

test('from every state of a call there is a way to its end', () => {
  for (const [state, row] of Object.entries(callTable)) {
    if (state === 'null') continue
    assert.ok(
      Object.values(row).some((step) => step?.[0] === 'null'),
      state,
    )
    if (state !== 'alerting') assert.ok(row['hang-up'], state)
  }
})

test('whatever is pressed and whatever comes, one talks in one call alone, and each call is told over once', () => {
  const key = fc.constantFrom('a', 'b')
  const signal: fc.Arbitrary<PhoneSignal> = fc.oneof(
    fc.record({ type: fc.constant('dial' as const), key, id: fc.uuid(), to: fc.constant('600') }),
    fc.record({
      type: fc.constant('comes' as const),
      key,
      id: fc.uuid(),
      from: fc.constant('bob'),
      called: fc.constant('desk-alice'),
    }),
    fc.record({
      type: fc.constantFrom(
        'answer' as const,
        'answer' as const,
        'far-answers' as const,
        'hold' as const,
        'resume' as const,
        'decline' as const,
        'hang-up' as const,
        'leave' as const,
        'far-rings' as const,
        'far-answers' as const,
        'far-hangs-up' as const,
      ),
      key,
    }),
    fc.record({ type: fc.constant('far-refuses' as const), key, status: fc.constant(486) }),
    fc.record({
      type: fc.constantFrom('transfer' as const, 'conference' as const),
      key,
      other: key,
      id: fc.uuid(),
    }),
  )
  fc.assert(
    fc.property(fc.array(signal, { maxLength: 40 }), (signals) => {
      const phone = new DeskPhone('desk-alice')
      for (const each of signals) {
        if ((each.type === 'dial' || each.type === 'comes') && phone.call(each.key)) continue
        const effects = phone.handle(each)
        const talking = phone.calls.filter(({ state }) => state === 'connected')
        assert.ok(talking.length < 2 || talking.every(({ isConference, id }) => isConference && id === talking[0]?.id))
        if (typeof effects === 'string') continue
        for (const event of told(effects)) {
          if (event.type === 'cleared') assert.equal(phone.call(event.call.key), undefined)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('a call that is refused keeps its last state until it is told over', () => {
  const phone = new DeskPhone('desk-alice')
  phone.handle({ type: 'dial', key: 'a', id: '1', to: '602' })
  const effects = phone.handle({ type: 'far-refuses', key: 'a', status: 486 })
  assert.ok(typeof effects !== 'string')
  assert.deepEqual(
    told(effects).map((event) => [event.type, 'call' in event && event.call.state]),
    [
      ['failed', 'originated'],
      ['cleared', 'null'],
    ],
  )
})

test('each signal of the table is one that some state takes', () => {
  const taken = new Set(Object.values(callTable).flatMap((row) => Object.keys(row)))
  const all: readonly CallSignal[] = ['dialled', 'answer', 'hold', 'resume', 'hang-up', 'decline', 'hand-over']
  for (const each of all) assert.ok(taken.has(each), each)
})

function told(effects: readonly PhoneEffect[]): DeskEvent[] {
  return effects.flatMap((effect) => (effect.type === 'event' ? [effect.event] : []))
}
