// Which packets of a source were seen, RFC 3711 §3.3.2, and the index of a packet from its sequence number, §3.3.1.

export type Freshness = 'fresh' | 'replayed' | 'too-old'

export class ReplayWindow {
  /** The highest index taken, -1 before the first. */
  highest = -1
  /** Bit i % windowPackets is the packet i of those that are not too old. */
  readonly #seen = new Uint32Array(windowPackets / 32)

  judge(index: number): Freshness {
    if (index > this.highest) return 'fresh'
    if (index < 0 || index <= this.highest - windowPackets) return 'too-old'
    const bit = index % windowPackets
    return (this.#seen[bit >> 5] as number) & (1 << (bit & 31)) ? 'replayed' : 'fresh'
  }

  /** Takes an index that was judged fresh and whose packet was authentic. */
  take(index: number): void {
    if (index - this.highest >= windowPackets) this.#seen.fill(0)
    else {
      for (let passed = this.highest + 1; passed < index; passed++) {
        const bit = passed % windowPackets
        this.#seen[bit >> 5] = (this.#seen[bit >> 5] as number) & ~(1 << (bit & 31))
      }
    }
    const bit = index % windowPackets
    this.#seen[bit >> 5] = (this.#seen[bit >> 5] as number) | (1 << (bit & 31))
    if (index > this.highest) this.highest = index
  }
}

/**
 * The index of the packet with this sequence number that is nearest to the highest index so far (appendix A); the first
 * packet of a source has roll-over counter 0. Below zero where there is none: before the first roll-over, and past 48 bits.
 */
export function packetIndex(highest: number, sequence: number): number {
  if (highest < 0) return sequence
  const last = highest % 0x10000
  const index = highest - last + sequence
  if (last < 0x8000) return sequence - last > 0x8000 ? index - 0x10000 : index
  if (last - 0x8000 <= sequence) return index
  return index + 0x10000 < 2 ** 48 ? index + 0x10000 : -1
}

/** The RFC asks for 64 at least; video comes in bursts that arrive out of order. */
export const windowPackets = 1024
