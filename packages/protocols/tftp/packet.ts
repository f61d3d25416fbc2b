// TFTP packets, bytes to values and back: RFC 1350 §5, options RFC 2347. Numbers are not judged here, only their layout.

export type Packet =
  | {
      readonly type: 'rrq' | 'wrq'
      readonly file: string
      /** In lower case: octet, netascii, mail. */
      readonly mode: string
      readonly options: Options
    }
  /** `block` as on the wire, 0–65535: after 65535 comes 0. */
  | { readonly type: 'data'; readonly block: number; readonly bytes: Uint8Array }
  | { readonly type: 'ack'; readonly block: number }
  | { readonly type: 'error'; readonly code: number; readonly message: string }
  | { readonly type: 'oack'; readonly options: Options }

/** Values by name, in the order of the packet. Names are in lower case: they are compared without it (RFC 2347). */
export type Options = ReadonlyMap<string, string>

export interface Malformed {
  readonly type: 'malformed'
  readonly why:
    | 'too-short'
    | 'too-long'
    | 'unknown-opcode'
    | 'not-terminated'
    | 'not-text'
    | 'odd-options'
    | 'repeated-option'
}

/** RFC 1350 appendix; 8 is of RFC 2347. */
export const errorCodes = {
  undefined: 0,
  notFound: 1,
  accessViolation: 2,
  tooMuch: 3,
  illegalOperation: 4,
  unknownTransfer: 5,
  fileExists: 6,
  noSuchUser: 7,
  optionRefused: 8,
} as const

/** The length of a DATA packet's head, and of a whole ACK. */
export const headBytes = 4
/** RFC 2347: a request is no longer. */
export const mostRequestBytes = 512

const opcodes = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 } as const
const typeOf = new Map(Object.entries(opcodes).map(([type, opcode]) => [opcode as number, type as Packet['type']]))

/** The bytes of DATA are a view of what was given, not a copy. */
export function readPacket(bytes: Uint8Array): Packet | Malformed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 2) return malformed('too-short')
  const type = typeOf.get(view.getUint16(0))
  switch (type) {
    case undefined:
      return malformed('unknown-opcode')
    case 'rrq':
    case 'wrq':
      return readRequest(type, bytes)
    case 'oack': {
      const words = wordsOf(bytes.subarray(2))
      const options = typeof words === 'string' ? words : optionsOf(words)
      return typeof options === 'string' ? malformed(options) : { type, options }
    }
    default:
  }
  if (bytes.length < headBytes) return malformed('too-short')
  const number = view.getUint16(2)
  switch (type) {
    case 'data':
      return { type, block: number, bytes: bytes.subarray(headBytes) }
    case 'ack':
      return { type, block: number }
    case 'error':
      return { type, code: number, message: messageOf(bytes.subarray(headBytes)) }
  }
}

/** Throws a RangeError for what no packet can hold: a number beyond 16 bits, a NUL in a name, a request above 512 bytes. */
export function writePacket(packet: Packet): Uint8Array {
  switch (packet.type) {
    case 'rrq':
    case 'wrq': {
      const bytes = written(opcodes[packet.type], [packet.file, packet.mode, ...flat(packet.options)])
      if (bytes.length > mostRequestBytes) throw new RangeError(`a request of ${bytes.length} bytes`)
      return bytes
    }
    case 'oack':
      return written(opcodes.oack, flat(packet.options))
    case 'data': {
      const bytes = numbered(opcodes.data, packet.block, packet.bytes.length)
      bytes.set(packet.bytes, headBytes)
      return bytes
    }
    case 'ack':
      return numbered(opcodes.ack, packet.block, 0)
    case 'error': {
      const text = terminated(packet.message)
      const bytes = numbered(opcodes.error, packet.code, text.length)
      bytes.set(text, headBytes)
      return bytes
    }
  }
}

/** RFC 1350 §4: what belongs to no transfer is told so, and disturbs nothing. An ERROR is never answered, so that none go to and fro. */
export function answerStray(packet: Packet | Malformed, tid: number): { type: 'send'; packet: Packet; tid: number }[] {
  if (packet.type === 'error') return []
  const { unknownTransfer: code } = errorCodes
  return [{ type: 'send', packet: { type: 'error', code, message: 'unknown transfer' }, tid }]
}

function readRequest(type: 'rrq' | 'wrq', bytes: Uint8Array): Packet | Malformed {
  if (bytes.length > mostRequestBytes) return malformed('too-long')
  const words = wordsOf(bytes.subarray(2))
  if (typeof words === 'string') return malformed(words)
  const [file, mode, ...rest] = words
  if (file === undefined || mode === undefined) return malformed('too-short')
  const options = optionsOf(rest)
  return typeof options === 'string' ? malformed(options) : { type, file, mode: mode.toLowerCase(), options }
}

/** Texts that each end with a NUL. */
function wordsOf(bytes: Uint8Array): string[] | Malformed['why'] {
  const words: string[] = []
  let from = 0
  while (from < bytes.length) {
    const end = bytes.indexOf(0, from)
    if (end < 0) return 'not-terminated'
    try {
      words.push(strict.decode(bytes.subarray(from, end)))
    } catch {
      return 'not-text'
    }
    from = end + 1
  }
  return words
}

function optionsOf(words: readonly string[]): Options | Malformed['why'] {
  const options = new Map<string, string>()
  if (words.length % 2 !== 0) return 'odd-options'
  for (let at = 0; at < words.length; at += 2) {
    const name = (words[at] as string).toLowerCase()
    if (options.has(name)) return 'repeated-option'
    options.set(name, words[at + 1] as string)
  }
  return options
}

/** Some servers leave the NUL out; what is shown to people bears no control characters. */
function messageOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const text = lenient.decode(end < 0 ? bytes : bytes.subarray(0, end))
  return text.replace(/\p{Cc}+/gu, ' ').trim()
}

function written(opcode: number, words: readonly string[]): Uint8Array {
  const texts = words.map(terminated)
  const bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + length, 2))
  bytes[1] = opcode
  let at = 2
  for (const text of texts) {
    bytes.set(text, at)
    at += text.length
  }
  return bytes
}

function numbered(opcode: number, number: number, more: number): Uint8Array {
  if (!Number.isInteger(number) || number < 0 || number > 0xffff) throw new RangeError(`${number} is no 16-bit number`)
  const bytes = new Uint8Array(headBytes + more)
  bytes[1] = opcode
  bytes[2] = number >> 8
  bytes[3] = number
  return bytes
}

function terminated(text: string): Uint8Array {
  if (text.includes('\0')) throw new RangeError('a NUL within a text')
  return encoder.encode(`${text}\0`)
}

function flat(options: Options): string[] {
  return [...options].flat()
}

function malformed(why: Malformed['why']): Malformed {
  return { type: 'malformed', why }
}

const encoder = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8')
