// Who sits in which conference: each call has the channel of its other side there, and all of one phone share the channel of the phone.

export interface Seat {
  readonly room: string
  /** The channel of the phone; it may be that of another call. */
  readonly phone: string
  /** The channel of the other side, or the half of a Local channel that leads there. */
  readonly far: string
  /** It is there; until then it is on its way. */
  readonly settled: boolean
}

export class Seats {
  /** By call. */
  readonly #of = new Map<string, Seat>()
  /** Channels of the phone that are no calls any more. */
  readonly #spent = new Set<string>()

  of(call: string): Seat | undefined {
    return this.#of.get(call)
  }

  /** Its other side is sent there: the phone’s channel of the call may end, and the call does not. */
  send(call: string, seat: Omit<Seat, 'settled'>): void {
    this.#of.set(call, { ...seat, settled: false })
    for (const channel of [call, seat.phone]) this.#spent.add(channel)
  }

  settle(call: string): void {
    const seat = this.#of.get(call)
    if (seat) this.#of.set(call, { ...seat, settled: true })
  }

  /** All who were with that channel of the phone are with this one. */
  move(from: string, phone: string): void {
    for (const call of this.with(from)) this.#of.set(call, { ...(this.#of.get(call) as Seat), phone })
    this.#spent.add(phone)
  }

  leave(call: string): void {
    this.#of.delete(call)
  }

  /** It did not get there: its channel is a call as before. */
  return(call: string): void {
    this.#of.delete(call)
    if (this.with(call).length === 0) this.#spent.delete(call)
  }

  /** The calls that share a channel of the phone. */
  with(phone: string): readonly string[] {
    return [...this.#of].filter(([, seat]) => seat.phone === phone).map(([call]) => call)
  }

  at(far: string): string | undefined {
    return [...this.#of].find(([, seat]) => seat.far === far)?.[0]
  }

  isSpent(channel: string): boolean {
    return this.#spent.has(channel)
  }

  gone(channel: string): void {
    this.#spent.delete(channel)
  }

  /** These channels are all. */
  all(there: ReadonlySet<string>): void {
    for (const channel of this.#spent) if (!there.has(channel)) this.#spent.delete(channel)
  }
}
