// AES in counter mode with HMAC-SHA1: RFC 3711 §4.1.1 and §4.2.1, and with 256-bit keys RFC 6188.
import { type Cipheriv, createCipheriv, createSecretKey } from 'node:crypto'
import { read32, write32 } from '../packet.ts'
import type { SessionKeys } from './derive.ts'
import { HmacSha1 } from './hmac-sha1.ts'
import { encryptedFlag, mixIntoIv, rtcpClearBytes, type Transform } from './transform.ts'

export class CounterModeTransform implements Transform {
  readonly rtpOverhead: number
  readonly rtcpOverhead: number = 4 + rtcpTagBytes
  readonly wordFromEnd: number = 4 + rtcpTagBytes
  readonly #rtp: Keystream
  readonly #rtcp: Keystream
  readonly #rtpMac: HmacSha1
  readonly #rtcpMac: HmacSha1
  readonly #digest = new Uint8Array(20)

  constructor(rtp: SessionKeys, rtcp: SessionKeys, tagBytes: number) {
    this.rtpOverhead = tagBytes
    this.#rtp = new Keystream(rtp.key, rtp.salt)
    this.#rtcp = new Keystream(rtcp.key, rtcp.salt)
    this.#rtpMac = new HmacSha1(rtp.authentication)
    this.#rtcpMac = new HmacSha1(rtcp.authentication)
  }

  sealRtp(packet: Uint8Array, clear: number, length: number, index: number): void {
    this.#rtp.apply(packet, clear, length, read32(packet, 8), index)
    this.#rtpMac.digestWith(packet, length, rollOver(index), this.#digest)
    for (let i = 0; i < this.rtpOverhead; i++) packet[length + i] = this.#digest[i] as number
  }

  openRtp(packet: Uint8Array, clear: number, length: number, index: number): boolean {
    this.#rtpMac.digestWith(packet, length, rollOver(index), this.#digest)
    if (!this.#sameTag(packet, length, this.rtpOverhead)) return false
    this.#rtp.apply(packet, clear, length, read32(packet, 8), index)
    return true
  }

  sealRtcp(packet: Uint8Array, length: number, word: number): void {
    this.#rtcp.apply(packet, rtcpClearBytes, length, read32(packet, 4), word & ~encryptedFlag)
    this.#rtcpMac.digestWith(packet, length, word, this.#digest)
    write32(packet, length, word)
    for (let i = 0; i < rtcpTagBytes; i++) packet[length + 4 + i] = this.#digest[i] as number
  }

  openRtcp(packet: Uint8Array, length: number, word: number): boolean {
    this.#rtcpMac.digestWith(packet, length, word, this.#digest)
    if (!this.#sameTag(packet, length + 4, rtcpTagBytes)) return false
    if (word >= encryptedFlag) {
      this.#rtcp.apply(packet, rtcpClearBytes, length, read32(packet, 4), word & ~encryptedFlag)
    }
    return true
  }

  /** In the same time wherever the tags differ. */
  #sameTag(packet: Uint8Array, at: number, bytes: number): boolean {
    let difference = 0
    for (let i = 0; i < bytes; i++) difference |= (packet[at + i] as number) ^ (this.#digest[i] as number)
    return difference === 0
  }
}

/**
 * One AES-ECB cipher enciphers the counter blocks of all packets: a cipher object for each packet, as node:crypto's CTR
 * would need, costs more than the ciphering.
 */
class Keystream {
  readonly #cipher: Cipheriv
  readonly #salt = new Uint8Array(16)
  readonly #iv = new Uint8Array(16)
  #counters = new Uint8Array(0)

  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, createSecretKey(key), null)
    this.#cipher.setAutoPadding(false)
    this.#salt.set(salt)
  }

  apply(packet: Uint8Array, from: number, to: number, ssrc: number, index: number): void {
    const iv = this.#iv
    iv.set(this.#salt)
    mixIntoIv(iv, 4, ssrc, index)
    const bytes = (to - from + 15) & ~15
    // As long as the last packet's: those of one stream are mostly alike.
    if (this.#counters.length !== bytes) this.#counters = new Uint8Array(bytes)
    const counters = this.#counters
    for (let at = 0; at < bytes; at += 16) {
      for (let i = 0; i < 14; i++) counters[at + i] = iv[i] as number
      counters[at + 14] = at >> 12
      counters[at + 15] = at >> 4
    }
    const stream = this.#cipher.update(counters)
    for (let i = 0; from < to; i++, from++) packet[from] = (packet[from] as number) ^ (stream[i] as number)
  }
}

function rollOver(index: number): number {
  return Math.floor(index / 0x10000)
}

const rtcpTagBytes = 10
