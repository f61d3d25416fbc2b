// Whether packets are missed in bursts, RFC 3611 §4.7.2: a burst begins and ends with a missed packet, and fewer than `gapThreshold`
// in a row come in between; a single one that is missed belongs to the gap around it.

export interface BurstFigures {
  readonly bursts: number
  /** The share of packets that were missed: 0 to 1. */
  readonly burstDensity: number
  readonly gapDensity: number
  /** Packets on average; of gaps to each burst, as the RFC's example counts. */
  readonly burstPackets: number
  readonly gapPackets: number
}

export class Bursts {
  /** In a row, since the one that was missed last. */
  #arrived = 0
  /** Of the burst that may be: from the first that was missed to the last. */
  #run = { packets: 0, missed: 0 }
  #bursts = 0
  readonly #inBursts = { packets: 0, missed: 0 }
  readonly #inGaps = { packets: 0, missed: 0 }

  /** A packet that was there when it was to be played. */
  arrived(): void {
    this.#arrived++
  }

  /** One that was lost, or came too late. */
  missed(): void {
    const run = this.#run
    if (run.missed > 0 && this.#arrived < gapThreshold) {
      run.packets += this.#arrived + 1
      run.missed++
    } else {
      this.#close()
      this.#inGaps.packets += this.#arrived
      run.packets = 1
      run.missed = 1
    }
    this.#arrived = 0
  }

  /** So far: a burst that goes on counts with what it has. */
  read(): BurstFigures {
    const { packets, missed } = this.#run
    const isBurst = missed > 1
    const bursts = this.#bursts + (isBurst ? 1 : 0)
    const inBursts = this.#inBursts.packets + (isBurst ? packets : 0)
    const inGaps = this.#inGaps.packets + this.#arrived + (isBurst ? 0 : packets)
    return {
      bursts,
      burstDensity: share(this.#inBursts.missed + (isBurst ? missed : 0), inBursts),
      gapDensity: share(this.#inGaps.missed + (isBurst ? 0 : missed), inGaps),
      burstPackets: bursts === 0 ? 0 : inBursts / bursts,
      gapPackets: inGaps / Math.max(1, bursts),
    }
  }

  #close(): void {
    const { packets, missed } = this.#run
    if (missed > 1) this.#bursts++
    const where = missed > 1 ? this.#inBursts : this.#inGaps
    where.packets += packets
    where.missed += missed
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

/** Gmin: what RFC 3611 recommends. */
export const gapThreshold = 16
