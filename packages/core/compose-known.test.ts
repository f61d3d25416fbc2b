// Asking directories for somebody: a few at a time, each once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ParleyError } from '@openparley/contract'
import { knownBy } from './compose-known.ts'

test('of a long list four are asked for at once, each once, and who is asked for no more is told of nobody', async () => {
  const waiting: (() => void)[] = []
  const asked: string[] = []
  const told: string[] = []
  const people = knownBy({
    ask: async (address) => {
      asked.push(address)
      await new Promise<void>((resolve) => waiting.push(resolve))
      if (address === '2') throw new ParleyError('directory-unavailable')
      return undefined
    },
    tell: (address) => told.push(address),
  })
  const all = Array.from({ length: 10 }, (_, n) => `${n}`)
  people.look(all)
  people.look(all)
  assert.equal(asked.length, 4)
  while (asked.length < 10 || waiting.length > 0) {
    assert.ok(waiting.length <= 4)
    waiting.shift()?.()
    await new Promise(setImmediate)
  }
  assert.deepEqual([asked.toSorted(), told.toSorted()], [all, all])
  told.length = 0
  people.clear()
  people.look(all)
  assert.equal(asked.length, 14)
  people.clear()
  for (const go of waiting) go()
  await new Promise(setImmediate)
  assert.deepEqual([asked.length, told], [14, []])
})
