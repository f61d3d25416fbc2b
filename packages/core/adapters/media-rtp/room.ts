// A local conference: the legs of a room hear one another and the person, whose endpoint is the room's while it lasts.
import { Mixer } from '@openparley/media'
import type { EndpointSound } from './endpoint-sound.ts'
import type { Beating } from './schedule.ts'
import { frameSamples } from './sound.ts'

export interface Member {
  readonly id: number
  /** What the person hears and says there, as long as the leg is in no room. */
  sound: EndpointSound
  readonly tell: EndpointSound['tell']
}

export class Room implements Beating {
  readonly #mixer = new Mixer(frameSamples)
  readonly #members = new Map<number, Member>()
  readonly #frame: Int16Array = new Int16Array(frameSamples)
  /** The person's end: of the member that brought it. */
  #owner: Member | undefined

  constructor() {
    this.#mixer.add(person)
  }

  get size(): number {
    return this.#members.size
  }

  add(member: Member): void {
    this.#members.set(member.id, member)
    this.#mixer.add(member.id)
    if (!this.#owner || member.sound.isUsed) this.attached(member)
  }

  /** That member's endpoint is the room's from now on; the one before is nobody's. */
  attached(member: Member): void {
    if (this.#owner && this.#owner !== member) this.#owner.sound.attach({ kind: 'none' })
    this.#owner = member
  }

  /** The person stays in the room: another member takes over where they are. */
  remove(member: Member): void {
    this.#members.delete(member.id)
    this.#mixer.remove(member.id)
    if (this.#owner !== member) return
    const [next] = this.#members.values()
    this.#owner = next
    if (!next) return
    const { sound } = member
    member.sound = next.sound
    next.sound = sound
    sound.tell = next.tell
    member.sound.tell = member.tell
  }

  push(member: Member, heard: Int16Array): void {
    this.#mixer.push(member.id, heard)
  }

  /** What is said to that member: by all others, and by the person unless they are muted there. */
  pull(member: Member, frame: Int16Array, muted: boolean): void {
    this.#mixer.pull(member.id, frame, muted ? person : undefined)
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
