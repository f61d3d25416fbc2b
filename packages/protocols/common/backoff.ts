// How long to wait before the next try: doubling, with jitter, up to a bound (RFC 5626 §4.5).
import type { Dice, Millis } from './engine.ts'

export interface BackoffOptions {
  /** The wait after the first failure. */
  readonly baseMs: number
  /** The longest wait. */
  readonly mostMs: number
}

/** A random wait between half and the whole of min(most, base·2^(failures-1)). `failures` counts from 1. */
export function backoff(failures: number, { baseMs, mostMs }: BackoffOptions, dice: Pick<Dice, 'roll'>): Millis {
  const whole = Math.min(mostMs, baseMs * 2 ** Math.min(failures - 1, 30))
  return Math.round(whole * (0.5 + dice.roll() / 2))
}
