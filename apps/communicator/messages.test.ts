import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call, HistoryEntry } from '@openparley/sdk/browser'
import { newsBetween } from './news.ts'
import { pastOf, stateOf } from './sayings.ts'
import { shortcutOf, shortcuts } from './shortcuts.ts'
import { daysBetween, duration } from './time.ts'

const call: Call = {
  id: 'call_x',
  phone: 'phone_x',
  direction: 'incoming',
  state: 'alerting',
  earlyMedia: false,
  digitsWanted: false,
  preserved: false,
  held: 'no',
  muted: false,
  silenced: false,
  recording: false,
  remote: { number: '204', displayName: 'Bob' },
  capabilities: [],
  startedAt: '2026-01-01T10:00:00Z',
}
const connected: Call = { ...call, state: 'connected' }

test('each thing that happens in a call is said once, and what did not change is not said', () => {
  const steps: readonly Call[] = [
    call,
    { ...call, handler: 'application_x' },
    connected,
    { ...connected, held: 'local' },
    { ...connected, held: 'both' },
    { ...connected, held: 'remote' },
    { ...connected, muted: true, held: 'remote' },
    { ...call, state: 'ended', end: { by: 'remote' } },
  ]
  const said = steps.map((step, n) => newsBetween(steps[n - 1], step)?.text)
  assert.deepEqual(said, [
    'Incoming call from Bob. Alt A answers, Alt X declines.',
    undefined,
    'Connected with Bob',
    'Bob is on hold',
    'Bob has put you on hold',
    'Bob is no longer on hold',
    'You are muted for Bob',
    'The call with Bob has ended',
  ])
})

test('only a call that comes in interrupts what is being read', () => {
  assert.equal(newsBetween(undefined, call)?.isUrgent, true)
  assert.equal(newsBetween(undefined, { ...call, direction: 'outgoing' })?.isUrgent, false)
})

test('a call’s state says hold and mute together', () => {
  assert.equal(stateOf({ ...connected, held: 'local', muted: true }), 'On hold · Muted')
  assert.equal(stateOf(connected), 'Connected')
})

test('a call is missed when it came in, was not answered and not declined', () => {
  const entry: HistoryEntry = {
    call: 'call_x',
    direction: 'incoming',
    remote: { number: '204' },
    startedAt: call.startedAt,
    endedAt: call.startedAt,
    end: { by: 'remote' },
  }
  const elsewhere = { code: 'call-taken-elsewhere', sentence: '', next: '', retryable: false, origin: 'user' } as const
  assert.deepEqual(
    [
      entry,
      { ...entry, end: { by: 'network' } } as const,
      { ...entry, end: { by: 'local' } } as const,
      { ...entry, end: { by: 'remote', error: elsewhere } } as const,
      { ...entry, answeredAt: call.startedAt },
      { ...entry, direction: 'outgoing' } as const,
      { ...entry, direction: 'outgoing', end: { by: 'local' } } as const,
    ].map(pastOf),
    ['missed', 'missed', 'declined', 'elsewhere', 'incoming', 'failed', 'outgoing'],
  )
})

test('a running time is written as people read it', () => {
  assert.deepEqual([-5, 999, 7000, 754_000, 3_723_000].map(duration), ['0:00', '0:00', '0:07', '12:34', '1:02:03'])
})

test('yesterday is one midnight ago, however few hours', () => {
  assert.equal(daysBetween(new Date(2026, 0, 1, 23, 59), new Date(2026, 0, 2, 0, 1)), 1)
  assert.equal(daysBetween(new Date(2026, 0, 2, 0, 1), new Date(2026, 0, 2, 23, 59)), 0)
})

test('a shortcut is known by its letter on any layout, and by its place where Option makes another letter', () => {
  assert.equal(shortcutOf({ key: 'A', code: 'KeyQ' }), 'answer')
  assert.equal(shortcutOf({ key: 'å', code: 'KeyA' }), 'answer')
  assert.equal(shortcutOf({ key: '÷', code: 'Slash' }), 'help')
  assert.equal(shortcutOf({ key: '1', code: 'Digit1' }), undefined)
  assert.equal(new Set(shortcuts.map(([key]) => key)).size, shortcuts.length)
})
