import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compareSpeech, readWav } from '@openparley/media'
import { loadOpus, opusDecoder, opusEncoder, opusSamples } from './opus.ts'

await loadOpus()
const frameSamples = 320
const said = readWav(readFileSync(new URL('../../../scenarios/speech/bob.wav', import.meta.url)))

test('speech goes through Opus and is heard', () => {
  const [encoder, decoder] = [opusEncoder(), opusDecoder()]
  const heard = new Int16Array(said.samples.length)
  const packet = new Uint8Array(400)
  for (let at = 0; at + frameSamples <= said.samples.length; at += frameSamples) {
    const bytes = encoder.encode(said.samples.subarray(at, at + frameSamples), packet, 0)
    assert.equal(decoder.samples(packet, 0, bytes), frameSamples)
    decoder.decode(packet, 0, bytes, heard.subarray(at, at + frameSamples))
  }
  const { heard: median } = compareSpeech({ reference: said, recording: { samples: heard, sampleRate: 16_000 } })
  assert.ok(median >= 0.9, String(median))
})

test('how long a packet lasts is read from its first byte (RFC 6716 §3.1, §3.2)', () => {
  const toc = (config: number, code: number): number => (config << 3) | code
  for (const [packet, ms] of [
    [[toc(0, 0)], 10],
    [[toc(3, 0)], 60],
    [[toc(13, 0)], 20],
    [[toc(16, 0)], 2.5],
    [[toc(31, 1)], 40],
    [[toc(1, 3), 3], 60],
    // More than 120 ms, no frame, and nothing at all are no packets.
    [[toc(3, 3), 3], 0],
    [[toc(1, 3)], 0],
    [[], 0],
  ] as const) {
    assert.equal(opusSamples(Uint8Array.from(packet), 0, packet.length), ms * 16, JSON.stringify(packet))
  }
})

test('what is no Opus is silence, and does not break the decoder', () => {
  const decoder = opusDecoder()
  const into = new Int16Array(frameSamples).fill(7)
  decoder.decode(Uint8Array.from([0xff, 0xff, 0xff, 1, 2, 3]), 0, 6, into)
  assert.ok(into.every((sample) => sample === 0))
})
