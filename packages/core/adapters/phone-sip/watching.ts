// What the phone is told about lines (RFC 6665): waiting messages (RFC 3842) and the lines of others (RFC 4235). A server
// that does not know a package is asked again at the next sign-in.
import type { Clock } from '@openparley/protocols/common'
import { LineWatch, readDialogInfo, readMessageSummary, type Watched } from '@openparley/protocols/events'
import type { SubscriptionEvent } from '@openparley/protocols/sip'
import type { SipLink } from '../../links/sip/index.ts'
import type { PhoneEvent } from '../../services/calls/port.ts'
import { partyAt } from './parties.ts'
import { subscribe, unsubscribe } from './subscribing.ts'

export interface WatchingParts {
  readonly clock: Clock
  readonly link: () => SipLink
  readonly messages: boolean
  readonly tell: (event: PhoneEvent) => void
}

/** A line that is watched. */
interface Line {
  readonly number: string
  readonly watch: LineWatch
  subscription: string
  /** It is asked for again then. */
  again: (() => void) | undefined
}

export class Watching {
  readonly #parts: WatchingParts
  readonly #lines = new Map<string, Line>()
  #numbers: readonly string[] = []
  #messages: string | undefined
  #isReady = false
  #count = 0

  constructor(parts: WatchingParts) {
    this.#parts = parts
  }

  /** The phone is signed in, or no longer. */
  ready(is: boolean): void {
    if (is === this.#isReady) return
    this.#isReady = is
    if (!is) return this.#stop()
    if (this.#parts.messages) this.#messages = this.#subscribe(undefined, 'message-summary')
    for (const number of this.#numbers) this.#watch(number)
  }

  lines(numbers: readonly string[]): void {
    this.#numbers = numbers
    if (!this.#isReady) return
    for (const line of [...this.#lines.values()]) if (!numbers.includes(line.number)) this.#drop(line)
    for (const number of numbers) if (!this.#lines.has(number)) this.#watch(number)
  }

  /** The call that rings at a line, as far as the server tells. */
  ringingAt(number: string): ReturnType<() => LineWatch['ringing']> {
    return this.#lines.get(number)?.watch.ringing
  }

  event(subscription: string, event: SubscriptionEvent): void {
    if (subscription === this.#messages) return this.#aboutMessages(event)
    const line = [...this.#lines.values()].find((each) => each.subscription === subscription)
    if (line) this.#aboutLine(line, event)
  }

  /** A NOTIFY that nobody asked for (RFC 3842 §4.5 has no such thing, and servers send it). False: it is of something else. */
  unasked(event: string, body: string): boolean {
    if (!/^\s*message-summary\b/i.test(event)) return false
    this.#summary(body)
    return true
  }

  stop(): void {
    this.ready(false)
  }

  #stop(): void {
    for (const line of [...this.#lines.values()]) this.#drop(line)
    if (this.#messages !== undefined) unsubscribe(this.#parts.link(), this.#messages)
    this.#messages = undefined
  }

  #watch(number: string): void {
    const subscription = this.#subscribe(number, 'dialog')
    if (subscription === undefined) return
    this.#lines.set(number, { number, watch: new LineWatch(), subscription, again: undefined })
  }

  #drop(line: Line): void {
    line.again?.()
    this.#lines.delete(line.number)
    unsubscribe(this.#parts.link(), line.subscription)
  }

  #aboutMessages(event: SubscriptionEvent): void {
    if (event.type === 'notified') this.#summary(event.body)
    else this.#messages = undefined
  }

  #summary(body: string): void {
    const summary = readMessageSummary(body)
    if (!summary) return
    const { waiting, fresh, old } = summary
    const messages = { waiting, ...(fresh === undefined ? {} : { fresh }), ...(old === undefined ? {} : { old }) }
    this.#parts.tell({ type: 'line', line: { messages } })
  }

  #aboutLine(line: Line, event: SubscriptionEvent): void {
    const { clock, tell } = this.#parts
    if (event.type === 'notified') {
      const now = take(line.watch, event.body)
      if (!now) return
      const { remote } = now.dialog ?? {}
      const party = remote === undefined ? undefined : partyAt(remote.uri, remote.displayName)
      tell({
        type: 'lamp',
        lamp: { number: line.number, is: now.is, ...(party === undefined ? {} : { remote: party }) },
      })
      return
    }
    tell({ type: 'lamp', lamp: { number: line.number, is: 'unknown' } })
    const { end } = event
    const comesBack = end.why !== 'refused' || end.cause.is !== 'status'
    if (!comesBack || !this.#isReady) return
    const after = (end.why === 'terminated' ? end.retryAfterMs : undefined) ?? againMs
    line.again = clock.at(clock.now() + Math.max(leastAgainMs, after), () => {
      this.#lines.delete(line.number)
      if (this.#isReady && this.#numbers.includes(line.number)) this.#watch(line.number)
    })
  }

  /** The name of the subscription; undefined while there is no server. `number`: our own address where none is given. */
  #subscribe(number: string | undefined, event: string): string | undefined {
    const link = this.#parts.link()
    const subscription = `watch-${++this.#count}`
    const uri = number === undefined ? link.own : link.targetOf(number)
    return subscribe(link, { subscription, uri, event }) ? subscription : undefined
  }
}

function take(watch: LineWatch, body: string): Watched | undefined {
  const info = readDialogInfo(body)
  return info && watch.take(info)
}

const againMs = 60_000
const leastAgainMs = 5000
