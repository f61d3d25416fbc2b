// The codecs of a leg: names as they are negotiated, and what makes sound of packets and packets of sound. What they remember is theirs
// from the first packet on; nothing is made per packet.
import { aLaw, G722Decoder, G722Encoder, type Law, muLaw } from '@openparley/media'
import type { Codec } from '../../services/media/port.ts'
import { opusDecoder, opusEncoder } from './opus.ts'

/** Packets to sound. */
export interface Decoder {
  /** Of the sound, in Hz. */
  readonly rate: 8000 | 16_000
  /** Of RTP timestamps. */
  readonly unitsPerMs: number
  /** Whether pauses are told by comfort noise (RFC 3389); else the codec has its own way. */
  readonly rests: boolean
  /** How many samples a packet will give; 0 where it cannot be decoded. */
  samples(packet: Uint8Array, from: number, to: number): number
  decode(packet: Uint8Array, from: number, to: number, into: Int16Array): void
  /** What a packet would say whose turn has not come: it is decoded again then. */
  peek?(packet: Uint8Array, from: number, to: number, into: Int16Array): void
  /**
   * Makes up what was lost in its own way, in place of `peek`; the packet is the one after it, empty where it is not here. True
   * where that one brought it once more: then it is hardly lost.
   */
  conceal?(packet: Uint8Array, from: number, to: number, into: Int16Array): boolean
  close?(): void
}

/** Sound to packets of 20 ms. */
export interface Encoder {
  readonly rate: 8000 | 16_000
  readonly unitsPerMs: number
  /** Returns how many bytes it wrote: `mostPayloadBytes` at most. */
  encode(frame: Int16Array, packet: Uint8Array, at: number): number
  /** So many packets do not arrive, 0 to 1. */
  expectLoss?(share: number): void
  close?(): void
}

/** All that a leg speaks, best first. Numbers of 96 and more are ours; the other side may choose others. */
export const codecs: readonly Codec[] = [
  {
    payloadType: 107,
    name: 'opus',
    clockRate: 48_000,
    channels: 2,
    parameters: 'maxplaybackrate=16000;useinbandfec=1',
  },
  { payloadType: 9, name: 'G722', clockRate: 8000 },
  { payloadType: 0, name: 'PCMU', clockRate: 8000 },
  { payloadType: 8, name: 'PCMA', clockRate: 8000 },
  { payloadType: 13, name: 'CN', clockRate: 8000 },
  { payloadType: 101, name: 'telephone-event', clockRate: 8000, parameters: '0-15' },
  // Keys alone, as where nothing is said of it (RFC 4733 §2.4.1).
  { payloadType: 102, name: 'telephone-event', clockRate: 48_000 },
]

export function isSound({ name }: Codec): boolean {
  return makers.has(name.toUpperCase())
}

/** Undefined for what we do not speak. Of Opus what it needs must be loaded. */
export function decoderFor(codec: Codec): Decoder | undefined {
  return makers.get(codec.name.toUpperCase())?.decoder()
}

/** `parameters` of the codec are the other side's: what it wants to receive. */
export function encoderFor(codec: Codec): Encoder | undefined {
  return makers.get(codec.name.toUpperCase())?.encoder(codec.parameters)
}

export function lawDecoder({ decode }: Law): Decoder {
  return { rate: 8000, unitsPerMs: 8, rests: true, samples: (_packet, from, to) => to - from, decode, peek: decode }
}

function lawEncoder({ encode }: Law): Encoder {
  return {
    rate: 8000,
    unitsPerMs: 8,
    encode: (frame, packet, at) => {
      encode(frame, packet, at)
      return frame.length
    },
  }
}

/** Its clock is of 8 kHz, though its sound is of 16 (RFC 3551 §4.5.2). */
function g722Decoder(): Decoder {
  const decoder = new G722Decoder()
  return {
    rate: 16_000,
    unitsPerMs: 8,
    rests: true,
    samples: (_packet, from, to) => (to - from) * 2,
    decode: (packet, from, to, into) => decoder.decode(packet, from, to, into),
    peek: (packet, from, to, into) => decoder.peek(packet, from, to, into),
  }
}

function g722Encoder(): Encoder {
  const encoder = new G722Encoder()
  return {
    rate: 16_000,
    unitsPerMs: 8,
    encode: (frame, packet, at) => {
      encoder.encode(frame, packet, at)
      return frame.length >> 1
    },
  }
}

interface Maker {
  readonly decoder: () => Decoder
  readonly encoder: (parameters: string | undefined) => Encoder
}

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['OPUS', { decoder: opusDecoder, encoder: opusEncoder }],
  ['G722', { decoder: g722Decoder, encoder: g722Encoder }],
  ['PCMU', { decoder: () => lawDecoder(muLaw), encoder: () => lawEncoder(muLaw) }],
  ['PCMA', { decoder: () => lawDecoder(aLaw), encoder: () => lawEncoder(aLaw) }],
])

/** Room for what any codec makes of 20 ms. */
export const mostPayloadBytes = 400
