import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registration, type RegistrationEffect } from './registration.ts'

const dice = { roll: () => 0.5 }
const refusal = (why: string, more: object = {}) => ({ scope: 'server' as const, why, ...more })
const brief = (effects: RegistrationEffect[]): unknown[] =>
  effects.map((effect) => (effect.type === 'state' ? effect.state.is : [effect.server, effect.expiresS]))

test('a registration is refreshed at 85 % of what was granted', () => {
  const engine = new Registration({ servers: 1, expiresS: 600, failsBack: true, dice })
  assert.deepEqual(brief(engine.handle({ type: 'start' }, 0)), ['registering', [0, 600]])
  assert.deepEqual(brief(engine.handle({ type: 'granted', expiresS: 100 }, 10)), ['registered'])
  assert.equal(engine.deadline, 10 + 85_000)
  assert.deepEqual(brief(engine.wake(85_010)), [[0, 600]])
  assert.deepEqual(brief(engine.handle({ type: 'granted', expiresS: 100 }, 85_020)), [])
})

test('a registration is refreshed so long before its end as is asked, and as usual where it is shorter than that', () => {
  const engine = new Registration({ servers: 1, expiresS: 600, failsBack: true, refreshBeforeS: 5, dice })
  engine.handle({ type: 'start' }, 0)
  engine.handle({ type: 'granted', expiresS: 600 }, 10)
  assert.equal(engine.deadline, 10 + 595_000)
  engine.wake(595_010)
  engine.handle({ type: 'granted', expiresS: 4 }, 595_010)
  assert.equal(engine.deadline, 595_010 + 3400)
})

test('a refusal moves on to the next server, and past the last it waits, longer each round', () => {
  const engine = new Registration({ servers: 2, expiresS: 600, failsBack: true, dice })
  engine.handle({ type: 'start' }, 0)
  assert.deepEqual(brief(engine.handle({ type: 'refused', refusal: refusal('a') }, 0)), ['registering', [1, 600]])
  assert.deepEqual(brief(engine.handle({ type: 'refused', refusal: refusal('b') }, 0)), ['waiting'])
  const waits = []
  let now = 0
  for (let round = 0; round < 12; round++) {
    waits.push((engine.deadline as number) - now)
    now = engine.deadline as number
    engine.wake(now)
    engine.handle({ type: 'refused', refusal: refusal('a') }, now)
    engine.handle({ type: 'refused', refusal: refusal('b') }, now)
  }
  assert.deepEqual(waits.slice(0, 3), [1500, 3000, 6000])
  assert.equal(waits.at(-1), 225_000)
})

test('at a refresh it goes back to the first server, and stays with the second where that still fails', () => {
  const engine = new Registration({ servers: 2, expiresS: 600, failsBack: true, dice })
  engine.handle({ type: 'start' }, 0)
  engine.handle({ type: 'refused', refusal: refusal('down') }, 0)
  engine.handle({ type: 'granted', expiresS: 600 }, 0)
  assert.deepEqual(engine.state, { is: 'registered', server: 1 })
  assert.deepEqual(brief(engine.wake(engine.deadline as number)), ['registering', [0, 600]])
  assert.deepEqual(brief(engine.handle({ type: 'refused', refusal: refusal('down') }, 600_000)), [
    'registering',
    [1, 600],
  ])
  assert.deepEqual(brief(engine.handle({ type: 'granted', expiresS: 600 }, 600_000)), ['registered'])
})

test('a wrong password is not tried again, Retry-After is kept to, and 423 raises what is asked', () => {
  const engine = new Registration({ servers: 1, expiresS: 60, failsBack: true, dice })
  engine.handle({ type: 'start' }, 0)
  assert.deepEqual(brief(engine.handle({ type: 'refused', refusal: refusal('brief', { minExpiresS: 300 }) }, 0)), [
    [0, 300],
  ])
  engine.handle({ type: 'refused', refusal: refusal('overload', { retryAfterMs: 60_000 }) }, 0)
  assert.equal(engine.deadline, 60_000)
  engine.wake(60_000)
  assert.deepEqual(brief(engine.handle({ type: 'refused', refusal: { scope: 'final', why: 'password' } }, 60_000)), [
    'failed',
  ])
  assert.equal(engine.deadline, undefined)
})

test('stopping gives the registration back, and does not wait for ever', () => {
  const engine = new Registration({ servers: 1, expiresS: 600, failsBack: true, dice })
  engine.handle({ type: 'start' }, 0)
  engine.handle({ type: 'granted', expiresS: 600 }, 0)
  assert.deepEqual(brief(engine.handle({ type: 'stop' }, 5)), ['leaving', [0, 0]])
  assert.deepEqual(brief(engine.wake(engine.deadline as number)), ['off'])
})

test('where somebody else says when to, a refresh stays with the server, and goes where it is told', () => {
  const engine = new Registration({ servers: 2, expiresS: 600, failsBack: false, dice })
  engine.handle({ type: 'start' }, 0)
  engine.handle({ type: 'refused', refusal: refusal('down') }, 0)
  engine.handle({ type: 'granted', expiresS: 600 }, 0)
  assert.deepEqual(brief(engine.wake(600_000)), [[1, 600]])
  engine.handle({ type: 'granted', expiresS: 600 }, 600_000)
  assert.deepEqual(brief(engine.handle({ type: 'use', server: 0 }, 600_000)), ['registering', [0, 600]])
  assert.deepEqual(brief(engine.handle({ type: 'use', server: 0 }, 600_000)), [])
})
