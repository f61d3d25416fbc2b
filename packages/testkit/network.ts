// Engines on one wire, with a clock of their own. What is sent is lost, delayed and doubled as the dice fall.
import type { Engine, Millis } from '@openparley/protocols/common'

export interface Link {
  /** Shares of what is sent, 0–1. */
  readonly loss?: number
  readonly twice?: number
  /** Each takes `delayMs` (1 unless said) and up to `jitterMs` more: so they overtake each other. */
  readonly delayMs?: Millis
  readonly jitterMs?: Millis
}

export interface VirtualNetwork<Input> {
  now(): Millis
  /** On its way from now on. */
  send(to: string, what: Input): void
  /** Takes an engine's input at once. */
  feed(to: string, input: Input): void
  /** Runs until `until` holds, or nothing more falls due by `limit`; then it is `limit`. */
  run(limit: Millis, until?: () => boolean): void
}

/** `perform` does what an engine wants done; it may `send` and `feed`. Engines may be exchanged while it runs. */
export function virtualNetwork<Input, Effect>(
  engines: Record<string, Engine<Input, Effect>>,
  perform: (name: string, effect: Effect) => void,
  roll: () => number,
  { loss = 0, twice = 0, delayMs = 1, jitterMs = 0 }: Link = {},
): VirtualNetwork<Input> {
  let now: Millis = 0
  const underway: { readonly at: Millis; readonly to: string; readonly what: Input }[] = []
  const engine = (name: string): Engine<Input, Effect> => {
    const found = engines[name]
    if (!found) throw new Error(`nobody is named ${name}`)
    return found
  }
  const performAll = (name: string, effects: Effect[]): void => {
    for (const effect of effects) perform(name, effect)
  }
  const feed = (to: string, input: Input): void => performAll(to, engine(to).handle(input, now))
  return {
    now: () => now,
    feed,
    send: (to, what) => {
      if (roll() < loss) return
      for (let copies = roll() < twice ? 2 : 1; copies > 0; copies--) {
        underway.push({ at: now + delayMs + roll() * jitterMs, to, what })
      }
    },
    run: (limit, until = () => false) => {
      for (let steps = 0; !until(); steps++) {
        if (steps > mostSteps) throw new Error(`no end after ${mostSteps} steps, at ${now} ms`)
        underway.sort((a, b) => a.at - b.at)
        const deadlines = Object.values(engines).map(({ deadline }) => deadline ?? Infinity)
        const next = Math.min(underway[0]?.at ?? Infinity, ...deadlines)
        if (next === Infinity || next > limit) break
        now = Math.max(now, next)
        if (underway[0] && underway[0].at <= now) {
          const { to, what } = underway.shift() as (typeof underway)[number]
          feed(to, what)
        } else for (const name of Object.keys(engines)) performAll(name, engine(name).wake(now))
      }
      if (!until()) now = Math.max(now, limit)
    },
  }
}

const mostSteps = 200_000
