// What protects one leg's stream by the keys that were agreed on: SRTP and SRTCP, both ways (RFC 3711).
import { type SrtpProfileName, SrtpReceiver, SrtpSender, srtpProfiles } from '@openparley/protocols/rtp'
import type { Protection } from '../../services/media/port.ts'

export interface Guard {
  readonly protection: Protection
  readonly sender: SrtpSender
  readonly receiver: SrtpReceiver
}

/** The one before stays where nothing has changed, and so does each half of it: what was counted goes on (RFC 4568 §7.1.4). */
export function guardOf(protection: Protection, before: Guard | undefined): Guard {
  const { suite, ours, theirs } = protection
  const same = before?.protection.suite === suite ? before : undefined
  return {
    protection,
    sender: same?.protection.ours === ours ? same.sender : new SrtpSender(...keyed(suite, ours)),
    receiver: same?.protection.theirs === theirs ? same.receiver : new SrtpReceiver(...keyed(suite, theirs)),
  }
}

/** Throws a RangeError where there is no such suite, or the key is too long or too short for it. */
function keyed(suite: string, key: string): [SrtpProfileName, Uint8Array, Uint8Array] {
  const profile = srtpProfiles[suite as SrtpProfileName]
  if (!profile) throw new RangeError(`There is no suite ${suite}.`)
  const bytes = new Uint8Array(Buffer.from(key, 'base64'))
  return [suite as SrtpProfileName, bytes.subarray(0, profile.keyBytes), bytes.subarray(profile.keyBytes)]
}
