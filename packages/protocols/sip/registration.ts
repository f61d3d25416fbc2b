// A registration, RFC 3261 §10: kept fresh, moved along a list of servers, and given back. What it sends, its host sends for it.
import { backoff, type Dice, type Engine, type Millis } from '../common/index.ts'

export type RegistrationInput =
  | { readonly type: 'start' }
  /** Take the registration back; it is over when that is answered or in 2 s. */
  | { readonly type: 'stop' }
  /** The answer to the last `register`. `expiresS` is what our contact was granted. */
  | { readonly type: 'granted'; readonly expiresS: number }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** That server of the list takes us now: register with it. */
  | { readonly type: 'use'; readonly server: number }
  /** The way to the server broke: register again, within a second that chance divides among all whom it carried. */
  | { readonly type: 'lost'; readonly refusal: Refusal }
  /** We are reached at another address, or there is a way again: register at once. */
  | { readonly type: 'moved' }

export interface Refusal {
  /** final: trying again cannot help before somebody changes something. server: another server may do. */
  readonly scope: 'final' | 'server'
  /** What the server asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number
  /** 423: the least that it grants, in seconds. */
  readonly minExpiresS?: number
  /** For whoever shows it; opaque here. */
  readonly why: unknown
}

export type RegistrationEffect =
  /** Send a REGISTER to the server of that place in the list, for so long; 0 takes it back. */
  | { readonly type: 'register'; readonly server: number; readonly expiresS: number }
  | { readonly type: 'state'; readonly state: RegistrationState }

export type RegistrationState =
  | { readonly is: 'off' }
  | { readonly is: 'registering'; readonly server: number }
  | { readonly is: 'registered'; readonly server: number }
  /** Failed on every server; tried again when the wait is over. */
  | { readonly is: 'waiting'; readonly server: number; readonly forMs: Millis; readonly why: unknown }
  | { readonly is: 'failed'; readonly server: number; readonly why: unknown }
  | { readonly is: 'leaving'; readonly server: number }

export interface RegistrationOptions {
  readonly servers: number
  readonly expiresS: number
  /** Whether a refresh tries the first server again; not where somebody else says when to (`use`). */
  readonly failsBack: boolean
  /** How long before its end a registration is refreshed, in seconds; 80 to 90 % of its time unless said. */
  readonly refreshBeforeS?: number | undefined
  readonly dice: Pick<Dice, 'roll'>
}

export class Registration implements Engine<RegistrationInput, RegistrationEffect> {
  readonly #options: RegistrationOptions
  #state: RegistrationState = { is: 'off' }
  #deadline: Millis | undefined
  #expiresS: number
  /** Rounds over the whole list that failed in a row. */
  #failures = 0
  /** Servers that failed in this round. */
  #tried = 0
  /** With which server the next round begins. */
  #next = 0

  constructor(options: RegistrationOptions) {
    this.#options = options
    this.#expiresS = options.expiresS
  }

  get deadline(): Millis | undefined {
    return this.#deadline
  }

  get state(): RegistrationState {
    return this.#state
  }

  handle(input: RegistrationInput, now: Millis): RegistrationEffect[] {
    const state = this.#state
    switch (input.type) {
      case 'start':
        return state.is === 'off' || state.is === 'failed' || state.is === 'waiting' ? this.#startRound() : []
      case 'stop':
        return this.#stop(now)
      case 'use':
        if (state.is !== 'registered' || input.server >= this.#options.servers) return []
        this.#tried = 0
        return this.#try(input.server)
      case 'granted':
        if (state.is === 'leaving') return this.#enter({ is: 'off' })
        if (state.is !== 'registering' && state.is !== 'registered') return []
        this.#failures = 0
        this.#tried = 0
        return this.#granted(state.server, input.expiresS, now)
      case 'moved':
        if (state.is === 'waiting') return this.#startRound()
        if (state.is !== 'registering' && state.is !== 'registered') return []
        this.#tried = 0
        return this.#try(state.server)
      case 'refused':
      case 'lost':
        if (input.type === 'lost' && state.is === 'registered') return this.#lost(state.server, input.refusal, now)
        if (state.is === 'leaving') return this.#enter({ is: 'off' })
        if (state.is !== 'registering' && state.is !== 'registered') return []
        return this.#refused(state.server, input.refusal, now)
    }
  }

  wake(now: Millis): RegistrationEffect[] {
    if (this.#deadline === undefined || now < this.#deadline) return []
    this.#deadline = undefined
    switch (this.#state.is) {
      case 'waiting':
        return this.#startRound()
      case 'registered': {
        // A first server that is back is used again (fail-back), a refresh is as good a time as any.
        const { server } = this.#state
        return server === 0 || !this.#options.failsBack ? [this.#register(server)] : this.#try(0)
      }
      case 'leaving':
        return this.#enter({ is: 'off' })
      default:
        return []
    }
  }

  #granted(server: number, expiresS: number, now: Millis): RegistrationEffect[] {
    if (expiresS <= 0) return this.#refused(server, { scope: 'server', why: 'nothing was granted' }, now)
    this.#next = 0
    const { refreshBeforeS = expiresS } = this.#options
    // Between 80 and 90 %, so that not all that registered together come back together.
    const share = 0.8 + this.#options.dice.roll() / 10
    const afterS = refreshBeforeS < expiresS ? expiresS - refreshBeforeS : expiresS * share
    this.#deadline = now + Math.max(1000, Math.round(afterS * 1000))
    const was = this.#state
    if (was.is === 'registered' && was.server === server) return []
    const deadline = this.#deadline
    const effects = this.#enter({ is: 'registered', server })
    this.#deadline = deadline
    return effects
  }

  #refused(server: number, refusal: Refusal, now: Millis): RegistrationEffect[] {
    if (refusal.minExpiresS !== undefined && refusal.minExpiresS > this.#expiresS && refusal.minExpiresS <= 86_400) {
      this.#expiresS = refusal.minExpiresS
      return this.#try(server)
    }
    if (refusal.scope === 'final') return this.#enter({ is: 'failed', server, why: refusal.why })
    this.#tried++
    if (this.#tried < this.#options.servers) return this.#try((server + 1) % this.#options.servers)
    this.#failures++
    this.#tried = 0
    const own = backoff(this.#failures, { baseMs: 2000, mostMs: 300_000 }, this.#options.dice)
    const forMs = Math.max(own, Math.min(refusal.retryAfterMs ?? 0, 3_600_000))
    const effects = this.#enter({ is: 'waiting', server, forMs, why: refusal.why })
    this.#deadline = now + forMs
    return effects
  }

  /** The server may be as well as before: it is asked first, and of many whom it carried not all in one moment. */
  #lost(server: number, { why }: Refusal, now: Millis): RegistrationEffect[] {
    const forMs = Math.round(this.#options.dice.roll() * lostWithinMs)
    const effects = this.#enter({ is: 'waiting', server, forMs, why })
    this.#next = server
    this.#deadline = now + forMs
    return effects
  }

  #stop(now: Millis): RegistrationEffect[] {
    const { is } = this.#state
    if (is === 'off' || is === 'leaving') return []
    if (is !== 'registered') return this.#enter({ is: 'off' })
    const { server } = this.#state as { server: number }
    const effects = this.#enter({ is: 'leaving', server })
    this.#deadline = now + 2000
    return [...effects, { type: 'register', server, expiresS: 0 }]
  }

  #startRound(): RegistrationEffect[] {
    const first = this.#next
    this.#tried = 0
    this.#next = 0
    return this.#try(first)
  }

  #try(server: number): RegistrationEffect[] {
    return [...this.#enter({ is: 'registering', server }), this.#register(server)]
  }

  #register(server: number): RegistrationEffect {
    return { type: 'register', server, expiresS: this.#expiresS }
  }

  #enter(state: RegistrationState): RegistrationEffect[] {
    this.#deadline = undefined
    const same = JSON.stringify(state) === JSON.stringify(this.#state)
    this.#state = state
    return same ? [] : [{ type: 'state', state }]
  }
}

const lostWithinMs = 1000
