// The real clock and the real dice. Everything else takes them as arguments.
import { randomBytes } from 'node:crypto'
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
  token: (bits = 128) => randomBytes(Math.ceil(bits / 8)).toString('base64url'),
}
