// The person's own availability: the order of what counts, and when others are told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Choice, type Presence, readSettings, type SettingsInput } from '@openparley/contract'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { Caller } from '../../runtime/service.ts'
import { calendarAt } from './meetings.ts'
import type { Meeting } from './port.ts'
import { presence } from './presence.ts'
import { compose, type Inputs } from './state.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')

function house(given: SettingsInput = {}) {
  const clock = virtualClock()
  let sleptMs = 0
  const wall = () => new Date(start + sleptMs + clock.now()).toISOString()
  const world = { clock, dice: seededDice(1), wall }
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
    /** Time goes by, and no clock here notices. */
    sleep: (ms: number) => {
      sleptMs += ms
    },
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

/** So many minutes after the start, for so long. */
function meeting(inMin: number, forMin: number, more: Partial<Meeting> = {}): Meeting {
  const fromMs = start + inMin * minute
  return {
    fromMs,
    untilMs: fromMs + forMin * minute,
    isAllDay: false,
    status: 'confirmed',
    isTransparent: false,
    answer: undefined,
    shows: undefined,
    ...more,
  }
}

const minute = 60_000

test('a meeting begins and ends at its moments, of what was told long before', () => {
  const { clock, service, told } = house()
  service.meetings([meeting(90, 30)])
  clock.pass(90 * minute - 1)
  assert.deepEqual(told(), ['available'])
  clock.pass(1)
  assert.deepEqual(told(), ['available', 'in-a-meeting'])
  clock.pass(30 * minute - 1)
  assert.equal(told().length, 2)
  clock.pass(1)
  assert.deepEqual(told(), ['available', 'in-a-meeting', 'available'])
  assert.equal(clock.pending, 0)
})

test('a meeting that began or ended while the machine slept is seen within a minute of its waking', () => {
  const { clock, service, told, sleep } = house()
  service.meetings([meeting(90, 30)])
  sleep(100 * minute)
  clock.pass(minute)
  assert.deepEqual(told(), ['available', 'in-a-meeting'])
  sleep(600 * minute)
  clock.pass(minute)
  assert.deepEqual(told(), ['available', 'in-a-meeting', 'available'])
})

test('a meeting that is taken out of the calendar is over at once, and one that is put in for now begins at once', () => {
  const { service, told } = house()
  service.meetings([meeting(-10, 60)])
  service.meetings([])
  assert.deepEqual(told(), ['available', 'in-a-meeting', 'available'])
})

test('what a meeting makes of the person is a setting, which may be nothing', () => {
  const { service, told, set } = house({ 'calendar.meetings': 'busy' })
  service.meetings([meeting(-10, 60)])
  set({ 'calendar.meetings': 'none' })
  set({ 'calendar.meetings': 'do-not-disturb' })
  assert.deepEqual(told(), ['available', 'busy', 'available', 'do-not-disturb'])
})

test('the explanation says until when, with all that follow without a pause, and nothing of what they are about', async () => {
  const { service } = house()
  service.meetings([meeting(60, 30), meeting(0, 30), meeting(20, 40), meeting(120, 30)])
  const { reasons } = await service.handlers.explain({}, {} as Caller)
  const said = reasons.find(({ input }) => input === 'calendar')
  assert.equal(said?.why, 'The calendar says in-a-meeting until 2026-01-01T01:30:00.000Z.')
  assert.equal(said.counts, true)
})

test('what an event of the calendar says of the person is as documented', () => {
  const table: readonly [Partial<Meeting>, string | undefined][] = [
    [{}, 'in-a-meeting'],
    [{ status: 'cancelled' }, undefined],
    [{ isTransparent: true }, undefined],
    [{ shows: 'free' }, undefined],
    [{ shows: 'busy' }, 'in-a-meeting'],
    [{ shows: 'tentative' }, undefined],
    [{ status: 'tentative' }, undefined],
    [{ status: 'tentative', answer: 'accepted' }, 'in-a-meeting'],
    [{ answer: 'accepted' }, 'in-a-meeting'],
    [{ answer: 'tentative' }, undefined],
    [{ answer: 'none' }, undefined],
    [{ answer: 'declined' }, undefined],
    [{ isAllDay: true }, undefined],
    [{ isAllDay: true, shows: 'busy' }, undefined],
    [{ isAllDay: true, shows: 'out-of-office' }, 'vacation'],
    [{ shows: 'out-of-office' }, 'away'],
    [{ shows: 'out-of-office', status: 'cancelled' }, undefined],
    [{ untilMs: start - 10 * minute }, undefined],
  ]
  for (const [more, says] of table) {
    const { said } = calendarAt([meeting(-10, 60, more)], start, 'in-a-meeting')
    assert.equal(said?.says, says, JSON.stringify(more))
  }
})

test('a meeting within days of absence counts while it lasts, and they say no longer than until it begins', () => {
  const absence = meeting(-600, 6000, { isAllDay: true, shows: 'out-of-office' })
  const at = (min: number) => calendarAt([absence, meeting(30, 30)], start + min * minute, 'in-a-meeting')
  assert.deepEqual(at(0), {
    said: { says: 'vacation', until: '2026-01-01T00:30:00.000Z' },
    nextMs: start + 30 * minute,
  })
  assert.deepEqual(at(30), {
    said: { says: 'in-a-meeting', until: '2026-01-01T01:00:00.000Z' },
    nextMs: start + 60 * minute,
  })
  assert.equal(at(60).said?.says, 'vacation')
})
