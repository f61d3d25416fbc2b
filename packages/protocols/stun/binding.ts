// What a server outside sees of us, RFC 8489 §2: asked once for each port.
import type { Engine, Millis } from '../common/index.ts'
import { mappedAddressOf } from './attributes.ts'
import type { Place } from './ip.ts'
import { methods, type ReadStun } from './message.ts'
import { type Outcome, StunRequests } from './requests.ts'

export type BindingInput = { readonly type: 'start' } | { readonly type: 'received'; readonly message: ReadStun }

export type BindingEffect =
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  | { readonly type: 'mapped'; readonly mapped: Place }
  | { readonly type: 'failed'; readonly fault: { readonly is: 'silent' | 'refused' | 'malformed' } }

export class BindingQuestion implements Engine<BindingInput, BindingEffect> {
  readonly #requests: StunRequests<'binding'>

  constructor(random: (bytes: number) => Uint8Array) {
    this.#requests = new StunRequests({ isReliable: false, random })
  }

  get deadline(): Millis | undefined {
    return this.#requests.deadline
  }

  handle(input: BindingInput, now: Millis): BindingEffect[] {
    if (input.type === 'start') {
      const request = {
        kind: 'binding',
        method: methods.binding,
        attributes: () => [],
        waitMs: 150,
        mostSends: 3,
      } as const
      return [{ type: 'send', bytes: this.#requests.begin(request, now) }]
    }
    const outcome = this.#requests.received(input.message, now)
    return outcome ? this.#effects(outcome) : []
  }

  wake(now: Millis): BindingEffect[] {
    return this.#requests.wake(now).flatMap((outcome) => this.#effects(outcome))
  }

  #effects(outcome: Outcome<'binding'>): BindingEffect[] {
    switch (outcome.is) {
      case 'send':
        return [{ type: 'send', bytes: outcome.bytes }]
      case 'answered': {
        const mapped = mappedAddressOf(outcome.message)
        return [mapped ? { type: 'mapped', mapped } : { type: 'failed', fault: { is: 'malformed' } }]
      }
      case 'silent':
      case 'refused':
        return [{ type: 'failed', fault: { is: outcome.is } }]
    }
  }
}
