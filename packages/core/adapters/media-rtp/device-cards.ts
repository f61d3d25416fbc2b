// The sound cards of a media thread: one for each session that has asked for it, all of them on one watch of the sound server.
import { realClock } from '@openparley/net'
import { DeviceCard } from './device-card.ts'
import type { Inventory, SoundServer } from './device-port.ts'
import { pulse } from './device-pulse.ts'
import type { CardAsk, Tell } from './messages.ts'

export interface DeviceCards {
  take(ask: CardAsk): void
  get(card: string): DeviceCard | undefined
}

/** `frameSamples`: of 20 ms. */
export function deviceCards(frameSamples: number, tell: (told: Tell) => void): DeviceCards {
  const cards = new Map<string, DeviceCard>()
  const server = shared(pulse(realClock))
  return {
    get: (card) => cards.get(card),
    take: (ask) => {
      const { card } = ask
      if (ask.is === 'card-levels') return cards.get(card)?.levels(ask.on)
      if (ask.is === 'close-card') {
        cards.get(card)?.close()
        cards.delete(card)
        return
      }
      const open = cards.get(card)
      if (open) return open.choose(ask.choice)
      const opened = new DeviceCard({
        server,
        clock: realClock,
        rate: frameSamples * framesPerSecond,
        frameSamples,
        choice: ask.choice,
        tell: (event) => tell({ is: 'card', card, event }),
      })
      cards.set(card, opened)
    },
  }
}

/** One watch for all that look, as long as somebody does. */
export function shared(server: SoundServer): SoundServer {
  const told = new Set<(found: Inventory) => void>()
  let last: Inventory | undefined
  let stop: (() => void) | undefined
  return {
    open: (ask, events) => server.open(ask, events),
    fresh: (then) => server.fresh(then),
    watch: (tell) => {
      told.add(tell)
      if (last) {
        const found = last
        queueMicrotask(() => {
          if (told.has(tell)) tell(found)
        })
      }
      stop ??= server.watch((found) => {
        last = found
        for (const each of [...told]) each(found)
      })
      return () => {
        told.delete(tell)
        if (told.size > 0) return
        stop?.()
        stop = undefined
        last = undefined
      }
    },
  }
}

const framesPerSecond = 50
