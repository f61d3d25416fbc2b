// How a leg sounds, as figures: for the application, for the other side (RFC 3611 §4.7), and for whoever keeps a network.
import type { Statistics } from '@openparley/contract'
import { estimateMos, rating } from '@openparley/media'
import { type VoipMetrics, gapThreshold } from '@openparley/protocols/rtp'
import type { Codec, Measured } from '../../services/media/port.ts'
import type { Hearing } from './hearing.ts'
import type { Reports } from './reports.ts'
import { beatMs } from './schedule.ts'

/** What is heard here, for a report about it; undefined before anything was. */
export function metricsOf(hearing: Hearing, { roundTripMs = 0 }: Reports): VoipMetrics | undefined {
  const { source, received, lost, late, loss, burstRatio, packetMs } = hearing
  if (!source || received === 0) return undefined
  const expected = received + lost
  const { burstDensity, gapDensity, burstPackets, gapPackets } = hearing.bursts.read()
  const endSystemMs = hearing.delayMs + beatMs
  const [listening, talking] = conditions({ loss, burstRatio }, roundTripMs, endSystemMs)
  return {
    ssrc: source.ssrc,
    loss: lost / expected,
    discarded: late / expected,
    burstDensity,
    gapDensity,
    burstMs: burstPackets * packetMs,
    gapMs: gapPackets * packetMs,
    gapThreshold,
    roundTripMs,
    endSystemMs,
    rating: Math.max(0, rating(talking)),
    mosListening: estimateMos(listening),
    mosConversational: estimateMos(talking),
    concealment: 'standard',
    jitterBuffer: {
      kind: 'adaptive',
      rate: 0,
      nominalMs: hearing.delayMs,
      maximumMs: hearing.mostDelayMs,
      mostMs: hearing.mostDelayMs,
    },
  }
}

export function measuredBy(
  hearing: Hearing,
  reports: Reports,
  ssrc: number,
  codec: Codec | undefined,
  at: { readonly address: string; readonly port: number } | undefined,
): Measured | undefined {
  const heard = metricsOf(hearing, reports)
  if (!heard || !codec || !at) return undefined
  return {
    ssrc,
    remote: { address: at.address, port: at.port, ssrc: heard.ssrc },
    codec,
    packetMs: hearing.packetMs,
    jitterMs: hearing.source?.jitterMs ?? 0,
    heard,
    ...(reports.remote ? { theirs: reports.remote } : {}),
  }
}

/** The part of a call's figures that tells how it sounds, on both sides. */
export function qualityOf(
  hearing: Hearing,
  { roundTripMs = 0, remote }: Reports,
): Pick<Statistics, 'mos' | 'mosListening' | 'remoteMos' | 'remoteMosListening' | 'bursts'> {
  const { received, loss, burstRatio, packetMs } = hearing
  const [listening, talking] = conditions({ loss, burstRatio }, roundTripMs, hearing.delayMs + beatMs)
  const { bursts, burstDensity, burstPackets } = hearing.bursts.read()
  const { mosConversational: remoteMos, mosListening: remoteMosListening } = remote ?? {}
  return {
    ...(received === 0 ? {} : { mos: estimateMos(talking), mosListening: estimateMos(listening) }),
    ...(remoteMos === undefined ? {} : { remoteMos }),
    ...(remoteMosListening === undefined ? {} : { remoteMosListening }),
    ...(bursts === 0
      ? {}
      : {
          bursts: {
            count: bursts,
            lostPercent: Math.round(burstDensity * 10_000) / 100,
            meanMs: Math.round(burstPackets * packetMs),
          },
        }),
  }
}

type Conditions = Parameters<typeof rating>[0]

function conditions(
  missed: Pick<Conditions, 'loss' | 'burstRatio'>,
  roundTripMs: number,
  endSystemMs: number,
): [listening: Conditions, talking: Conditions] {
  return [
    { ...missed, delayMs: 0 },
    { ...missed, delayMs: roundTripMs / 2 + endSystemMs },
  ]
}
