// Which channels hear each other: those that are in one bridge, or in two that a Local channel joins with its halves.

interface Member {
  readonly channel: string
  readonly bridge: string
}

/** More than a server of this kind bears. */
const mostMembers = 20_000
/** Local channels one after another. */
const mostHops = 8

export class Bridges {
  readonly #members = new Map<string, Member>()
  readonly #bridges = new Map<string, Set<string>>()
  /** Ids of Local channels' halves by their names. */
  readonly #halves = new Map<string, string>()
  /** Ids of channels whose phone holds. */
  readonly #holding = new Set<string>()

  /** `id`: the channel's own, which stays when its name changes. */
  enter(bridge: string, id: string, channel: string): void {
    this.leave(id)
    if (this.#members.size >= mostMembers) return
    this.#members.set(id, { channel, bridge })
    if (isHalf(channel)) this.#halves.set(channel, id)
    const members = this.#bridges.get(bridge) ?? new Set()
    this.#bridges.set(bridge, members.add(id))
  }

  leave(id: string, bridge?: string): void {
    const at = this.#members.get(id)
    if (!at || (bridge !== undefined && at.bridge !== bridge)) return
    this.#members.delete(id)
    this.#halves.delete(at.channel)
    const members = this.#bridges.get(at.bridge)
    members?.delete(id)
    if (members?.size === 0) this.#bridges.delete(at.bridge)
  }

  /** Nobody else is in its bridge, or it is in none. */
  isAlone(id: string): boolean {
    return (this.#bridges.get(this.of(id) ?? '')?.size ?? 1) === 1
  }

  hold(id: string, holds: boolean): void {
    if (holds && this.#holding.size < mostMembers) this.#holding.add(id)
    else this.#holding.delete(id)
  }

  holds(id: string): boolean {
    return this.#holding.has(id)
  }

  /** There is no such channel any more. */
  gone(id: string): void {
    this.leave(id)
    this.#holding.delete(id)
  }

  /** The bridge that a channel is in. */
  of(id: string): string | undefined {
    return this.#members.get(id)?.bridge
  }

  /** Whom a channel hears, where that is one: its id and its name. */
  peerOf(id: string): { readonly id: string; readonly channel: string } | undefined {
    let from = id
    for (let hops = 0; hops < mostHops; hops++) {
      const other = this.#otherThan(from)
      const channel = this.#members.get(other)?.channel
      if (channel === undefined || !isHalf(channel)) return channel === undefined ? undefined : { id: other, channel }
      const far = this.#halves.get(`${channel.slice(0, -1)}${channel.endsWith('1') ? '2' : '1'}`)
      if (far === undefined) return undefined
      from = far
    }
    return undefined
  }

  /** No others are there any more. */
  keep(there: ReadonlySet<string>): void {
    for (const id of this.#holding) if (!there.has(id)) this.#holding.delete(id)
  }

  /** Who is where, as it is told anew; nobody tells who holds. */
  clear(): void {
    this.#members.clear()
    this.#bridges.clear()
    this.#halves.clear()
  }

  #otherThan(id: string): string {
    const members = this.#bridges.get(this.#members.get(id)?.bridge ?? '')
    return members?.size === 2 ? ([...members].find((each) => each !== id) ?? '') : ''
  }
}

function isHalf(channel: string): boolean {
  return /^Local\/.*;[12]$/s.test(channel)
}
