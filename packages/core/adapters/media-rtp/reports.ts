// The RTCP half of a leg: reports that are sent and read, and what they tell (RFC 3550 §6), with the extended ones that the other side
// wants (RFC 3611).
import {
  type ExtendedReport,
  ntpTime,
  readRtcp,
  roundTripMs,
  rtcpInterval,
  type Source,
  type VoipMetrics,
  writeRtcp,
} from '@openparley/protocols/rtp'
import type { MediaDescription } from '../../services/media/port.ts'
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
  /** Their last reference time, which is answered once: whose, its middle bits, and when it came. */
  #reference: { readonly ssrc: number; readonly middle: number; readonly atMs: number } | undefined
  #wanted: MediaDescription['reports']
  #beatsToNext: number
  /** What the other side says of how it hears us. */
  remote: VoipMetrics | undefined
  roundTripMs: number | undefined
  remoteLost: number | undefined

  constructor(ssrc: number, random32: () => number) {
    this.#ssrc = ssrc
    this.#name = `${random32().toString(36)}${random32().toString(36)}`
    this.#random32 = random32
    this.#beatsToNext = this.#interval(true, false, false)
  }

  /** What the other side wants beside the usual. */
  want(wanted: MediaDescription['reports']): void {
    this.#wanted = wanted
  }

  /** To be called at every beat; true when a report is due. */
  due(sent: Sent, source: Source | undefined): boolean {
    if (--this.#beatsToNext > 0) return false
    this.#beatsToNext = this.#interval(false, sent.packets > 0, source !== undefined)
    return true
  }

  /** `metrics`: of what is heard here. */
  write(sent: Sent, source: Source | undefined, nowMs: number, goodbye: boolean, metrics?: VoipMetrics): Uint8Array {
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
              delaySinceLast: this.#last ? since(this.#last.atMs, nowMs) : 0,
            },
          ]
        : [],
    }
    return writeRtcp(report, this.#name, goodbye, this.#extended(packets > 0, nowMs, metrics))
  }

  #extended(weSent: boolean, nowMs: number, metrics: VoipMetrics | undefined): ExtendedReport | undefined {
    if (!this.#wanted) return undefined
    const { voipMetrics, roundTrip } = this.#wanted
    const asked = roundTrip === 'all' || (roundTrip === 'sender' && weSent) ? this.#reference : undefined
    this.#reference = undefined
    // Who sends is answered in the usual reports.
    const reference = roundTrip === undefined || weSent ? undefined : ntpTime(performance.timeOrigin + nowMs)
    const told = voipMetrics && metrics ? [metrics] : []
    if (!asked && !reference && told.length === 0) return undefined
    const answer = asked && { ssrc: asked.ssrc, lastReport: asked.middle, delaySinceLast: since(asked.atMs, nowMs) }
    return {
      ssrc: this.#ssrc,
      ...(reference ? { reference } : {}),
      receivers: answer ? [answer] : [],
      metrics: told,
    }
  }

  read(packet: Uint8Array, nowMs: number): void {
    const read = readRtcp(packet)
    const { middle: now } = ntpTime(performance.timeOrigin + nowMs)
    for (const { sender, blocks } of read?.reports ?? []) {
      if (sender) this.#last = { middle: middleOf(sender), atMs: nowMs }
      for (const block of blocks) {
        if (block.ssrc !== this.#ssrc) continue
        this.remoteLost = Math.max(0, block.lost)
        this.roundTripMs = roundTripMs(block, now) ?? this.roundTripMs
      }
    }
    for (const { ssrc, reference, receivers, metrics } of read?.extended ?? []) {
      if (reference) this.#reference = { ssrc, middle: middleOf(reference), atMs: nowMs }
      for (const block of receivers)
        if (block.ssrc === this.#ssrc) this.roundTripMs = roundTripMs(block, now) ?? this.roundTripMs
      for (const each of metrics) if (each.ssrc === this.#ssrc) this.remote = each
    }
  }

  #interval(initial: boolean, weSent: boolean, theySent: boolean): number {
    const senders = (weSent ? 1 : 0) + (theySent ? 1 : 0)
    const session = { members: 2, senders, weSent, bandwidth: bytesPerSecond, averageBytes: 120, initial }
    return Math.round(rtcpInterval(session, { roll: () => this.#random32() / 2 ** 32 }) / beatMs)
  }
}

function middleOf({ seconds, fraction }: { readonly seconds: number; readonly fraction: number }): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0
}

/** In 65,536ths of a second. */
function since(atMs: number, nowMs: number): number {
  return Math.round(((nowMs - atMs) * 65_536) / 1000)
}

/** 5 % of what G.711 takes with its headers. */
const bytesPerSecond = 500
