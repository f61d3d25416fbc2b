// BER as LDAP uses it (RFC 4511 §5.1): definite lengths, tags of one byte, strings in one piece.

/** One element: what its tag is, and its bytes. */
export interface Element {
  readonly tag: number
  readonly bytes: Buffer
}

/** Undefined where what stands there is none: too short, too long, or of a form that LDAP does not use. */
export function readElements(bytes: Buffer): Element[] | undefined {
  const found: Element[] = []
  let at = 0
  while (at < bytes.length) {
    const head = readHead(bytes.subarray(at))
    if (typeof head !== 'object' || at + head.size + head.length > bytes.length) return undefined
    found.push({ tag: head.tag, bytes: bytes.subarray(at + head.size, at + head.size + head.length) })
    at += head.size + head.length
  }
  return found
}

interface Head {
  readonly tag: number
  /** Of tag and length, in bytes. */
  readonly size: number
  readonly length: number
}

function readHead(bytes: Buffer): Head | 'more' | 'none' {
  const [tag, first] = bytes
  if (tag === undefined || first === undefined) return 'more'
  if ((tag & 0x1f) === 0x1f || first === 0x80) return 'none'
  if (first < 0x80) return { tag, size: 2, length: first }
  const count = first & 0x7f
  if (count > 4) return 'none'
  if (bytes.length < 2 + count) return 'more'
  return { tag, size: 2 + count, length: bytes.readUIntBE(2, count) }
}

/** Whole messages out of a stream: `push(bytes)`. */
export class Messages {
  #held: Buffer = Buffer.alloc(0)

  /** Undefined: what came is no message, or one that is too large. */
  push(bytes: Buffer): Buffer[] | undefined {
    this.#held = Buffer.concat([this.#held, bytes])
    const found: Buffer[] = []
    for (;;) {
      const head = readHead(this.#held)
      if (head === 'more') return found
      if (head === 'none' || head.tag !== 0x30 || head.length > largest) return undefined
      const end = head.size + head.length
      if (this.#held.length < end) return found
      found.push(this.#held.subarray(head.size, end))
      this.#held = this.#held.subarray(end)
    }
  }
}

export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), lengthOf(bytes.length), bytes])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const count = length < 0x100 ? 1 : length < 0x1_0000 ? 2 : length < 0x100_0000 ? 3 : 4
  const bytes = Buffer.alloc(1 + count)
  bytes[0] = 0x80 | count
  bytes.writeUIntBE(length, 1, count)
  return bytes
}

export function text(value: string | Uint8Array, tag = 0x04): Buffer {
  return element(tag, typeof value === 'string' ? Buffer.from(value) : value)
}

/** Of INTEGER and ENUMERATED, no negative ones: LDAP has none. */
export function integer(value: number, tag = 0x02): Buffer {
  const bytes = [value & 0xff]
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff)
  if ((bytes[0] as number) >= 0x80) bytes.unshift(0)
  return element(tag, Buffer.from(bytes))
}

export function numberIn({ bytes }: Element): number {
  return bytes.length === 0 || bytes.length > 5 ? Number.NaN : bytes.readUIntBE(0, bytes.length)
}

const largest = 1_000_000
