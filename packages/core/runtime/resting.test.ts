// Servers of a list: who is asked first after failures, for how long, and why.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorValue } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import { resting } from './resting.ts'

test('who fails is asked last until it has rested, longer each time, and from the start again once it works', () => {
  const clock = virtualClock()
  const rest = resting({ clock, dice: seededDice(1), wall: () => '' }, (failures) => failures * 1000)
  const order = (): string => rest.order(['one', 'two', 'three']).join(' ')
  assert.equal(order(), 'one two three')
  rest.failed('one', errorValue('server-refused'))
  assert.deepEqual([order(), rest.rests('one'), rest.why('one')?.code], ['two three one', true, 'server-refused'])
  rest.failed('two', errorValue('server-silent'))
  assert.equal(order(), 'three one two')
  clock.pass(1000)
  // Why it failed is known as long as it has not worked.
  assert.deepEqual([order(), rest.rests('one'), rest.why('one')?.code], ['one two three', false, 'server-refused'])
  rest.failed('one', errorValue('server-closed'))
  clock.pass(1999)
  assert.deepEqual([order(), rest.why('one')?.code], ['two three one', 'server-closed'])
  clock.pass(1)
  assert.equal(order(), 'one two three')
  rest.works('one')
  assert.equal(rest.why('one'), undefined)
  rest.failed('one', errorValue('server-refused'))
  clock.pass(1000)
  assert.equal(order(), 'one two three')
})
