// The attributes of STUN messages by their kind of value, RFC 8489 §14.
import { bytesOfIp, ipOfBytes, type Place } from './ip.ts'
import { attributeTypes, cookie, type StunAttribute, type StunMessage } from './message.ts'

export function textAttribute(type: number, text: string): StunAttribute {
  return { type, value: new TextEncoder().encode(text) }
}

export function wordAttribute(type: number, word: number): StunAttribute {
  const value = new Uint8Array(4)
  new DataView(value.buffer).setUint32(0, word)
  return { type, value }
}

export function longAttribute(type: number, long: bigint): StunAttribute {
  const value = new Uint8Array(8)
  new DataView(value.buffer).setBigUint64(0, long)
  return { type, value }
}

/** An address that devices on the way cannot mistake for one that they should change (§14.2). Throws a RangeError where it is none. */
export function xorAddressAttribute(type: number, { address, port }: Place, transaction: Uint8Array): StunAttribute {
  const bytes = bytesOfIp(address)
  if (!bytes) throw new RangeError(`No address: ${address}`)
  const value = new Uint8Array(4 + bytes.length)
  value[1] = bytes.length === 4 ? 1 : 2
  new DataView(value.buffer).setUint16(2, port ^ (cookie >>> 16))
  value.set(masked(bytes, transaction), 4)
  return { type, value }
}

/** `reason` at most 127 characters. */
export function errorAttribute(code: number, reason: string): StunAttribute {
  const text = new TextEncoder().encode(reason)
  const value = new Uint8Array(4 + text.length)
  value[2] = Math.floor(code / 100)
  value[3] = code % 100
  value.set(text, 4)
  return { type: attributeTypes.errorCode, value }
}

export function attributeOf(message: StunMessage, type: number): Uint8Array | undefined {
  return message.attributes.find((each) => each.type === type)?.value
}

export function textOf(message: StunMessage, type: number): string | undefined {
  const value = attributeOf(message, type)
  // §14.9: 763 bytes are the most of any text.
  return value && value.length <= 763 ? new TextDecoder().decode(value) : undefined
}

export function wordOf(message: StunMessage, type: number): number | undefined {
  const value = attributeOf(message, type)
  return value?.length === 4 ? new DataView(value.buffer, value.byteOffset).getUint32(0) : undefined
}

export function longOf(message: StunMessage, type: number): bigint | undefined {
  const value = attributeOf(message, type)
  return value?.length === 8 ? new DataView(value.buffer, value.byteOffset).getBigUint64(0) : undefined
}

export function xorAddressOf(message: StunMessage, type: number): Place | undefined {
  const value = attributeOf(message, type)
  return value && xorAddressIn(value, message.transaction)
}

/** XOR-MAPPED-ADDRESS, or what servers from before it say in its place. */
export function mappedAddressOf(message: StunMessage): Place | undefined {
  const xored = xorAddressOf(message, attributeTypes.xorMappedAddress)
  if (xored) return xored
  const value = attributeOf(message, attributeTypes.mappedAddress)
  const size = value && familySizes[value[1] as number]
  if (!value || size === undefined || value.length !== 4 + size) return undefined
  return { address: ipOfBytes(value.subarray(4)), port: new DataView(value.buffer, value.byteOffset).getUint16(2) }
}

export interface StunError {
  /** 300–699. */
  readonly code: number
  readonly reason: string
}

export function errorOf(message: StunMessage): StunError | undefined {
  const value = attributeOf(message, attributeTypes.errorCode)
  if (!value || value.length < 4 || value.length > 4 + 763) return undefined
  const code = ((value[2] as number) & 7) * 100 + (value[3] as number)
  return code < 300 || code > 699 ? undefined : { code, reason: new TextDecoder().decode(value.subarray(4)) }
}

function xorAddressIn(value: Uint8Array, transaction: Uint8Array): Place | undefined {
  const size = familySizes[value[1] as number]
  if (size === undefined || value.length !== 4 + size) return undefined
  const port = new DataView(value.buffer, value.byteOffset).getUint16(2) ^ (cookie >>> 16)
  return { address: ipOfBytes(masked(value.subarray(4), transaction)), port }
}

function masked(bytes: Uint8Array, transaction: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => byte ^ (i < 4 ? (cookie >>> (24 - 8 * i)) & 0xff : (transaction[i - 4] as number)))
}

const familySizes: Readonly<Record<number, number>> = { 1: 4, 2: 16 }
