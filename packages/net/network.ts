// Where this machine stands in its networks: by which address it reaches somebody, and when that may have changed.
import { networkInterfaces } from 'node:os'
import type { Clock, Millis } from '@openparley/protocols/common'
import { isUdpRefused, localAddressFor } from './udp.ts'

export type NetworkChange =
  /** An address came or went. */
  | 'addresses'
  /** This machine slept: connections may be gone without a word. */
  | 'woke'

export interface Network {
  /** Our address on the way to that one. Rejects with a NetFailure where there is no way. */
  addressFor(remote: string): Promise<string>
  /** Whether the machine there says that nobody listens on that UDP port. */
  isRefused(address: string, port: number): Promise<boolean>
  /** Told after each change; returns what ends it. */
  watch(changed: (change: NetworkChange) => void): () => void
}

export interface NetworkOptions {
  readonly clock: Clock
  /** Wall time in milliseconds: it goes on while the machine sleeps, the clock does not. */
  readonly wallMs: () => number
  /** The addresses that this machine has. */
  readonly addresses: () => readonly string[]
  readonly everyMs: Millis
}

/** The system's own. One look in two seconds serves all who watch, and none is made while nobody does. */
export function systemNetwork(clock: Clock): Network {
  return {
    addressFor: localAddressFor,
    isRefused: isUdpRefused,
    watch: watching({ clock, wallMs: Date.now, addresses: systemAddresses, everyMs: 2000 }),
  }
}

/** Node tells of no change by itself, so it is looked for. */
export function watching({ clock, wallMs, addresses, everyMs }: NetworkOptions): Network['watch'] {
  const watchers = new Set<(change: NetworkChange) => void>()
  let cancel: (() => void) | undefined
  let had = ''
  let ahead = 0
  const seen = (): string => addresses().toSorted().join(' ')
  const aheadNow = (): number => wallMs() - clock.now()
  const wait = (): void => {
    cancel = clock.at(clock.now() + everyMs, look)
  }
  const look = (): void => {
    const [has, is] = [seen(), aheadNow()]
    // A clock that is set is taken for sleep, too: then one registration is made in vain.
    const woke = is - ahead > sleptMs
    const change: NetworkChange | undefined = has !== had ? 'addresses' : woke ? 'woke' : undefined
    had = has
    ahead = is
    wait()
    if (change) for (const changed of [...watchers]) changed(change)
  }
  return (changed) => {
    // A function may be given twice: each is one who watches.
    const watcher = (change: NetworkChange): void => changed(change)
    watchers.add(watcher)
    if (watchers.size === 1) {
      had = seen()
      ahead = aheadNow()
      wait()
    }
    return () => {
      watchers.delete(watcher)
      if (watchers.size > 0) return
      cancel?.()
      cancel = undefined
    }
  }
}

function systemAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address))
}

/** More than a look is ever late on a busy machine. */
const sleptMs = 10_000
