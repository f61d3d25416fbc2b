// Opus, RFC 6716 and RFC 7587, at 16 kHz: the codec's own resampling is better than ours. The WebAssembly of @evan/opus is called without
// the package's own JavaScript, which makes two arrays for each packet and knows neither concealment nor error correction (0022).
import { readFile } from 'node:fs/promises'
import type { Decoder, Encoder } from './codecs.ts'

interface Library {
  readonly memory: { readonly buffer: ArrayBuffer }
  malloc(bytes: number): number
  free(at: number): void
  opus_decoder_get_size(channels: number): number
  opus_decoder_init(at: number, rate: number, channels: number): number
  opus_decode(at: number, data: number, bytes: number, into: number, samples: number, fec: number): number
  opus_encoder_get_size(channels: number): number
  opus_encoder_init(at: number, rate: number, channels: number, application: number): number
  opus_encode(at: number, sound: number, samples: number, into: number, most: number): number
  opus_encoder_ctl_set(at: number, request: number, value: number): number
}

/** What is used of what every Node has; the types that are used here have no WebAssembly. */
declare const WebAssembly: {
  validate(code: Uint8Array): boolean
  instantiate(code: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: object } }>
}

let library: Library
/** Of all codecs of this thread: one packet and its sound. */
let [packetAt, soundAt] = [0, 0]
let bytes: Uint8Array
let words: Int16Array
let loading: Promise<void> | undefined

/** Before the first codec is made. Some milliseconds, of another thread for the most part; repeating it is harmless. */
export function loadOpus(): Promise<void> {
  loading ??= load()
  return loading
}

async function load(): Promise<void> {
  const place = WebAssembly.validate(oneVector)
    ? import.meta.resolve('@evan/opus/wasm/simd.wasm')
    : import.meta.resolve('@evan/opus/wasm/opus.wasm')
  const code = await readFile(new URL(place))
  const nothing = (): number => 0
  const { instance } = await WebAssembly.instantiate(code, {
    wasi_snapshot_preview1: { fd_seek: nothing, fd_write: nothing, fd_close: nothing, proc_exit: nothing },
    env: { emscripten_notify_memory_growth: () => look() },
  })
  library = instance.exports as Library
  packetAt = library.malloc(mostPacketBytes)
  soundAt = library.malloc(mostSamples * 2)
  look()
}

/** Memory that has grown is another. */
function look(): void {
  bytes = new Uint8Array(library.memory.buffer)
  words = new Int16Array(library.memory.buffer)
}

export function opusDecoder(): Decoder {
  let at = library.malloc(library.opus_decoder_get_size(1))
  library.opus_decoder_init(at, rate, 1)
  const decode = (packet: Uint8Array, from: number, to: number, into: Int16Array, fec: boolean): void => {
    const length = to - from
    if (at === 0 || length > mostPacketBytes) return void into.fill(0)
    for (let i = 0; i < length; i++) bytes[packetAt + i] = packet[from + i] as number
    const most = fec || length === 0 ? into.length : mostSamples
    const count = library.opus_decode(at, length === 0 ? 0 : packetAt, length, soundAt, most, fec ? 1 : 0)
    // What the other side sends may be anything: what is no Opus is silence.
    const sound = soundAt >> 1
    for (let i = 0; i < into.length; i++) into[i] = i < count ? (words[sound + i] as number) : 0
  }
  return {
    rate,
    unitsPerMs: 48,
    rests: false,
    samples: opusSamples,
    decode: (packet, from, to, into) => decode(packet, from, to, into, false),
    // The packet after a gap may hold what was in it once more, more coarsely (RFC 6716 §2.1.7).
    conceal: (packet, from, to, into) => {
      decode(packet, from, to, into, to > from)
      return hasCorrection(packet, from, to)
    },
    close: () => {
      library.free(at)
      at = 0
    },
  }
}

/**
 * One packet for each 20 ms. For `audio`: what `voip` filters out is missed where speech is coded twice on its way (0010).
 * `parameters`: what the other side wants (RFC 7587 §6.1).
 */
export function opusEncoder(parameters: string = ''): Encoder {
  const wants = (name: string): number | undefined => {
    const value = new RegExp(`(?:^|;)\\s*${name}=(\\d{1,7})\\s*(?:;|$)`, 'i').exec(parameters)?.[1]
    return value === undefined ? undefined : Number(value)
  }
  const corrects = wants('useinbandfec') === 1
  const playback = wants('maxplaybackrate') ?? 48_000
  let at = library.malloc(library.opus_encoder_get_size(1))
  library.opus_encoder_init(at, rate, 1, forAudio)
  const set = (request: number, value: number): void => {
    if (at !== 0) library.opus_encoder_ctl_set(at, request, value)
  }
  set(setBitRate, Math.max(6000, Math.min(bitRate, wants('maxaveragebitrate') ?? bitRate)))
  set(setMostBandwidth, playback <= 8000 ? narrowBand : playback <= 12_000 ? mediumBand : wideBand)
  set(setVariable, wants('cbr') === 1 ? 0 : 1)
  set(setFec, corrects ? 1 : 0)
  let expected = -1
  const expectLoss = (share: number): void => {
    const percent = Math.max(leastLoss, Math.min(mostLoss, Math.round(share * 100)))
    if (percent !== expected) set(setLoss, percent)
    expected = percent
  }
  expectLoss(0)
  return {
    rate,
    unitsPerMs: 48,
    encode: (frame, packet, to) => {
      const sound = soundAt >> 1
      for (let i = 0; i < frame.length; i++) words[sound + i] = frame[i] as number
      const count = at === 0 ? 0 : library.opus_encode(at, soundAt, frame.length, packetAt, mostBytes)
      for (let i = 0; i < count; i++) packet[to + i] = bytes[packetAt + i] as number
      return Math.max(0, count)
    },
    expectLoss,
    close: () => {
      library.free(at)
      at = 0
    },
  }
}

/** How many samples of 16 kHz a packet holds, by its first byte (RFC 6716 §3.1, §3.2); 0 where it is no packet. */
export function opusSamples(packet: Uint8Array, from: number, to: number): number {
  if (to <= from) return 0
  const toc = packet[from] as number
  const config = toc >> 3
  const code = toc & 3
  const count = code === 0 ? 1 : code < 3 ? 2 : to - from > 1 ? (packet[from + 1] as number) & 0x3f : 0
  const samples = count * (samplesOf[config] as number)
  // At most 120 ms (§3.2.5).
  return samples <= rate * 0.12 ? samples : 0
}

/** Whether the packet begins with a coarse copy of what was before it: the bit after those of voice activity (RFC 6716 §4.2.3, §4.2.4). */
export function hasCorrection(packet: Uint8Array, from: number, to: number): boolean {
  const toc = packet[from] as number
  const config = toc >> 3
  // Of one frame alone, and not of music, which has none.
  if (to - from < 2 || (toc & 3) !== 0 || config >= 16) return false
  const ms = (samplesOf[config] as number) / (rate / 1000)
  return (((packet[from + 1] as number) >> (7 - Math.max(1, ms / 20))) & 1) === 1
}

const rate = 16_000
const bitRate = 32_000
/** What RTP brings in one datagram. */
const mostPacketBytes = 1500
/** 120 ms. */
const mostSamples = 1920
/** Of a packet of ours: far more than its bit rate gives 20 ms. */
const mostBytes = 400
/**
 * Percent of packets. Below 5 there is no error correction, and the first losses come before the first report; above 10 it costs more
 * than it gives (0022).
 */
const leastLoss = 5
const mostLoss = 10
/** Samples of 16 kHz in a frame of each configuration (RFC 6716 table 2). */
const samplesOf: readonly number[] = [
  ...[0, 1, 2].flatMap(() => [160, 320, 640, 960]),
  ...[0, 1].flatMap(() => [160, 320]),
  ...[0, 1, 2, 3].flatMap(() => [40, 80, 160, 320]),
]
/** As opus_defines.h numbers them. */
const [forAudio, setBitRate, setMostBandwidth, setVariable, setFec, setLoss] = [
  2049, 4002, 4004, 4006, 4012, 4014,
] as const
const [narrowBand, mediumBand, wideBand] = [1101, 1102, 1103] as const
/** A module that is valid where there are vectors (SIMD). */
const oneVector = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  4,
  1,
  96,
  0,
  0,
  3,
  2,
  1,
  0,
  10,
  9,
  1,
  7,
  0,
  65,
  0,
  253,
  15,
  26,
  11,
)
