import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compareSpeech, readWav } from '@openparley/media'
import { hasCorrection, loadOpus, opusDecoder, opusEncoder, opusSamples } from './opus.ts'

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

/** What is heard where every fifth packet is lost; `parameters`: what the other side says. */
function heardOverLoss(parameters: string): { heard: number; restored: number; bytes: number } {
  const [encoder, decoder] = [opusEncoder(parameters), opusDecoder()]
  const count = Math.floor(said.samples.length / frameSamples)
  const packets = Array.from({ length: count }, (_, i) => {
    const packet = new Uint8Array(400)
    const bytes = encoder.encode(said.samples.subarray(i * frameSamples, (i + 1) * frameSamples), packet, 0)
    return packet.subarray(0, bytes)
  })
  let restored = 0
  const samples = new Int16Array(count * frameSamples)
  for (const [i, packet] of packets.entries()) {
    const into = samples.subarray(i * frameSamples, (i + 1) * frameSamples)
    const next = packets[i + 1]
    if (i % 5 !== 2) decoder.decode(packet, 0, packet.length, into)
    else if (next && decoder.conceal?.(next, 0, next.length, into)) restored++
  }
  encoder.close?.()
  decoder.close?.()
  const { heard } = compareSpeech({ reference: said, recording: { samples, sampleRate: 16_000 } })
  return {
    heard,
    restored: restored / Math.floor(count / 5),
    bytes: packets.reduce((sum, { length }) => sum + length, 0),
  }
}

test('what is lost comes again in the packet after it, where the other side can make use of that (RFC 7587 §6.1)', () => {
  const [redundant, without] = [heardOverLoss('minptime=10; useinbandfec=1'), heardOverLoss('minptime=10')]
  assert.ok(redundant.heard > 0.97, String(redundant.heard))
  assert.ok(without.heard < redundant.heard - 0.05, `${without.heard} ${redundant.heard}`)
  // Pauses are not worth a copy.
  assert.ok(redundant.restored > 0.5, String(redundant.restored))
  assert.equal(without.restored, 0)
})

test('what the other side wants is kept: its bit rate, and a constant one', () => {
  const seconds = said.samples.length / 16_000
  assert.ok((heardOverLoss('maxaveragebitrate=12000').bytes * 8) / seconds < 13_500)
  assert.ok((heardOverLoss('').bytes * 8) / seconds > 24_000)
  const encoder = opusEncoder('cbr=1;maxplaybackrate=8000')
  const packet = new Uint8Array(400)
  const sizes = new Set(
    Array.from({ length: 50 }, (_, i) => encoder.encode(said.samples.subarray(i * 320, i * 320 + 320), packet, 0)),
  )
  assert.equal(sizes.size, 1, String([...sizes]))
  // Narrow band: configurations 0 to 3, or 16 to 19 (RFC 6716 table 2).
  assert.ok([0, 1, 2, 3, 16, 17, 18, 19].includes((packet[0] as number) >> 3), String((packet[0] as number) >> 3))
})

test('whatever parameters, packets and gaps come, there is sound of the right length and nothing breaks', () => {
  for (const parameters of ['', ';;;', 'useinbandfec', 'maxaveragebitrate=99999999999', 'cbr=x', 'maxplaybackrate=0'])
    opusEncoder(parameters).close?.()
  const decoder = opusDecoder()
  const into = new Int16Array(frameSamples)
  for (let first = 0; first < 256; first++) {
    const packet = Uint8Array.from({ length: 40 }, (_, i) => (first + i * 89) & 0xff)
    packet[0] = first
    decoder.decode(packet, 0, packet.length, into)
    decoder.conceal?.(packet, 0, packet.length, into)
    hasCorrection(packet, 0, packet.length)
  }
  decoder.close?.()
  decoder.decode(new Uint8Array(40), 0, 40, into)
  assert.ok(into.every((sample) => sample === 0))
})
