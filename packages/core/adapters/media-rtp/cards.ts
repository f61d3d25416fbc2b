// The sound cards of a core, seen from its own thread.
import type { Card, CardEvent, DeviceChoice } from '../../services/media/port.ts'
import type { CardAsk } from './messages.ts'

export interface Cards {
  open(card: string, choice: DeviceChoice, onEvent: (event: CardEvent) => void): Card
  told(card: string, event: CardEvent): void
  /** The thread was lost and there is another: they are opened there again. */
  goOn(): void
}

interface OpenCard {
  readonly onEvent: (event: CardEvent) => void
  choice: DeviceChoice
  levels: boolean
}

export function openCards(post: (ask: CardAsk) => void): Cards {
  const cards = new Map<string, OpenCard>()
  const begin = (card: string, { choice, levels }: OpenCard): void => {
    post({ is: 'card', card, choice })
    if (levels) post({ is: 'card-levels', card, on: true })
  }
  return {
    open: (card, choice, onEvent) => {
      const open: OpenCard = { onEvent, choice, levels: false }
      cards.set(card, open)
      begin(card, open)
      return {
        choose: (next) => {
          open.choice = next
          if (cards.get(card) === open) post({ is: 'card', card, choice: next })
        },
        levels: (on) => {
          open.levels = on
          if (cards.get(card) === open) post({ is: 'card-levels', card, on })
        },
        close: () => {
          if (cards.get(card) !== open) return
          cards.delete(card)
          post({ is: 'close-card', card })
        },
      }
    },
    told: (card, event) => cards.get(card)?.onEvent(event),
    goOn: () => {
      for (const [card, open] of cards) begin(card, open)
    },
  }
}
