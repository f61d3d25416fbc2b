// How the connection to a page stands, as a table: RFC 8445's and RFC 8827's own states say when it comes up and when it
// is down; in between, packets say whether the page is still there.
import type { Engine, Millis } from '@openparley/protocols/common'

export type PageState = 'connecting' | 'connected' | 'lost' | 'over'

/** up, down: the connection's own word. heard: a packet of the page has come. close: ours. */
export type PageSignal = 'up' | 'heard' | 'down' | 'close'

export interface PageEffect {
  readonly state: PageState
  /** Why it is over; undefined where it was closed by us. */
  readonly why: string | undefined
}

type Row = Partial<Record<PageSignal | 'patience', PageState>>

export const table: Readonly<Record<PageState, Row>> = {
  connecting: { up: 'connected', down: 'over', close: 'over', patience: 'over' },
  connected: { heard: 'connected', down: 'over', close: 'over', patience: 'lost' },
  lost: { heard: 'connected', down: 'over', close: 'over', patience: 'over' },
  over: {},
}

/** How long each state waits for a packet, in milliseconds. */
export const patienceMs: Readonly<Record<PageState, Millis | undefined>> = {
  // The page has the answer and checks its candidates; RFC 8445 gives it up after 39.5 s, a person sooner.
  connecting: 20_000,
  // A page sends 50 packets a second, silence too; reports come every 5 s even where a system keeps its microphone.
  connected: 10_000,
  // As long as consent lasts (RFC 7675 §5.1).
  lost: 30_000,
  over: undefined,
}

export class PageLink implements Engine<PageSignal, PageEffect> {
  #state: PageState = 'connecting'
  #since: Millis

  constructor(now: Millis) {
    this.#since = now
  }

  get state(): PageState {
    return this.#state
  }

  get deadline(): Millis | undefined {
    const patience = patienceMs[this.#state]
    return patience === undefined ? undefined : this.#since + patience
  }

  handle(signal: PageSignal, now: Millis): PageEffect[] {
    return this.#take(signal, now)
  }

  wake(now: Millis): PageEffect[] {
    const { deadline } = this
    return deadline !== undefined && now >= deadline ? this.#take('patience', now) : []
  }

  /** A packet in the state where they are many: nothing but the time changes, and nothing is made for it. */
  stillHeard(now: Millis): boolean {
    if (this.#state !== 'connected') return false
    this.#since = now
    return true
  }

  #take(signal: PageSignal | 'patience', now: Millis): PageEffect[] {
    const before = this.#state
    const next = table[before][signal]
    if (next === undefined) return []
    this.#state = next
    this.#since = now
    return next === before ? [] : [{ state: next, why: next === 'over' ? reasonOf(before, signal) : undefined }]
  }
}

function reasonOf(before: PageState, signal: PageSignal | 'patience'): string | undefined {
  if (signal === 'close') return undefined
  const happened =
    signal === 'patience' ? `nothing came for ${(patienceMs[before] ?? 0) / 1000} s` : 'the connection ended'
  return before === 'connecting' ? `no connection came about: ${happened}` : happened
}
