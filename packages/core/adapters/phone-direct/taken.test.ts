import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededDice, virtualClock } from '@openparley/testkit'
import { Taken } from './taken.ts'

test('what is taken and never told of was not done, and what is told of was', () => {
  const clock = virtualClock()
  const undone: string[] = []
  const taken = new Taken({ clock, dice: seededDice(1), wall: () => '' }, (call, act) => undone.push(`${call} ${act}`))
  taken.wait('a', 'hold')
  taken.wait('b', 'hold')
  taken.wait('c', 'end')
  taken.wait('d', 'answer')
  taken.told({ type: 'connected', call: 'a' })
  taken.told({ type: 'held', call: 'b', by: 'local' })
  taken.told({ type: 'ended', call: 'c', end: { by: 'local' } })
  taken.told({ type: 'ended', call: 'd', end: { by: 'remote' } })
  clock.pass(60_000)
  assert.deepEqual(undone, ['a hold'])
  taken.wait('a', 'resume')
  taken.stop()
  assert.equal(clock.pending, 0)
})
