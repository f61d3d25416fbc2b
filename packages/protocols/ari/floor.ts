// All channels of a server, and which of them hear each other: those in one bridge, or in two that a Local channel joins with its halves.
import { type AriBridge, type AriChannel, mostChannels } from './events.ts'

/** Local channels one after another. */
const mostHops = 8

export interface Named {
  readonly id: string
  readonly name: string
}

export class Floor {
  /** Names by ids, and ids of Local channels' halves by names. */
  readonly #names = new Map<string, string>()
  readonly #halves = new Map<string, string>()
  readonly #bridges = new Map<string, readonly string[]>()
  readonly #bridgeOf = new Map<string, string>()
  readonly #holding = new Set<string>()
  /** Of each that was called: who called it, who called them through a Local channel, and so on. */
  readonly #callers = new Map<string, readonly string[]>()

  is({ id, name }: AriChannel): void {
    if (!this.#names.has(id) && this.#names.size >= mostChannels) return
    this.#names.set(id, name)
    if (isHalf(name)) this.#halves.set(name, id)
  }

  gone(id: string): void {
    const name = this.#names.get(id)
    this.#names.delete(id)
    if (name !== undefined) this.#halves.delete(name)
    this.#holding.delete(id)
    this.#callers.delete(id)
    const bridge = this.#bridgeOf.get(id)
    if (bridge !== undefined)
      this.bridge({ id: bridge, channels: (this.#bridges.get(bridge) ?? []).filter((each) => each !== id) })
  }

  bridge({ id, channels }: AriBridge): void {
    for (const channel of this.#bridges.get(id) ?? [])
      if (this.#bridgeOf.get(channel) === id) this.#bridgeOf.delete(channel)
    if (channels.length === 0 || this.#bridges.size >= mostChannels) return void this.#bridges.delete(id)
    this.#bridges.set(id, channels)
    for (const channel of channels) this.#bridgeOf.set(channel, id)
  }

  calls(caller: string, called: string): void {
    const twin = this.#twinOf(this.#names.get(caller) ?? '')
    const before = twin === undefined ? [] : this.callersOf(twin)
    // Those between are gone before who was called is.
    if (this.#callers.size < mostChannels) this.#callers.set(called, [caller, ...before].slice(0, mostHops))
  }

  hold(id: string, holds: boolean): void {
    if (!holds) this.#holding.delete(id)
    else if (this.#names.has(id)) this.#holding.add(id)
  }

  holds(id: string): boolean {
    return this.#holding.has(id)
  }

  isBridged(id: string): boolean {
    return this.#bridgeOf.has(id)
  }

  /** The one other that is in its bridge, which may be half of a Local channel. */
  peerOf(id: string): Named | undefined {
    const others = (this.#bridges.get(this.#bridgeOf.get(id) ?? '') ?? []).filter((each) => each !== id)
    const [other] = others
    const name = this.#names.get(other ?? '')
    return other === undefined || others.length > 1 || name === undefined ? undefined : { id: other, name }
  }

  named(id: string): Named | undefined {
    const name = this.#names.get(id)
    return name === undefined ? undefined : { id, name }
  }

  /** Whom it hears, past Local channels. */
  farOf(id: string): Named | undefined {
    return this.past(this.peerOf(id))
  }

  /** Where a Local channel leads; itself, where it is none. */
  past(from: Named | undefined): Named | undefined {
    let peer = from
    for (let hops = 0; peer && isHalf(peer.name) && hops < mostHops; hops++) {
      const twin = this.#twinOf(peer.name)
      peer = twin === undefined ? undefined : this.peerOf(twin)
    }
    return peer && isHalf(peer.name) ? undefined : peer
  }

  /** All who wait for it: the one who called it, and those behind Local channels. */
  callersOf(id: string): readonly string[] {
    return this.#callers.get(id) ?? []
  }

  /** These are all. */
  all(channels: readonly AriChannel[], bridges: readonly AriBridge[]): void {
    const there = new Set(channels.map(({ id }) => id))
    for (const id of [...this.#names.keys()]) if (!there.has(id)) this.gone(id)
    this.#bridges.clear()
    this.#bridgeOf.clear()
    for (const channel of channels) this.is(channel)
    for (const bridge of bridges) this.bridge(bridge)
  }

  #twinOf(name: string): string | undefined {
    return isHalf(name) ? this.#halves.get(`${name.slice(0, -1)}${name.endsWith('1') ? '2' : '1'}`) : undefined
  }
}

function isHalf(name: string): boolean {
  return /^Local\/.*;[12]$/s.test(name)
}
