// What a receiver of pictures asks of who sends them, by RTCP: a whole picture (PLI, RFC 4585 §6.3.1; FIR, RFC 5104 §4.3.1) and no
// more than so many bits (REMB, draft-alvestrand-rmcat-remb). Now and then, so plain objects will do.
import { read32, write32 } from './packet.ts'

export interface Feedback {
  /** A picture was lost: a whole one is wanted. */
  readonly lost: boolean
  /** A whole picture is commanded: the number of the command, 0 to 255, which stays the same when it is repeated. */
  readonly command?: number
  /** In bit/s. */
  readonly mostBitsPerS?: number
}

/** What a packet asks of the source `ssrc`; undefined where it asks nothing. */
export function readFeedback(packet: Uint8Array, ssrc: number): Feedback | undefined {
  let lost = false
  let command: number | undefined
  let mostBitsPerS: number | undefined
  for (let at = 0; at + 4 <= packet.length; ) {
    if ((packet[at] as number) >> 6 !== 2) break
    const end = at + 4 + (((packet[at + 2] as number) << 8) | (packet[at + 3] as number)) * 4
    if (end > packet.length) break
    const format = (packet[at] as number) & 0x1f
    if (packet[at + 1] === PSFB && end >= at + 12) {
      if (format === PLI && read32(packet, at + 8) === ssrc) lost = true
      else if (format === FIR) command ??= commandTo(packet, at + 12, end, ssrc)
      else if (format === APPLICATION) mostBitsPerS ??= readBound(packet, at + 12, end)
    }
    at = end
  }
  if (!lost && command === undefined && mostBitsPerS === undefined) return undefined
  return {
    lost,
    ...(command === undefined ? {} : { command }),
    ...(mostBitsPerS === undefined ? {} : { mostBitsPerS }),
  }
}

/** Goes behind a report, as any feedback does (RFC 4585 §3.1). */
export function writePli(from: number, source: number): Uint8Array {
  const packet = headed(PLI, 12, from)
  write32(packet, 8, source)
  return packet
}

/** `command`: 0 to 255, the next number for each command that is a new one. */
export function writeFir(from: number, source: number, command: number): Uint8Array {
  const packet = headed(FIR, 20, from)
  write32(packet, 12, source)
  packet[16] = command & 0xff
  return packet
}

function headed(format: number, bytes: number, from: number): Uint8Array {
  const packet = new Uint8Array(bytes)
  packet[0] = 0x80 | format
  packet[1] = PSFB
  packet[3] = bytes / 4 - 1
  write32(packet, 4, from)
  return packet
}

function commandTo(packet: Uint8Array, from: number, to: number, ssrc: number): number | undefined {
  for (let at = from; at + 8 <= to; at += 8) if (read32(packet, at) === ssrc) return packet[at + 4]
  return undefined
}

function readBound(packet: Uint8Array, at: number, end: number): number | undefined {
  if (at + 8 > end || read32(packet, at) !== remb) return undefined
  const exponent = (packet[at + 5] as number) >> 2
  const mantissa =
    (((packet[at + 5] as number) & 3) << 16) | ((packet[at + 6] as number) << 8) | (packet[at + 7] as number)
  return Math.min(mantissa * 2 ** exponent, Number.MAX_SAFE_INTEGER)
}

/** Payload-specific feedback, and its formats. */
const PSFB = 206
const PLI = 1
const FIR = 4
const APPLICATION = 15
/** The letters themselves. */
const remb = 0x52_45_4d_42
