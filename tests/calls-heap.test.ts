// Ten thousand calls through one session, from the service to the wire: nothing of them stays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Call } from '@openparley/contract'
import type { ActOnCall } from './calls-application.ts'
import { callsHouse } from './calls-house.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('after ten thousand calls there is as little as after the first thousand', async () => {
  const house = callsHouse({ seed: 1, loss: 0, sessionExpiresS: 1800, agrees: true })
  const [application] = house.applications
  await house.settle()
  const calls = (state: Call['state']): Call[] =>
    house.service.state.read().state.calls.filter((call) => call.state === state)
  /** Out and in, refused, answered, held, transferred, in conferences, given up: as the dice fall. Then all is forgotten. */
  const many = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      if (i % 3 === 0) house.peer.call()
      else void application.act('dial')
      await house.flow(100)
      for (let moves = 0; moves < 3; moves++) house.peer.move()
      const [ringing] = calls('alerting')
      if (ringing?.capabilities.includes('answer')) void application.act('answer', ringing.id)
      await house.flow(100)
      const [first, second] = calls('connected').map(({ id }) => id)
      if (first !== undefined) void application.act(pick(inCall), first, second ?? first)
      await house.flow(100)
      if (i % 4 === 3) for (const { id } of house.service.state.read().state.calls) void application.act('end', id)
    }
    await house.flow(200_000)
    house.peer.hangUpAll()
    await house.flow(200_000)
    application.comeAgain()
    house.recorded.clear()
  }
  const pick = <T>(all: readonly T[]): T => all[Math.floor(house.roll() * all.length)] as T
  const left = () => ({ ...house.alive(), legs: house.sound.open(), calls: house.service.up() })
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
    legs: 0,
    calls: 0,
  })
  const now = await heap()
  assert.ok(now < first * 1.05, `${first} bytes after a thousand, ${now} after ten thousand`)
})

const inCall: readonly ActOnCall[] = ['hold', 'transfer', 'transferTo', 'conference', 'record', 'mute']
