// What the phone has taken and is to do: where nothing is told of it in time, it was not done, or nobody tells of it.
import type { World } from '../../runtime/world.ts'
import type { PhoneCommand, PhoneEvent } from '../../services/calls/port.ts'

type Act = PhoneCommand['type']

export class Taken {
  readonly #world: World
  readonly #undone: (call: string, act: Act) => void
  /** One of each call: what is asked after it stands for both. */
  readonly #acts = new Map<string, { readonly act: Act; readonly cancel: () => void }>()

  constructor(world: World, undone: (call: string, act: Act) => void) {
    this.#world = world
    this.#undone = undone
  }

  wait(call: string, act: Act): void {
    const { clock } = this.#world
    this.#acts.get(call)?.cancel()
    const cancel = clock.at(clock.now() + doneMs, () => {
      this.#acts.delete(call)
      this.#undone(call, act)
    })
    this.#acts.set(call, { act, cancel })
  }

  told(event: PhoneEvent): void {
    if (!('call' in event) || event.call === undefined) return
    const waiting = this.#acts.get(event.call)
    if (!waiting || (event.type !== 'ended' && event.type !== doneBy[waiting.act])) return
    waiting.cancel()
    this.#acts.delete(event.call)
  }

  stop(): void {
    for (const { cancel } of this.#acts.values()) cancel()
    this.#acts.clear()
  }
}

const doneBy: Readonly<Partial<Record<Act, PhoneEvent['type']>>> = {
  answer: 'connected',
  hold: 'held',
  resume: 'resumed',
}
const doneMs = 10_000
