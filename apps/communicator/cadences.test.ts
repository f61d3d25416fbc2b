import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call } from '@openparley/sdk/browser'
import { ringbackOf, ringOf, samplesOf, type ToneName, tones } from './cadences.ts'

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
  remote: { number: '204' },
  capabilities: [],
  startedAt: '2026-01-01T10:00:00Z',
}
const flash = { namespace: 'dsn', level: 'flash', rank: 3 }
const routine = { namespace: 'dsn', level: 'routine', rank: 0 }

test('a call rings as its server asks, by the names of phones or the URNs of RFC 7462', () => {
  const asked: readonly (readonly [alert: string | undefined, tone: ToneName])[] = [
    [undefined, 'plain'],
    ['Bellcore-dr1', 'plain'],
    ['Bellcore-dr2', 'longLong'],
    ['Bellcore-dr3', 'shortShortLong'],
    ['bellcore-DR4', 'shortLongShort'],
    ['Bellcore-dr5', 'splash'],
    ['Bellcore-dr55', 'plain'],
    ['urn:alert:service:normal', 'plain'],
    ['urn:alert:source:internal', 'plain'],
    ['urn:alert:source:external', 'longLong'],
    ['urn:alert:source:external@example.com', 'longLong'],
    ['urn:alert:priority:high', 'precedence'],
    ['urn:alert:priority:low', 'splash'],
    ['urn:alert:duration:short', 'splash'],
    ['urn:alert:service:recall:transfer', 'shortLongShort'],
    ['URN:alert:source:friend', 'shortShortLong'],
    ['alert-external', 'longLong'],
    ['something else', 'plain'],
  ]
  assert.deepEqual(
    asked.map(([alert]) => ringOf(alert === undefined ? call : { ...call, alert }, false)),
    asked.map(([, tone]) => tone),
  )
})

test('a call with precedence insists whatever else is asked; a routine one does not', () => {
  assert.equal(ringOf({ ...call, precedence: flash, alert: 'Bellcore-dr5' }, false), 'precedence')
  assert.equal(ringOf({ ...call, precedence: routine }, false), 'plain')
  assert.equal(ringOf({ ...call, priority: 'emergency' }, false), 'precedence')
  assert.equal(ringOf({ ...call, precedence: flash }, true), 'waitingPrecedence')
  assert.equal(ringOf({ ...call, alert: 'Bellcore-dr2' }, true), 'waiting')
})

test('the caller hears that it rings there, until the other side is heard itself', () => {
  const dialled: Call = { ...call, direction: 'outgoing' }
  assert.equal(ringbackOf(dialled), 'ringback')
  assert.equal(ringbackOf({ ...dialled, precedence: flash }), 'ringbackPrecedence')
  for (const silent of [call, { ...dialled, earlyMedia: true }, { ...dialled, state: 'dialling' } as const])
    assert.equal(ringbackOf(silent), undefined)
})

test('each tone sounds as long as its cadence says, and is silent between, without a click', () => {
  const rate = 8000
  for (const [name, tone] of Object.entries(tones)) {
    const samples = samplesOf(tone, rate)
    let from = 0
    for (const [part, lasts] of tone.cadence.entries()) {
      const until = from + Math.round(lasts * rate)
      const loudest = samples.subarray(from + 1, until - 1).reduce((most, each) => Math.max(most, Math.abs(each)), 0)
      if (part % 2 === 1) assert.equal(loudest, 0, name)
      else assert.ok(loudest > tone.loudness * 0.8 && loudest < tone.loudness + 1e-6, `${name}: ${loudest}`)
      assert.ok(Math.abs(samples[from] ?? 0) < 0.01, name)
      from = until
    }
    assert.equal(samples.length, from, name)
  }
})
