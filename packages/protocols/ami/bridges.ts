// Which channels hear each other: those that are in one bridge.

interface Member {
  readonly channel: string
  readonly bridge: string
}

/** More than a server of this kind bears. */
const mostMembers = 20_000

export class Bridges {
  readonly #members = new Map<string, Member>()
  readonly #bridges = new Map<string, Set<string>>()

  /** `id`: the channel's own, which stays when its name changes. */
  enter(bridge: string, id: string, channel: string): void {
    this.leave(id)
    if (this.#members.size >= mostMembers) return
    this.#members.set(id, { channel, bridge })
    const members = this.#bridges.get(bridge) ?? new Set()
    this.#bridges.set(bridge, members.add(id))
  }

  leave(id: string, bridge?: string): void {
    const at = this.#members.get(id)
    if (!at || (bridge !== undefined && at.bridge !== bridge)) return
    this.#members.delete(id)
    const members = this.#bridges.get(at.bridge)
    members?.delete(id)
    if (members?.size === 0) this.#bridges.delete(at.bridge)
  }

  /** Whom a channel hears, where that is one: its id and its name. */
  peerOf(id: string): { readonly id: string; readonly channel: string } | undefined {
    const members = this.#bridges.get(this.#members.get(id)?.bridge ?? '')
    if (members?.size !== 2) return undefined
    const other = [...members].find((each) => each !== id) ?? ''
    const at = this.#members.get(other)
    return at && { id: other, channel: at.channel }
  }

  clear(): void {
    this.#members.clear()
    this.#bridges.clear()
  }
}
