import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededDice, virtualClock } from '@openparley/testkit'
import { Registration, type RegistrationEffect, type RegistrationInput } from './registration.ts'

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

test('a registration whose way broke is made again within a second, first with the same server', () => {
  const engine = new Registration({ servers: 3, expiresS: 600, failsBack: true, dice })
  engine.handle({ type: 'start' }, 0)
  engine.handle({ type: 'refused', refusal: refusal('down') }, 0)
  engine.handle({ type: 'granted', expiresS: 600 }, 0)
  assert.deepEqual(brief(engine.handle({ type: 'lost', refusal: refusal('closed') }, 10_000)), ['waiting'])
  assert.equal(engine.deadline, 10_500)
  assert.deepEqual(brief(engine.wake(10_500)), ['registering', [1, 600]])
  assert.deepEqual(brief(engine.handle({ type: 'refused', refusal: refusal('down') }, 10_500)), [
    'registering',
    [2, 600],
  ])
})

test('at another address it is registered at once, whether it was registered, on its way or waited', () => {
  const engine = new Registration({ servers: 2, expiresS: 600, failsBack: true, dice })
  assert.deepEqual(brief(engine.handle({ type: 'moved' }, 0)), [])
  engine.handle({ type: 'start' }, 0)
  assert.deepEqual(brief(engine.handle({ type: 'moved' }, 1)), [[0, 600]])
  engine.handle({ type: 'granted', expiresS: 600 }, 2)
  assert.deepEqual(brief(engine.handle({ type: 'moved' }, 3)), ['registering', [0, 600]])
  for (let server = 0; server < 2; server++) engine.handle({ type: 'refused', refusal: refusal('down') }, 4)
  assert.equal(engine.state.is, 'waiting')
  assert.deepEqual(brief(engine.handle({ type: 'moved' }, 5)), ['registering', [0, 600]])
})

test('a thousand phones whose server goes and comes back ten minutes later do not come all at once', () => {
  const clock = virtualClock()
  const asked: number[] = []
  let isThere = true
  const phones = Array.from({ length: 1000 }, (_, phone) => {
    const engine = new Registration({ servers: 1, expiresS: 600, failsBack: true, dice: seededDice(phone + 1) })
    let cancel = (): void => {}
    const feed = (input: RegistrationInput | undefined): void => {
      const effects = input ? engine.handle(input, clock.now()) : engine.wake(clock.now())
      cancel()
      if (engine.deadline !== undefined) cancel = clock.at(engine.deadline, () => feed(undefined))
      if (!effects.some(({ type }) => type === 'register')) return
      asked.push(clock.now())
      // The answer takes its time, as one does.
      clock.at(clock.now() + 20, () =>
        feed(isThere ? { type: 'granted', expiresS: 600 } : { type: 'refused', refusal: refusal('refused') }),
      )
    }
    return { feed }
  })
  const inBusiest = (ms: number): number => {
    const sorted = asked.splice(0).sort((a, b) => a - b)
    return sorted.reduce((most, at, i) => Math.max(most, sorted.findIndex((each) => each > at + ms, i) - i), 0)
  }
  for (const phone of phones) phone.feed({ type: 'start' })
  clock.pass(1000)
  asked.length = 0
  clock.pass(1_800_000)
  assert.ok(asked.length >= 3000)
  const refreshing = inBusiest(1000)
  assert.ok(refreshing <= 60, `${refreshing} in one second when all is well`)
  isThere = false
  for (const phone of phones) phone.feed({ type: 'lost', refusal: refusal('closed') })
  clock.pass(600_000)
  const gone = inBusiest(100)
  assert.ok(gone <= 200, `${gone} in a tenth of a second when it goes`)
  isThere = true
  const before = clock.now()
  clock.pass(300_000)
  const back = [...asked]
  const after = back.filter((at) => at >= before).length
  assert.ok(after >= 1000, `${after} have come back in five minutes`)
  const busiest = inBusiest(1000)
  assert.ok(busiest <= 30, `${busiest} in one second when it comes back`)
})
