// What the two directions share: making the transform, finding where a header ends, and a bound on the sources.
import { CounterModeTransform } from './counter-mode.ts'
import { sessionKeys } from './derive.ts'
import { GcmTransform } from './gcm.ts'
import { type SrtpProfileName, srtpProfiles } from './profile.ts'
import type { Transform } from './transform.ts'

export interface SrtpOptions {
  /** How many SSRCs may be active under one key, 1 and up (128 unless told). What comes from more is refused. */
  readonly mostSources?: number
}

export const defaultMostSources = 128

export function makeTransform(name: SrtpProfileName, masterKey: Uint8Array, masterSalt: Uint8Array): Transform {
  const profile = srtpProfiles[name]
  if (masterKey.length !== profile.keyBytes || masterSalt.length !== profile.saltBytes) {
    throw new RangeError(`${name} needs a key of ${profile.keyBytes} bytes and a salt of ${profile.saltBytes} bytes.`)
  }
  const rtp = sessionKeys(profile, masterKey, masterSalt, 'rtp')
  const rtcp = sessionKeys(profile, masterKey, masterSalt, 'rtcp')
  return profile.aead ? new GcmTransform(rtp, rtcp) : new CounterModeTransform(rtp, rtcp, profile.tagBytes)
}

/** Where the header of an RTP packet ends, with its sources and its extension, which stay in the clear; -1 for no RTP packet. */
export function rtpHeaderEnd(packet: Uint8Array, length: number): number {
  if (length < 12 || (packet[0] as number) >> 6 !== 2) return -1
  let end = 12 + ((packet[0] as number) & 0x0f) * 4
  if ((packet[0] as number) & 0x10) {
    end += 4 + (((packet[end + 2] as number) << 8) | (packet[end + 3] as number)) * 4
  }
  return end > length ? -1 : end
}

export function isRtcp(packet: Uint8Array, length: number): boolean {
  return length >= 8 && (packet[0] as number) >> 6 === 2
}
