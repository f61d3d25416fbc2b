// What directories know of somebody: asked for a few at a time, and never twice for the same one.
import { ParleyError } from '@openparley/contract'

export interface Known {
  /** Asks for those for whom it was not asked yet. */
  look(keys: readonly string[]): void
  /** All may be asked for again; who waits is not asked for any more. */
  clear(): void
}

export interface KnownParts<T> {
  /** By an address or a number. One that rejects with a ParleyError is taken for one that knows nobody. */
  readonly ask: (key: string) => Promise<T | undefined>
  readonly tell: (key: string, found: T | undefined) => void
}

export function knownBy<T>({ ask, tell }: KnownParts<T>): Known {
  let asked = new Set<string>()
  let waiting: string[] = []
  let running = 0
  const run = async (): Promise<void> => {
    running++
    try {
      for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
        const mine = asked
        const found = await ask(key).catch(nobody)
        if (mine === asked) tell(key, found)
      }
    } finally {
      running--
      // A mistake of ours is nobody’s answer, and those who wait are asked for all the same.
      if (waiting.length > 0) void run()
    }
  }
  return {
    look: (keys) => {
      for (const each of keys) {
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

function nobody(thrown: unknown): undefined {
  if (!(thrown instanceof ParleyError)) throw thrown
}

/** A server of a directory is others’, too. */
const atOnce = 4
/** Of a longer list the first. */
const most = 5000
