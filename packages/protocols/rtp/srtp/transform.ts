// What the two cryptographic transforms have in common: RFC 3711 §4 and RFC 7714 both seal a packet in place.

/** Session keys at work. The packet's buffer has room behind `length` for what is appended. */
export interface Transform {
  /** What `sealRtp` appends, in bytes. */
  readonly rtpOverhead: number
  /** What `sealRtcp` appends: the index and the tag. */
  readonly rtcpOverhead: number
  /** How far before the end of an SRTCP packet its E flag and index stand. */
  readonly wordFromEnd: number
  /** Seals what follows the first `clear` bytes of a packet of `length` bytes. */
  sealRtp(packet: Uint8Array, clear: number, length: number, index: number): void
  /** `length` is without what was appended. False, and nothing changed, where the packet is not authentic. */
  openRtp(packet: Uint8Array, clear: number, length: number, index: number): boolean
  /** `word`: the E flag and the index, as they are sent. */
  sealRtcp(packet: Uint8Array, length: number, word: number): void
  openRtcp(packet: Uint8Array, length: number, word: number): boolean
}

/** The header of RTCP that is never encrypted: its first word and the sender's SSRC (RFC 3711 §3.4). */
export const rtcpClearBytes = 8
/** The E flag of SRTCP: the packet is encrypted. */
export const encryptedFlag = 0x80000000

/** XORs the SSRC and the packet index into an initialisation vector, where `at` is the SSRC's place (§4.1.1; RFC 7714 §8.1). */
export function mixIntoIv(iv: Uint8Array, at: number, ssrc: number, index: number): void {
  const low = index % 0x10000
  const high = (index - low) / 0x10000
  for (let i = 0; i < 4; i++) {
    iv[at + i] = (iv[at + i] as number) ^ (ssrc >>> (24 - i * 8))
    iv[at + 4 + i] = (iv[at + 4 + i] as number) ^ (high >>> (24 - i * 8))
  }
  iv[at + 8] = (iv[at + 8] as number) ^ (low >> 8)
  iv[at + 9] = (iv[at + 9] as number) ^ low
}
