import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call, HistoryEntry } from '@openparley/sdk/browser'
import { nameOfRecording } from './further-acts.ts'
import { newsBetween, reminderOf } from './news.ts'
import { canBeAwaited, lampText, levelName, nameOf, pastOf, precedenceOf, stateOf } from './sayings.ts'
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

test('what becomes of a call beside its state is said, too', () => {
  const inConference: Call = { ...connected, conference: 'conference_x' }
  const steps: readonly (readonly [before: Call, after: Call, said: string])[] = [
    [connected, { ...connected, recording: true }, 'The call with Bob is recorded'],
    [{ ...connected, recording: true }, connected, 'The call with Bob is no longer recorded'],
    [connected, inConference, 'Bob is in the conference'],
    [inConference, { ...inConference, silenced: true }, 'The others do not hear Bob'],
    [{ ...inConference, silenced: true }, inConference, 'The others hear Bob again'],
    [inConference, connected, 'Bob is no longer in a conference'],
    [connected, { ...connected, digitsWanted: true }, 'The server asks for a code or more digits.'],
    [connected, { ...connected, preserved: true }, 'The server is lost; Bob still hears you.'],
    [connected, { ...connected, transfer: { to: { number: '600' }, is: 'ringing' } }, 'It rings at 600 …'],
    [connected, { ...connected, awaits: { number: '205' } }, 'Bob has left; 205 is being called …'],
    [connected, { ...connected, remote: { number: '205', displayName: 'Carol' } }, 'Connected with Carol'],
    [
      connected,
      { ...connected, state: 'ended', end: { by: 'remote', transferredTo: { number: '600' } } },
      'Bob goes on with 600',
    ],
  ]
  for (const [before, after, said] of steps) assert.equal(newsBetween(before, after)?.text, said)
  assert.equal(reminderOf(connected).text, 'Bob is still on hold')
})

test('an important call says so first, and who hides is not named', () => {
  const flash = { namespace: 'dsn', level: 'flash', rank: 3 }
  const hidden: Call = {
    ...call,
    precedence: flash,
    remote: { number: 'anonymous', displayName: 'x', anonymous: true },
  }
  assert.equal(
    newsBetween(undefined, hidden)?.text,
    'Flash. Incoming call from Anonymous caller. Alt A answers, Alt X declines.',
  )
  assert.equal(nameOf(hidden.remote), 'Anonymous caller')
  assert.equal(precedenceOf({ precedence: { ...flash, level: 'routine', rank: 0 } }), undefined)
  assert.deepEqual([levelName('dsn', 'flash-override'), levelName('wps', '0')], ['Flash override', 'WPS 0'])
})

test('only whoever is busy or does not answer is awaited, and only after a call of one’s own', () => {
  const busy = { code: 'call-busy', sentence: '', next: '', retryable: true, origin: 'user' } as const
  const ended: Call = { ...call, direction: 'outgoing', state: 'ended', end: { by: 'remote', error: busy } }
  const declined = { ...busy, code: 'call-declined' } as const
  assert.deepEqual(
    [
      ended,
      { ...ended, direction: 'incoming' } as const,
      { ...ended, answeredAt: call.startedAt },
      { ...ended, end: { by: 'remote', error: declined } } as const,
    ].map(canBeAwaited),
    [true, false, false, false],
  )
})

test('a lamp says with whom, where the server tells', () => {
  assert.equal(lampText({ number: '204', is: 'busy' }), 'Talks')
  assert.equal(
    lampText({ number: '204', is: 'busy', remote: { number: '205', displayName: 'Carol' } }),
    'Talks with Carol',
  )
  assert.equal(lampText({ number: '204', is: 'ringing', remote: { number: '205' } }), 'Rings: 205 calls')
  assert.equal(lampText({ number: '204', is: 'idle', remote: { number: '205' } }), 'Free')
})

test('a recording’s name holds when and with whom, and nothing that a file’s name may not have', () => {
  const at = new Date(2026, 0, 5, 9, 7, 3)
  assert.equal(nameOfRecording(call, at), '2026-01-05 09.07.03 Bob.wav')
  assert.equal(nameOfRecording({ remote: { number: '../é/|' } }, at), '2026-01-05 09.07.03.wav')
  assert.equal(nameOfRecording({ remote: { number: '/' } }, at), '2026-01-05 09.07.03.wav')
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
      { ...entry, missed: true, end: { by: 'local', error: { ...elsewhere, code: 'call-busy' } } } as const,
      { ...entry, end: { by: 'local', transferredTo: { number: '205' } } } as const,
    ].map(pastOf),
    ['missed', 'missed', 'declined', 'elsewhere', 'incoming', 'failed', 'outgoing', 'missed', 'sentOn'],
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
