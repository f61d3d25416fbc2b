// What cannot be done yet, and can in a moment: who answers is joined to who called a little later.
import type { World } from '../../../runtime/world.ts'

export interface Moments {
  /** `act` says whether it was done; it is tried at each `look` until it is, or until it is too late. */
  try(act: () => boolean, tooLate: () => void): void
  look(): void
  stop(): void
}

const longestMs = 2000
const mostWaiting = 64

export function moments({ clock }: World): Moments {
  const waiting = new Map<() => boolean, () => void>()
  return {
    try: (act, tooLate) => {
      if (act()) return
      if (waiting.size >= mostWaiting) return tooLate()
      const cancel = clock.at(clock.now() + longestMs, () => {
        waiting.delete(act)
        tooLate()
      })
      waiting.set(act, cancel)
    },
    look: () => {
      for (const [act, cancel] of [...waiting]) {
        if (!act()) continue
        waiting.delete(act)
        cancel()
      }
    },
    stop: () => {
      for (const cancel of waiting.values()) cancel()
      waiting.clear()
    },
  }
}
