// What a test is told, one after the other, and waits for: nobody sleeps, and nobody waits for ever.
import { inspect } from 'node:util'

export interface Followed<T> {
  /** All that was told, in its order. */
  readonly all: readonly T[]
  /** Given to whoever tells. */
  readonly tell: (each: T) => void
  /** What `is` says, once it says anything: asked now, and after whatever is told. Rejects in time, with what was told last. */
  until<Is>(what: string, is: (all: readonly T[]) => Is | undefined | false): Promise<Is>
  /** The first of all that fits. */
  first: Fitting<T>
  /** The first that fits and that nobody was given by `next` before. */
  next: Fitting<T>
}

interface Fitting<T> {
  <Fit extends T>(fits: (each: T) => each is Fit): Promise<Fit>
  (fits?: (each: T) => boolean): Promise<T>
}

/** `mostMs`: how long anything is waited for, in milliseconds. */
export function followed<T>(mostMs = 20_000): Followed<T> {
  const all: T[] = []
  const given = new Set<number>()
  const looking = new Set<() => void>()
  const until = <Is>(what: string, is: (all: readonly T[]) => Is | undefined | false): Promise<Is> =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        looking.delete(look)
      }
      const look = (): void => {
        try {
          const found = is(all)
          if (found === undefined || found === false) return
          end()
          resolve(found)
        } catch (error) {
          end()
          reject(error)
        }
      }
      const timer = setTimeout(() => {
        end()
        reject(new Error(`${what}: not in ${mostMs} ms; of ${all.length} the last was ${inspect(all.at(-1))}`))
      }, mostMs)
      looking.add(look)
      look()
    })
  const first = (fits: (each: T) => boolean = () => true): Promise<T> =>
    until('what fits', () => at(all.findIndex(fits))).then((found) => all[found] as T)
  const next = (fits: (each: T) => boolean = () => true): Promise<T> =>
    until('another that fits', () => {
      const found = at(all.findIndex((each, index) => !given.has(index) && fits(each)))
      // At once: another who waits is not to be given the same.
      if (found !== undefined) given.add(found)
      return found
    }).then((found) => all[found] as T)
  return {
    all,
    tell: (each) => {
      all.push(each)
      for (const look of [...looking]) look()
    },
    until,
    first: first as Fitting<T>,
    next: next as Fitting<T>,
  }
}

function at(index: number): number | undefined {
  return index < 0 ? undefined : index
}
