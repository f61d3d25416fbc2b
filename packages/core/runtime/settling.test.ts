// Waiting until it is known how a server is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededDice, virtualClock } from '@openparley/testkit'
import { settling } from './settling.ts'

test('who waits is told once it is known, at once where it is, and after 20 s where it never is', async () => {
  const clock = virtualClock()
  let isKnown = false
  const server = settling({ clock, dice: seededDice(1), wall: () => '' }, () => isKnown)
  const told: string[] = []
  const wait = (who: string): void => void server.settled().then(() => told.push(who))
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  wait('one')
  wait('two')
  server.look()
  await turn()
  assert.deepEqual(told, [])
  isKnown = true
  server.look()
  await turn()
  assert.deepEqual([told, clock.pending], [['one', 'two'], 0])
  wait('three')
  await turn()
  assert.deepEqual([told.at(-1), clock.pending], ['three', 0])
  isKnown = false
  wait('four')
  clock.pass(19_999)
  await turn()
  assert.equal(told.at(-1), 'three')
  clock.pass(1)
  await turn()
  assert.deepEqual([told.at(-1), clock.pending], ['four', 0])
})
