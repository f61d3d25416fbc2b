// Provisional responses that must arrive (RFC 3262): theirs, each acknowledged once and in order, and ours, repeated until they are.
import type { Millis } from '../common/index.ts'
import { optionsOf, parseNumber } from './header-values.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { T1 } from './transaction-tables.ts'

/** What is to be done with a provisional response of theirs. */
export type Received = 'plain' | 'acknowledge' | 'ignore'

/** Theirs, by the tag of the side that sent them. */
export class ReliableIn {
  readonly #last = new Map<string, number>()

  /** §4: one that was seen before, or that came too early, is as if it had not come. */
  received({ headers }: SipResponse, tag: string): Received {
    if (!optionsOf(headers, 'Require').includes('100rel')) return 'plain'
    const number = rseqOf({ headers })
    const last = this.#last.get(tag)
    if (number === undefined || (last !== undefined && number !== last + 1)) return 'ignore'
    this.#last.set(tag, number)
    return 'acknowledge'
  }
}

/** The RAck of a PRACK for that response. */
export function rackOf({ headers }: SipResponse): string {
  return `${rseqOf({ headers })} ${headers.get('CSeq')}`
}

/** Ours: one at a time, the next waits (§3). */
export class ReliableOut {
  #number: number
  #sent: { readonly response: SipResponse; delayMs: Millis; readonly until: Millis } | undefined
  readonly #waiting: SipResponse[] = []

  /** `first`: the number to begin with, below 2³¹ (§3). */
  constructor(first: number) {
    this.#number = first
  }

  /** What is to be sent now, if nothing waits for its PRACK. */
  send(response: SipResponse, now: Millis): SipResponse | undefined {
    if (this.#sent) {
      if (this.#waiting.length < mostWaiting) this.#waiting.push(response)
      return undefined
    }
    this.#number++
    response.headers.append('Require', '100rel')
    response.headers.append('RSeq', String(this.#number))
    this.#sent = { response, delayMs: T1, until: now + 64 * T1 }
    return response
  }

  /** When it is to be sent again; undefined: nothing waits. */
  nextAt(now: Millis): Millis | undefined {
    return this.#sent && Math.min(now + this.#sent.delayMs, this.#sent.until)
  }

  /** To be sent again; `given-up` where no PRACK came in time (§3). */
  again(now: Millis): SipResponse | 'given-up' | undefined {
    if (!this.#sent) return undefined
    if (now >= this.#sent.until) return 'given-up'
    this.#sent.delayMs *= 2
    return this.#sent.response
  }

  /** A PRACK: whether it is of what was sent, and what is to be sent next. */
  acknowledged(prack: SipRequest, now: Millis): { readonly next: SipResponse | undefined } | undefined {
    const [number, cseq, method] = (prack.headers.get('RAck') ?? '').trim().split(/\s+/)
    const sent = this.#sent
    if (!sent || number !== String(this.#number) || `${cseq} ${method}` !== sent.response.headers.get('CSeq'))
      return undefined
    this.#sent = undefined
    const waiting = this.#waiting.shift()
    return { next: waiting && this.send(waiting, now) }
  }
}

function rseqOf({ headers }: Pick<SipResponse, 'headers'>): number | undefined {
  return parseNumber(headers.get('RSeq'), 2 ** 32 - 1)
}

const mostWaiting = 8
