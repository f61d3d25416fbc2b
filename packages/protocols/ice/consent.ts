// Consent, RFC 7675: the other side is asked every five seconds whether it still wants what is sent, and is taken at its word for thirty.
import type { Millis } from '../common/index.ts'
import type { Pair } from './pairs.ts'
import { isSame } from './transactions.ts'

export class Consent {
  readonly pair: Pair
  readonly #random: (bytes: number) => Uint8Array
  readonly #roll: () => number
  /** Questions whose answers still count. */
  #asked: Uint8Array[] = []
  askAt: Millis
  #overAt: Millis

  constructor(pair: Pair, random: (bytes: number) => Uint8Array, roll: () => number, now: Millis) {
    this.pair = pair
    this.#random = random
    this.#roll = roll
    this.#overAt = now + consentMs
    this.askAt = now + this.#waitMs()
  }

  get deadline(): Millis {
    return Math.min(this.askAt, this.#overAt)
  }

  isOver(now: Millis): boolean {
    return now >= this.#overAt
  }

  /** The transaction of the next question: each is new, none is sent again (§5.1). */
  ask(now: Millis): Uint8Array {
    const transaction = this.#random(12)
    this.#asked = [...this.#asked.slice(-mostAsked), transaction]
    this.askAt = now + this.#waitMs()
    return transaction
  }

  isAnswer(transaction: Uint8Array): boolean {
    return this.#asked.some((each) => isSame(each, transaction))
  }

  answered(now: Millis): void {
    this.#asked = []
    this.#overAt = now + consentMs
  }

  /** Between 4 and 6 s, so that many calls do not ask at once. */
  #waitMs(): Millis {
    return Math.round(askMs * (0.8 + 0.4 * this.#roll()))
  }
}

const askMs = 5000
const consentMs = 30_000
const mostAsked = 7
