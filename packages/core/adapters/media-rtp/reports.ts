// The RTCP half of a leg: reports that are sent and read, and what they tell (RFC 3550 §6).
import { ntpTime, readRtcp, roundTripMs, rtcpInterval, type Source, writeRtcp } from '@openparley/protocols/rtp'
import { beatMs } from './schedule.ts'

export interface Sent {
  readonly packets: number
  readonly bytes: number
  readonly timestamp: number
}

export class Reports {
  readonly #ssrc: number
  /** CNAME (§6.5.1): random, so that it tells nothing of the person (RFC 7022). */
  readonly #name: string
  readonly #random32: () => number
  /** The other side's last sender report: its middle NTP bits and when it came. */
  #last: { readonly middle: number; readonly atMs: number } | undefined
  #beatsToNext: number
  roundTripMs: number | undefined
  remoteLost: number | undefined
  /** In 256ths, since the report before. */
  remoteFractionLost = 0

  constructor(ssrc: number, random32: () => number) {
    this.#ssrc = ssrc
    this.#name = `${random32().toString(36)}${random32().toString(36)}`
    this.#random32 = random32
    this.#beatsToNext = this.#interval(true, false, false)
  }

  /** To be called at every beat; true when a report is due. */
  due(sent: Sent, source: Source | undefined): boolean {
    if (--this.#beatsToNext > 0) return false
    this.#beatsToNext = this.#interval(false, sent.packets > 0, source !== undefined)
    return true
  }

  write(sent: Sent, source: Source | undefined, nowMs: number, goodbye: boolean): Uint8Array {
    const { seconds, fraction } = ntpTime(performance.timeOrigin + nowMs)
    const { packets, bytes, timestamp } = sent
    const report = {
      ssrc: this.#ssrc,
      ...(packets === 0 ? {} : { sender: { seconds, fraction, timestamp, packets, bytes } }),
      blocks: source
        ? [
            {
              ssrc: source.ssrc,
              fractionLost: source.fractionLost(),
              lost: source.lost,
              extendedHighest: source.extendedHighest,
              jitter: source.jitter,
              lastReport: this.#last?.middle ?? 0,
              delaySinceLast: this.#last ? Math.round(((nowMs - this.#last.atMs) * 65_536) / 1000) : 0,
            },
          ]
        : [],
    }
    return writeRtcp(report, this.#name, goodbye)
  }

  read(packet: Uint8Array, nowMs: number): void {
    for (const { sender, blocks } of readRtcp(packet)?.reports ?? []) {
      if (sender)
        this.#last = { middle: (((sender.seconds & 0xffff) << 16) | (sender.fraction >>> 16)) >>> 0, atMs: nowMs }
      for (const block of blocks) {
        if (block.ssrc !== this.#ssrc) continue
        this.remoteLost = Math.max(0, block.lost)
        this.remoteFractionLost = block.fractionLost
        this.roundTripMs = roundTripMs(block, ntpTime(performance.timeOrigin + nowMs).middle) ?? this.roundTripMs
      }
    }
  }

  #interval(initial: boolean, weSent: boolean, theySent: boolean): number {
    const senders = (weSent ? 1 : 0) + (theySent ? 1 : 0)
    const session = { members: 2, senders, weSent, bandwidth: bytesPerSecond, averageBytes: 120, initial }
    return Math.round(rtcpInterval(session, { roll: () => this.#random32() / 2 ** 32 }) / beatMs)
  }
}

/** 5 % of what G.711 takes with its headers. */
const bytesPerSecond = 500
