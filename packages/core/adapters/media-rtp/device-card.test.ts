import assert from 'node:assert/strict'
import { test } from 'node:test'
import { desk, device, rate, who } from './device-bench.suite.ts'

const headset = [device('headset', 'output', { default: true }), device('headset-mic', 'input', { default: true })]
const speaker = [device('speaker', 'output'), device('speaker-mic', 'input')]

/** A tone that never begins anew in a test. */
const tone = (at: number): number => Math.round(8000 * Math.sin((2 * Math.PI * 300 * at) / rate))

for (const ppm of [-300, 0, 300])
  test(`a card whose clock is off by ${ppm} parts in a million is heard without a gap for five minutes, and no later at the end`, () => {
    const { server, card, beat, events } = desk({}, { faster: ppm / 1e6, says: tone })
    server.inventory({ devices: headset })
    card.join(who)
    beat(2000, tone)
    const heard = beat(300_000, tone)
    // Nothing was made up or left out: the tone never leaps.
    const leap = 2 * Math.PI * 300 * 8000 * 1.05 / rate
    let worst = 0
    for (let i = 1; i < heard.length; i++) worst = Math.max(worst, Math.abs((heard[i] as number) - (heard[i - 1] as number)))
    assert.ok(worst <= leap, `heard: ${worst} where ${leap} is the most`)
    const played = server.open1('output')?.played ?? []
    worst = 0
    for (let i = rate; i < played.length; i++) worst = Math.max(worst, Math.abs((played[i] as number) - (played[i - 1] as number)))
    assert.ok(worst <= leap, `played: ${worst} where ${leap} is the most`)
    const waiting = ((server.open1('output')?.waiting.length ?? 0) * 1000) / rate
    assert.ok(waiting < 80, `${waiting} ms wait at the speaker`)
    assert.equal(events.filter(({ type }) => type === 'moved').length, 0)
    card.close()
  })
void speaker
