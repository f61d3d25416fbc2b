// Acts that cost or speak are done once: a repeated requestId gets the first result.
import type { Millis, World } from './world.ts'

export interface Repeats {
  /** Runs `act`, or returns what the same key's act gives or gave. A failed act may be asked for again. */
  once(key: string, act: () => Promise<unknown>): Promise<unknown>
}

export function repeats(world: World): Repeats {
  const known = new Map<string, { readonly at: Millis; readonly result: Promise<unknown> }>()
  return {
    once: (key, act) => {
      const now = world.clock.now()
      // A Map keeps insertion order, so the oldest are first.
      for (const [old, { at }] of known) {
        if (now - at < keptMs && known.size < keptMost) break
        known.delete(old)
      }
      const first = known.get(key)
      if (first) return first.result
      const result = act()
      known.set(key, { at: now, result })
      result.catch(() => known.delete(key))
      return result
    },
  }
}

const keptMs = 600_000
const keptMost = 10_000
