// Calls that the phone has in one conference of the server: a channel of the phone is there, and the far side of each.
import type { Bridges } from './bridges.ts'

export interface Channel {
  readonly id: string
  channel: string
}

export interface Room {
  readonly name: string
  /** The phone’s; undefined: it has hung up. */
  own: Channel | undefined
}

/** Where a call is, or is on its way to. */
export interface Place {
  readonly room: Room
  readonly far: Channel
  /** Whether the phone’s own channel of the call comes, too, or is let go. */
  readonly own: 'comes' | 'goes'
  /** The bridge that the far side is taken from. */
  readonly from: string | undefined
  there: boolean
  /** The phone’s channel that the call had before is gone. */
  left: boolean
}

export class Rooms {
  readonly #bridges: Bridges
  readonly #places = new Map<string, Place>()

  constructor(bridges: Bridges) {
    this.#bridges = bridges
  }

  at(call: string): Place | undefined {
    return this.#places.get(call)
  }

  named(name: string): Room | undefined {
    for (const { room, there } of this.#places.values()) if (there && room.name === name) return room
    return undefined
  }

  take(call: string, place: Place): void {
    this.#places.set(call, place)
  }

  /** Returns a room that nobody is in any more. */
  leave(call: string): Room | undefined {
    const place = this.#places.get(call)
    this.#places.delete(call)
    return place && this.#in(place.room).length === 0 ? place.room : undefined
  }

  callOfFar(id: string): string | undefined {
    for (const [call, { far }] of this.#places) if (far.id === id) return call
    return undefined
  }

  /** The calls that are over when this channel of the phone is. */
  carriedBy(id: string): string[] {
    return [...this.#places]
      .filter(([call, { there, room, own }]) => (there ? room.own?.id === id : own === 'comes' && call === id))
      .map(([call]) => call)
  }

  /** Whether a channel of the phone is, or was, in a conference: what is told of it is not of one call. */
  knows(id: string): boolean {
    return this.#places.has(id) || [...this.#places.values()].some(({ room }) => room.own?.id === id)
  }

  rename(id: string, channel: string): void {
    for (const { far, room } of this.#places.values())
      for (const each of [far, room.own]) if (each?.id === id) each.channel = channel
  }

  /** Whether the two ends of a call that comes have met where it comes to. */
  met(call: string): boolean {
    const place = this.#places.get(call)
    const bridge = place && this.#bridges.of(place.far.id)
    if (!place || bridge === undefined || bridge === place.from || this.#bridges.of(call) !== bridge) return false
    return this.#in(place.room).every(({ there, far }) => !there || this.#bridges.of(far.id) === bridge)
  }

  #in(room: Room): Place[] {
    return [...this.#places.values()].filter((each) => each.room === room)
  }
}
