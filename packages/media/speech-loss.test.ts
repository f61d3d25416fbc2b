// What is heard of real sentences over a bad network: jitter buffer and concealment together, without sockets.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { rolls } from '@openparley/testkit'
import { compareSpeech } from './compare.ts'
import { Concealer } from './conceal.ts'
import { muLaw } from './g711.ts'
import { JitterBuffer, lost, slotBytes, waiting } from './jitter-buffer.ts'
import { readWav, type Sound } from './wav.ts'

const said: Sound = readWav(readFileSync(new URL('../scenarios/speech/alice.wav', import.meta.url)))
const frame = 160

interface Network {
  /** Packets lost, 0 to 1. */
  readonly loss: number
  /** Each packet comes up to so many milliseconds late. */
  readonly jitterMs: number
  readonly seed: number
}

function heardOver({ loss, jitterMs, seed }: Network): { heard: number; worst: number } {
  const roll = rolls(seed)
  const count = Math.floor(said.samples.length / frame)
  const coming = Array.from({ length: count }, (_, n) => ({ n, isLost: roll() < loss, at: n * 20 + roll() * jitterMs }))
    .filter(({ isLost }) => !isLost)
    .sort((a, b) => a.at - b.at)
  const [buffer, concealer] = [new JitterBuffer(), new Concealer()]
  const packet = new Uint8Array(frame)
  const future = new Int16Array(frame)
  const decode = (slot: number, into: Int16Array): Int16Array | undefined => {
    if (slot === lost) return undefined
    muLaw.decode(buffer.data, slot * slotBytes, slot * slotBytes + frame, into)
    return into
  }
  const samples = new Int16Array((count + 40) * frame)
  for (let beat = 0, next = 0; beat < count + 40; beat++) {
    for (; (coming[next]?.at ?? Infinity) <= beat * 20 + 10; next++) {
      const n = coming[next]?.n as number
      muLaw.encode(said.samples.subarray(n * frame, (n + 1) * frame), packet, 0)
      buffer.put(n * frame, packet, 0, frame, frame)
    }
    const into = samples.subarray(beat * frame, (beat + 1) * frame)
    const slot = buffer.take()
    if (slot === waiting) continue
    if (slot === lost) concealer.lost(into, decode(buffer.peek(), future))
    else if (decode(slot, into) && buffer.joined) concealer.joined(into)
    else concealer.good(into)
  }
  return compareSpeech({ reference: said, recording: { samples, sampleRate: 8000 } })
}

for (const [loss, heard, worst] of [
  [0, 0.99, 0.99],
  [0.05, 0.97, 0.85],
  [0.1, 0.94, 0.8],
  [0.2, 0.88, 0.7],
] as const) {
  test(`at ${loss * 100} % loss ${heard} of the speech is heard, with and without 20 ms of jitter`, () => {
    for (const jitterMs of [0, 20]) {
      for (const seed of [1, 2, 3]) {
        const result = heardOver({ loss, jitterMs, seed })
        const told = `jitter ${jitterMs}, seed ${seed}: heard ${result.heard}, worst ${result.worst}`
        assert.ok(result.heard >= heard && result.worst >= worst, told)
      }
    }
  })
}

test('80 ms of jitter cost little once the delay has grown', () => {
  for (const seed of [1, 2, 3]) {
    const { heard } = heardOver({ loss: 0, jitterMs: 80, seed })
    assert.ok(heard > 0.97, `seed ${seed}: ${heard}`)
  }
})
