// Whatever applications, the other side and the clock do, in whatever order: no call is stuck, every end is told once to all who
// saw the call, and what a call says that can be done can be done. Faults planted in the tables are each found.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { faults } from './calls-faults.ts'
import type { Asked, Found } from './calls-thread.ts'

const thread = new Worker(new URL('./calls-thread.ts', import.meta.url))
after(() => thread.terminate())

async function found(asked: Asked): Promise<Found> {
  thread.postMessage(asked)
  const [first] = (await once(thread, 'message')) as [Found]
  return first
}

test('whatever happens in thousands of lives, no call is stuck, and each end is told', async () => {
  const only = Number(process.env['SEED'] ?? 0)
  const wrong = await found(only ? { from: only, to: only } : { from: 1, to: lives })
  assert.equal(wrong, undefined, `with SEED=${wrong?.seed}: ${wrong?.wrong}`)
})

describe('a fault in the tables is found:', () => {
  for (const [fault, { what }] of faults.entries())
    test(what, async () => assert.ok(await found({ from: 1, to: 10_000, fault }), 'by no seed below 10,000'))
})

const lives = 1000
