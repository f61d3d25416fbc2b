// STUN messages, RFC 8489 §5 and §14: bytes to values and back. What is no such message, or is broken, is undefined.
import { fingerprintOf, type IntegrityAlgorithm, integrityOf, isIntact, putLength } from './integrity.ts'

export type StunClass = 'request' | 'indication' | 'success' | 'error'

export interface StunAttribute {
  readonly type: number
  readonly value: Uint8Array
}

export interface StunMessage {
  readonly class: StunClass
  /** 0–255: others are not told from other things on the same port (RFC 7983). */
  readonly method: number
  /** Twelve bytes. */
  readonly transaction: Uint8Array
  /** Without the three that close a message: integrity by either hash, and fingerprint. */
  readonly attributes: readonly StunAttribute[]
}

/** A message as it came, with what is needed to trust it. */
export interface ReadStun extends StunMessage {
  readonly hasFingerprint: boolean
  /** Which integrity it carries; none: nobody can be sure whose it is. */
  readonly protection: readonly IntegrityAlgorithm[]
  /** Whether its integrity is of this key: by the stronger of what it carries, unless one is named. */
  isBy(key: Uint8Array, algorithm?: IntegrityAlgorithm): boolean
}

export interface Closing {
  readonly key?: Uint8Array
  /** SHA-1 unless said. */
  readonly algorithm?: IntegrityAlgorithm
  readonly fingerprint?: boolean
}

/** Whether a datagram on a port of media is STUN, by its first byte alone (RFC 7983 §7). */
export function isStunByte(first: number): boolean {
  return first < 4
}

/** Reads one datagram, or one message that a stream was cut into. */
export function readStun(bytes: Uint8Array): ReadStun | undefined {
  if (bytes.length < headerBytes || !isStunByte(bytes[0] as number)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = view.getUint16(0)
  if (view.getUint32(4) !== cookie || view.getUint16(2) !== bytes.length - headerBytes) return undefined
  const attributes: StunAttribute[] = []
  const closing = new Map<IntegrityAlgorithm, { readonly at: number; readonly size: number }>()
  let hasFingerprint = false
  let at = headerBytes
  for (; at + 4 <= bytes.length; ) {
    if (hasFingerprint || attributes.length >= mostAttributes) return undefined
    const attribute = view.getUint16(at)
    const size = view.getUint16(at + 2)
    const value = bytes.subarray(at + 4, at + 4 + size)
    if (value.length < size) return undefined
    if (attribute === attributeTypes.fingerprint) {
      if (size !== 4 || view.getUint32(at + 4) !== fingerprintOf(bytes, at)) return undefined
      hasFingerprint = true
    } else if (attribute === attributeTypes.integrity && closing.size === 0) closing.set('sha1', { at, size })
    else if (attribute === attributeTypes.integrity256 && !closing.has('sha256')) closing.set('sha256', { at, size })
    // §14.5: what comes behind the integrity is not covered by it, and not looked at.
    else if (closing.size === 0) attributes.push({ type: attribute, value })
    at += 4 + size + (-size & 3)
  }
  if (at !== bytes.length) return undefined
  return {
    class: classes[((type >> 7) & 2) | ((type >> 4) & 1)] as StunClass,
    method: (type & 0xf) | ((type >> 1) & 0x70) | ((type >> 2) & 0xf80),
    transaction: bytes.slice(8, headerBytes),
    attributes,
    hasFingerprint,
    protection: [...closing.keys()],
    isBy: (key, algorithm = closing.has('sha256') ? 'sha256' : 'sha1') => {
      const found = closing.get(algorithm)
      return found !== undefined && isIntact(bytes, found.at, found.size, key, algorithm)
    },
  }
}

/** Throws a RangeError where the transaction is not of twelve bytes, or the whole is longer than a datagram. */
export function writeStun(
  message: StunMessage,
  { key, algorithm = 'sha1', fingerprint = false }: Closing = {},
): Uint8Array {
  if (message.transaction.length !== 12) throw new RangeError('A transaction has twelve bytes.')
  const hashBytes = key === undefined ? 0 : algorithm === 'sha1' ? 24 : 36
  const body = message.attributes.reduce((sum, { value }) => sum + 4 + value.length + (-value.length & 3), 0)
  const bytes = new Uint8Array(headerBytes + body + hashBytes + (fingerprint ? 8 : 0))
  if (bytes.length > 0xffff) throw new RangeError('The message is longer than a datagram.')
  const view = new DataView(bytes.buffer)
  const { method } = message
  const bits = classes.indexOf(message.class)
  view.setUint16(
    0,
    (method & 0xf) | ((method & 0x70) << 1) | ((method & 0xf80) << 2) | ((bits & 2) << 7) | ((bits & 1) << 4),
  )
  view.setUint32(4, cookie)
  bytes.set(message.transaction, 8)
  let at = headerBytes
  const put = (type: number, value: Uint8Array): void => {
    view.setUint16(at, type)
    view.setUint16(at + 2, value.length)
    bytes.set(value, at + 4)
    at += 4 + value.length + (-value.length & 3)
  }
  for (const { type, value } of message.attributes) put(type, value)
  if (key !== undefined) {
    const type = algorithm === 'sha1' ? attributeTypes.integrity : attributeTypes.integrity256
    put(type, integrityOf(bytes, at, key, algorithm))
  }
  putLength(bytes, bytes.length - headerBytes)
  if (fingerprint) {
    const value = new Uint8Array(4)
    new DataView(value.buffer).setUint32(0, fingerprintOf(bytes, at))
    put(attributeTypes.fingerprint, value)
  }
  return bytes
}

export const headerBytes = 20
export const cookie = 0x2112a442
/** More is nobody's honest message. */
const mostAttributes = 64
const classes: readonly StunClass[] = ['request', 'indication', 'success', 'error']

/** RFC 8489 §18.3, RFC 8445 §16.1, RFC 8656 §18. */
export const attributeTypes = {
  mappedAddress: 0x0001,
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
  integrity256: 0x001c,
  passwordAlgorithm: 0x001d,
  userHash: 0x001e,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  software: 0x8022,
  passwordAlgorithms: 0x8002,
  alternateServer: 0x8023,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
} as const

/** RFC 8489 §18.2, RFC 8656 §17. */
export const methods = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const
