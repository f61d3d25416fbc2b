// Who tells what the phone does, over a link that only remembers: what is said while nobody does, and when they are asked again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhoneState } from '@openparley/contract'
import { writeDialogInfo } from '@openparley/protocols/events'
import type { SubscriptionEnd } from '@openparley/protocols/sip'
import { seededDice, virtualClock } from '@openparley/testkit'
import type { CallingLink, SipPart } from '../../links/sip/index.ts'
import { Watching } from './watching.ts'

function house() {
  const clock = virtualClock()
  const states: PhoneState[] = []
  let asked = 0
  let given = 0
  const link = {
    subscribe: () => `watch-${++asked}`,
    unsubscribe: () => void given++,
  } as unknown as CallingLink
  const watching = new Watching({
    world: { clock, dice: seededDice(1), wall: () => '2026-01-01T00:00:00.000Z' },
    link,
    part: {} as SipPart,
    phone: () => 'sip:desk@example.com',
    state: (state) => states.push(state),
    told: () => {},
  })
  const words = (): unknown[] => states.map(({ is, error }) => (error ? [is, error.code] : is))
  const ends = (end: SubscriptionEnd): boolean => watching.event(`watch-${asked}`, { type: 'ended', end })
  const tells = (): boolean =>
    watching.event(`watch-${asked}`, {
      type: 'notified',
      state: 'active',
      contentType: '',
      body: writeDialogInfo({ version: 0, state: 'full', entity: 'sip:desk@example.com', dialogs: [] }),
    })
  return { clock, watching, states, words, ends, tells, asked: () => asked, given: () => given }
}

const refused = (status: number): SubscriptionEnd => ({
  why: 'refused',
  cause: { is: 'status', status, reason: 'No' },
})

test('while there is no registration it is said what is waited for', () => {
  const { clock, watching, words, tells } = house()
  clock.pass(10_000)
  assert.deepEqual(words(), [['waiting', 'server-closed']])
  watching.ready(true)
  tells()
  assert.deepEqual(words().slice(1), ['ready'])
  watching.stop()
  assert.equal(clock.pending, 0)
})

test('who refuses is asked again, later each time, and why is told', () => {
  const { clock, watching, states, words, ends, tells, asked } = house()
  watching.ready(true)
  for (const [status, code] of [
    [489, 'phone-untold'],
    [404, 'account-unknown'],
    [480, 'phone-unavailable'],
    [403, 'account-forbidden'],
  ] as const) {
    const before = asked()
    ends(refused(status))
    assert.deepEqual(words().at(-1), ['waiting', code])
    assert.ok(states.at(-1)?.nextTryAt)
    clock.pass(60_000)
    assert.equal(asked(), before + 1)
  }
  tells()
  assert.equal(words().at(-1), 'ready')
})

test('a subscription that runs out is asked for again without a word, and nobody is asked once it is over', () => {
  const { clock, watching, words, ends, tells, asked, given } = house()
  watching.ready(true)
  tells()
  ends({ why: 'over' })
  clock.pass(60_000)
  tells()
  assert.deepEqual(words(), ['ready', 'ready'])
  assert.equal(asked(), 2)
  watching.ready(false)
  assert.equal(given(), 1)
  clock.pass(600_000)
  assert.equal(asked(), 2)
})
