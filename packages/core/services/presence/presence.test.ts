// The person's own availability: the order of what counts, and when others are told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Choice, type Presence, readSettings, type SettingsInput } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { presence } from './presence.ts'
import { compose, type Inputs } from './state.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')

function house(given: SettingsInput = {}) {
  const clock = virtualClock()
  const world = { clock, dice: seededDice(1), wall: () => new Date(start + clock.now()).toISOString() }
  const told: Presence[] = []
  let settings = readSettings(given)
  const service = presence(world, 'epoch', {
    port: { publish: (own) => told.push(own) },
    settings: () => settings,
  })
  const by = (application: string): Caller => ({ application }) as Caller
  return {
    clock,
    service,
    told: () => told.map(({ availability }) => availability),
    last: () => told.at(-1),
    set: (more: SettingsInput) => {
      settings = readSettings({ ...given, ...more })
      service.look()
    },
    choose: (choice: Choice): void => void service.handlers.set({ choice }, by('application_a')),
    idle: (application: string, idleMs: number): void => void service.handlers.idle({ idleMs }, by(application)),
  }
}

test('of all that may be true at once, what counts is as documented', () => {
  const calendar = { says: 'in-a-meeting', until: '2026-01-01T01:00:00.000Z' } as const
  const idle = { idleSince: '2026-01-01T00:00:00.000Z', idleIsAway: true }
  const nothing: Inputs = {
    choice: 'automatic',
    note: undefined,
    callsUp: 0,
    calendar: undefined,
    idleSince: undefined,
    idleIsAway: false,
    signedIn: true,
  }
  const table: readonly [Partial<Inputs>, string][] = [
    [{}, 'available'],
    [idle, 'away'],
    [{ ...idle, choice: 'available' }, 'available'],
    [{ ...idle, choice: 'busy' }, 'busy'],
    [{ ...idle, calendar }, 'in-a-meeting'],
    [{ choice: 'available', calendar }, 'in-a-meeting'],
    [{ choice: 'busy', calendar, callsUp: 1 }, 'on-the-phone'],
    [{ ...idle, calendar, callsUp: 2 }, 'on-the-phone'],
    [{ choice: 'do-not-disturb', calendar, callsUp: 1 }, 'do-not-disturb'],
    [{ choice: 'vacation', callsUp: 1 }, 'vacation'],
    [{ choice: 'offline', callsUp: 1 }, 'offline'],
    [{ choice: 'do-not-disturb', signedIn: false }, 'offline'],
  ]
  for (const [some, availability] of table) {
    const { own, reasons } = compose({ ...nothing, ...some })
    assert.equal(own.availability, availability, JSON.stringify(some))
    const counting = reasons.filter(({ counts }) => counts)
    assert.equal(counting.length, availability === 'available' && some.choice === undefined ? 0 : 1)
    for (const { says } of counting) assert.equal(says, availability)
  }
})

test('a call makes the person be on the phone for as long as it is up, and then what was before', () => {
  const { service, choose, told } = house()
  choose('busy')
  service.callsUp(1)
  service.callsUp(2)
  service.callsUp(0)
  assert.deepEqual(told(), ['available', 'busy', 'on-the-phone', 'busy'])
})

test('whoever does not want it known that they are on the phone is only what they are else', () => {
  const { service, told, set } = house({ 'presence.publishCalls': false })
  service.callsUp(1)
  assert.deepEqual(told(), ['available'])
  set({ 'presence.publishCalls': true })
  assert.deepEqual(told(), ['available', 'on-the-phone'])
})

test('idle time makes away at its moment, by the application that was touched last, and its end takes that back at once', () => {
  const { clock, told, last, idle, service } = house({ 'presence.idleAwayS': 60 })
  idle('application_a', 0)
  idle('application_b', 30_000)
  clock.pass(59_000)
  assert.deepEqual(told(), ['available'])
  clock.pass(1000)
  assert.deepEqual(told(), ['available', 'away'])
  assert.equal(last()?.idleSince, '2026-01-01T00:00:00.000Z')
  clock.pass(60_000)
  assert.equal(told().length, 2, 'nothing new is told while nothing is new')
  idle('application_b', 0)
  assert.deepEqual(told(), ['available', 'away', 'available'])
  clock.pass(60_000)
  service.released('application_b')
  assert.equal(last()?.availability, 'away')
  service.released('application_a')
  assert.equal(last()?.availability, 'available', 'nobody tells of idle time any more')
  assert.equal(clock.pending, 0)
})

test('the explanation names all that was looked at, and what counts', async () => {
  const { service, choose } = house()
  choose('do-not-disturb')
  service.callsUp(1)
  const { own, reasons } = await service.handlers.explain({}, {} as Caller)
  assert.equal(own.availability, 'do-not-disturb')
  assert.deepEqual(
    reasons.map(({ input, says, counts }) => [input, says, counts]),
    [
      ['sign-in', undefined, false],
      ['choice', 'do-not-disturb', true],
      ['calls', 'on-the-phone', false],
      ['calendar', undefined, false],
      ['choice', undefined, false],
      ['idle', undefined, false],
    ],
  )
})
