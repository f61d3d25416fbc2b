// Opus, RFC 6716 and RFC 7587, at the 8 kHz of a leg: the codec's own resampling is better than ours.
import type { Decoder } from './hearing.ts'

// Its native module takes the whole process down when a thread that has loaded it ends; the library asks this variable,
// and a thread has variables of its own. What a page sends is then decoded inside WebAssembly's walls, too.
process.env['OPUS_FORCE_WASM'] = '1'
const { Decoder: OpusDecoder, Encoder: OpusEncoder } = await import('@evan/opus')

export function opusDecoder(): Decoder {
  const decoder = new OpusDecoder({ channels: 1, sample_rate: 8000 })
  return {
    unitsPerMs: 48,
    inOrder: true,
    samples: (packet, from, to) => opusSamples(packet, from, to),
    decode: (packet, from, to, into) => {
      try {
        const sound = decoder.decode(packet.subarray(from, to))
        const view = new DataView(sound.buffer, sound.byteOffset, sound.byteLength)
        for (let i = 0; i < into.length; i++) into[i] = i * 2 < view.byteLength ? view.getInt16(i * 2, true) : 0
      } catch {
        // What a page sends may be anything: what is no Opus is silence.
        into.fill(0)
      }
    },
  }
}

/** One packet for each 20 ms. For `audio`: what `voip` filters out is missed where speech is coded twice on its way (0010). */
export function opusEncoder(): (frame: Int16Array) => Uint8Array {
  const encoder = new OpusEncoder({ channels: 1, sample_rate: 8000, application: 'audio' })
  encoder.inband_fec = true
  encoder.packet_loss = 5
  encoder.bitrate = 32_000
  return (frame) => encoder.encode(frame)
}

/** How many samples of 8 kHz a packet holds, by its first byte (RFC 6716 §3.1, §3.2); 0 where it is no packet. */
export function opusSamples(packet: Uint8Array, from: number, to: number): number {
  if (to <= from) return 0
  const toc = packet[from] as number
  const config = toc >> 3
  const count = [1, 2, 2][toc & 3] ?? (to - from > 1 ? (packet[from + 1] as number) & 0x3f : 0)
  const tenthsMs =
    config < 12
      ? [100, 200, 400, 600][config & 3]
      : config < 16
        ? [100, 200][config & 1]
        : [25, 50, 100, 200][config & 3]
  const samples = (count * (tenthsMs as number) * 8) / 10
  // At most 120 ms (§3.2.5).
  return samples <= 960 ? samples : 0
}
