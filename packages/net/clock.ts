// The real clock and the real dice. Everything else takes them as arguments.
import { randomFillSync } from 'node:crypto'
import type { Clock, Dice } from '@openparley/protocols/common'

export const realClock: Clock = {
  now: () => performance.now(),
  at: (when, wake) => {
    // A timer of Node's runs for 24.8 days at most; nothing here waits that long.
    const timer = setTimeout(wake, Math.max(0, Math.min(when - performance.now(), 2 ** 31 - 1)))
    return () => clearTimeout(timer)
  },
}

export const realDice: Dice = {
  roll: () => Math.random(),
  token: (bits = 128) => {
    const bytes = Math.ceil(bits / 8)
    if (bytes > pool.length) throw new RangeError(`a token of ${bits} bits`)
    if (used + bytes > pool.length) {
      randomFillSync(pool)
      used = 0
    }
    const token = pool.toString('base64url', used, used + bytes)
    // What was given out does not stay here.
    pool.fill(0, used, used + bytes)
    used += bytes
    return token
  },
}

/** Random bytes are fetched many at a time: asking the system for each token costs more than all else about it. */
const pool = Buffer.alloc(4096)
let used = pool.length
