// Servers of a list that are asked one after the other, each time anew: one that did not answer rests, and the others are asked before it.
import type { Millis, World } from './world.ts'

export interface Resting {
  /** Best first, those that rest last. */
  order(servers: readonly string[]): string[]
  failed(server: string): void
  works(server: string): void
}

/** `restMs`: how long after so many failures in a row. */
export function resting(world: World, restMs: (failures: number) => Millis): Resting {
  const failures = new Map<string, { readonly count: number; readonly until: Millis }>()
  const rests = (server: string): boolean => (failures.get(server)?.until ?? 0) > world.clock.now()
  return {
    order: (servers) => [...servers.filter((each) => !rests(each)), ...servers.filter(rests)],
    failed: (server) => {
      const count = (failures.get(server)?.count ?? 0) + 1
      failures.set(server, { count, until: world.clock.now() + restMs(count) })
    },
    works: (server) => void failures.delete(server),
  }
}
