// What is asked of the SIP server to be told of (RFC 6665), each by a subscription of its own, and again when one ends that may come back.
import type { SubscriptionEvent } from '@openparley/protocols/sip'
import type { SharedLink, SipPart, Subscribing } from '../../links/sip/index.ts'
import type { World } from '../../runtime/world.ts'

export interface SubscriptionsParts {
  readonly world: World
  readonly link: SharedLink
  readonly part: () => SipPart
  readonly asking: Omit<Subscribing, 'uri'>
  readonly notified: (uri: string, told: Extract<SubscriptionEvent, { type: 'notified' }>) => void
  /** Nothing is known of it any more. */
  readonly lost: (uri: string) => void
}

interface One {
  /** Undefined: there is none now, and it is asked for again. */
  subscription: string | undefined
  again: (() => void) | undefined
}

export class Subscriptions {
  readonly #parts: SubscriptionsParts
  readonly #all = new Map<string, One>()
  #uris: readonly string[] = []
  #isReady = false

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts
  }

  want(uris: readonly string[]): void {
    this.#uris = uris
    if (!this.#isReady) return
    for (const uri of [...this.#all.keys()]) if (!uris.includes(uri)) this.#drop(uri)
    for (const uri of uris) if (!this.#all.has(uri)) this.#ask(uri)
  }

  ready(is: boolean): void {
    this.#isReady = is
    if (is) this.want(this.#uris)
    else this.end()
  }

  end(): void {
    for (const uri of [...this.#all.keys()]) this.#drop(uri)
  }

  /** A new one in its place: it begins with all that there is. */
  afresh(uri: string): void {
    const one = this.#all.get(uri)
    if (one?.subscription !== undefined) this.#parts.link.unsubscribe(one.subscription)
    this.#ask(uri)
  }

  event(subscription: string, event: SubscriptionEvent): void {
    const found = [...this.#all].find(([, each]) => each.subscription === subscription)
    if (!found) return
    const [uri, one] = found
    const { world, notified, lost } = this.#parts
    if (event.type === 'notified') return notified(uri, event)
    one.subscription = undefined
    lost(uri)
    const { end } = event
    const isFinal =
      (end.why === 'terminated' && finalReasons.includes(end.reason)) ||
      (end.why === 'refused' && end.cause.is === 'status' && end.cause.status < 500 && end.cause.status !== 480)
    // It is asked for again at the next sign-in.
    if (isFinal || !this.#isReady) return
    const after = (end.why === 'terminated' ? end.retryAfterMs : undefined) ?? againMs
    one.again = world.clock.at(world.clock.now() + Math.max(leastAgainMs, after), () => this.#ask(uri))
  }

  #ask(uri: string): void {
    const { link, part, asking } = this.#parts
    this.#all.set(uri, { subscription: link.subscribe(part(), { uri, ...asking }), again: undefined })
  }

  #drop(uri: string): void {
    const one = this.#all.get(uri)
    this.#all.delete(uri)
    one?.again?.()
    if (one?.subscription !== undefined) this.#parts.link.unsubscribe(one.subscription)
    this.#parts.lost(uri)
  }
}

/** RFC 6665 §4.1.3: asking again changes nothing. */
const finalReasons: readonly string[] = ['rejected', 'noresource', 'invariant']
const againMs = 60_000
const leastAgainMs = 5000
