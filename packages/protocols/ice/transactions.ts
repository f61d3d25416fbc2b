// Checks that are under way: sent again until they are answered (RFC 8489 §6.2.1), and given up.
import type { Millis } from '../common/index.ts'
import type { Pair } from './pairs.ts'

export interface Check {
  readonly pair: Pair
  readonly transaction: Uint8Array
  readonly bytes: Uint8Array
  /** The role that it was sent in. */
  readonly controlling: boolean
  readonly nominates: boolean
}

interface UnderWay {
  readonly check: Check
  sent: number
  waitMs: Millis
  at: Millis
  /** Its answer is still taken, and its silence means nothing (RFC 8445 §7.3.1.4). */
  isCancelled: boolean
}

export class Transactions {
  #all: UnderWay[] = []

  begin(check: Check, waitMs: Millis, now: Millis): void {
    this.#all.push({ check, sent: 1, waitMs, at: now + waitMs, isCancelled: false })
  }

  get deadline(): Millis | undefined {
    return this.#all.length === 0 ? undefined : Math.min(...this.#all.map(({ at }) => at))
  }

  find(transaction: Uint8Array): Check | undefined {
    return this.#all.find(({ check }) => isSame(check.transaction, transaction))?.check
  }

  end(check: Check): void {
    this.#all = this.#all.filter((each) => each.check !== check)
  }

  /** Of a pair whose check begins anew. */
  cancel(pair: Pair): void {
    for (const each of this.#all) if (each.check.pair === pair) each.isCancelled = true
  }

  forget(pair: Pair): void {
    this.#all = this.#all.filter(({ check }) => check.pair !== pair)
  }

  clear(): void {
    this.#all = []
  }

  /** Which are sent again, and which have failed. */
  wake(now: Millis): { readonly again: readonly Check[]; readonly over: readonly Check[] } {
    const again: Check[] = []
    const over: Check[] = []
    for (const each of this.#all) {
      if (now < each.at) continue
      if (each.sent < mostSends && !each.isCancelled) {
        each.sent++
        each.waitMs = Math.min(2 * each.waitMs, mostWaitMs)
        each.at = now + each.waitMs
        again.push(each.check)
      } else over.push(each.check)
    }
    const done = new Set(over)
    const silent = this.#all.filter(({ check, isCancelled }) => done.has(check) && !isCancelled)
    this.#all = this.#all.filter(({ check }) => !done.has(check))
    return { again, over: silent.map(({ check }) => check) }
  }
}

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}

/** At 0, 0.5, 1.5, 3.5 and 5.5 s; failed at 7.5 s. RFC 8489’s 39.5 s would leave a person in silence. */
const mostSends = 5
const mostWaitMs = 2000
