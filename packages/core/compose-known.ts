// What directories know of somebody: asked for a few at a time, and never twice for the same one.

export interface Known {
  /** Asks for those for whom it was not asked yet. */
  look(keys: readonly string[]): void
  /** All may be asked for again; who waits is not asked for any more. */
  clear(): void
}

export interface KnownParts<T> {
  /** By an address or a number. One that rejects is taken for one that knows nobody. */
  readonly ask: (key: string) => Promise<T | undefined>
  readonly tell: (key: string, found: T | undefined) => void
}

export function knownBy<T>({ ask, tell }: KnownParts<T>): Known {
  let asked = new Set<string>()
  let waiting: string[] = []
  let running = 0
  const run = async (): Promise<void> => {
    running++
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      const mine = asked
      const found = await ask(key).catch(() => undefined)
      if (mine === asked) tell(key, found)
    }
    running--
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

/** A server of a directory is others’, too. */
const atOnce = 4
/** Of a longer list the first. */
const most = 5000
