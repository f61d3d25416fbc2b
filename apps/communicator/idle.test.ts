import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { watchIdle } from './idle.ts'

test('idle time is told once a minute, and at once when somebody is back', () => {
  mock.timers.enable({ apis: ['setInterval', 'Date'] })
  try {
    const told: number[] = []
    const place = new EventTarget()
    const stop = watchIdle((idleMs) => told.push(idleMs), place)
    for (let n = 0; n < 50; n++) place.dispatchEvent(new Event('pointermove'))
    assert.deepEqual(told, [])
    mock.timers.tick(30_000)
    place.dispatchEvent(new Event('keydown'))
    mock.timers.tick(30_000)
    assert.deepEqual(told, [0])
    for (let n = 0; n < 2; n++) mock.timers.tick(60_000)
    assert.deepEqual(told, [0, 90_000, 150_000])
    place.dispatchEvent(new Event('keydown'))
    place.dispatchEvent(new Event('keydown'))
    assert.deepEqual(told, [0, 90_000, 150_000, 0])
    stop()
    mock.timers.tick(600_000)
    place.dispatchEvent(new Event('keydown'))
    assert.equal(told.length, 4)
  } finally {
    mock.timers.reset()
  }
})
