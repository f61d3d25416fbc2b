// Keys one after another, each when the one before it is over; a comma waits.
import type { World } from '../../../runtime/world.ts'

const gapMs = 100
const commaMs = 2000

export interface Presses {
  press(digits: string, durationMs: number, one: (digit: string) => void): void
  stop(): void
}

export function presses({ clock }: World): Presses {
  const waiting = new Set<() => void>()
  return {
    press: (digits, durationMs, one) => {
      let at = clock.now()
      for (const digit of digits) {
        if (digit !== ',') {
          const cancel = clock.at(at, () => {
            waiting.delete(cancel)
            one(digit)
          })
          waiting.add(cancel)
        }
        at += digit === ',' ? commaMs : durationMs + gapMs
      }
    },
    stop: () => {
      for (const cancel of waiting) cancel()
      waiting.clear()
    },
  }
}
