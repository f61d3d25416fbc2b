// Held against ffmpeg 5.1 (`-c:a g722 -trellis 0`, `-f g722`), which was written by others: digests of what it made of the same sound.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compareSpeech } from './compare.ts'
import { G722Decoder, G722Encoder } from './g722.ts'
import { readWav } from './wav.ts'

const said = readWav(readFileSync(new URL('../scenarios/speech/bob.wav', import.meta.url)))

/** Numbers of 32 bits that are the same everywhere. */
function row(seed: number): () => number {
  let last = seed
  return () => {
    last = (Math.imul(last, 1_664_525) + 1_013_904_223) >>> 0
    return last
  }
}

function encoded(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length >> 1)
  new G722Encoder().encode(samples, bytes, 0)
  return bytes
}

function decoded(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length * 2)
  new G722Decoder().decode(bytes, 0, bytes.length, samples)
  return samples
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const bytesOf = (samples: Int16Array): Uint8Array => new Uint8Array(samples.buffer, 0, samples.length * 2)

test('speech is encoded to the bit and decoded to the bit as elsewhere', () => {
  const bytes = encoded(said.samples.subarray(0, 101_520))
  assert.equal(digest(bytes), '2c0f8cc3498ed7cfe88c2b610354d03764bf452a55cd0eeecb34f96a34afb457')
  const { heard } = compareSpeech({ reference: said, recording: { samples: decoded(bytes), sampleRate: 16_000 } })
  assert.ok(heard > 0.99, String(heard))
})

test('the loudest noise, where everything is held within its bounds, is encoded to the bit as elsewhere', () => {
  const next = row(1)
  const loud = Int16Array.from({ length: 16_000 }, () => (next() >>> 16) - 32_768)
  assert.equal(digest(encoded(loud)), '4a9c03e0554316f3f9cc147d319a7284d13f8411d63dbb74319777543b2c393a')
})

test('whatever bytes come are decoded to the bit as elsewhere', () => {
  const next = row(1)
  for (let i = 0; i < 16_000; i++) next()
  const bytes = Uint8Array.from({ length: 8000 }, () => next() >>> 24)
  assert.equal(digest(bytesOf(decoded(bytes))), 'a07a719dcc72f70336dd0bfc5dd95b25106ceff4aa69a3a4eb26073a148a3c10')
})

test('who looks ahead decodes the same after it as who does not', () => {
  const bytes = encoded(said.samples.subarray(0, 16_000))
  const decoder = new G722Decoder()
  const [ahead, heard] = [new Int16Array(320), new Int16Array(16_000)]
  for (let at = 0; at < bytes.length; at += 160) {
    if (at + 320 <= bytes.length) decoder.peek(bytes, at + 160, at + 320, ahead)
    decoder.decode(bytes, at, Math.min(bytes.length, at + 160), heard.subarray(at * 2))
  }
  assert.deepEqual(heard, decoded(bytes))
})
