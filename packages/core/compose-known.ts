// What directories know of contacts: asked for a few at a time, and never twice for the same one.
import type { DirectoryEntry } from '@openparley/contract'

export interface KnownPeople {
  /** Asks for those of whom it was not asked yet. */
  look(addresses: readonly string[]): void
  /** All may be asked for again; who waits is not asked for any more. */
  clear(): void
}

export interface KnownPeopleParts {
  readonly at: (address: string) => Promise<DirectoryEntry | undefined>
  readonly tell: (address: string, entry: DirectoryEntry | undefined) => void
}

export function knownPeople({ at, tell }: KnownPeopleParts): KnownPeople {
  let asked = new Set<string>()
  let waiting: string[] = []
  let running = 0
  const run = async (): Promise<void> => {
    running++
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      const mine = asked
      const entry = await at(address).catch(() => undefined)
      if (mine === asked) tell(address, entry)
    }
    running--
  }
  return {
    look: (addresses) => {
      for (const each of addresses) {
        if (asked.has(each) || asked.size >= most) continue
        asked.add(each)
        waiting.push(each)
      }
      for (let more = Math.min(atOnce - running, waiting.length); more > 0; more--) void run()
    },
    clear: () => {
      asked = new Set()
      waiting = []
    },
  }
}

/** A server of a directory is others’, too. */
const atOnce = 4
/** Of a longer list the first. */
const most = 5000
