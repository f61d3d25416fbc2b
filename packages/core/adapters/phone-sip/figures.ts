// What a leg measured, as the figures of a report (RFC 6035 §4.6.1).
import type { QualityMetrics } from '@openparley/protocols/quality'
import type { Measured, Sounding } from '../../services/media/port.ts'

/** `stream`: what is known beside how it sounds; undefined for the other side's. */
export function figuresOf(
  sounding: Sounding,
  stream: Pick<Measured, 'codec' | 'packetMs' | 'jitterMs'> | undefined,
  start: string,
  stop: string,
): QualityMetrics {
  const { jitterBuffer, signalDbm, noiseDbm, echoReturnLossDb, rating, mosListening, mosConversational } = sounding
  return {
    start,
    stop,
    ...(stream === undefined ? {} : streamFigures(stream)),
    concealment: concealments.indexOf(sounding.concealment),
    jitterBuffer: jitterBuffers.indexOf(jitterBuffer.kind),
    jitterBufferRate: jitterBuffer.rate,
    jitterBufferMs: jitterBuffer.nominalMs,
    jitterBufferMaximumMs: jitterBuffer.maximumMs,
    jitterBufferMostMs: jitterBuffer.mostMs,
    lossPercent: sounding.loss * 100,
    discardedPercent: sounding.discarded * 100,
    burstLossPercent: sounding.burstDensity * 100,
    burstMs: sounding.burstMs,
    gapLossPercent: sounding.gapDensity * 100,
    gapMs: sounding.gapMs,
    gapThreshold: sounding.gapThreshold,
    roundTripMs: sounding.roundTripMs,
    endSystemMs: sounding.endSystemMs,
    ...(signalDbm === undefined ? {} : { signalDbm }),
    ...(noiseDbm === undefined ? {} : { noiseDbm }),
    ...(echoReturnLossDb === undefined ? {} : { echoReturnLossDb }),
    ...(rating === undefined ? {} : { ratingConversational: rating }),
    ...(mosListening === undefined ? {} : { mosListening }),
    ...(mosConversational === undefined ? {} : { mosConversational }),
    // Whose the other side's are, it does not say.
    ...(stream === undefined ? {} : { estimatedBy: 'G.107' }),
  }
}

function streamFigures({
  codec,
  packetMs,
  jitterMs,
}: Pick<Measured, 'codec' | 'packetMs' | 'jitterMs'>): Partial<QualityMetrics> {
  return {
    payloadType: codec.payloadType,
    codec: codec.name,
    clockRate: codec.clockRate,
    frameMs: packetMs,
    framesPerPacket: 1,
    packetsPerSecond: 1000 / packetMs,
    ...(codec.parameters === undefined ? {} : { parameters: codec.parameters }),
    jitterMs,
  }
}

/** As RFC 3611 §4.7.6 and §4.7.7 number them. */
const concealments = ['unspecified', 'disabled', 'enhanced', 'standard'] as const
const jitterBuffers = ['unknown', 'reserved', 'fixed', 'adaptive'] as const
