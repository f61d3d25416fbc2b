// Who has a number, remembered for a while: bounded, and one question however many ask it at once.
import type { DirectoryEntry } from '@openparley/contract'
import type { Millis, World } from '../../runtime/world.ts'

export interface Known {
  /** What is remembered, or what `ask` finds out. `worth: false`: it is not remembered, since not everybody was heard. */
  of(key: string, forMs: Millis, ask: () => Promise<Finding>): Promise<DirectoryEntry | undefined>
  clear(): void
}

export interface Finding {
  readonly entry: DirectoryEntry | undefined
  readonly isSure: boolean
}

export function known(world: World): Known {
  const remembered = new Map<string, { readonly entry: DirectoryEntry | undefined; readonly until: Millis }>()
  const asking = new Map<string, Promise<DirectoryEntry | undefined>>()
  /** What was asked before it was cleared is not remembered after. */
  let age = 0
  const remember = (key: string, entry: DirectoryEntry | undefined, until: Millis): void => {
    remembered.delete(key)
    remembered.set(key, { entry, until })
    const [oldest] = remembered.keys()
    if (remembered.size > most && oldest !== undefined) remembered.delete(oldest)
  }
  return {
    of: (key, forMs, ask) => {
      const there = remembered.get(key)
      if (there && there.until > world.clock.now()) return Promise.resolve(there.entry)
      const already = asking.get(key)
      if (already) return already
      const mine = age
      const found = (async () => {
        const { entry, isSure } = await ask()
        const ms = entry ? forMs : forMs / 10
        if (isSure && mine === age && ms > 0) remember(key, entry, world.clock.now() + ms)
        return entry
      })().finally(() => {
        if (asking.get(key) === found) asking.delete(key)
      })
      asking.set(key, found)
      return found
    },
    clear: () => {
      age++
      remembered.clear()
      asking.clear()
    },
  }
}

const most = 10_000
