import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CardEvent } from '../../services/media/port.ts'
import { type Desk, desk, device, rate, who } from './device-bench.suite.ts'

const headset = [device('headset', 'output', { default: true }), device('headset-mic', 'input', { default: true })]
const speaker = [device('speaker', 'output'), device('speaker-mic', 'input')]
const both = [...headset, ...speaker]

/** A tone that never begins anew in a test. */
const tone = (at: number): number => Math.round(amplitude * Math.sin((2 * Math.PI * hertz * at) / rate))
const amplitude = 8000
const hertz = 300
/** The most that two samples of it are apart, with what rounding and another speed add. */
const slope = ((2 * Math.PI * hertz) / rate) * amplitude * 1.05

const worstLeap = (samples: readonly number[], from = 1): number => {
  let worst = 0
  for (let i = from; i < samples.length; i++)
    worst = Math.max(worst, Math.abs((samples[i] as number) - (samples[i - 1] as number)))
  return worst
}
const moves = ({ events }: Desk): CardEvent[] => events.filter(({ type }) => type === 'moved')
const isOpen = ({ server }: Desk): string[] => server.opened.filter((each) => each.isOpen).map(({ ask }) => ask.device)

for (const ppm of [-300, 0, 300])
  test(`a card whose clock is off by ${ppm} parts in a million is heard without a gap for five minutes, and no later at the end`, () => {
    const { server, card, beat } = desk({}, { faster: ppm / 1e6, says: tone })
    server.inventory({ devices: headset })
    card.join(who)
    beat(2000, tone)
    assert.ok(worstLeap(beat(300_000, tone)) <= slope)
    const { played = [], waiting = [] } = server.current('output') ?? {}
    assert.ok(worstLeap(played, rate) <= slope)
    assert.ok((waiting.length * 1000) / rate < 130, `${waiting.length} samples wait at the speaker`)
    card.close()
  })

test('a card that stands still for a second is heard as soon as before when it goes on', () => {
  let late = 0
  const place = desk({}, { says: tone, lateMs: () => late })
  const { server, card, beat } = place
  server.inventory({ devices: headset })
  card.join(who)
  beat(2000, tone)
  late = 1000
  beat(1000, tone)
  late = 0
  beat(10_000, tone)
  assert.ok(worstLeap(beat(5000, tone)) <= slope)
  // Of what came at once the most was left out: it would have been heard late from then on.
  const { waiting = [] } = server.current('output') ?? {}
  assert.ok(waiting.length <= (rate * 150) / 1000)
  card.close()
})

test('a headset that goes away is followed at once, and taken again when it is back', () => {
  const place = desk({ microphone: ['headset-mic'], speaker: ['the headset'] }, { says: tone })
  const { server, card, beat, state } = place
  server.inventory({ devices: both })
  card.join(who)
  beat(1000)
  assert.deepEqual([state().microphone, state().speaker, state().used], ['headset-mic', 'headset', true])
  for (const stream of [...server.opened]) server.fail(stream, { code: 'media-device-unknown', detail: '' })
  server.inventory({ devices: speaker })
  beat(100)
  assert.deepEqual(moves(place), [
    { type: 'moved', kind: 'input', from: 'headset-mic', to: 'speaker-mic', why: 'gone' },
    { type: 'moved', kind: 'output', from: 'headset', to: 'speaker', why: 'gone' },
  ])
  assert.deepEqual(state().warning, { code: 'media-device-unknown', detail: 'headset-mic' })
  assert.equal(state().error, undefined)
  beat(2000)
  server.inventory({ devices: both })
  beat(1000)
  assert.deepEqual([state().microphone, state().speaker, state().warning], ['headset-mic', 'headset', undefined])
  assert.deepEqual(isOpen(place), ['headset-mic', 'headset'])
  const { length } = server.opened
  card.close()
  place.clock.pass(60_000)
  assert.deepEqual([isOpen(place), server.opened.length, place.clock.pending], [[], length, 0])
})

test('the one before goes on until the next has begun: nothing of what is heard is missing', () => {
  const place = desk({}, { says: tone })
  const { server, card, beat } = place
  server.inventory({ devices: both })
  card.join(who)
  beat(1000)
  card.choose({ microphone: ['speaker-mic'], speaker: ['speaker'], echoCancel: 'off' })
  assert.deepEqual(isOpen(place), ['headset-mic', 'headset', 'speaker-mic', 'speaker'])
  const heard = beat(200)
  assert.ok(!heard.some((_, at) => at >= 160 && heard.slice(at - 160, at).every((each) => each === 0)))
  assert.deepEqual(isOpen(place), ['speaker-mic', 'speaker'])
  assert.ok(moves(place).every((each) => each.type === 'moved' && each.why === 'chosen'))
  card.close()
})

test('a device that fails is left alone for longer each time, while the next one is used', () => {
  const place = desk({ speaker: ['headset'] })
  const { server, card, beat, state } = place
  server.inventory({ devices: both })
  card.join(who)
  const busy = { code: 'media-device-busy', detail: 'headset: Device or resource busy' } as const
  const tries: number[] = []
  for (let past = 0; past < 20_000; past += 20) {
    beat(20)
    const open = server.opened.find(({ isOpen: is, ask }) => is && ask.device === 'headset')
    if (!open) continue
    tries.push(past)
    server.fail(open, busy)
  }
  assert.equal(state().speaker, 'speaker')
  const apart = tries.slice(1).map((at, i) => Math.round((at - (tries[i] as number)) / 100) * 100)
  assert.deepEqual(apart.slice(0, 4), [500, 1000, 2000, 4000])
  card.close()
})

test('where the only speaker is busy the cause is that, and where there is none it is that there is none', () => {
  const place = desk()
  const { server, card, beat, state } = place
  server.inventory({ devices: headset })
  card.join(who)
  beat(20)
  const stream = server.current('output')
  assert.ok(stream)
  server.fail(stream, { code: 'media-device-busy', detail: 'headset: Device or resource busy' })
  assert.equal(state().error?.code, 'media-device-busy')
  server.inventory({ devices: [device('headset-mic', 'input')] })
  beat(1000)
  assert.deepEqual(state().error, { code: 'media-device-busy', detail: 'headset: Device or resource busy' })
  card.leave(who)
  place.clock.pass(3000)
  assert.deepEqual(state().error, { code: 'media-no-device', detail: 'no speaker' })
  server.inventory({ devices: [], error: { code: 'media-no-sound-server', detail: 'Connection refused' } })
  assert.equal(state().error?.code, 'media-no-sound-server')
  card.close()
})

test('what is not plugged in is not taken, and a stream that somebody puts elsewhere stays there', () => {
  const place = desk({ speaker: ['headset'] })
  const { server, card, beat, state } = place
  server.inventory({ devices: [device('headset', 'output', { available: false }), ...speaker] })
  card.join(who)
  beat(200)
  assert.equal(state().speaker, 'speaker')
  server.inventory({ devices: both })
  beat(200)
  assert.equal(state().speaker, 'headset')
  server.current('output')?.events.moved('speaker')
  server.inventory({ devices: both })
  beat(1000)
  assert.equal(state().speaker, 'speaker')
  card.choose({ microphone: ['default'], speaker: ['headset'], echoCancel: 'off' })
  beat(200)
  assert.equal(state().speaker, 'headset')
  card.close()
})

test('what is joined anew within two seconds finds its streams open, and later they have ended', () => {
  const place = desk()
  const { server, card, beat } = place
  server.inventory({ devices: headset })
  card.join(who)
  beat(100)
  card.leave(who)
  place.clock.pass(1900)
  card.join(who)
  beat(5000)
  assert.equal(server.opened.length, 2)
  card.leave(who)
  place.clock.pass(2100)
  assert.deepEqual(isOpen(place), [])
  card.close()
})

test('levels are told ten times a second, and only while somebody wants them', () => {
  const place = desk({}, { says: tone })
  const { server, card, beat, events } = place
  server.inventory({ devices: headset })
  card.join(who)
  beat(1000, tone)
  assert.equal(events.filter(({ type }) => type === 'levels').length, 0)
  card.levels(true)
  beat(2000, tone)
  const levels = events.filter((each) => each.type === 'levels')
  assert.ok(levels.length >= 18 && levels.length <= 20, String(levels.length))
  for (const each of levels.slice(1)) assert.deepEqual(each, { type: 'levels', microphone: -12, speaker: -12 })
  card.levels(false)
  beat(1000, tone)
  assert.equal(events.filter(({ type }) => type === 'levels').length, levels.length)
  card.close()
})

test('echo is taken out where that is wanted and can be', () => {
  for (const [wanted, can, is] of [
    ['auto', true, 'on'],
    ['auto', false, 'unavailable'],
    ['off', true, 'off'],
  ] as const) {
    const { server, card, beat, state } = desk({ echoCancel: wanted })
    server.inventory({ devices: headset, canCancelEcho: can })
    card.join(who)
    beat(100)
    assert.equal(state().echoCancel, is)
    assert.deepEqual(new Set(server.opened.map(({ ask }) => ask.cancelEcho)), new Set([is === 'on']))
    card.close()
  }
})
