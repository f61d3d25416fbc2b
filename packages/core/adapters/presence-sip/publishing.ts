// The person's own presence at the SIP server: told, kept up before it runs out, told anew where it was lost, taken back (RFC 3903).
import type { Presence } from '@openparley/contract'
import { writePidf } from '@openparley/protocols/events'
import { type Cause, type Field, parseNumber, type SipResponse } from '@openparley/protocols/sip'
import type { SharedLink } from '../../links/sip/index.ts'
import type { World } from '../../runtime/world.ts'
import {
  type PublishingAction,
  type PublishingSignal,
  type PublishingState,
  publishingTable,
} from './publishing-table.ts'
import { documentOf } from './words.ts'

export interface PublishingParts {
  readonly world: World
  readonly link: SharedLink
  /** Whether the server tells others. */
  readonly published: (is: boolean) => void
}

export class Publishing {
  readonly #parts: PublishingParts
  #state: PublishingState = 'none'
  #isReady = false
  #isEnding = false
  /** What is to be told; undefined: nothing. */
  #wanted: Presence | undefined
  /** What was told last, as written. */
  #said = ''
  #etag: string | undefined
  #expiresS = usualS
  #grantedS = 0
  #againMs: number | undefined
  #cancel: (() => void) | undefined
  /** Which PUBLISH counts: an answer to one before a server was lost says nothing. */
  #asked = 0
  #taken: (() => void) | undefined

  constructor(parts: PublishingParts) {
    this.#parts = parts
  }

  want(wanted: Presence | undefined): void {
    if (this.#isEnding) return
    this.#wanted = wanted
    this.#look()
  }

  ready(is: boolean): void {
    this.#isReady = is
    this.#isEnding = false
    if (is) this.#look()
    else this.#signal('lost')
  }

  /** Resolves when the server has nothing of ours any more. */
  async end(): Promise<void> {
    this.#wanted = undefined
    this.#isEnding = true
    if (this.#state === 'none' || this.#state === 'waiting') return this.#look()
    const over = new Promise<void>((resolve) => (this.#taken = resolve))
    this.#look()
    return over
  }

  #look(): void {
    if (!this.#isReady) return
    if (this.#wanted === undefined) this.#signal('unwant')
    else if (this.#state === 'none' || JSON.stringify(this.#wanted) !== this.#said) this.#signal('want')
  }

  #signal(signal: PublishingSignal): void {
    const cell = publishingTable[this.#state][signal]
    if (!cell) return
    const [state, ...actions] = cell
    this.#cancel?.()
    this.#cancel = undefined
    this.#state = state
    for (const action of actions) this.#actions[action]()
    if (this.#state === 'none') this.#taken?.()
  }

  readonly #actions: Readonly<Record<PublishingAction, () => void>> = {
    tell: () => {
      const { world, link } = this.#parts
      if (!this.#wanted || link.own === undefined) return this.#signal('lost')
      this.#said = JSON.stringify(this.#wanted)
      const body = writePidf(documentOf(link.own, this.#wanted, world.wall()))
      void this.#publish(this.#expiresS, [['Content-Type', 'application/pidf+xml']], body)
    },
    refresh: () => void this.#publish(this.#expiresS),
    'take-back': () => void this.#publish(0),
    keep: () => {
      this.#parts.published(true)
      const afterMs = Math.max(leastRefreshMs, Math.max(this.#grantedS / 2, this.#grantedS - earlyS) * 1000)
      this.#again(afterMs)
    },
    forget: () => {
      this.#asked++
      this.#etag = undefined
      this.#parts.published(false)
    },
    'try-later': () => {
      if (this.#againMs !== undefined) this.#again(this.#againMs)
    },
    look: () => this.#look(),
  }

  #again(afterMs: number): void {
    const { clock } = this.#parts.world
    this.#cancel = clock.at(clock.now() + afterMs, () => this.#signal('due'))
  }

  async #publish(expiresS: number, more: readonly Field[] = [], body?: string): Promise<void> {
    const { link } = this.#parts
    const asked = ++this.#asked
    const headers: Field[] = [['Event', 'presence'], ['Expires', String(expiresS)], ...more]
    if (this.#etag !== undefined) headers.push(['SIP-If-Match', this.#etag])
    const answer = await link.ask({
      method: 'PUBLISH',
      uri: link.own ?? '',
      headers,
      ...(body === undefined ? {} : { body }),
    })
    if (asked === this.#asked) this.#signal(this.#read(answer, expiresS))
  }

  #read(answer: SipResponse | Cause['is'], expiresS: number): PublishingSignal {
    this.#againMs = againMs
    if (typeof answer === 'string') return 'refused'
    const { status, headers } = answer
    if (status < 300) {
      this.#etag = headers.get('SIP-ETag')
      this.#grantedS = parseNumber(headers.get('Expires')) ?? expiresS
      // Without a name for it there is nothing to keep up (§11.3.1).
      return this.#etag === undefined && expiresS > 0 ? 'refused' : 'taken'
    }
    if (status === 412 && this.#etag !== undefined) return 'unknown'
    const least = parseNumber(headers.get('Min-Expires'))
    if (status === 423 && least !== undefined && least > this.#expiresS && least <= mostS) {
      this.#expiresS = least
      return 'brief'
    }
    const after = parseNumber(/^\d+/.exec(headers.get('Retry-After') ?? '')?.[0])
    // A server that does not do this does not do it in a minute either.
    if (after !== undefined) this.#againMs = Math.max(after * 1000, againMs)
    else if (status < 500 && status !== 408 && status !== 480) this.#againMs = undefined
    return 'refused'
  }
}

const usualS = 3600
const mostS = 86_400
const earlyS = 60
const leastRefreshMs = 1000
const againMs = 60_000
