// Standing by: the next call manager is kept warm, and one that is back and better is asked for a token before it is used.
import type { Engine, Millis } from '../common/index.ts'

export type StandbyInput =
  /** With which server of the list one is registered; undefined: with none. */
  | { readonly type: 'registered'; readonly server: number | undefined }
  /** What became of a `keep-alive` or `ask-token`. */
  | { readonly type: 'answered'; readonly ok: boolean }

export type StandbyEffect =
  /** A REGISTER that registers nothing. */
  | { readonly type: 'keep-alive'; readonly server: number }
  | { readonly type: 'ask-token'; readonly server: number }
  /** It takes us: register there. */
  | { readonly type: 'use'; readonly server: number }

export interface StandbyOptions {
  readonly servers: number
  readonly keepAliveMs: Millis
  /** How long a better server must have answered before it is used again (connectionMonitorDuration). */
  readonly steadyMs: Millis
}

export type StandbyState =
  /** Not registered, or there is no other server. */
  | 'idle'
  /** Time runs until the next keep-alive. */
  | 'waiting'
  | 'asking'
  | 'asking-token'

type Signal = 'registered' | 'lost' | 'due' | 'steady' | 'ok' | 'failed'
type Action = 'wait' | 'ask' | 'ask-token' | 'note' | 'forget' | 'use'

/** An absent cell: ignored. steady: due, of a better server that has answered for long enough. */
export const standbyTable: Record<StandbyState, Partial<Record<Signal, readonly [StandbyState, ...Action[]]>>> = {
  idle: { registered: ['waiting', 'forget', 'wait'] },
  waiting: {
    registered: ['waiting', 'forget', 'wait'],
    lost: ['idle', 'forget'],
    due: ['asking', 'ask'],
    steady: ['asking-token', 'ask-token'],
  },
  asking: {
    registered: ['waiting', 'forget', 'wait'],
    lost: ['idle', 'forget'],
    ok: ['waiting', 'note', 'wait'],
    failed: ['waiting', 'forget', 'wait'],
  },
  'asking-token': {
    registered: ['waiting', 'forget', 'wait'],
    lost: ['idle', 'forget'],
    ok: ['waiting', 'use', 'forget', 'wait'],
    failed: ['waiting', 'forget', 'wait'],
  },
}

export class Standby implements Engine<StandbyInput, StandbyEffect> {
  readonly #options: StandbyOptions
  #state: StandbyState = 'idle'
  #deadline: Millis | undefined
  #server = 0
  /** Since when the other server has answered without a break. */
  #wellSince: Millis | undefined

  constructor(options: StandbyOptions) {
    this.#options = options
  }

  get deadline(): Millis | undefined {
    return this.#deadline
  }

  get state(): StandbyState {
    return this.#state
  }

  handle(input: StandbyInput, now: Millis): StandbyEffect[] {
    if (input.type === 'answered') return this.#signal(input.ok ? 'ok' : 'failed', now)
    if (input.server === undefined || this.#options.servers < 2) return this.#signal('lost', now)
    this.#server = input.server
    return this.#signal('registered', now)
  }

  wake(now: Millis): StandbyEffect[] {
    if (this.#deadline === undefined || now < this.#deadline) return []
    const steady = this.#wellSince !== undefined && now - this.#wellSince >= this.#options.steadyMs
    return this.#signal(steady && this.#other < this.#server ? 'steady' : 'due', now)
  }

  /** The best of those that are not in use. */
  get #other(): number {
    return this.#server === 0 ? 1 : 0
  }

  #signal(signal: Signal, now: Millis): StandbyEffect[] {
    const cell = standbyTable[this.#state][signal]
    if (!cell) return []
    const [next, ...actions] = cell
    this.#state = next
    this.#deadline = undefined
    const effects: StandbyEffect[] = []
    for (const action of actions) {
      if (action === 'wait') this.#deadline = now + this.#options.keepAliveMs
      else if (action === 'note') this.#wellSince ??= now
      else if (action === 'forget') this.#wellSince = undefined
      else if (action === 'ask') effects.push({ type: 'keep-alive', server: this.#other })
      else effects.push({ type: action, server: this.#other })
    }
    return effects
  }
}
