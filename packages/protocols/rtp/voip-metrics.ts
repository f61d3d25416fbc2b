// The VoIP metrics block of an extended report, RFC 3611 §4.7: figures of one stream as its receiver has them.
import { read32, write32 } from './packet.ts'

export interface VoipMetrics {
  /** The source that is told of. */
  readonly ssrc: number
  /** Shares of all packets that should have come, 0 to 1: never came; came, and were not played. */
  readonly loss: number
  readonly discarded: number
  /** Within bursts and between them, 0 to 1 and milliseconds (§4.7.2). */
  readonly burstDensity: number
  readonly gapDensity: number
  readonly burstMs: number
  readonly gapMs: number
  /** Packets that come in a row before a burst is over. */
  readonly gapThreshold: number
  /** 0 where it is not known. */
  readonly roundTripMs: number
  /** What this side adds: its jitter buffer, its codec, its sound card. */
  readonly endSystemMs: number
  /** dBm; absent where they are not measured. */
  readonly signalDbm?: number
  readonly noiseDbm?: number
  readonly echoReturnLossDb?: number
  /** R of the E-model, 0 to 100. */
  readonly rating?: number
  readonly externalRating?: number
  /** 1 to 5. */
  readonly mosListening?: number
  readonly mosConversational?: number
  readonly concealment: (typeof concealments)[number]
  readonly jitterBuffer: {
    readonly kind: (typeof jitterBuffers)[number]
    /** How slowly it adapts: 2 × rate × a frame's time (§4.7.7), 0 to 15. */
    readonly rate: number
    readonly nominalMs: number
    readonly maximumMs: number
    readonly mostMs: number
  }
}

/** In the order of their numbers. */
export const concealments = ['unspecified', 'disabled', 'enhanced', 'standard'] as const
export const jitterBuffers = ['unknown', 'reserved', 'fixed', 'adaptive'] as const

export function readVoipMetrics(packet: Uint8Array, at: number): VoipMetrics {
  const byte = (offset: number): number => packet[at + offset] as number
  const word = (offset: number): number => (byte(offset) << 8) | byte(offset + 1)
  const level = (offset: number): number | undefined =>
    byte(offset) === unknown ? undefined : (byte(offset) << 24) >> 24
  const known = (offset: number): number | undefined => (byte(offset) === unknown ? undefined : byte(offset))
  const tenths = (offset: number): number | undefined => {
    const value = known(offset)
    return value === undefined ? undefined : value / 10
  }
  return withoutUnknown({
    ssrc: read32(packet, at),
    loss: byte(4) / 256,
    discarded: byte(5) / 256,
    burstDensity: byte(6) / 256,
    gapDensity: byte(7) / 256,
    burstMs: word(8),
    gapMs: word(10),
    roundTripMs: word(12),
    endSystemMs: word(14),
    signalDbm: level(16),
    noiseDbm: level(17),
    echoReturnLossDb: known(18),
    gapThreshold: byte(19),
    rating: known(20),
    externalRating: known(21),
    mosListening: tenths(22),
    mosConversational: tenths(23),
    concealment: concealments[byte(24) >> 6] as VoipMetrics['concealment'],
    jitterBuffer: {
      kind: jitterBuffers[(byte(24) >> 4) & 3] as VoipMetrics['jitterBuffer']['kind'],
      rate: byte(24) & 15,
      nominalMs: word(26),
      maximumMs: word(28),
      mostMs: word(30),
    },
  })
}

export function writeVoipMetrics(packet: Uint8Array, at: number, metrics: VoipMetrics): void {
  const byte = (offset: number, value: number): void => {
    packet[at + offset] = value
  }
  const word = (offset: number, value: number): void => {
    const rounded = within(value, 0, 0xffff)
    byte(offset, rounded >> 8)
    byte(offset + 1, rounded & 0xff)
  }
  const share = (offset: number, value: number): void =>
    byte(offset, Math.max(0, Math.min(255, Math.floor(value * 256))))
  const known = (offset: number, value: number | undefined, least: number, most: number): void =>
    byte(offset, value === undefined ? unknown : within(value, least, most) & 0xff)
  const { jitterBuffer, mosListening, mosConversational } = metrics
  write32(packet, at, metrics.ssrc)
  share(4, metrics.loss)
  share(5, metrics.discarded)
  share(6, metrics.burstDensity)
  share(7, metrics.gapDensity)
  word(8, metrics.burstMs)
  word(10, metrics.gapMs)
  word(12, metrics.roundTripMs)
  word(14, metrics.endSystemMs)
  known(16, metrics.signalDbm, -128, 126)
  known(17, metrics.noiseDbm, -128, 126)
  known(18, metrics.echoReturnLossDb, 0, 126)
  byte(19, within(metrics.gapThreshold, 1, 255))
  known(20, metrics.rating, 0, 100)
  known(21, metrics.externalRating, 0, 100)
  known(22, mosListening === undefined ? undefined : mosListening * 10, 10, 50)
  known(23, mosConversational === undefined ? undefined : mosConversational * 10, 10, 50)
  const kind = (concealments.indexOf(metrics.concealment) << 6) | (jitterBuffers.indexOf(jitterBuffer.kind) << 4)
  byte(24, kind | within(jitterBuffer.rate, 0, 15))
  byte(25, 0)
  word(26, jitterBuffer.nominalMs)
  word(28, jitterBuffer.maximumMs)
  word(30, jitterBuffer.mostMs)
}

function within(value: number, least: number, most: number): number {
  return Math.round(Math.max(least, Math.min(most, value)))
}

type Unsure<T> = { readonly [K in keyof T]: T[K] | undefined }

function withoutUnknown(metrics: Unsure<VoipMetrics>): VoipMetrics {
  return Object.fromEntries(
    Object.entries(metrics).filter(([, value]) => value !== undefined),
  ) as unknown as VoipMetrics
}

/** Behind the block's head. */
export const voipMetricsBytes = 32
/** The value that says that there is none. */
const unknown = 127
