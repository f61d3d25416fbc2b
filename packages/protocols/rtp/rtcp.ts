// RTCP, RFC 3550 §6: reports, the name of the source, and goodbye. Five seconds apart, so plain objects will do.
import { read32, write32 } from './packet.ts'
import { type ExtendedReport, extendedType, readExtended, writeExtended } from './rtcp-xr.ts'

export interface ReportBlock {
  readonly ssrc: number
  /** In 256ths. */
  readonly fractionLost: number
  readonly lost: number
  readonly extendedHighest: number
  readonly jitter: number
  /** Middle 32 bits of the NTP time of the last sender report, and how long ago it came in 65,536ths of a second. */
  readonly lastReport: number
  readonly delaySinceLast: number
}

export interface SenderInfo {
  /** NTP time: seconds since 1900 and their fraction. */
  readonly seconds: number
  readonly fraction: number
  readonly timestamp: number
  readonly packets: number
  readonly bytes: number
}

export interface Report {
  readonly ssrc: number
  /** Absent in a receiver report. */
  readonly sender?: SenderInfo
  readonly blocks: readonly ReportBlock[]
}

export interface Rtcp {
  readonly reports: readonly Report[]
  /** Sources that said goodbye. */
  readonly goodbyes: readonly number[]
  readonly extended: readonly ExtendedReport[]
}

/** Reads a compound packet; undefined where it is none (§A.2). Types that we do not know are skipped. */
export function readRtcp(packet: Uint8Array): Rtcp | undefined {
  const reports: Report[] = []
  const goodbyes: number[] = []
  const extended: ExtendedReport[] = []
  let at = 0
  while (at < packet.length) {
    if (at + 4 > packet.length || (packet[at] as number) >> 6 !== 2) return undefined
    const count = (packet[at] as number) & 0x1f
    const type = packet[at + 1] as number
    const end = at + 4 + (((packet[at + 2] as number) << 8) | (packet[at + 3] as number)) * 4
    if (end > packet.length || (at === 0 && type !== SR && type !== RR)) return undefined
    if (type === SR || type === RR) {
      const report = readReport(packet, at + 4, end, count, type === SR)
      if (!report) return undefined
      reports.push(report)
    } else if (type === extendedType) {
      // What is wrong in it says nothing of the reports before.
      const more = readExtended(packet, at + 4, end)
      if (more) extended.push(more)
    } else if (type === BYE) {
      for (let i = 0; i < count && at + 8 + i * 4 <= end; i++) goodbyes.push(read32(packet, at + 4 + i * 4))
    }
    at = end
  }
  return at === 0 ? undefined : { reports, goodbyes, extended }
}

/** A compound packet: the report, our canonical name (§6.5.1), what more there is to report, and a goodbye where this is the last. */
export function writeRtcp(report: Report, cname: string, goodbye = false, extended?: ExtendedReport): Uint8Array {
  const { sender, blocks } = report
  const name = new TextEncoder().encode(cname).subarray(0, 255)
  const reportBytes = 8 + (sender ? 20 : 0) + blocks.length * 24
  // The chunk ends with at least one zero byte, at a word's border.
  const chunkBytes = Math.ceil((4 + 2 + name.length + 1) / 4) * 4
  const more = extended ? writeExtended(extended) : new Uint8Array(0)
  const packet = new Uint8Array(reportBytes + 4 + chunkBytes + more.length + (goodbye ? 8 : 0))
  writeHead(packet, 0, blocks.length, sender ? SR : RR, reportBytes)
  write32(packet, 4, report.ssrc)
  let at = 8
  if (sender) {
    for (const value of [sender.seconds, sender.fraction, sender.timestamp, sender.packets, sender.bytes]) {
      write32(packet, at, value)
      at += 4
    }
  }
  for (const block of blocks) {
    write32(packet, at, block.ssrc)
    write32(
      packet,
      at + 4,
      ((block.fractionLost << 24) | (Math.max(-0x800000, Math.min(0x7fffff, block.lost)) & 0xffffff)) >>> 0,
    )
    write32(packet, at + 8, block.extendedHighest)
    write32(packet, at + 12, block.jitter)
    write32(packet, at + 16, block.lastReport)
    write32(packet, at + 20, block.delaySinceLast)
    at += 24
  }
  writeHead(packet, at, 1, SDES, 4 + chunkBytes)
  write32(packet, at + 4, report.ssrc)
  packet[at + 8] = 1
  packet[at + 9] = name.length
  packet.set(name, at + 10)
  at += 4 + chunkBytes
  packet.set(more, at)
  at += more.length
  if (goodbye) {
    writeHead(packet, at, 1, BYE, 8)
    write32(packet, at + 4, report.ssrc)
  }
  return packet
}

/** The round trip that a report block about us tells (§6.4.1), in milliseconds; `now` is the middle 32 bits of our NTP time. */
export function roundTripMs(
  block: Pick<ReportBlock, 'lastReport' | 'delaySinceLast'>,
  now: number,
): number | undefined {
  if (block.lastReport === 0) return undefined
  const units = (now - block.lastReport - block.delaySinceLast) >>> 0
  // More than half the range is a clock that went back.
  return units > 0x7fffffff ? undefined : (units * 1000) / 65_536
}

/** NTP time of a wall clock in milliseconds since 1970. */
export function ntpTime(wallMs: number): {
  readonly seconds: number
  readonly fraction: number
  readonly middle: number
} {
  const whole = wallMs / 1000 + 2_208_988_800
  const seconds = Math.floor(whole)
  const fraction = Math.floor((whole - seconds) * 2 ** 32)
  return { seconds: seconds >>> 0, fraction, middle: (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0 }
}

function readReport(packet: Uint8Array, at: number, end: number, count: number, isSender: boolean): Report | undefined {
  const blocksAt = at + 4 + (isSender ? 20 : 0)
  if (blocksAt + count * 24 > end) return undefined
  const blocks: ReportBlock[] = []
  for (let i = 0; i < count; i++) {
    const from = blocksAt + i * 24
    const loss = read32(packet, from + 4)
    blocks.push({
      ssrc: read32(packet, from),
      fractionLost: loss >>> 24,
      lost: (loss << 8) >> 8,
      extendedHighest: read32(packet, from + 8),
      jitter: read32(packet, from + 12),
      lastReport: read32(packet, from + 16),
      delaySinceLast: read32(packet, from + 20),
    })
  }
  const ssrc = read32(packet, at)
  if (!isSender) return { ssrc, blocks }
  const sender = {
    seconds: read32(packet, at + 4),
    fraction: read32(packet, at + 8),
    timestamp: read32(packet, at + 12),
    packets: read32(packet, at + 16),
    bytes: read32(packet, at + 20),
  }
  return { ssrc, sender, blocks }
}

function writeHead(packet: Uint8Array, at: number, count: number, type: number, bytes: number): void {
  packet[at] = 0x80 | count
  packet[at + 1] = type
  packet[at + 2] = ((bytes / 4 - 1) >> 8) & 0xff
  packet[at + 3] = (bytes / 4 - 1) & 0xff
}

const SR = 200
const RR = 201
const SDES = 202
const BYE = 203
