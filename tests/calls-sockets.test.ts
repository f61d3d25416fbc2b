// Hundreds of real calls of one session, several at a time: the sockets, the ports and the alarms are those of before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { createCore } from '@openparley/core'
import { startInProcess } from '@openparley/daemon/in-process'
import { startLab } from '@openparley/lab'
import { realClock, realDice } from '@openparley/net'
import type { Clock } from '@openparley/protocols/common'
import { connect, direct } from '@openparley/sdk'
import { follow, type Person } from '../packages/scenarios/person.ts'
import { openSockets } from './open-sockets.ts'

test('after hundreds of real calls the same sockets, ports and alarms are there as before', async () => {
  const lab = await startLab()
  const clock = countingClock()
  const host = await startInProcess({
    core: (itself) =>
      createCore({
        host: itself,
        version: '0.0.0-test',
        world: { clock, dice: realDice, wall: () => new Date().toISOString() },
      }),
  })
  const core = await connect({ application: 'test', role: 'approve', over: direct((request) => host.attach(request)) })
  try {
    const session = await core.open({ ...lab.people[0]?.settings, 'calls.maxPerMinute': 100_000 })
    const person = await follow('alice', session, async () => {})
    await session.phones.ready({ timeoutMs: 15_000 })
    const seen = async (): Promise<Seen> => ({
      sockets: openSockets(),
      alarms: clock.pending,
      calls: (await session.calls.get()).state.calls.length,
    })
    const before = await settled(seen)
    let begun = 0
    let most = 0
    const oneAfterTheOther = async (): Promise<void> => {
      while (begun < turns) {
        await lives[begun++ % lives.length]?.(person)
        most = Math.max(most, openSockets().length)
      }
    }
    await Promise.all(Array.from({ length: atATime }, oneAfterTheOther))
    assert.ok(most > before.sockets.length, `${most} sockets while calls were up`)
    // Ended calls are shown for a minute: of each there is the alarm that forgets it, and nothing else.
    const over = await settled(seen)
    assert.deepEqual({ ...over, alarms: over.alarms - over.calls, calls: 0 }, before)
    clock.forward(60_000)
    assert.deepEqual(await settled(seen), before)
  } finally {
    core.close()
    await host.close()
    await lab.close()
  }
})

const lives = [talk, talk, holdAndResume, declined, talk, givenUp, confer]

/** A key is said, and heard again. */
async function talk(person: Person): Promise<void> {
  const call = await connected(person)
  await echoed(person, call)
  await end(person, call)
}

async function holdAndResume(person: Person): Promise<void> {
  const call = await connected(person)
  await person.session.calls.hold({ call })
  await person.session.calls.resume({ call })
  await echoed(person, call)
  await end(person, call)
}

async function confer(person: Person): Promise<void> {
  const both = [await connected(person), await connected(person)]
  await person.session.calls.conference({ calls: both })
  for (const call of both) await end(person, call)
}

async function declined(person: Person): Promise<void> {
  const { call } = await person.session.calls.dial({ to: '603' })
  const { end } = await person.until('declined', ({ id, state }) => id === call && state === 'ended')
  assert.equal(end?.peer?.status, 603)
}

async function givenUp(person: Person): Promise<void> {
  const { call } = await person.session.calls.dial({ to: '604' })
  await person.until('ringing', ({ id, state }) => id === call && state === 'alerting')
  await end(person, call)
}

async function connected(person: Person): Promise<string> {
  const { call } = await person.session.calls.dial({ to: '600' })
  await person.until('connected', ({ id, state }) => id === call && state === 'connected')
  return call
}

async function echoed(person: Person, call: string): Promise<void> {
  await person.session.calls.sendDigits({ call, digits: '5' })
  await person.change('the key comes back', (change) => change.type === 'digit' && change.call === call)
}

async function end(person: Person, call: string): Promise<void> {
  await person.session.calls.end({ call })
  await person.until('ended', ({ id, state }) => id === call && state === 'ended')
}

/** The real clock, which can be put forward as after a sleep of the machine, and tells how many alarms are set. */
function countingClock(): Clock & { readonly pending: number; forward(ms: number): void } {
  const alarms = new Set<{ readonly at: number; readonly wake: () => void; cancel: () => void }>()
  let ahead = 0
  const set = (alarm: { readonly at: number; readonly wake: () => void }): (() => void) =>
    realClock.at(alarm.at - ahead, alarm.wake)
  return {
    now: () => realClock.now() + ahead,
    at: (at, wake) => {
      const alarm = {
        at,
        wake: () => {
          alarms.delete(alarm)
          wake()
        },
        cancel: () => {},
      }
      alarm.cancel = set(alarm)
      alarms.add(alarm)
      return () => {
        alarm.cancel()
        alarms.delete(alarm)
      }
    },
    get pending() {
      return alarms.size
    },
    forward: (ms) => {
      ahead += ms
      for (const alarm of alarms) {
        alarm.cancel()
        alarm.cancel = set(alarm)
      }
    },
  }
}

/** What is seen when nothing has changed for half a second: whoever only probes, or reads the last BYE, is done by then. */
async function settled(see: () => Promise<Seen>): Promise<Seen> {
  let last = await see()
  for (let same = 0, tries = 0; same < 10; tries++) {
    assert.ok(tries < 200, 'still changing after ten seconds')
    await wait(50)
    const now = await see()
    same = isDeepStrictEqual(now, last) ? same + 1 : 0
    last = now
  }
  return last
}

interface Seen {
  readonly sockets: readonly string[]
  readonly alarms: number
  readonly calls: number
}

/** Of the conferring two calls. */
const turns = 420
const atATime = 7
