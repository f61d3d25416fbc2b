// From the master key to session keys: RFC 3711 §4.3 with a key derivation rate of 0, RFC 6188 §3, RFC 7714 §11.
import { createCipheriv } from 'node:crypto'
import type { SrtpProfile } from './profile.ts'

/** What one kind of packet, RTP or RTCP, is protected with. */
export interface SessionKeys {
  readonly key: Uint8Array
  readonly salt: Uint8Array
  /** Empty for AEAD profiles. */
  readonly authentication: Uint8Array
}

export function sessionKeys(
  profile: SrtpProfile,
  masterKey: Uint8Array,
  masterSalt: Uint8Array,
  kind: 'rtp' | 'rtcp',
): SessionKeys {
  const label = kind === 'rtp' ? 0 : 3
  return {
    key: deriveKey(masterKey, masterSalt, label, profile.keyBytes),
    authentication: deriveKey(masterKey, masterSalt, label + 1, profile.aead ? 0 : authenticationKeyBytes),
    salt: deriveKey(masterKey, masterSalt, label + 2, profile.saltBytes),
  }
}

/** The AES-CM pseudo-random function (§4.3.3) of a label; as many bytes of it as are asked for. */
export function deriveKey(masterKey: Uint8Array, masterSalt: Uint8Array, label: number, bytes: number): Uint8Array {
  const counters = new Uint8Array(Math.ceil(bytes / 16) * 16)
  for (let at = 0; at < counters.length; at += 16) {
    // A salt of 12 bytes counts as one of 14 that ends in zeros (RFC 7714 §11).
    counters.set(masterSalt, at)
    counters[at + 7] = (counters[at + 7] as number) ^ label
    counters[at + 15] = at / 16
  }
  const cipher = createCipheriv(`aes-${masterKey.length * 8}-ecb`, masterKey, null)
  cipher.setAutoPadding(false)
  return new Uint8Array(cipher.update(counters)).subarray(0, bytes)
}

/** n_a of §5.2. Appendix B.3 derives 94 bytes, for an authentication function that nobody uses. */
const authenticationKeyBytes = 20
