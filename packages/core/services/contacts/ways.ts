// How else contacts are reached: by what they say of themselves, which is asked of a server and remembered for a while.
import type { World } from '../../runtime/world.ts'
import type { ContactsPort } from './port.ts'

/** The numbers that people say they have. A server that does not answer in time leaves what was known. */
export function cardNumbers(
  clock: World['clock'],
  port: () => ContactsPort | undefined,
): (address: string) => Promise<readonly string[]> {
  const known = new Map<string, { readonly until: number; readonly numbers: readonly string[] }>()
  const ask = async (address: string): Promise<void> => {
    const card = await port()?.card(address)
    known.delete(address)
    known.set(address, {
      until: clock.now() + knownMs,
      numbers: card?.numbers.map(({ number }) => number) ?? [],
    })
    for (const oldest of known.keys()) {
      if (known.size <= mostKnown) break
      known.delete(oldest)
    }
  }
  return async (address) => {
    if ((known.get(address)?.until ?? -Infinity) <= clock.now()) {
      const over = Promise.withResolvers<void>()
      const cancel = clock.at(clock.now() + waitMs, over.resolve)
      await Promise.race([ask(address).catch(() => {}), over.promise])
      cancel()
    }
    return known.get(address)?.numbers ?? []
  }
}

const knownMs = 10 * 60_000
const waitMs = 1000
const mostKnown = 500
