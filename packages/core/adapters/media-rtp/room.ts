// A local conference: the legs of a room hear one another and the person, whose endpoint is the room's while it lasts.
// It is as wide as the widest of its legs.
import { Bridge, Mixer } from '@openparley/media'
import type { EndpointSound } from './endpoint-sound.ts'
import type { Beating } from './schedule.ts'
import { frameSamples } from './sound.ts'

export interface Member {
  readonly id: number
  /** Samples of its 20 ms. */
  readonly frameSamples: number
  /** What the person hears and says there, as long as the leg is in no room. */
  sound: EndpointSound
  readonly tell: EndpointSound['tell']
}

/** A member, and its way to the room's rate and back. */
interface Seat {
  readonly member: Member
  readonly to: Bridge
  readonly from: Bridge
}

export class Room implements Beating {
  #mixer = new Mixer(frameSamples)
  readonly #seats = new Map<number, Seat>()
  #frame: Int16Array = new Int16Array(frameSamples)
  /** For a member of another rate. */
  #carried: Int16Array = new Int16Array(frameSamples)
  /** The person's end: of the member that brought it. */
  #owner: Member | undefined

  constructor() {
    this.#mixer.add(person)
  }

  get size(): number {
    return this.#seats.size
  }

  add(member: Member): void {
    this.#seats.set(member.id, { member, to: new Bridge(), from: new Bridge() })
    this.#mixer.add(member.id)
    this.tune()
    if (!this.#owner || member.sound.isUsed) this.attached(member)
  }

  /** A member has come or gone, or has another codec. */
  tune(): void {
    const samples = Math.max(frameSamples, ...[...this.#seats.values()].map(({ member }) => member.frameSamples))
    if (samples === this.#frame.length) return
    this.#frame = new Int16Array(samples)
    this.#carried = new Int16Array(samples)
    this.#mixer = new Mixer(samples)
    for (const id of [person, ...this.#seats.keys()]) this.#mixer.add(id)
  }

  /** That member's endpoint is the room's from now on; the one before is nobody's. */
  attached(member: Member): void {
    if (this.#owner && this.#owner !== member) this.#owner.sound.attach({ kind: 'none' })
    this.#owner = member
  }

  /** The person stays in the room: another member takes over where they are. */
  remove(member: Member): void {
    this.#seats.delete(member.id)
    this.#mixer.remove(member.id)
    this.tune()
    if (this.#owner !== member) return
    const [next] = this.#seats.values()
    this.#owner = next?.member
    if (!next) return
    const { sound } = member
    member.sound = next.member.sound
    next.member.sound = sound
    sound.tell = next.member.tell
    member.sound.tell = member.tell
  }

  push(member: Member, heard: Int16Array): void {
    if (heard.length === this.#frame.length) return this.#mixer.push(member.id, heard)
    this.#seats.get(member.id)?.to.carry(heard, this.#carried)
    this.#mixer.push(member.id, this.#carried)
  }

  /** What is said to that member: by all others, and by the person unless they are muted there. */
  pull(member: Member, frame: Int16Array, muted: boolean): void {
    const without = muted ? person : undefined
    if (frame.length === this.#frame.length) return this.#mixer.pull(member.id, frame, without)
    this.#mixer.pull(member.id, this.#carried, without)
    this.#seats.get(member.id)?.from.carry(this.#carried, frame)
  }

  beat(): number {
    this.#frame.fill(0)
    this.#owner?.sound.pull(this.#frame)
    this.#mixer.push(person, this.#frame)
    this.#mixer.mix()
    this.#mixer.pull(person, this.#frame)
    this.#owner?.sound.push(this.#frame)
    return 0
  }
}

/** Legs are counted from 1. */
const person = 0
