// What makes a STUN message trustworthy: keys, MESSAGE-INTEGRITY and its SHA-256, RFC 8489 §9 and §14.5-14.6, and the FINGERPRINT of §14.7.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export type IntegrityAlgorithm = 'sha1' | 'sha256'

/** The password itself, as both sides of a session have agreed on it (§9.1). */
export function shortTermKey(password: string): Uint8Array {
  return new TextEncoder().encode(password)
}

/** §9.2.2: of MD5 unless the server names SHA-256 as its password algorithm. What is not in ASCII must be prepared by whoever asks. */
export function longTermKey(
  user: string,
  realm: string,
  password: string,
  algorithm: 'md5' | 'sha256' = 'md5',
): Uint8Array {
  return new Uint8Array(createHash(algorithm).update(`${user}:${realm}:${password}`).digest())
}

/** What stands for the user's name where a server wants it hidden (§14.4). */
export function userHash(user: string, realm: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`${user}:${realm}`).digest())
}

/** Of `bytes` up to `at`, with a length in the header as if the message ended with this attribute. */
export function integrityOf(bytes: Uint8Array, at: number, key: Uint8Array, algorithm: IntegrityAlgorithm): Uint8Array {
  const size = algorithm === 'sha1' ? 20 : 32
  const covered = bytes.slice(0, at)
  putLength(covered, at + 4 + size - 20)
  return new Uint8Array(createHmac(algorithm, key).update(covered).digest())
}

/** SHA-256 may be cut short, to sixteen bytes at least (§14.6). */
export function isIntact(
  bytes: Uint8Array,
  at: number,
  size: number,
  key: Uint8Array,
  algorithm: IntegrityAlgorithm,
): boolean {
  const whole = algorithm === 'sha1' ? 20 : 32
  if (size > whole || size < (algorithm === 'sha1' ? 20 : 16) || size % 4 !== 0) return false
  const covered = bytes.slice(0, at)
  putLength(covered, at + 4 + size - 20)
  const digest = createHmac(algorithm, key).update(covered).digest()
  return timingSafeEqual(digest.subarray(0, size), bytes.subarray(at + 4, at + 4 + size))
}

/** Of `bytes` up to `at`, where the length in the header already counts this attribute. */
export function fingerprintOf(bytes: Uint8Array, at: number): number {
  return (crc32(bytes, at) ^ 0x5354554e) >>> 0
}

export function putLength(bytes: Uint8Array, length: number): void {
  bytes[2] = length >> 8
  bytes[3] = length & 0xff
}

function crc32(bytes: Uint8Array, to: number): number {
  let crc = 0xffffffff
  for (let i = 0; i < to; i++) crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[i] as number)) & 0xff] as number)
  return (crc ^ 0xffffffff) >>> 0
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})
