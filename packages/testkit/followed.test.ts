import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followed } from './followed.ts'

test('what was told already is found, what comes later is waited for, and each is given once to who asks for the next', async () => {
  const told = followed<string>()
  told.tell('a1')
  const isB = (each: string): boolean => each.startsWith('b')
  const both = Promise.all([told.next(isB), told.next(isB), told.first(isB)])
  for (const each of ['b1', 'a2', 'b2']) told.tell(each)
  assert.deepEqual(await both, ['b1', 'b2', 'b1'])
  assert.deepEqual([await told.next(), await told.next(), await told.first()], ['a1', 'a2', 'a1'])
  assert.equal(await told.until('four', (all) => all.length === 4 && all.join()), 'a1,b1,a2,b2')
})

test('what is not told in time is said to be missing, and with it what was told last', async () => {
  const told = followed<{ readonly is: string }>(1)
  const waiting = told.until('an end', (all) => all.some(({ is }) => is === 'end'))
  told.tell({ is: 'begun' })
  await assert.rejects(waiting, { message: "an end: not in 1 ms; of 1 the last was { is: 'begun' }" })
})

test('a test that fails as it looks fails where it waits, and not where it is told', async () => {
  const told = followed<number>()
  const failing = told.until('it', (all) => (all.length > 0 ? assert.equal(all[0], 2) : false))
  const fails = assert.rejects(failing, { code: 'ERR_ASSERTION' })
  told.tell(1)
  await fails
})
