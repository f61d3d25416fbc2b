// A connection over a list of servers: in which order, how long it waits, and what it gives up for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorValue, ParleyError, type PhoneState } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import { standing, type StandingOptions } from './standing.ts'

/** `at` decides; the states are told as `is server error`. */
function house(at: StandingOptions['at'], servers = ['one', 'two']) {
  const clock = virtualClock()
  const states: PhoneState[] = []
  const stands = standing({
    world: { clock, dice: seededDice(1), wall: () => '2026-01-01T00:00:00.000Z' },
    servers,
    setting: 'deskPhone.servers',
    pauseMs: (failures) => failures * 1000,
    state: (state) => states.push(state),
    at,
  })
  return {
    stands,
    clock,
    told: () => states.map(({ is, server, error }) => [is, server, error?.code].filter(Boolean).join(' ')),
    last: () => states.at(-1),
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

test('each server is tried in turn, and all again after a pause that grows', async () => {
  const { clock, told, last, settled, stands } = house(async () => errorValue('server-refused'))
  await settled()
  assert.deepEqual(told(), ['connecting one', 'connecting two', 'waiting server-refused'])
  assert.equal(last()?.nextTryAt, '2026-01-01T00:00:01.000Z')
  clock.pass(1000)
  await settled()
  assert.equal(last()?.nextTryAt, '2026-01-01T00:00:02.000Z')
  await stands.close()
})

test('once it has stood, the pause is short again', async () => {
  let failing = true
  const { clock, last, settled, stands } = house(
    async (_server, _signal, ready) => {
      if (!failing) ready()
      return errorValue('server-closed')
    },
    ['one'],
  )
  await settled()
  failing = false
  clock.pass(1000)
  await settled()
  assert.equal(last()?.nextTryAt, '2026-01-01T00:00:01.000Z')
  await stands.close()
})

test('what trying again does not change is not tried again, whoever says so', async () => {
  for (const at of [
    async () => errorValue('credentials-rejected'),
    async () => {
      throw new ParleyError('credentials-missing', 'DESK_PASSWORD')
    },
  ] satisfies StandingOptions['at'][]) {
    const { told, last, settled, stands } = house(at)
    await settled()
    assert.deepEqual([told().length, last()?.is], [2, 'failed'])
    await stands.close()
  }
})

test('without a server it says which setting is missing', async () => {
  const { told, last, settled, stands } = house(async () => errorValue('internal'), [])
  await settled()
  assert.deepEqual(told(), ['failed setting-missing'])
  assert.equal(last()?.error?.detail, 'deskPhone.servers')
  await stands.close()
})

test('given up, it tells nothing more, and closes when it no longer stands', async () => {
  const over = Promise.withResolvers<void>()
  const { told, settled, stands } = house(async (_server, signal, ready) => {
    ready()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    await over.promise
    return errorValue('server-closed')
  })
  await settled()
  let closed = false
  const closing = stands.close().then(() => {
    closed = true
  })
  await settled()
  assert.equal(closed, false)
  over.resolve()
  await closing
  assert.deepEqual(told(), ['connecting one', 'ready one'])
})
