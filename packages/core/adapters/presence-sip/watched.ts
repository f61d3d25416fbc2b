// The people whose presence is asked of the SIP server (RFC 3856), each by a subscription of its own.
import type { Presence } from '@openparley/contract'
import { readPidf } from '@openparley/protocols/events'
import type { SubscriptionEvent } from '@openparley/protocols/sip'
import type { SharedLink, SipPart } from '../../links/sip/index.ts'
import type { World } from '../../runtime/world.ts'
import { presenceIn } from './words.ts'

export interface WatchedParts {
  readonly world: World
  readonly link: SharedLink
  readonly part: () => SipPart
  readonly tell: (address: string, presence: Presence | undefined) => void
}

interface Person {
  /** Undefined: there is none now, and it is asked for again. */
  subscription: string | undefined
  again: (() => void) | undefined
  /** As it was told. */
  presence: Presence | undefined
}

export class Watched {
  readonly #parts: WatchedParts
  readonly #people = new Map<string, Person>()
  #addresses: readonly string[] = []
  #isReady = false

  constructor(parts: WatchedParts) {
    this.#parts = parts
  }

  want(addresses: readonly string[]): void {
    this.#addresses = addresses
    if (!this.#isReady) return
    for (const address of [...this.#people.keys()]) if (!addresses.includes(address)) this.#drop(address)
    for (const address of addresses) if (!this.#people.has(address)) this.#watch(address)
  }

  ready(is: boolean): void {
    this.#isReady = is
    if (is) this.want(this.#addresses)
    else this.end()
  }

  end(): void {
    for (const address of [...this.#people.keys()]) this.#drop(address)
  }

  /** Tells it all again, to somebody who knows more people than before. */
  again(): void {
    for (const [address, { presence }] of this.#people) if (presence) this.#parts.tell(address, presence)
  }

  event(subscription: string, event: SubscriptionEvent): void {
    const found = [...this.#people].find(([, each]) => each.subscription === subscription)
    if (!found) return
    const [address, person] = found
    const { world, tell } = this.#parts
    if (event.type === 'notified') {
      // Nothing is said while nobody has agreed to it (RFC 3856 §6.6.2), and a body that cannot be read changes nothing.
      const read = readPidf(event.body)
      if (!read && event.body.trim() !== '') return
      person.presence = read && presenceIn(read)
      return tell(address, person.presence)
    }
    person.subscription = undefined
    person.presence = undefined
    tell(address, undefined)
    const { end } = event
    const isFinal =
      (end.why === 'terminated' && finalReasons.includes(end.reason)) ||
      (end.why === 'refused' && end.cause.is === 'status' && end.cause.status < 500 && end.cause.status !== 480)
    // It is asked for again at the next sign-in.
    if (isFinal || !this.#isReady) return
    const after = (end.why === 'terminated' ? end.retryAfterMs : undefined) ?? againMs
    person.again = world.clock.at(world.clock.now() + Math.max(leastAgainMs, after), () => this.#watch(address))
  }

  #watch(address: string): void {
    const { link, part } = this.#parts
    const uri = `sip:${address}`
    const subscription = link.subscribe(part(), { uri, event: 'presence', accept: 'application/pidf+xml', expiresS })
    this.#people.set(address, { subscription, again: undefined, presence: undefined })
  }

  #drop(address: string): void {
    const person = this.#people.get(address)
    this.#people.delete(address)
    person?.again?.()
    if (person?.subscription !== undefined) this.#parts.link.unsubscribe(person.subscription)
    this.#parts.tell(address, undefined)
  }
}

/** RFC 6665 §4.1.3: asking again changes nothing. */
const finalReasons: readonly string[] = ['rejected', 'noresource', 'invariant']
const expiresS = 3600
const againMs = 60_000
const leastAgainMs = 5000
