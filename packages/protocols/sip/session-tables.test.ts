import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagram } from '../common/index.ts'
import { exchangeTable, sessionTable, sessionTimers } from './session-tables.ts'

type Rows = Record<string, Record<string, readonly [string, ...string[]]>>

/** The states that can be reached from one, itself included. */
function reached(table: Rows, from: string): Set<string> {
  const found = new Set([from])
  for (const state of found) for (const [next] of Object.values(table[state] ?? {})) found.add(next)
  return found
}

test('every state of a session is reached from its beginning, and reaches the end', () => {
  const all = Object.keys(sessionTable)
  assert.deepEqual(new Set([...reached(sessionTable, 'calling'), ...reached(sessionTable, 'incoming')]), new Set(all))
  for (const state of all) assert.ok(reached(sessionTable, state).has('ended'), state)
  assert.deepEqual([...reached(sessionTable, 'ended')], ['ended'])
})

test('every state of an exchange is reached from rest, and comes to rest', () => {
  assert.deepEqual(reached(exchangeTable, 'stable'), new Set(Object.keys(exchangeTable)))
  for (const state of Object.keys(exchangeTable)) assert.ok(reached(exchangeTable, state).has('stable'), state)
})

test('whatever the user wants to leave has a cell for it, and every timer has one where it runs', () => {
  for (const [state, row] of Object.entries(sessionTable as Rows)) {
    const timer = sessionTimers[state as keyof typeof sessionTable]
    if (timer !== undefined) assert.ok(row[timer], `${state} has no cell for its timer`)
    const leaving = ['giving-up', 'cancelling', 'leaving', 'ended'].includes(state)
    assert.equal(row['end'] !== undefined, !leaving, state)
  }
})

test('who ends a session tells it once: on the way there, or on the way to where it waits', () => {
  const tells = (actions: string[]): number => actions.filter((action) => /^tell-(ended|given-up)$/.test(action)).length
  for (const [state, row] of Object.entries(sessionTable as Rows)) {
    for (const [signal, [next, ...actions]] of Object.entries(row)) {
      // Who abandons one knows, and the one that takes its place tells what becomes of the call.
      const told = state === 'leaving' || state === 'ended' || signal === 'abandon'
      const should = !told && (next === 'ended' || next === 'leaving')
      const isGivenUp = signal === 'abandon' && /^(giving-up|cancelling)$/.test(state)
      assert.equal(tells(actions), should || isGivenUp ? 1 : 0, `${state} × ${signal}`)
    }
  }
})

test('a table prints itself as a diagram', () => {
  const text = diagram(sessionTable, ['calling', 'incoming'], 'ended')
  assert.match(text, /^stateDiagram-v2\n {2}\[\*\] --> calling\n {2}\[\*\] --> incoming\n/)
  assert.match(text, /giving_up --> cancelling: 100 \/ cancel/)
  assert.match(text, /leaving --> \[\*\]: bye/)
})
