// Extended reports, RFC 3611: how a call sounds to whoever reports (VoIP metrics, §4.7), and the round trip for those who send
// nothing themselves (§4.4, §4.5). Blocks of other types are passed over.
import { read32, write32 } from './packet.ts'
import { type VoipMetrics, readVoipMetrics, voipMetricsBytes, writeVoipMetrics } from './voip-metrics.ts'

/** A middle NTP time that was told (LRR), and how long ago in 65,536ths of a second. */
export interface ReceiverBlock {
  readonly ssrc: number
  readonly lastReport: number
  readonly delaySinceLast: number
}

export interface ExtendedReport {
  readonly ssrc: number
  /** NTP time of whoever reports: seconds since 1900 and their fraction. */
  readonly reference?: { readonly seconds: number; readonly fraction: number }
  /** Answers to such times of others. */
  readonly receivers: readonly ReceiverBlock[]
  readonly metrics: readonly VoipMetrics[]
}

/** Reads what follows the head of one XR packet, up to `end`; undefined where a block does not fit. */
export function readExtended(packet: Uint8Array, from: number, end: number): ExtendedReport | undefined {
  if (from + 4 > end) return undefined
  const ssrc = read32(packet, from)
  let reference: ExtendedReport['reference']
  const receivers: ReceiverBlock[] = []
  const metrics: VoipMetrics[] = []
  let at = from + 4
  while (at < end) {
    if (at + 4 > end) return undefined
    const next = at + 4 + (((packet[at + 2] as number) << 8) | (packet[at + 3] as number)) * 4
    if (next > end) return undefined
    const type = packet[at]
    // A length that its type cannot have: the block is ignored (§3).
    if (type === referenceType && next - at === 12)
      reference = { seconds: read32(packet, at + 4), fraction: read32(packet, at + 8) }
    else if (type === receiversType) {
      for (let one = at + 4; one + 12 <= next; one += 12) {
        const [lastReport, delaySinceLast] = [read32(packet, one + 4), read32(packet, one + 8)]
        receivers.push({ ssrc: read32(packet, one), lastReport, delaySinceLast })
      }
    } else if (type === metricsType && next - at === 4 + voipMetricsBytes) metrics.push(readVoipMetrics(packet, at + 4))
    at = next
  }
  return { ssrc, receivers, metrics, ...(reference === undefined ? {} : { reference }) }
}

/** A whole XR packet, to go into a compound one behind its report. */
export function writeExtended({ ssrc, reference, receivers, metrics }: ExtendedReport): Uint8Array {
  const receiverBytes = receivers.length === 0 ? 0 : 4 + receivers.length * 12
  const bytes = 8 + (reference ? 12 : 0) + receiverBytes + metrics.length * (4 + voipMetricsBytes)
  const packet = new Uint8Array(bytes)
  packet.set([0x80, extendedType, (bytes / 4 - 1) >> 8, (bytes / 4 - 1) & 0xff])
  write32(packet, 4, ssrc)
  let at = 8
  if (reference) {
    at = writeHead(packet, at, referenceType, 8)
    write32(packet, at, reference.seconds)
    write32(packet, at + 4, reference.fraction)
    at += 8
  }
  if (receivers.length > 0) at = writeHead(packet, at, receiversType, receivers.length * 12)
  for (const receiver of receivers) {
    write32(packet, at, receiver.ssrc)
    write32(packet, at + 4, receiver.lastReport)
    write32(packet, at + 8, receiver.delaySinceLast)
    at += 12
  }
  for (const each of metrics) {
    at = writeHead(packet, at, metricsType, voipMetricsBytes)
    writeVoipMetrics(packet, at, each)
    at += voipMetricsBytes
  }
  return packet
}

function writeHead(packet: Uint8Array, at: number, type: number, bytes: number): number {
  packet.set([type, 0, bytes >> 10, (bytes >> 2) & 0xff], at)
  return at + 4
}

/** RTCP's packet type XR. */
export const extendedType = 207
const referenceType = 4
const receiversType = 5
const metricsType = 7
