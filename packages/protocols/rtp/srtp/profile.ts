// The SRTP crypto suites that we speak, as SDES names them (RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.1) and as DTLS-SRTP
// numbers them (RFC 5764 §4.1.2, RFC 7714 §14.2). Left out: AES-192, f8, and suites without encryption or authentication.

export type SrtpProfileName =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AEAD_AES_128_GCM'
  | 'AEAD_AES_256_GCM'

export interface SrtpProfile {
  readonly keyBytes: 16 | 32
  readonly saltBytes: 12 | 14
  /** RTP's authentication tag. RTCP's is never shorter than ten bytes (RFC 3711 §5.2, RFC 4568 §6.2.2). */
  readonly tagBytes: 4 | 10 | 16
  readonly aead: boolean
  /** DTLS-SRTP knows no AES_256_CM. */
  readonly dtls?: number
}

export const srtpProfiles: { readonly [name in SrtpProfileName]: SrtpProfile } = {
  AES_CM_128_HMAC_SHA1_80: { keyBytes: 16, saltBytes: 14, tagBytes: 10, aead: false, dtls: 0x0001 },
  AES_CM_128_HMAC_SHA1_32: { keyBytes: 16, saltBytes: 14, tagBytes: 4, aead: false, dtls: 0x0002 },
  AES_256_CM_HMAC_SHA1_80: { keyBytes: 32, saltBytes: 14, tagBytes: 10, aead: false },
  AES_256_CM_HMAC_SHA1_32: { keyBytes: 32, saltBytes: 14, tagBytes: 4, aead: false },
  AEAD_AES_128_GCM: { keyBytes: 16, saltBytes: 12, tagBytes: 16, aead: true, dtls: 0x0007 },
  AEAD_AES_256_GCM: { keyBytes: 32, saltBytes: 12, tagBytes: 16, aead: true, dtls: 0x0008 },
}

/** The name of what a DTLS handshake chose (the `use_srtp` extension); undefined for one that we do not speak. */
export function srtpProfileOfDtls(number: number): SrtpProfileName | undefined {
  for (const name in srtpProfiles) {
    if (srtpProfiles[name as SrtpProfileName].dtls === number) return name as SrtpProfileName
  }
  return undefined
}
