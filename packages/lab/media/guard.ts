// What protects the sound of the lab's own numbers (SRTP), where whoever calls them offers keys (RFC 4568).
import { randomBytes } from 'node:crypto'
import { SrtpReceiver, SrtpSender, srtpRoom } from '@openparley/protocols/rtp'
import type { Agreed, Crypto } from '@openparley/protocols/sdp'

export interface Guard {
  /** The packet in the clear; undefined where it is not theirs. */
  open(packet: Uint8Array): Uint8Array | undefined
  seal(packet: Uint8Array): Uint8Array
}

/** The one suite that every phone with SRTP has (RFC 4568 §6.2). */
export function newKey(): Crypto {
  return { tag: 1, suite, key: randomBytes(keyBytes + saltBytes).toString('base64') }
}

export function guardOf({ ours, theirs }: NonNullable<Agreed['protection']>): Guard {
  const sender = new SrtpSender(suite, ...halves(ours))
  const receiver = new SrtpReceiver(suite, ...halves(theirs))
  return {
    open: (packet) => {
      const length = receiver.unprotect(packet, packet.length)
      return length < 0 ? undefined : packet.subarray(0, length)
    },
    seal: (packet) => {
      const roomy = new Uint8Array(packet.length + srtpRoom)
      roomy.set(packet)
      return roomy.subarray(0, Math.max(0, sender.protect(roomy, packet.length)))
    },
  }
}

function halves({ key }: Crypto): [Uint8Array, Uint8Array] {
  const bytes = new Uint8Array(Buffer.from(key, 'base64'))
  return [bytes.subarray(0, keyBytes), bytes.subarray(keyBytes)]
}

const suite = 'AES_CM_128_HMAC_SHA1_80'
const keyBytes = 16
const saltBytes = 14
