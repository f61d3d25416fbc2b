// Servers of a list that are asked one after the other, each time anew: one that did not answer rests, and the others are asked before it.
import type { ErrorValue } from '@openparley/contract'
import type { Millis, World } from './world.ts'

export interface Resting {
  /** Best first, those that rest last. */
  order(servers: readonly string[]): string[]
  rests(server: string): boolean
  failed(server: string, why: ErrorValue): void
  works(server: string): void
  /** Why it failed last; undefined: it has not since it worked. */
  why(server: string): ErrorValue | undefined
}

/** `restMs`: how long after so many failures in a row. */
export function resting(world: World, restMs: (failures: number) => Millis): Resting {
  const failures = new Map<string, { readonly count: number; readonly until: Millis; readonly why: ErrorValue }>()
  const rests = (server: string): boolean => (failures.get(server)?.until ?? 0) > world.clock.now()
  return {
    order: (servers) => [...servers.filter((each) => !rests(each)), ...servers.filter(rests)],
    rests,
    failed: (server, why) => {
      const count = (failures.get(server)?.count ?? 0) + 1
      failures.set(server, { count, until: world.clock.now() + restMs(count), why })
    },
    works: (server) => void failures.delete(server),
    why: (server) => failures.get(server)?.why,
  }
}
