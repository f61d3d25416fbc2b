// Telling a server the keys that it asked for (RFC 4730): one subscription, as an engine. Over SIP it is somebody else's.
import type { Engine, Millis } from '../common/index.ts'
import type { KpmlRequest, KpmlResponse } from './documents.ts'
import { type Match, matchOf } from './pattern.ts'

export type KpmlInput =
  /** A key was pressed: one of 0–9, *, #, A–D. */
  | { readonly type: 'key'; readonly key: string }
  /** The call is over. */
  | { readonly type: 'hung-up' }
  /** The subscription is. */
  | { readonly type: 'expired' }
  /** It asks for something else from now on (§3.6). */
  | { readonly type: 'asked'; readonly request: KpmlRequest }

export interface KpmlEffect {
  readonly type: 'report'
  readonly response: KpmlResponse
  /** Nothing comes after it: the subscription ends. */
  readonly last: boolean
}

/** What the patterns say of the keys so far, and the tag of the one that matches. */
export interface Look {
  readonly match: Match
  readonly tag: string
}

type State = 'empty' | 'part' | 'open' | 'quiet' | 'over'
type Signal = 'part' | 'open' | 'full' | 'late' | 'hung-up' | 'expired'
type Action = 'keep' | 'wait' | 'wait-critical' | 'tell-match' | 'tell-late' | 'tell-unmatched' | 'tell-expired'

/** An absent cell: ignored. Where a report ends the subscription (one-shot) or quiets it, `over` or `quiet` is entered instead. */
export const kpmlTable: Record<State, Partial<Record<Signal, readonly [State, ...Action[]]>>> = {
  empty: {
    part: ['part', 'keep', 'wait'],
    open: ['open', 'keep', 'wait-critical'],
    full: ['empty', 'keep', 'tell-match'],
    'hung-up': ['over', 'tell-unmatched'],
    expired: ['over', 'tell-expired'],
  },
  part: {
    part: ['part', 'keep', 'wait'],
    open: ['open', 'keep', 'wait-critical'],
    full: ['empty', 'keep', 'tell-match'],
    late: ['empty', 'tell-late'],
    'hung-up': ['over', 'tell-unmatched'],
    expired: ['over', 'tell-expired'],
  },
  open: {
    part: ['part', 'keep', 'wait'],
    open: ['open', 'keep', 'wait-critical'],
    full: ['empty', 'keep', 'tell-match'],
    late: ['empty', 'tell-match'],
    'hung-up': ['over', 'tell-match'],
    expired: ['over', 'tell-match'],
  },
  quiet: { 'hung-up': ['over', 'tell-unmatched'], expired: ['over', 'tell-expired'] },
  over: {},
}

export class Kpml implements Engine<KpmlInput, KpmlEffect> {
  #request: KpmlRequest
  readonly #looked: (look: Look) => Look
  #state: State = 'empty'
  #digits = ''
  /** The digits with which it matched last. */
  #matched = ''
  #tag = ''
  #deadline: Millis | undefined

  /** `looked` is given all that the engine learns of the patterns, and gives what it goes by: for a recording, which has no keys. */
  constructor(request: KpmlRequest, looked: (look: Look) => Look = (look) => look) {
    this.#request = request
    this.#looked = looked
  }

  get deadline(): Millis | undefined {
    return this.#deadline
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  handle(input: KpmlInput, now: Millis): KpmlEffect[] {
    if (input.type === 'asked') return this.#asked(input.request, now)
    if (input.type !== 'key') return this.#signal(input.type, '', now)
    if (this.#state === 'quiet' || this.#state === 'over') return []
    return this.#press(this.#digits + input.key, now)
  }

  wake(now: Millis): KpmlEffect[] {
    if (this.#deadline === undefined || now < this.#deadline) return []
    return this.#signal('late', this.#digits, now)
  }

  /** The oldest keys fall away where nothing can be made of them. */
  #press(pressed: string, now: Millis): KpmlEffect[] {
    // What matched already is told before a key that does not belong to it is looked at.
    if (this.#state === 'open' && this.#looksAt(pressed) === 'no')
      return [
        ...this.#signal('late', this.#digits, now),
        ...this.handle({ type: 'key', key: pressed.at(-1) ?? '' }, now),
      ]
    for (let digits = pressed.slice(-mostDigits); digits !== ''; digits = digits.slice(1)) {
      const match = this.#looksAt(digits)
      if (match !== 'no') return this.#signal(match, digits, now)
    }
    this.#digits = ''
    return []
  }

  #looksAt(digits: string): Match {
    const matches = this.#request.patterns.map(({ tag, runs }) => ({ tag, match: matchOf(runs, digits) }))
    const whole = matches.find(({ match }) => match === 'full' || match === 'open')
    const mayGrow = matches.some(({ match }) => match === 'part' || match === 'open')
    // Another pattern, or this one, may take more: the longest wins (§5.1).
    const found: Match = whole ? (mayGrow ? 'open' : 'full') : mayGrow ? 'part' : 'no'
    const { match, tag } = this.#looked({ match: found, tag: whole?.tag ?? '' })
    if (match === 'full' || match === 'open') {
      this.#matched = digits
      this.#tag = tag
    }
    return match
  }

  #signal(signal: Signal, digits: string, now: Millis): KpmlEffect[] {
    const cell = kpmlTable[this.#state][signal]
    if (!cell) return []
    const [next, ...actions] = cell
    this.#state = next
    this.#deadline = undefined
    const effects: KpmlEffect[] = []
    for (const action of actions) {
      if (action === 'keep') this.#digits = digits
      else if (action === 'wait') this.#deadline = now + this.#request.interdigitMs
      else if (action === 'wait-critical') this.#deadline = now + this.#request.criticalMs
      else effects.push(this.#report(action))
    }
    return effects
  }

  #report(action: Exclude<Action, 'keep' | 'wait' | 'wait-critical'>): KpmlEffect {
    const { persist } = this.#request
    const digits = action === 'tell-match' ? this.#matched : this.#digits
    this.#digits = ''
    if (this.#state !== 'over' && persist === 'one-shot') this.#state = 'over'
    if (this.#state !== 'over' && persist === 'single-notify') this.#state = 'quiet'
    const code = codes[action]
    return {
      type: 'report',
      response: { code, digits, ...(code === 200 && this.#tag !== '' ? { tag: this.#tag } : {}) },
      last: this.#state === 'over',
    }
  }

  #asked(request: KpmlRequest, now: Millis): KpmlEffect[] {
    if (this.#state === 'over') return []
    this.#request = request
    this.#state = 'empty'
    this.#deadline = undefined
    const before = request.flush ? '' : this.#digits
    this.#digits = ''
    return before === '' ? [] : this.#press(before, now)
  }
}

const codes = { 'tell-match': 200, 'tell-late': 423, 'tell-unmatched': 402, 'tell-expired': 487 } as const
const mostDigits = 128
