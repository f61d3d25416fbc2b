// What is not known yet of a server, and those who wait for it: a diagnosis does, and not for ever.
import type { Millis, World } from './world.ts'

export interface Settling {
  /** Something has changed: those who wait are told where it is known now. */
  look(): void
  /** Resolves when it is known, or after a while. */
  settled(): Promise<void>
}

export function settling(world: World, isKnown: () => boolean): Settling {
  const waiting = new Set<() => void>()
  return {
    look: () => {
      if (isKnown()) for (const go of waiting) go()
    },
    settled: async () => {
      if (isKnown()) return
      const over = Promise.withResolvers<void>()
      waiting.add(over.resolve)
      const cancel = world.clock.at(world.clock.now() + mostWaitMs, over.resolve)
      await over.promise
      cancel()
      waiting.delete(over.resolve)
    },
  }
}

const mostWaitMs: Millis = 20_000
