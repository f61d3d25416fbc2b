// Ten thousand calls through one session, from the service to the wire: nothing of them stays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { callsHouse } from './calls-house.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('after ten thousand calls there is as little as after the first thousand', async () => {
  const house = callsHouse({ seed: 1, loss: 0, sessionExpiresS: 1800 })
  const who = { application: 'a', name: 'a', role: 'approve', mayNamePaths: false, signal } as const
  await house.flow(1)
  /** Out and in, refused, answered, held, given up: as the dice fall. Then all is hung up and forgotten. */
  const many = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      if (i % 3 === 0) house.peer.call()
      else await house.service.handlers.dial({ to: '204', requestId: `r${i}` }, who)
      await house.flow(100)
      for (let moves = 0; moves < 3; moves++) house.peer.move()
      const [call] = house.service.state.read().state.calls.filter(({ state }) => state !== 'ended')
      if (call) await house.act('a', call.capabilities.includes('answer') ? 'answer' : 'hold', call.id)
      await house.flow(100)
      for (const { id, state } of house.service.state.read().state.calls)
        if (state !== 'ended') await house.act('a', 'end', id)
      house.seen.clear()
      house.ends.clear()
      house.recorded.clear()
      house.failures.length = 0
    }
    await house.flow(200_000)
    house.seen.clear()
    house.ends.clear()
    house.recorded.clear()
  }
  const left = () => ({ ...house.alive(), alarms: house.clock.pending, calls: house.service.up() })
  const heap = async (): Promise<number> => {
    // What waits for a finalizer goes with the next.
    for (let i = 0; i < 3; i++) {
      collect()
      await new Promise(setImmediate)
    }
    return process.memoryUsage().heapUsed
  }
  await many(1000)
  const [before, first] = [left(), await heap()]
  await many(9000)
  assert.deepEqual(left(), before)
  assert.deepEqual(before, {
    sessions: 0,
    transactions: 0,
    requests: 0,
    subscriptions: 0,
    timers: 0,
    alarms: 0,
    calls: 0,
  })
  const now = await heap()
  assert.ok(now < first * 1.05, `${first} bytes after a thousand, ${now} after ten thousand`)
})

const { signal } = new AbortController()
