// Keys in a session description (SDES, RFC 4568): a=crypto. Left out: master key identifiers and several keys in one line,
// key derivation rates, unencrypted and unauthenticated streams; a line that asks for one of these is passed over.

export interface Crypto {
  /** Names the line within its description, 1–999999999: an answer says by it which it takes. */
  readonly tag: number
  /** As RFC 4568 §6.2, RFC 6188 and RFC 7714 name them: AES_CM_128_HMAC_SHA1_80. */
  readonly suite: string
  /** Master key and salt, one after the other, in base64. A secret. */
  readonly key: string
  /** For how many packets the key is good, where the side says so. */
  readonly lifetime?: number
}

/** Undefined where it cannot be used. */
export function readCrypto(value: string): Crypto | undefined {
  const [, tag = '', suite = '', inline = '', rest = ''] =
    /^(\d{1,9}) +([\w-]{1,64}) +inline:(\S{1,256})((?: +\S+)*) *$/i.exec(value) ?? []
  const [, key = '', lifetime] = /^([A-Za-z0-9+/]+={0,2})(?:\|(\d{1,15}|2\^\d{1,2}))?$/.exec(inline) ?? []
  const parameters = rest.split(' ').filter((each) => each !== '')
  // §6.3.7: what is not known and does not begin with a hyphen must not be passed over. The window's size is the receiver's own affair.
  const known = parameters.every((each) => each.startsWith('-') || /^WSH=\d+$/i.test(each))
  if (key === '' || Number(tag) === 0 || !known) return undefined
  const packets = lifetime?.startsWith('2^') ? 2 ** Number(lifetime.slice(2)) : Number(lifetime)
  return { tag: Number(tag), suite, key, ...(packets > 0 ? { lifetime: packets } : {}) }
}

export function writeCrypto({ tag, suite, key, lifetime }: Crypto): string {
  return `${tag} ${suite} inline:${key}${lifetime === undefined ? '' : `|${lifetime}`}`
}

/** How many bytes the key and its salt are. */
export function keyLength({ key }: Crypto): number {
  return Math.floor((key.replace(/=+$/, '').length * 3) / 4)
}
