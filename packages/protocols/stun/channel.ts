// ChannelData, RFC 8656 §12: four bytes before what is relayed, and nothing else.

/** Of the channels that may be bound (§12). */
export const firstChannel = 0x4000
export const lastChannel = 0x4fff
export const channelHeaderBytes = 4

/** Whether a datagram from a relay is ChannelData, by its first byte alone (RFC 7983 §7). */
export function isChannelByte(first: number): boolean {
  return first >= 64 && first < 80
}

/** The channel; undefined where `bytes` are no whole ChannelData. What is relayed begins at `channelHeaderBytes`, and has `channelLength` bytes. */
export function channelOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < channelHeaderBytes || !isChannelByte(bytes[0] as number)) return undefined
  if (channelHeaderBytes + channelLength(bytes) > bytes.length) return undefined
  return ((bytes[0] as number) << 8) | (bytes[1] as number)
}

export function channelLength(bytes: Uint8Array): number {
  return ((bytes[2] as number) << 8) | (bytes[3] as number)
}

export function writeChannelHeader(bytes: Uint8Array, channel: number, length: number): void {
  bytes[0] = channel >> 8
  bytes[1] = channel & 0xff
  bytes[2] = length >> 8
  bytes[3] = length & 0xff
}

export interface RelayStream {
  /** Whole STUN messages and ChannelData; `lost`: it was neither, and nothing after it can be understood. */
  push(bytes: Uint8Array): { readonly packets: readonly Uint8Array[]; readonly lost: boolean }
}

/** Cuts what comes over TCP or TLS (§12.5): ChannelData is padded to four bytes there. Holds 64 kB at most. */
export function relayStream(): RelayStream {
  let held = new Uint8Array()
  return {
    push: (bytes) => {
      const all = new Uint8Array(held.length + bytes.length)
      all.set(held)
      all.set(bytes, held.length)
      const packets: Uint8Array[] = []
      let at = 0
      while (all.length - at >= 4) {
        const first = all[at] as number
        const isChannel = isChannelByte(first)
        if (!isChannel && first >= 4) return { packets, lost: true }
        const size = (isChannel ? 4 : 20) + channelLength(all.subarray(at))
        const padded = size + (-size & 3)
        if (all.length - at < padded) break
        packets.push(all.slice(at, at + size))
        at += padded
      }
      held = all.slice(at)
      return { packets, lost: false }
    },
  }
}
