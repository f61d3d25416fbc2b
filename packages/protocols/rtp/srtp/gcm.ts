// AES in Galois/counter mode: RFC 7714. node:crypto makes a cipher object for each packet; with a key object that is cheap.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { read32, write32 } from '../packet.ts'
import type { SessionKeys } from './derive.ts'
import { encryptedFlag, mixIntoIv, rtcpClearBytes, type Transform } from './transform.ts'

export class GcmTransform implements Transform {
  readonly rtpOverhead: number = tagBytes
  readonly rtcpOverhead: number = tagBytes + 4
  readonly wordFromEnd = 4
  readonly #algorithm: 'aes-128-gcm' | 'aes-256-gcm'
  readonly #rtp: Keys
  readonly #rtcp: Keys
  readonly #iv = new Uint8Array(12)

  constructor(rtp: SessionKeys, rtcp: SessionKeys) {
    this.#algorithm = rtp.key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm'
    this.#rtp = { key: createSecretKey(rtp.key), salt: rtp.salt }
    this.#rtcp = { key: createSecretKey(rtcp.key), salt: rtcp.salt }
  }

  sealRtp(packet: Uint8Array, clear: number, length: number, index: number): void {
    this.#mix(this.#rtp, read32(packet, 8), index)
    this.#seal(this.#rtp, packet, clear, length, packet.subarray(0, clear))
  }

  openRtp(packet: Uint8Array, clear: number, length: number, index: number): boolean {
    this.#mix(this.#rtp, read32(packet, 8), index)
    return this.#open(this.#rtp, packet, clear, length, packet.subarray(0, clear))
  }

  sealRtcp(packet: Uint8Array, length: number, word: number): void {
    this.#mix(this.#rtcp, read32(packet, 4), word & ~encryptedFlag)
    this.#seal(this.#rtcp, packet, rtcpClearBytes, length, withWord(packet, rtcpClearBytes, word))
    write32(packet, length + tagBytes, word)
  }

  openRtcp(packet: Uint8Array, length: number, word: number): boolean {
    this.#mix(this.#rtcp, read32(packet, 4), word & ~encryptedFlag)
    // Where nothing is encrypted, the whole packet is associated data (RFC 7714 §9.3).
    const clear = word >= encryptedFlag ? rtcpClearBytes : length
    return this.#open(this.#rtcp, packet, clear, length, withWord(packet, clear, word))
  }

  #mix(keys: Keys, ssrc: number, index: number): void {
    this.#iv.set(keys.salt)
    mixIntoIv(this.#iv, 2, ssrc, index)
  }

  #seal(keys: Keys, packet: Uint8Array, from: number, to: number, associated: Uint8Array): void {
    const cipher = createCipheriv(this.#algorithm, keys.key, this.#iv, options)
    cipher.setAAD(associated)
    packet.set(cipher.update(packet.subarray(from, to)), from)
    cipher.final()
    packet.set(cipher.getAuthTag(), to)
  }

  #open(keys: Keys, packet: Uint8Array, from: number, to: number, associated: Uint8Array): boolean {
    const cipher = createDecipheriv(this.#algorithm, keys.key, this.#iv, options)
    cipher.setAAD(associated)
    cipher.setAuthTag(packet.subarray(to, to + tagBytes))
    const plain = cipher.update(packet.subarray(from, to))
    try {
      cipher.final()
    } catch {
      // The one thing that `final` has to say about a stream cipher is that the tag is wrong.
      return false
    }
    packet.set(plain, from)
    return true
  }
}

interface Keys {
  readonly key: KeyObject
  readonly salt: Uint8Array
}

/** RTCP's associated data ends with the E flag and index, which stand behind the tag on the wire (RFC 7714 §9.2). */
function withWord(packet: Uint8Array, clear: number, word: number): Uint8Array {
  const associated = new Uint8Array(clear + 4)
  associated.set(packet.subarray(0, clear))
  write32(associated, clear, word)
  return associated
}

const tagBytes = 16
const options = { authTagLength: tagBytes }
