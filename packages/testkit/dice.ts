// Chance that follows from a seed: the same on every machine and in every run.
import type { Dice } from '@openparley/protocols/common'

/** mulberry32: small, and good enough for jitter and loss. */
export function rolls(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function seededDice(seed: number): Dice {
  const roll = rolls(seed)
  const word = (): string => Math.floor(roll() * 2 ** 32).toString(36)
  return { roll, token: (bits = 128) => Array.from({ length: Math.ceil(bits / 32) }, word).join('') }
}

/** Tries something with the dice of many seeds; what fails is told with its seed. SEED=n of the environment tries only that. */
export function forSeeds(count: number, trial: (roll: () => number, seed: number) => void): void {
  const only = Number(process.env['SEED'] ?? 0)
  for (let seed = only || 1; seed <= (only || count); seed++) {
    try {
      trial(rolls(seed), seed)
    } catch (error) {
      throw new Error(`with SEED=${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
}
