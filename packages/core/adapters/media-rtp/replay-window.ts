// Which packets of a protected stream have come already: the replay list of RFC 3711 §3.3.2, over RTP's 16-bit sequence.
// It is asked after authentication, so that only the sender itself can move it on.

export class ReplayWindow {
  readonly #sources = new Map<number, Seen>()

  /** Whether this packet is new. What is older than the window counts as replayed. */
  accept(ssrc: number, sequence: number): boolean {
    let seen = this.#sources.get(ssrc)
    if (!seen) {
      // An authenticated sender has one source, or a few after changes; no more are kept, so no more are heard.
      if (this.#sources.size >= mostSources) return false
      seen = { highest: sequence, slots: new Int32Array(replayWindow).fill(-1) }
      this.#sources.set(ssrc, seen)
    }
    const ahead = (sequence - seen.highest) & 0xffff
    if (ahead < 0x8000) seen.highest = sequence
    else if (0x10000 - ahead >= replayWindow) return false
    const slot = sequence % replayWindow
    if (seen.slots[slot] === sequence) return false
    seen.slots[slot] = sequence
    return true
  }
}

interface Seen {
  highest: number
  /** The sequence number that was seen last in each place. It stands for one packet alone while it is in the window. */
  readonly slots: Int32Array
}

/** Packets; RFC 3711 wants 64 at least. 128 are 2.5 s of sound: more than the jitter buffer would wait for. */
export const replayWindow = 128
const mostSources = 8
