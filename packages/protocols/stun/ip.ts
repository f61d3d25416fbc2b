// IP addresses as text (as the system writes them, RFC 5952) and as bytes in network order. No zone: it means nothing to others.

/** Where a datagram comes from or goes to. */
export interface Place {
  readonly address: string
  readonly port: number
}

/** Four or sixteen bytes; undefined where the text is no address. An IPv4 address that is written as IPv6 is one of IPv4. */
export function bytesOfIp(text: string): Uint8Array | undefined {
  const [plain = ''] = text.split('%')
  if (!plain.includes(':')) return bytesOfIp4(plain)
  const [head, tail, ...more] = plain.split('::')
  if (more.length > 0) return undefined
  const before = groupsOf(head ?? '')
  const after = tail === undefined ? [] : groupsOf(tail)
  if (!before || !after) return undefined
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...before, ...Array.from({ length: missing }, () => 0), ...after]
  const bytes = new Uint8Array(16)
  for (const [i, group] of groups.entries()) {
    bytes[2 * i] = group >> 8
    bytes[2 * i + 1] = group & 0xff
  }
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return isMapped ? bytes.slice(12) : bytes
}

export function ipOfBytes(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number))
  // The longest run of zeros, of two at least; of two as long the first.
  let [from, length] = [0, 1]
  for (let i = 0; i < 8; i++) {
    let run = 0
    while (i + run < 8 && groups[i + run] === 0) run++
    if (run > length) [from, length] = [i, run]
  }
  const text = (some: number[]): string => some.map((group) => group.toString(16)).join(':')
  if (length < 2) return text(groups)
  return `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`
}

/** The same address in the one way to write it; undefined where it is none. */
export function plainIp(text: string): string | undefined {
  const bytes = bytesOfIp(text)
  return bytes && ipOfBytes(bytes)
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.port === other.port && one.address === other.address
}

function bytesOfIp4(text: string): Uint8Array | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  return parts?.every((part) => part < 256) ? Uint8Array.from(parts) : undefined
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const last = parts.at(-1) ?? ''
  const dotted = last.includes('.') ? bytesOfIp4(last) : undefined
  if (last.includes('.') && !dotted) return undefined
  const hex = dotted ? parts.slice(0, -1) : parts
  if (!hex.every((part) => /^[\da-f]{1,4}$/i.test(part))) return undefined
  const groups = hex.map((part) => Number.parseInt(part, 16))
  if (!dotted) return groups
  const [a = 0, b = 0, c = 0, d = 0] = dotted
  return [...groups, (a << 8) | b, (c << 8) | d]
}
